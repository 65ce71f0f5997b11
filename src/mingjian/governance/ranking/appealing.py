"""Appeals of entrants against a refusal or a score, and corrections: a new version of the edition, never an edit."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.words import required
from mingjian.governance.ladders.count import DAY
from mingjian.governance.ranking.editions import MANAGE, get_edition, get_entrant, in_state, move, plan_of
from mingjian.governance.ranking.entering import admit
from mingjian.records.clock import moment
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.ranking.model import Edition, Entrant, RankingAppeal
from mingjian.records.storage import contents
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

MOST_GROUNDS = 5000
OUTCOMES = ("upheld", "granted")
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class AppealShown:
    """An appeal with the entrant and what they wrote (None once deleted). ``barred`` may not answer it."""

    appeal: RankingAppeal
    entrant: Entrant
    edition: Edition
    grounds: str | None
    overdue: bool
    barred: frozenset[str]


def may_appeal(tx: Tx, entrant: Entrant) -> str | None:
    """None when an appeal may be lodged now, else why not."""
    edition = get_edition(tx, entrant.edition)
    own = forms.appeals_of_entrant(tx, entrant.id)
    if any(one.state == "lodged" for one in own):
        return "已经提出过申诉,请等待答复。"
    if edition.state in ("withdrawn", "replaced", "drafted"):
        return "这一期不能再申诉。"
    if edition.state == "published":
        if edition.appeal_until is not None and tx.now > edition.appeal_until:
            return f"申诉期限已过(截至 {moment(edition.appeal_until):%Y-%m-%d %H:%M})。"
        if any(one.lodged_at >= (edition.published_at or 0) for one in own):
            return "对公布的结果已经申诉过。"
        return None
    if entrant.state != "refused":
        return "公布之前,只有未通过参评条件的可以申诉。"
    return "对参评条件已经申诉过。" if own else None


def lodge(tx: Tx, by: Principal | Concerned, entrant: str, grounds: str) -> RankingAppeal:
    """Appeal: the entrant by their token, or somebody for them (``appeal.lodge``). Conflict after the deadline, twice,
    or where there is nothing to appeal against."""
    if isinstance(by, Concerned):
        if by.decision != entrant:
            raise Forbidden("申诉链接与这位参评医师不符。")
    else:
        demand(by, "appeal.lodge")
    grounds = grounds.strip()
    if not 1 <= len(grounds) <= MOST_GROUNDS:
        raise Invalid(f"请写明申诉理由,最多 {MOST_GROUNDS} 字", field="grounds")
    hold_head(tx)
    found = get_entrant(tx, entrant)
    refused = may_appeal(tx, found)
    if refused is not None:
        raise Conflict(refused)
    edition = get_edition(tx, found.edition)
    (kept,) = contents.put(tx, [grounds.encode()])
    id = tx.new_id("rka")
    body = {"edition": edition.id, "entrant": entrant, "grounds": kept,
            "due_at": tx.now + plan_of(tx, edition).answer_days * DAY}  # fmt: skip
    append(tx, Event("ranking_appeal.lodged", id, body, by.actor))
    return _appeal(tx, id)


def decide(tx: Tx, principal: Principal, appeal: str, outcome: str, reason: str) -> RankingAppeal:
    """Answer an appeal: ``upheld`` (what was said stands) or ``granted``. Somebody who had no hand in the edition. A
    refusal that falls lets the entrant in (and sends what was computed back); a published edition is not touched: it
    is corrected by a new version."""
    demand(principal, "appeal.decide")
    if outcome not in OUTCOMES:
        raise Invalid("请选择维持或者成立。", field="outcome")
    reason = required(reason)
    hold_head(tx)
    found = _appeal(tx, appeal)
    if found.state != "lodged":
        raise Conflict("申诉已经答复,请刷新后再看。")
    entrant, edition = get_entrant(tx, found.entrant), get_edition(tx, found.edition)
    if principal.actor in involved(tx, edition, entrant, found):
        raise Forbidden("申诉须由未参与这一期榜单的人答复,请转给其他人。")
    append(tx, Event("ranking_appeal.decided", appeal, {"outcome": outcome, "reason": reason}, principal.actor))
    before = edition.state in ("open", "rating", "computed", "reviewed")
    if outcome == "granted" and entrant.state == "refused" and before:
        admit(tx, principal, entrant, reason)
        if edition.state in ("computed", "reviewed"):
            move(tx, principal, edition, "rating", f"申诉成立,须重新评分与计算:{appeal}")
    return _appeal(tx, appeal)


def involved(tx: Tx, edition: Edition, entrant: Entrant, appeal: RankingAppeal) -> frozenset[str]:
    """Who had a hand in the edition, rated or examined the entrant, or lodged the appeal."""
    found = {edition.made_by, edition.computed_by, edition.reviewed_by, edition.published_by, entrant.registered_by,
             entrant.examined_by, appeal.lodged_by}  # fmt: skip
    found |= {f"user:{one['user']}" for one in edition.jury}
    found |= {one.rater for one in forms.forms_of_entrant(tx, entrant.id)}
    return frozenset(actor for actor in found if actor and not actor.startswith(("duty:", "system")))


def correct(tx: Tx, principal: Principal, edition: str, reason: str) -> Edition:
    """Draft the next version of a published edition, for a reason the public will read: entrants, values and marks are
    taken over; it is computed, reviewed and published like any other. Conflict when there is one already."""
    demand(principal, MANAGE)
    reason = required(reason)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "published")
    if store.correction_of(tx, edition) is not None:
        raise Conflict("已经有更正的一版。")
    id = tx.new_id("edt")
    body = {"ranking": found.ranking, "plan": found.plan, "title": found.title, "title_en": found.title_en,
            "version": found.version + 1, "replaces": edition, "reason": reason, "opens": found.opens.isoformat(),
            "closes": found.closes.isoformat(), "as_of": found.as_of.isoformat(), "jury": list(found.jury),
            "most": found.most}  # fmt: skip
    append(tx, Event("edition.drafted", id, body, principal.actor))
    taken = _take_entrants(tx, principal, edition, id)
    carried = [Event("form.carried", tx.new_id("frm"), {"edition": id, "entrant": taken[one.entrant],
                                                        "rater": one.rater, "marks": dict(one.marks), "from": one.id},
                     principal.actor)
               for one in forms.forms_of_edition(tx, edition, "submitted") if one.entrant in taken]  # fmt: skip
    append_all(tx, carried)
    append(tx, Event("edition.moved", id, {"to": "rating", "reason": f"更正 {edition}:{reason}"}, principal.actor))
    return get_edition(tx, id)


def _take_entrants(tx: Tx, principal: Principal, before: str, id: str) -> dict[str, str]:
    entrants = store.entrants_of(tx, before)
    taken = {one.id: tx.new_id("etr") for one in entrants}
    registered, examined, withdrawn = [], [], []
    for one in entrants:
        body = {"edition": id, "entity": one.entity, "number": one.number, "origin": one.origin,
                "statement": one.statement}  # fmt: skip
        registered.append(Event("entrant.registered", taken[one.id], body, principal.actor))
        if one.state == "withdrawn":
            withdrawn.append(Event("entrant.withdrawn", taken[one.id], {"reason": "前一版已退出"}, principal.actor))
        elif one.chain is not None:
            state = {"state": one.state, "chain": one.chain}
            examined.append(Event("entrant.examined", taken[one.id], state, principal.actor))
    append_all(tx, [*registered, *examined, *withdrawn])
    values = {taken[one.id]: one.collected for one in entrants if one.collected}
    for first in range(0, len(values), _AT_ONCE):
        some = dict(list(values.items())[first : first + _AT_ONCE])
        append(tx, Event("edition.valued", id, {"values": some, "origin": "carried"}, principal.actor))
    _admit_granted(tx, principal, before, taken)
    return taken


def _admit_granted(tx: Tx, principal: Principal, before: str, taken: dict[str, str]) -> None:
    """Whose refusal fell on appeal after publication comes into the correction."""
    for appeal in forms.appeals_of_edition(tx, before):
        entrant = get_entrant(tx, taken[appeal.entrant]) if appeal.state == "granted" else None
        if entrant is not None and entrant.state == "refused":
            admit(tx, principal, entrant, appeal.reason or "")


def get_appeal(tx: Tx, principal: Principal, appeal: str) -> AppealShown:
    """One appeal, for who manages rankings or answers appeals."""
    _demand_sees(principal)
    return shown(tx, _appeal(tx, appeal))


def list_waiting(tx: Tx, principal: Principal) -> list[AppealShown]:
    """Appeals without an answer, the most urgent first."""
    _demand_sees(principal)
    return [shown(tx, one) for one in forms.appeals_waiting(tx)]


def list_of_edition(tx: Tx, principal: Principal, edition: str) -> list[AppealShown]:
    """All appeals of an edition."""
    _demand_sees(principal)
    return [shown(tx, one) for one in forms.appeals_of_edition(tx, edition)]


def shown(tx: Tx, appeal: RankingAppeal) -> AppealShown:
    """An appeal with all that is needed to answer it."""
    entrant, edition = get_entrant(tx, appeal.entrant), get_edition(tx, appeal.edition)
    kept = contents.get(tx, appeal.grounds)
    return AppealShown(appeal, entrant, edition, kept.decode() if kept is not None else None,
                       appeal.state == "lodged" and tx.now > appeal.due_at,
                       involved(tx, edition, entrant, appeal))  # fmt: skip


def _demand_sees(principal: Principal) -> None:
    if not allowed(principal, MANAGE):
        demand(principal, "appeal.decide")


def _appeal(tx: Tx, id: str) -> RankingAppeal:
    found = forms.appeal_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有申诉 {id}")
    return found
