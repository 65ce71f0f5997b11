"""Sealing: the hard stop before it, the waivers that answer it, and what the seal vouches for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.clinic.publication.access import held
from mingjian.clinic.publication.chain import chain
from mingjian.clinic.publication.judging import Judge, Know, asking, judged, mark_of, unanswered
from mingjian.clinic.publication.model import Draft, Judged, Seal, Step, Waiver
from mingjian.clinic.publication.versions import opened
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, draft_queries
from mingjian.records.storage.database import Tx

_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Stops:
    """What stands in the way of sealing a version: violations without an answer, notices that are missing."""

    violations: tuple[Mapping[str, Any], ...]
    notices: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.violations or self.notices)

    def told(self) -> str:
        """For people."""
        words = [f"违规“{one['quote']}”({one['code']})未改也未放行" for one in self.violations[:5]]
        words += [f"缺少“{title}”" for title in self.notices]
        more = len(self.violations) - 5
        return ";".join(words) + (f";另有 {more} 处违规" if more > 0 else "")


def stops(tx: Tx, draft: Draft, said: Judged) -> Stops:
    """What stands in the way now."""
    left = unanswered(said, draft_queries.waivers_of(tx, draft.id), tx.now)
    return Stops(tuple(left), tuple(due.notice.title for due in said.notices if due.blocks))


def judged_now(tx: Tx, draft: Draft, number: int, judge: Judge, know: Sequence[Know] = ()) -> Judged:
    """What today's rulebook, and what is known of the publisher today, say of a version: a seal must not rest on
    yesterday's."""
    version = opened(tx, draft, number)
    if version.content is None:
        raise Conflict("这一版的原文已删除。")
    return judged(judge, version.content, version.perceived, day(tx.now), asking(tx, know))


def waive(
    tx: Tx, principal: Principal, draft: str, code: str, quote: str, reason: str, *, judge: Judge,
    know: Sequence[Know] = (), days: int | None = None,
) -> Waiver:  # fmt: skip
    """Answer a violation of the newest version with a reason, for ``days``: the same words are let through until
    then. Whoever the chain's data names may, but not the author."""
    rule = chain()
    demand(principal, rule.waiver_permission)
    found = held(tx, principal, draft)
    if found.author == principal.actor:
        raise Forbidden("不能放行自己的稿件。")
    if found.state in ("sealed", "withdrawn"):
        raise Conflict("稿件已封存或已撤回。")
    days = rule.waiver_days if days is None else days
    if not 1 <= days <= rule.waiver_most_days:
        raise Invalid(f"放行期限应为 1 到 {rule.waiver_most_days} 天。", field="days")
    if len(reason.strip()) < 4 or len(reason) > 500:
        raise Invalid("请写明放行的理由(4 到 500 字)。", field="reason")
    said = judged_now(tx, found, found.version, judge, know)
    finding = next((one for one in said.violations if (one["code"], one["quote"]) == (code, quote)), None)
    if finding is None:
        raise Conflict("这一版没有这处违规,请刷新。", field="code")
    id = tx.new_id("wvr")
    name, words = mark_of(finding)
    body = {"waiver": id, "version": found.version, "code": name, "quote": words, "reason": reason.strip(),
            "until": tx.now + days * _DAY}  # fmt: skip
    append(tx, Event("draft.waived", draft, body, principal.actor))
    return next(one for one in draft_queries.waivers_of(tx, draft) if one.id == id)


def seal(tx: Tx, principal: Principal, draft: Draft, judge: Judge, *, measure: str, know: Sequence[Know] = ()) -> Seal:
    """Seal the version in review; the last level's approval calls this. Conflict names what stands in the way."""
    number = draft.version
    said = judged_now(tx, draft, number, judge, know)
    in_the_way = stops(tx, draft, said)
    if in_the_way:
        raise Conflict(f"还不能封存:{in_the_way.told()}。", field="draft")
    steps = _approvals(draft_queries.steps_of(tx, draft.id))
    version = opened(tx, draft, number)
    waivers = {(one.code, one.quote): one.id for one in draft_queries.waivers_of(tx, draft.id) if one.until > tx.now}
    verdict = contents.put(tx, [canonical(dict(said.verdict))])[0]
    body = {
        "version": number,
        "digest": draft.digest,
        "media": [file["digest"] for file in (version.content or {}).get("media", ())],
        "author": draft.author,
        "approvals": [
            {"level": step.level, "reviewer": step.reviewer, "review": step.review, "case": step.case,
             "version": step.version, "measure": step.measure, "at": step.at}
            for step in steps
        ],
        "measure": measure,
        "rulebook": said.verdict["rulebook"],
        "as_of": said.verdict["as_of"],
        "verdict": verdict,
        "known": contents.put(tx, [canonical(dict(said.known))])[0] if said.known else None,
        "value": said.verdict["verdict"],
        "findings": [
            {"code": one["code"], "severity": one["severity"], "status": one["status"],
             "waiver": waivers.get(mark_of(one)) if one["status"] == "violation" else None}
            for one in said.findings
        ],
        "notices": [due.notice.name for due in said.notices if due.met],
    }  # fmt: skip
    append(tx, Event("draft.sealed", draft.id, body, principal.actor))
    made = draft_queries.seal_of(tx, draft.id)
    assert made is not None  # the fold has just made it
    return made


def _approvals(steps: list[Step]) -> list[Step]:
    """The last approval of each level, in the chain's order. Conflict when a level is missing or took its approval
    back: then the queues' chain was changed under the draft."""
    rule = chain()
    last = {step.level: step for step in steps if not step.undone}
    found = []
    for level in rule.levels():
        step = last.get(level.name)
        if step is None or step.measure not in rule.approves:
            raise Conflict(f"“{level.title}”还没有通过,不能封存。", field="draft")
        found.append(step)
    return found
