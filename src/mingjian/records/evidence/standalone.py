"""Check an evidence package of Mingjian without Mingjian: Python's standard library and nothing else.

    python verify.py [PACKAGE.zip | FOLDER] [--key PUBLIC_KEY] [--ca CA.pem] [--lang zh|en]

Without a package the folder this file lies in is checked. Exit code: 0 all is right, 1 something is wrong, 2 it is no
package. What is checked and how is in VERIFY.md. This file is copied into each package as ``verify.py``; get it from
somewhere you trust, or read it: it is meant to be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

FORMAT = "mingjian.evidence/1"
LONGEST = 64 << 20  # bytes of a file that is read as a whole; media are read piece by piece
PIECE = 1 << 20
_NAME = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,100}(?:/(?!\.)[A-Za-z0-9._-]{1,100}){0,2}")


class Said(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


class NoPackage(Exception):
    """It cannot be read as a package."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Said(zh, en)


class Report:
    """What was found: ``problems`` (empty: all is right) and ``notes`` (what was checked, what could not be)."""

    def __init__(self) -> None:
        self.problems: list[Said] = []
        self.notes: list[Said] = []

    def wrong(self, zh: str, en: str) -> None:
        """Something is wrong."""
        self.problems.append(Said(zh, en))

    def note(self, zh: str, en: str) -> None:
        """Something to know."""
        self.notes.append(Said(zh, en))


class Package:
    """The files of a package, from a zip or a folder. A name is never used as a path outside of it."""

    def __init__(self, source: Path) -> None:
        self.folder = source if source.is_dir() else None
        self.zip: zipfile.ZipFile | None = None
        if self.folder is None:
            try:
                self.zip = zipfile.ZipFile(source)
            except (OSError, zipfile.BadZipFile) as error:
                raise NoPackage(f"读不了:{source}({error})", f"cannot be read: {source} ({error})") from error

    def names(self) -> list[str]:
        """All files, sorted."""
        if self.zip is not None:
            return sorted(info.filename for info in self.zip.infolist() if not info.is_dir())
        assert self.folder is not None
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )

    def open(self, name: str) -> BinaryIO:
        """A file's bytes."""
        if self.zip is not None:
            return self.zip.open(name)  # type: ignore[return-value]
        assert self.folder is not None
        path = self.folder / name
        if path.is_symlink():
            raise NoPackage(f"不接受链接:{name}", f"links are not accepted: {name}")
        return path.open("rb")

    def read(self, name: str) -> bytes:
        """A whole file of at most LONGEST bytes."""
        try:
            with self.open(name) as file:
                content = file.read(LONGEST + 1)
        except (KeyError, OSError) as error:
            raise NoPackage(f"缺少文件:{name}", f"a file is missing: {name}") from error
        except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError) as error:
            raise NoPackage(f"文件损坏:{name}({error})", f"a file is damaged: {name} ({error})") from error
        if len(content) > LONGEST:
            raise NoPackage(f"文件过大:{name}", f"a file is too large: {name}")
        return content

    def digest(self, name: str, size: int) -> str | None:
        """A file's SHA-256; None when it has not just ``size`` bytes or is damaged."""
        state, seen = hashlib.sha256(), 0
        try:
            with self.open(name) as file:
                while piece := file.read(PIECE):
                    seen += len(piece)
                    if seen > size:
                        return None
                    state.update(piece)
        except (KeyError, OSError, zipfile.BadZipFile, ValueError, EOFError, RuntimeError, NoPackage):
            return None
        return state.hexdigest() if seen == size else None


def check(source: Path, *, key: bytes | None = None, ca: Path | None = None) -> Report:
    """Check a package. ``key`` is the raw public key one expects (32 bytes), ``ca`` the certificate of the time-stamp
    authority. Raises NoPackage."""
    package, report = Package(source), Report()
    content = package.read("manifest.json")
    manifest = _parsed(content, "manifest.json")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NoPackage("不是明鉴证据包,或版本不识", "this is no evidence package of a known format")
    try:
        _files(package, manifest, report)
        keys = _keys(package, manifest, content, key, report)
        events = _events(package, report)
        marks = _checkpoints(package, keys, report, ca)
        _chain(package, events, marks, report)
        _contents(package, manifest, events, report)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        report.wrong(f"内容不合格式:{error!r}", f"the content is not of the format: {error!r}")
    except NoPackage as error:
        report.problems.append(error.said)
    return report


def _parsed(content: bytes, name: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoPackage(f"不是 JSON:{name}", f"not JSON: {name}") from error


def _files(package: Package, manifest: dict[str, Any], report: Report) -> None:
    """Every file is as the manifest says, and there is no other."""
    listed = manifest["files"]
    present = package.names()
    if len(present) != len(set(present)):
        report.wrong("包内有重名文件", "the package holds two files of one name")
    for name in sorted(set(present) - set(listed) - {"manifest.json", "manifest.sig"}):
        report.wrong(f"清单之外的文件:{name}", f"a file that the manifest does not name: {name}")
    for name, entry in sorted(listed.items()):
        if not _NAME.fullmatch(name):
            report.wrong(f"清单中的文件名不合格:{name!r}", f"a bad name in the manifest: {name!r}")
        elif name not in present:
            report.wrong(f"缺少文件:{name}", f"a file is missing: {name}")
        elif package.digest(name, int(entry["size"])) != entry["sha256"]:
            report.wrong(f"文件被改动:{name}", f"a file was changed: {name}")
    report.note(f"核对文件 {len(listed)} 个", f"{len(listed)} files checked")


def _keys(
    package: Package, manifest: dict[str, Any], content: bytes, expected: bytes | None, report: Report
) -> dict[str, bytes]:
    """The public keys by id. Each but the first is vouched for by one before it; the manifest is signed."""
    keys: dict[str, bytes] = {}
    for entry in _parsed(package.read("journal/signers.json"), "journal/signers.json"):
        public = bytes.fromhex(entry["public"])
        if hashlib.sha256(public).hexdigest()[:16] != entry["id"]:
            report.wrong(f"公钥与编号不符:{entry['id']}", f"a public key is not of its id: {entry['id']}")
            continue
        told = f"mingjian signer 1\nkey {entry['id']}\npublic {entry['public']}\nby {entry['by']}\n".encode()
        if entry["by"] is None:
            if expected in keys.values():
                report.wrong(f"密钥 {entry['id']} 不是由给定的公钥启用的",
                             f"key {entry['id']} was not begun by the key that was given")  # fmt: skip
            elif keys:
                report.note(f"密钥 {entry['id']} 启用时没有旧密钥的签名,请向出具方核实",
                            f"key {entry['id']} was begun without the old one's signature: ask its owner")  # fmt: skip
        elif entry["by"] not in keys or not signed(keys[entry["by"]], told, bytes.fromhex(entry["signature"])):
            report.wrong(f"换密钥的签名不对:{entry['id']}", f"the signature for a new key is wrong: {entry['id']}")
            continue
        keys[entry["id"]] = public
    if expected is not None and expected not in keys.values():
        report.wrong("签名密钥不是给定的公钥", "the keys of the package are not the key that was given")
    name = manifest["signer"]
    if name not in keys or not signed(keys[name], content, package.read("manifest.sig")):
        report.wrong("清单 manifest.json 或其签名 manifest.sig 被改动", "manifest.json or manifest.sig was changed")
    if expected is None:
        report.note(f"签名密钥 {name}:请与出具方公布的编号比对", f"signed by key {name}: compare with the published id")
    return keys


def leaf_of(event: dict[str, Any]) -> bytes:
    """SHA-256 of an event's fields."""
    fields = [event[name] for name in ("seq", "at", "kind", "subject", "actor", "body")]
    return hashlib.sha256("\n".join(str(field) for field in fields).encode()).digest()


def _events(package: Package, report: Report) -> dict[int, dict[str, Any]]:
    events: dict[int, dict[str, Any]] = {}
    lines = package.read("journal/events.jsonl").decode().split("\n")
    for line in lines:
        if line:
            event = json.loads(line)
            if any("\n" in str(event[name]) for name in ("seq", "at", "kind", "subject", "actor")):
                raise ValueError(f"event {event['seq']}")
            events[int(event["seq"])] = event
    report.note(f"事件 {len(events)} 条", f"{len(events)} events")
    return events


def _checkpoints(package: Package, keys: dict[str, bytes], report: Report, ca: Path | None) -> dict[int, bytes]:
    """Event number → hash that a signed checkpoint vouches for."""
    marks: dict[int, bytes] = {}
    names = [name for name in package.names() if re.fullmatch(r"checkpoints/\d+\.txt", name)]
    stamped = 0
    for name in names:
        told, stem = package.read(name), name.removesuffix(".txt")
        fields = dict(line.split(" ", 1) for line in told.decode().splitlines()[1:])
        if not told.startswith(b"mingjian checkpoint 1\n") or fields["key"] not in keys:
            report.wrong(f"检查点的密钥不识:{name}", f"a checkpoint of an unknown key: {name}")
        elif not signed(keys[fields["key"]], told, package.read(f"{stem}.sig")):
            report.wrong(f"检查点的签名不对:{name}", f"a checkpoint's signature is wrong: {name}")
        else:
            marks[int(fields["seq"])] = bytes.fromhex(fields["hash"])
        for token in (each for each in package.names() if each.startswith(f"{stem}.") and each.endswith(".tsr")):
            stamped += 1
            _timestamp(package, name, token, told, report, ca)
    report.note(f"签名检查点 {len(marks)} 个,时间戳 {stamped} 个",
                f"{len(marks)} signed checkpoints, {stamped} time stamps")  # fmt: skip
    return marks


def _timestamp(package: Package, name: str, token: str, told: bytes, report: Report, ca: Path | None) -> None:
    answer = package.read(token)
    # The digest that was stamped stands in the token in plain sight: OCTET STRING (04) of 32 (20) bytes.
    if b"\x04\x20" + hashlib.sha256(told).digest() not in answer:
        report.wrong(f"时间戳不是这个检查点的:{token}", f"a time stamp of something else: {token}")
        return
    moment = re.search(rb"\x18[\x0f-\x1a](\d{14})", answer)
    when = moment[1].decode() + "Z" if moment else "?"
    if ca is None:
        report.note(f"时间戳 {when}:给出 --ca 才能核对机构签名", f"time stamp {when}: give --ca to check who made it")
        return
    with tempfile.TemporaryDirectory() as folder:
        data, reply = Path(folder) / "data", Path(folder) / "reply"
        data.write_bytes(told)
        reply.write_bytes(answer)
        command = ["openssl", "ts", "-verify", "-data", str(data), "-in", str(reply), "-CAfile", str(ca)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except (OSError, subprocess.SubprocessError):
            report.wrong("没有 openssl,时间戳没有核对", "there is no openssl: the time stamp was not checked")
            return
    if done.returncode:
        report.wrong(f"时间戳的签名不对:{token}", f"a time stamp's signature is wrong: {token}")
    else:
        report.note(f"时间戳有效:{name} 在 {when} 之前已存在", f"time stamp valid: {name} existed before {when}")


def _chain(package: Package, events: dict[int, dict[str, Any]], marks: dict[int, bytes], report: Report) -> None:
    """Every event lies on a stretch of the chain that ends in a signed checkpoint."""
    proven: set[int] = set()
    for stretch in _parsed(package.read("journal/chain.json"), "journal/chain.json"):
        seq, state = int(stretch["after"]), bytes.fromhex(stretch["hash"])
        held: list[int] = []
        for text in stretch["leaves"]:
            seq, leaf = seq + 1, bytes.fromhex(text)
            state = hashlib.sha256(state + leaf).digest()
            event = events.get(seq)
            if event is None:
                continue
            if leaf_of(event) != leaf or bytes.fromhex(event["hash"]) != state:
                report.wrong(f"第 {seq} 条事件被改动", f"event {seq} was changed")
            held.append(seq)
        if seq not in marks or marks[seq] != state:
            places = f"{stretch['after'] + 1}–{seq}"
            report.wrong(f"第 {places} 条的链与检查点不符", f"the chain of events {places} ends in no checkpoint")
        else:
            proven.update(held)
    for seq in sorted(set(events) - proven):
        report.wrong(f"第 {seq} 条事件没有签名检查点作证", f"no signed checkpoint vouches for event {seq}")


def _contents(package: Package, manifest: dict[str, Any], events: dict[int, dict[str, Any]], report: Report) -> None:
    """What the events name by digest is what the package holds under it."""
    named = set(re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", "".join(str(e["body"]) for e in events.values())))
    plain = 0
    for name in package.names():
        folder, _, rest = name.rpartition("/")
        if folder == "content":
            plain += 1
            digest = rest.partition(".")[0]
            if hashlib.sha256(package.read(name)).hexdigest() != digest:
                report.wrong(f"原文与摘要不符:{name}", f"a content is not of its digest: {name}")
            elif digest not in named:
                report.wrong(f"没有事件提到这份原文:{name}", f"no event names this content: {name}")
        elif folder == "media" and package.digest(name, int(manifest["files"][name]["size"])) != rest:
            report.wrong(f"媒体文件与摘要不符:{name}", f"a media file is not of its digest: {name}")
    masked = sum(name.startswith("masked/") for name in package.names())
    report.note(f"原文 {plain} 份与事件中的摘要一致", f"{plain} contents are as the events name them")
    if masked:
        report.note(f"打码副本 {masked} 份:个人信息已遮盖,不能与摘要核对,只由清单签名保证",
                    f"{masked} masked copies: personal data is covered; only the manifest speaks for them")  # fmt: skip


# Ed25519 (RFC 8032), verification only.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_Point = tuple[int, int, int, int]


def _recovered(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _point(text: bytes) -> _Point | None:
    number = int.from_bytes(text, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = _recovered(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def _sum(a: _Point, b: _Point) -> _Point:
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    three, four = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _sum(total, point)
        point, number = _sum(point, point), number >> 1
    return total


_BY = 4 * pow(5, _P - 2, _P) % _P
_BX = _recovered(_BY, 0) or 0
_BASE: _Point = (_BX, _BY, 1, _BX * _BY % _P)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature of a message is right."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce, scalar = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    left, right = _times(scalar, _BASE), _sum(nonce, _times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


def public_key(text: str) -> bytes:
    """A public key: 64 hexadecimal digits, or PEM (SubjectPublicKeyInfo). ValueError."""
    text = text.strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text)
    der = base64.b64decode("".join(line for line in text.splitlines() if not line.startswith("-")), validate=True)
    if len(der) != 44 or der[:12] != bytes.fromhex("302a300506032b6570032100"):
        raise ValueError("not an Ed25519 public key")
    return der[12:]


def lines(report: Report, lang: str) -> Iterator[str]:
    """The report as lines of text."""
    pick: Callable[[Said], str] = (lambda said: said.en) if lang == "en" else (lambda said: said.zh)
    yield from (f"  · {pick(note)}" for note in report.notes)
    yield from (f"  ✗ {pick(problem)}" for problem in report.problems)
    count = len(report.problems)
    good, bad = (
        Said("完好:证据包与签名、链和摘要一致", "Whole: signatures, chain and digests agree"),
        Said(f"有 {count} 处不符,不能采信", f"{count} problem(s): do not rely on this package"),
    )
    yield pick(bad if count else good)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Check an evidence package. 核对证据包。")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", help="file with the public key one expects 公钥文件")
    parser.add_argument("--ca", type=Path, help="certificate of the time-stamp authority 时间戳机构证书")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    given = parser.parse_args()
    try:
        key = public_key(Path(given.key).read_text("ascii")) if given.key else None
        report = check(given.package, key=key, ca=given.ca)
    except NoPackage as error:
        sys.stderr.write((error.said.en if given.lang == "en" else error.said.zh) + "\n")
        return 2
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.write("\n".join(lines(report, given.lang)) + "\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
