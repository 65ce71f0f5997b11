"""Marking clauses on a sheet: the institution's own, the reviewer's, an audit's. Each clause is saved by itself, so
that two people on one sheet do not get in each other's way, and a stale save is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.accreditation.access import APPLY, AUDIT, MANAGE, READ, held, held_audit, own, seen, words
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import demand_apart
from mingjian.governance.accreditation.standard import Clause, Standard
from mingjian.records.accreditation.model import MARKS, Accreditation, File, Mark
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import accreditation_audits, accreditations
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.media_uses import put_uses

MOST_FILES = 1500
"""Of one application, all sheets together."""
NEEDS = {"self": APPLY, "document": MANAGE, "audit": AUDIT}
"""What it takes to write on a sheet."""
FILE_KINDS = ("picture", "document")


@dataclass(frozen=True, slots=True)
class Given:
    """How somebody marks a clause. ``evidence`` are digests of files of the application; ``version`` is the mark's as
    it was seen, 0 for a clause without one, None to save in any case."""

    clause: str
    mark: str
    note: str = ""
    evidence: Sequence[str] = ()
    version: int | None = None


def sheet_of(accreditation: str, which: str, audit: str | None = None) -> str:
    """The name of a sheet: ``self`` and ``document`` of an application, or an audit's."""
    return audit if which == "audit" and audit is not None else f"{accreditation}:{which}"


def writer(tx: Tx, principal: Principal, id: str, which: str, audit: str | None = None) -> Accreditation:
    """The application whose sheet somebody may write on now; Forbidden, Conflict, NotFound."""
    demand(principal, NEEDS.get(which, READ))
    if which == "self":
        found = held(tx, principal, id, None, ("assessing", "returned"), "自评")
        own(principal, found)
    elif which == "document":
        found = held(tx, principal, id, None, ("reviewing",), "评审")
        if found.reviewer != principal.actor:
            raise Forbidden("请先领取评审。")
    elif which == "audit" and audit is not None:
        found = seen(tx, principal, id)
        going = held_audit(tx, audit, None, ("open",), "记录")
        if going.accreditation != id:
            raise NotFound(f"没有审核 {audit}")
        if principal.actor not in going.auditors:
            raise Forbidden("你不是这次审核的审核员。")
        demand_apart(tx, standard_kept(tx, found.text), found, principal.actor, "audit")
    else:
        raise Invalid("应为 self、document 或 audit。", field="sheet")
    return found


def mark(
    tx: Tx, principal: Principal, id: str, which: str, given: Sequence[Given], *, audit: str | None = None
) -> list[Mark]:
    """Mark clauses. Invalid with all that is wrong; Conflict when a mark was changed by somebody else since it was
    seen. Saving what stands already changes nothing."""
    hold_head(tx)
    found = writer(tx, principal, id, which, audit)
    standard = standard_kept(tx, found.text)
    sheet = sheet_of(id, which, audit)
    before = accreditations.marks_of(tx, sheet)
    files = accreditations.files_in(tx, id)
    wrong = [told for one in given if (told := _wrong(standard, which, one, files)) is not None]
    if wrong:
        raise Invalid(";".join(wrong), field="marks")
    stale = [one.clause for one in given
             if one.version is not None and one.version != _version(before.get(one.clause))]  # fmt: skip
    made = []
    for one in given:
        note = words(tx, one.note, "note", "说明", needed=False)
        was = before.get(one.clause)
        row = {"clause": one.clause, "mark": one.mark, "note": note, "evidence": list(dict.fromkeys(one.evidence))}
        if was is not None and (was.mark, was.note, list(was.evidence)) == (one.mark, note, row["evidence"]):
            continue  # sent again, perhaps because the answer was lost
        if one.clause in stale:
            raise Conflict(f"条款 {one.clause} 刚被他人改动,请刷新后再记。", field=one.clause)
        made.append({**row, "version": _version(was) + 1})
    if made:
        append(tx, Event("accreditation.marked", id, {"sheet": sheet, "marks": made}, principal.actor))
    after = accreditations.marks_of(tx, sheet)
    return [after[one.clause] for one in given]


def _version(mark: Mark | None) -> int:
    return 0 if mark is None else mark.version


def _wrong(standard: Standard, which: str, one: Given, files: dict[str, File]) -> str | None:
    clause: Clause | None = standard.clauses.get(one.clause)
    if clause is None:
        return f"标准里没有条款 {one.clause[:20]}"
    if one.mark not in MARKS:
        return f"{one.clause}:结论应为 {'、'.join(MARKS)}"
    if one.mark == "na" and clause.na is None:
        return f"{one.clause}:这一条不能标不适用"
    if which != "self" and one.mark in ("partly", "not") and len(one.note.strip()) < 2:
        return f"{one.clause}:不符合和部分符合要写明事实"
    if len(set(one.evidence)) > standard.files:
        return f"{one.clause}:证据最多 {standard.files} 个文件"
    if any(name not in files for name in one.evidence):
        return f"{one.clause}:证据文件还没有上传"
    return None


def may_file(tx: Tx, principal: Principal, id: str) -> int:
    """The most bytes of a file that somebody may give as evidence now. Forbidden for who has no part in it, Conflict
    when the application holds as many files as it may."""
    found = seen(tx, principal, id)
    auditors = {one for audit in accreditation_audits.audits_of(tx, id) if audit.state in ("planned", "open")
                for one in audit.auditors}  # fmt: skip
    if principal.actor not in {found.applied_by, found.reviewer} | auditors:
        raise Forbidden("只有申请人、评审人和审核员可以上传证据。")
    if found.state in ("refused", "withdrawn"):
        raise Conflict("申请已经结束,不能再上传。")
    if len(accreditations.files_in(tx, id)) >= MOST_FILES:
        raise Conflict(f"这份申请的文件已到上限 {MOST_FILES} 个。")
    return standard_kept(tx, found.text).megabytes << 20


def add_file(tx: Tx, principal: Principal, id: str, digest: str, name: str, kind: str, size: int) -> File:
    """Keep with an application a file that lies in the folder of blobs. Invalid for what is neither a picture nor a
    document."""
    may_file(tx, principal, id)
    if kind not in FILE_KINDS:
        raise Invalid("证据应为图片(JPEG、PNG、WebP、HEIC)或文档(PDF、Word、Excel)。", field="file")
    accreditations.put_file(tx, File(id, digest, name[-200:], kind, size, principal.actor, tx.now))
    put_uses(tx, [(id, digest)])  # erasing an item that has the same file leaves it here
    return accreditations.files_in(tx, id)[digest]
