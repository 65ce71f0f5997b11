"""Which files are redacted, and where results may be written: never over an input, never outside the output folder."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from mingjian.perception.model import PerceptionError

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".jfif", ".avif", ".heic", ".heif")
VIDEOS = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".flv", ".ts", ".mpg", ".mpeg", ".wmv", ".3gp")
DOCUMENTS = (".pdf",)
_PART = ".mingjian-part-"


@dataclass(frozen=True, slots=True)
class Job:
    """A file to redact and the name of its result below the output folder (its suffix may still change)."""

    source: Path
    name: str


def kind_of(source: Path) -> str:
    """picture, video or document, by what the file begins with, then by its name. PerceptionError for other files."""
    try:
        with source.open("rb") as stream:
            head = stream.read(16)
    except OSError as error:
        raise PerceptionError(f"读不到:{error.strerror or error}") from None
    if not head:
        raise PerceptionError("文件是空的")
    if head.startswith(b"%PDF"):
        return "document"
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")) or head[8:12] == b"WEBP":
        return "picture"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"):
        return "picture"
    if head[4:8] == b"ftyp" or head.startswith((b"\x1aE\xdf\xa3", b"FLV")) or head[8:12] == b"AVI ":
        return "video"
    suffix = source.suffix.lower()
    if suffix in VIDEOS:
        return "video"
    if suffix in PICTURES or suffix in DOCUMENTS:
        raise PerceptionError(f"内容不是 {suffix[1:].upper()}", "文件可能已损坏或改错了后缀")
    raise PerceptionError("不会遮挡这种文件", "先导出为 PDF、图片或视频")


def jobs(inputs: Sequence[Path], out: Path | None = None) -> tuple[list[Job], list[str]]:
    """The files to redact, folders walked in sorted order, and notes on what was passed over."""
    found: list[tuple[Path, str]] = []
    skipped: list[str] = []
    hidden = out.resolve() if out is not None else None
    for given in inputs:
        if not given.is_dir():
            found.append((given, given.name))
            continue
        root = given.resolve()
        for path in sorted(given.rglob("*")):
            name = path.relative_to(given).as_posix()
            try:
                real = path.resolve()
            except (OSError, RuntimeError):  # links in a circle
                skipped.append(f"{name}(链接或特殊文件)")
                continue
            if path.is_dir() or any(piece.startswith(".") for piece in Path(name).parts):
                continue
            if hidden is not None and hidden != root and real.is_relative_to(hidden):
                continue  # results of an earlier run
            if not real.is_relative_to(root) or not stat.S_ISREG(real.stat().st_mode if real.exists() else 0):
                skipped.append(f"{name}(链接或特殊文件)")
            elif path.suffix.lower() in PICTURES + VIDEOS + DOCUMENTS:
                found.append((path, name))
            else:
                skipped.append(name)
    return _named(found), [f"跳过 {len(skipped)} 个不能遮挡的文件:{'、'.join(skipped[:5])}"] if skipped else []


def _named(found: Sequence[tuple[Path, str]]) -> list[Job]:
    """Names that differ, whatever suffix they get and whatever the file system makes of capitals."""
    taken: set[str] = set()
    out: list[Job] = []
    for source, name in found:
        whole = Path(name)
        stem, number = whole.stem, 1
        while (key := whole.with_name(stem).as_posix().casefold()) in taken:
            number += 1
            stem = f"{whole.stem}-{number}"
        taken.add(key)
        out.append(Job(source, whole.with_name(stem + whole.suffix).as_posix()))
    return out


def target_of(out: Path, name: str, inputs: Sequence[Path], overwrite: bool) -> Path:
    """Where a result goes. PerceptionError when that would touch an input, leave the folder or lose a file."""
    root, target = out.resolve(), out / name
    if not target.resolve().is_relative_to(root) or target.is_symlink() or not _within(target.parent, root):
        raise PerceptionError(f"{name} 会写到输出文件夹之外", "输出文件夹里不要放链接")
    if target.exists():
        if any(_same(target, source) for source in inputs):
            raise PerceptionError(f"{name} 就是输入文件,不覆盖", "--out 换一个文件夹")
        if not overwrite:
            raise PerceptionError(f"{target} 已经存在,不覆盖", "加 --overwrite,或换一个文件夹")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _within(folder: Path, root: Path) -> bool:
    return folder.resolve().is_relative_to(root)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A file beside the target to write into: put in its place when all went well, gone otherwise."""
    handle, name = mkstemp(prefix=_PART, suffix=target.suffix, dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o666 & ~_umask())
        part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def sweep(out: Path, seconds: float) -> None:
    """Removes parts that a run left which was killed outright: those that nobody wrote into for so long."""
    for part in out.rglob(f"{_PART}*"):
        with suppress(OSError):
            if part.is_file() and not part.is_symlink() and time.time() - part.stat().st_mtime > seconds:
                part.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
