"""An evidence package: what is in it, who may have it, what is covered, and that a stranger can check it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mingjian.desk.evidence.service import export
from mingjian.desk.people.model import Principal
from mingjian.governance.statements.service import statement
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Forbidden, NotFound
from mingjian.records.evidence.checkpoints import checkpoint
from mingjian.records.evidence.keys import Signer, new_signer, pem
from mingjian.records.evidence.package import Contents, package_bytes, write_package
from mingjian.records.evidence.standalone import NoPackage, check
from mingjian.records.evidence.timestamps import stamp
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage.accesses import accesses
from mingjian.records.storage.events import events_of
from tests.desk.evidence.conftest import NAME, PHONE, PICTURE, Story
from tests.governance.world import ANN, LEAD, person
from tests.records.evidence.authority import Authority

AUDITOR = person("abe", "auditor")


def exported(story: Story, subject: str | None = None, by: Principal = LEAD, **more: Any) -> Contents:
    with story.database.write() as tx:
        told: Callable[[str, str], str] = lambda decision, lang: statement(tx, LEAD, decision, lang).text  # noqa: E731
        return export(tx, by, subject or story.subject, story.signer, tell=told, **more)


def files(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(contents: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def verified(package: Path, *more: str, cwd: Path) -> tuple[int, str]:
    """What a stranger's Python says, with the package's own program and nothing else."""
    with zipfile.ZipFile(package) as archive:
        (cwd / "verify.py").write_bytes(archive.read("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", str(package), *more], cwd=cwd, capture_output=True, check=False
    )
    assert not done.stderr or done.returncode == 2, done.stderr.decode()
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_stranger_can_check_it(story: Story, tmp_path: Path) -> None:
    path, key = tmp_path / "package.zip", tmp_path / "key.pem"
    path.write_bytes(package_bytes(exported(story), story.signer))
    key.write_bytes(pem(story.signer.public))
    code, said = verified(path, "--key", str(key), cwd=tmp_path)
    assert (code, said.splitlines()[-1]) == (0, "完好:证据包与签名、链和摘要一致")
    code, said = verified(path, "--lang", "en", cwd=tmp_path)
    assert code == 0 and f"signed by key {story.signer.id}" in said
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    done = subprocess.run([sys.executable, "-I", "-S", str(tmp_path / "unpacked" / "verify.py")],
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout.decode()


def test_everything_about_the_item_is_in_it_and_nothing_about_others(story: Story) -> None:
    with story.database.write() as tx:
        append(tx, Event("note.made", "afterwards", {}))
    made = exported(story, unmasked=True)
    found = files(package_bytes(made, story.signer))
    record = json.loads(found["record.json"])
    assert record["item"]["id"] == story.subject and record["rulebook"] == record["item"]["rulebook"]
    assert record["cases"][0]["id"] == story.case_id
    assert story.decision in [decision["id"] for decision in record["decisions"]]
    assert record["actions"] and record["appeals"][0]["state"] == "upheld"
    assert record["reviews"][0]["reviewer"] == ANN.actor
    assert {f"statements/{story.decision}.zh.txt", f"statements/{story.decision}.en.txt"} <= set(found)
    kinds = {json.loads(line)["kind"] for line in found["journal/events.jsonl"].splitlines()}
    assert {"item.submitted", "item.judged", "case.opened", "case.reviewed", "decision.made", "action.taken",
            "appeal.lodged", "appeal.decided"} <= kinds  # fmt: skip
    with story.database.read() as tx:
        own = events_of(tx, story.subject)
    verdict = next(event.body["verdict"] for event in own if event.kind == "item.judged")
    assert found[f"content/{verdict}.json"] and digest(found[f"content/{verdict}.json"]) == verdict
    assert json.loads(found[f"content/{verdict}.json"])["findings"][0]["cites"]
    everything = b"".join(found.values())
    assert story.other.encode() not in everything and b"afterwards" not in everything
    assert PHONE.encode() in everything and NAME.encode() in everything


def test_personal_data_is_covered_everywhere(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(package_bytes(exported(story, by=AUDITOR), story.signer))
    found = files(path.read_bytes())
    everything = b"".join(found.values())
    assert PHONE.encode() not in everything
    assert NAME.encode() not in everything
    assert "永不反弹".encode() in everything
    assert json.loads(found["manifest.json"])["masked"] is True
    assert any(name.startswith("masked/") for name in found)
    record = json.loads(found["record.json"])
    shown = {json.loads(line)["seq"] for line in found["journal/events.jsonl"].splitlines()}
    whole = exported(story, unmasked=True).events
    withheld = [event.text for event in whole if event.seq not in shown]
    assert record["withheld_events"] == len(withheld) > 0
    assert all(NAME in text for text in withheld)
    code, said = verified(path, cwd=tmp_path)
    assert code == 0 and "打码副本" in said


def test_the_same_state_gives_the_same_bytes(short: Story) -> None:
    with short.database.write() as tx:
        checkpoint(tx, short.signer)
    made: list[bytes] = []
    for _ in range(2):
        with pytest.raises(InterruptedError), short.database.write() as tx:
            made.append(package_bytes(export(tx, LEAD, short.subject, short.signer), short.signer))
            raise InterruptedError  # the access log forgets it, too
    assert made[0] == made[1]


def test_a_case_has_its_own_package(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(package_bytes(exported(story, story.case_id), story.signer))
    record = json.loads(files(path.read_bytes())["record.json"])
    assert (record["kind"], record["item"]["id"]) == ("case", story.subject)
    assert [decision["id"] for decision in record["decisions"]] == [story.decision]
    assert verified(path, cwd=tmp_path)[0] == 0


def test_who_may_have_it_and_that_it_is_remembered(short: Story) -> None:
    for by, more in ((ANN, {}), (AUDITOR, {"unmasked": True}), (AUDITOR, {"blobs": short.blobs})):
        with pytest.raises(Forbidden):
            exported(short, by=by, **more)
    with pytest.raises(NotFound, match="itm_none"):
        exported(short, "itm_none")
    exported(short, by=AUDITOR)
    exported(short, by=LEAD, unmasked=True)
    with short.database.read() as tx:
        seen = [(look.actor, look.what, look.fields) for look in accesses(tx, subject=short.subject)]
    assert seen == [(LEAD.actor, "evidence.export", ("unmasked",)), (AUDITOR.actor, "evidence.export", ())]
    again = json.loads(files(package_bytes(exported(short), short.signer))["record.json"])
    assert [look["actor"] for look in again["looks"]] == [AUDITOR.actor, LEAD.actor]


def test_media_files_go_along_when_asked(short: Story, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with path.open("wb") as out:
        write_package(exported(short, unmasked=True, blobs=short.blobs), short.signer, out)
    assert files(path.read_bytes())[f"media/{short.picture}"] == PICTURE
    assert verified(path, cwd=tmp_path)[0] == 0
    short.blobs.delete(short.picture)
    with pytest.raises(NotFound, match=short.picture[:8]):
        exported(short, unmasked=True, blobs=short.blobs)


def test_a_time_stamp_goes_along(short: Story, tmp_path: Path) -> None:
    authority = Authority(datetime(2026, 3, 2, 1, 30, tzinfo=UTC))
    with short.database.write() as tx:
        checkpoint(tx, short.signer)
    stamp(short.database, "http://tsa.example/", authority)
    path, ca = tmp_path / "package.zip", tmp_path / "ca.pem"
    path.write_bytes(package_bytes(exported(short), short.signer))
    ca.write_bytes(authority.root_pem)
    code, said = verified(path, cwd=tmp_path)
    assert code == 0 and "时间戳 20260302013000Z:给出 --ca" in said
    code, said = verified(path, "--ca", str(ca), cwd=tmp_path)
    assert code == 0 and "时间戳有效" in said
    ca.write_bytes(Authority(datetime(2026, 3, 2, tzinfo=UTC)).root_pem)
    code, said = verified(path, "--ca", str(ca), cwd=tmp_path)
    assert code == 1 and "时间戳的签名不对" in said


def damaged(content: bytes) -> bytes:
    """One byte is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_a_change_to_any_file_shows(short: Story, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with path.open("wb") as out:
        write_package(exported(short, unmasked=True, blobs=short.blobs), short.signer, out)
    whole = files(path.read_bytes())
    assert not check(path).problems
    for name in whole:
        for change in (whole | {name: damaged(whole[name])}, {other: whole[other] for other in whole if other != name}):
            try:
                said = "\n".join(problem.zh for problem in check(zipped(change, tmp_path / "changed.zip")).problems)
            except NoPackage as error:
                said = error.said.zh
            assert name in said, name
    more = check(zipped(whole | {"content/extra.json": b"{}"}, tmp_path / "more.zip"))
    assert any("清单之外的文件:content/extra.json" in problem.zh for problem in more.problems)


def resigned(contents: dict[str, bytes], signer: Signer) -> dict[str, bytes]:
    """The manifest made anew by somebody with a key."""
    manifest = json.loads(contents["manifest.json"])
    rest = {name: content for name, content in contents.items() if not name.startswith("manifest.")}
    manifest["files"] = {name: {"sha256": digest(content), "size": len(content)} for name, content in rest.items()}
    manifest["signer"] = signer.id
    told = canonical(manifest)
    return rest | {"manifest.json": told, "manifest.sig": signer.sign(told)}


def with_event(contents: dict[str, bytes], kind: str, **fields: object) -> dict[str, bytes]:
    lines = [json.loads(line) for line in contents["journal/events.jsonl"].splitlines()]
    for line in lines:
        if line["kind"] == kind:
            line.update(fields)
    return contents | {"journal/events.jsonl": b"".join(canonical(line) + b"\n" for line in lines)}


def test_even_the_owner_of_the_key_cannot_change_what_happened(short: Story, tmp_path: Path) -> None:
    """The manifest signed anew: the chain and its checkpoint still speak."""
    whole = files(package_bytes(exported(short, unmasked=True), short.signer))
    for change, says in (
        (with_event(whole, "case.reviewed", actor="user:usr_bea"), "条事件被改动"),
        (with_event(whole, "case.reviewed", seq=10_000), "没有签名检查点作证"),
        (with_event(whole, "decision.made", body="{}"), "条事件被改动"),
        (whole | {"journal/chain.json": b"[]"}, "没有签名检查点作证"),
        ({name: content for name, content in whole.items() if not name.startswith("checkpoints/")}, "检查点不符"),
        (whole | {f"content/{digest(b'[]')}.json": b"[]"}, "没有事件提到"),
        (whole | {f"content/{'0' * 64}.json": b"[]"}, "与摘要不符"),
        (whole | {"journal/events.jsonl": b"{}\n"}, "不合格式"),
        (whole | {"journal/signers.json": b"[]"}, "检查点的密钥不识"),
    ):
        report = check(zipped(resigned(change, short.signer), tmp_path / "changed.zip"))
        assert any(says in problem.zh for problem in report.problems), says


def test_a_forger_with_a_key_of_his_own_is_found_by_the_published_key(short: Story, tmp_path: Path) -> None:
    whole = files(package_bytes(exported(short), short.signer))
    forger = new_signer()
    signers = json.loads(whole["journal/signers.json"])
    signers.append({"id": forger.id, "public": forger.public.hex(), "by": None, "signature": None})
    changed = resigned(whole | {"journal/signers.json": canonical(signers)}, forger)
    path = zipped(changed, tmp_path / "changed.zip")
    assert any("不是由给定的公钥启用" in problem.zh for problem in check(path, key=short.signer.public).problems)
    assert any("没有旧密钥的签名" in note.zh for note in check(path).notes)
    assert any("不是给定的公钥" in problem.zh for problem in check(path, key=new_signer().public).problems)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b"PK\x03\x04"),
        lambda path: path.write_bytes(b""),
        lambda path: zipped({"readme": b""}, path),
        lambda path: zipped({"manifest.json": b"{"}, path),
        lambda path: zipped({"manifest.json": b"[" * 100_000}, path),
        lambda path: zipped({"manifest.json": b"{}"}, path),
        lambda path: path.mkdir(),
    ],
)
def test_what_is_no_package_is_said(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "package.zip"
    make(path)
    with pytest.raises(NoPackage):
        check(path)


def test_names_lead_nowhere(tmp_path: Path) -> None:
    listed = {"../outside": {"sha256": "0" * 64, "size": 1}}
    manifest = canonical({"format": "mingjian.evidence/1", "files": listed, "signer": "x"})
    report = check(zipped({"manifest.json": manifest}, tmp_path / "package.zip"))
    assert any("文件名不合格" in problem.zh for problem in report.problems)
