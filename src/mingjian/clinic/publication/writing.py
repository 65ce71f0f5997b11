"""Writing drafts: beginning one, saving versions, handing one in, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mingjian.clinic.publication.access import held, own
from mingjian.clinic.publication.chain import chain
from mingjian.clinic.publication.judging import Judge, Know, asking, content_of, judged
from mingjian.clinic.publication.model import Draft, DraftInput
from mingjian.clinic.publication.versions import opened
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import allowed, demand
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, draft_queries, media_uses
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

HOUSE = house("publication")


def create_draft(
    tx: Tx, principal: Principal, given: DraftInput, *, judge: Judge, know: Sequence[Know] = (),
    department: str | None = None,
) -> Draft:  # fmt: skip
    """Begin a draft with its first version, judged with what ``know`` tells of its publisher. ``department`` is the
    author's own unless he belongs to none."""
    demand(principal, "draft.write")
    if department is not None and principal.department not in (None, department):
        raise Forbidden(f"你属于“{principal.department}”,不能以其他科室的名义撰稿。")
    department = (department or principal.department or "").strip() or None
    if department is not None and len(department) > 64:
        raise Invalid("科室最多 64 字。", field="department")
    content_of(given)
    id = tx.new_id("drf")
    append(tx, Event("draft.created", id, {"department": department}, principal.actor))
    return save_version(tx, principal, id, given, judge=judge, know=know)


def save_version(
    tx: Tx, principal: Principal, draft: str, given: DraftInput, *, judge: Judge, know: Sequence[Know] = (),
    base: str | None = None,
) -> Draft:  # fmt: skip
    """Save what the draft says now. A version that was handed in stays as it is: the edit becomes the next one and
    leaves the review. ``base`` is the digest the edit began from. Conflict: sealed, withdrawn, or changed since."""
    hold_head(tx)
    found = own(tx, principal, draft)
    if found.state in ("sealed", "withdrawn"):
        raise Conflict("稿件已封存,不能再改;要改请复制为新稿件。" if found.state == "sealed" else "稿件已撤回。")
    content = content_of(given)
    body = canonical(content)
    name = digest(body)
    if base is not None and found.version and base not in (found.digest, name):
        raise Conflict("稿件在别处改过了,请刷新后再保存,以免覆盖。", field="base")
    if found.version and name == found.digest:
        return found
    said = judged(judge, content, given.perceived, day(tx.now), asking(tx, know))
    seen = given.perceived.as_dict()
    read = [canonical(seen)] if any(seen.values()) else []
    kept = contents.put(tx, [body, canonical(dict(said.verdict)), *read])
    resume = found.resume
    if found.case is not None:
        resume = chain().resumed(found.level)
        cases.withdraw_case(tx, HOUSE, found.case, "撰稿人改稿,原版本不再送审")
    event: dict[str, Any] = {
        "version": found.version + 1 if found.locked or not found.version else found.version,
        "digest": kept[0],
        "verdict": kept[1],
        "read": kept[2] if read else None,
        "rulebook": said.verdict["rulebook"],
        "as_of": said.verdict["as_of"],
        "value": said.verdict["verdict"],
        "severity": said.findings[0]["severity"] if said.findings else None,
        "violations": len(said.violations),
        "platform": given.platform,
        "nature": said.verdict["nature"]["value"],
        "domain": said.verdict["domain"]["value"],
        "publisher_kind": given.publisher_kind,
        "state": "returned" if found.state == "returned" else "writing",
        "resume": resume,
    }
    media_uses.put_uses(tx, ((draft, file.digest) for file in given.media))
    append(tx, Event("draft.saved", draft, event, principal.actor))
    return held(tx, principal, draft)


def submit(tx: Tx, principal: Principal, draft: str, *, note: str = "") -> Draft:
    """Hand the newest version in: from now on it is immutable and waits at its level. Conflict when it is in review,
    sealed or withdrawn already; Invalid when it says nothing or belongs to no department."""
    hold_head(tx)
    found = own(tx, principal, draft)
    if found.state not in ("writing", "returned"):
        raise Conflict("稿件不在撰写中,不能提交。请刷新。")
    if found.department is None:
        raise Invalid("请先填写科室:科室主任按科室审核。", field="department")
    if len(note) > 500:
        raise Invalid("说明最多 500 字。", field="note")
    version = opened(tx, found, found.version)
    content = version.content or {"parts": [], "media": []}
    if not any(part["text"].strip() for part in content["parts"]) and not content["media"]:
        raise Invalid("稿件是空的。", field="text")
    level = found.resume or chain().first
    facts = {name: getattr(found, name) for name in ("platform", "nature", "domain", "severity", "value",
                                                     "publisher_kind", "department", "version", "digest")}  # fmt: skip
    writers = {one.made_by for one in draft_queries.versions_of(tx, draft)}
    request = CaseRequest("draft", draft, facts, "manual", level, note.strip() or f"第 {found.version} 版送审",
                          (found.author, *sorted(writers - {found.author})))  # fmt: skip
    case = cases.open_cases(tx, HOUSE, [request])[0]
    body = {"version": found.version, "digest": found.digest, "level": level, "case": case.id, "note": note.strip()}
    append(tx, Event("draft.submitted", draft, body, principal.actor))
    return held(tx, principal, draft)


def withdraw(tx: Tx, principal: Principal, draft: str, reason: str) -> Draft:
    """Give a draft up for good: its author, or the publicity office. Sealed ones stay."""
    hold_head(tx)
    found = held(tx, principal, draft)
    if found.author != principal.actor and not allowed(principal, "draft.publicity"):
        raise Forbidden("只有撰稿人和宣传科可以撤回稿件。")
    if found.state in ("sealed", "withdrawn"):
        raise Conflict("稿件已封存或已撤回。")
    if not reason.strip() or len(reason) > 500:
        raise Invalid("请写明撤回的理由(不超过 500 字)。", field="reason")
    if found.case is not None:
        cases.withdraw_case(tx, HOUSE, found.case, "稿件已撤回")
    append(tx, Event("draft.withdrawn", draft, {"reason": reason.strip(), "version": found.version}, principal.actor))
    return held(tx, principal, draft)
