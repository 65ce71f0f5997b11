"""Blind rating: forms given out by a seed, marks kept as they are given, submitted whole, conflicts declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.words import required
from mingjian.governance.ranking.blind import assign, conflicts, covered, names_of, ties_of
from mingjian.governance.ranking.editions import MANAGE, get_edition, get_entrant, in_state, plan_of
from mingjian.governance.ranking.entering import works_of
from mingjian.governance.ranking.model import Ranking
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.ranking.model import Edition, Form
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

RATE = "ranking.rate"
_AT_ONCE = 1000
CANNOT = 0
"""The mark that says: cannot judge."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """``made`` forms were given out; ``short`` entrants (id → how many lack) have too few raters without a conflict;
    ``barred`` pairs were kept apart; ``unknown`` raters are not in the registry, so that nothing is known of them."""

    made: int
    short: Mapping[str, int]
    barred: int
    unknown: int


@dataclass(frozen=True, slots=True)
class FormShown:
    """A form as its rater sees it: ``alias`` in place of a name, works with names covered."""

    form: Form
    edition: Edition
    plan: Ranking
    alias: str
    works: tuple[Mapping[str, Any], ...]
    left: int
    """Dimensions without a mark."""


def give_out(tx: Tx, principal: Principal, edition: str, seed: int) -> Assigned:
    """Give every eligible entrant the forms they lack, by a seed that the journal keeps; entrants come in no more.
    Conflict when nobody is eligible or nobody sits on the jury."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "open", "rating")
    plan = plan_of(tx, found)
    eligible = store.entrants_of(tx, edition, states=("eligible",))
    if not eligible:
        raise Conflict("还没有通过参评条件的医师,请先审查参评条件。")
    if not found.jury:
        raise Conflict("还没有评委,请先确定评委。")
    raters = {f"user:{one['user']}": one.get("entity") for one in found.jury}
    there = forms.forms_of_edition(tx, edition)
    live = Counter(one.entrant for one in there if one.state in ("assigned", "submitted"))
    load = Counter(one.rater for one in there if one.state in ("assigned", "submitted"))
    ties = ties_of(tx, [*{one.entity for one in eligible}, *{one for one in raters.values() if one}], found.as_of)
    kept_apart = conflicts({one.id: one.entity for one in eligible}, raters, ties)
    barred = kept_apart | {(one.entrant, one.rater) for one in there}
    needed = {one.id: plan.raters - live[one.id] for one in eligible if live[one.id] < plan.raters}
    pairs, short = assign(needed, list(raters), barred, seed, load)
    for first in range(0, max(1, len(pairs)), _AT_ONCE):
        rows = [[tx.new_id("frm"), entrant, rater] for entrant, rater in pairs[first : first + _AT_ONCE]]
        body = {"seed": seed, "forms": rows, "short": short if first == 0 else {}, "barred": len(kept_apart)}
        append(tx, Event("edition.assigned", edition, body, principal.actor))
    unknown = sum(1 for entity in raters.values() if entity is None)
    return Assigned(len(pairs), short, len(kept_apart), unknown)


def my_forms(tx: Tx, principal: Principal, state: str = "assigned") -> list[Form]:
    """One's own forms in a state, while their edition is being rated or after."""
    demand(principal, RATE)
    return forms.forms_of_rater(tx, principal.actor, state)


def show(tx: Tx, principal: Principal, form: str) -> FormShown:
    """One's own form with what is to be judged."""
    demand(principal, RATE)
    found = _own(tx, principal, form)
    edition = get_edition(tx, found.edition)
    plan = plan_of(tx, edition)
    entrant = get_entrant(tx, found.entrant)
    entity = registry.entities_by_id(tx, [entrant.entity]).get(entrant.entity)
    names = names_of(tx, entity) if entity is not None else []
    works = covered(works_of(tx, entrant), names)
    left = sum(1 for one in plan.rated if one.key not in found.marks)
    return FormShown(found, edition, plan, f"A{entrant.number:04d}", tuple(works), left)


def mark(tx: Tx, principal: Principal, form: str, marks: Mapping[str, int | None]) -> Form:
    """Keep marks as they are given (None takes one away). Only what changes is recorded."""
    demand(principal, RATE)
    hold_head(tx)
    found = _open(tx, principal, form)
    plan = plan_of(tx, get_edition(tx, found.edition))
    rated = {one.key for one in plan.rated}
    for key, given in marks.items():
        if key not in rated:
            raise Invalid(f"评分表里没有“{key}”。", field="marks")
        if given is not None and (isinstance(given, bool) or given not in (CANNOT, *plan.marks)):
            raise Invalid(f"分数只能是 {'、'.join(map(str, plan.marks))},或 0(无法判断)。", field="marks")
    changed = {key: given for key, given in marks.items() if found.marks.get(key) != given}
    if changed:
        append(tx, Event("form.marked", form, {"marks": changed}, principal.actor))
    return _own(tx, principal, form)


def submit(tx: Tx, principal: Principal, form: str) -> Form:
    """Hand a form in; Conflict while a dimension has no mark."""
    demand(principal, RATE)
    hold_head(tx)
    found = _own(tx, principal, form)
    if found.state == "submitted":
        return found
    found = _open(tx, principal, form)
    plan = plan_of(tx, get_edition(tx, found.edition))
    left = [one.title for one in plan.rated if one.key not in found.marks]
    if left:
        raise Conflict(f"还有 {len(left)} 项没有打分:{'、'.join(left[:5])}{'…' if len(left) > 5 else ''}")
    append(tx, Event("form.submitted", form, {}, principal.actor))
    return _own(tx, principal, form)


def declare(tx: Tx, principal: Principal, form: str, reason: str) -> Form:
    """Declare a conflict of interest: the form is taken back, and its marks count no more."""
    demand(principal, RATE)
    hold_head(tx)
    found = _own(tx, principal, form)
    if found.state not in ("assigned", "submitted"):
        raise Conflict("这张评分表已经收回。")
    in_state(get_edition(tx, found.edition), "rating")
    append(tx, Event("form.declared", form, {"reason": required(reason)}, principal.actor))
    return _own(tx, principal, form)


def void(tx: Tx, principal: Principal, edition: str, rater: str, reason: str) -> int:
    """Take back what a rater has not handed in (they are ill, or gone); how many forms that were."""
    demand(principal, MANAGE)
    hold_head(tx)
    in_state(get_edition(tx, edition), "rating")
    open_ones = [one for one in forms.forms_of_edition(tx, edition, "assigned") if one.rater == rater]
    body = {"reason": required(reason)}
    append_all(tx, [Event("form.voided", one.id, body, principal.actor) for one in open_ones])
    return len(open_ones)


def _own(tx: Tx, principal: Principal, form: str) -> Form:
    found = forms.form_by_id(tx, form)
    if found is None or found.rater != principal.actor:
        raise NotFound(f"没有这张评分表:{form}")
    return found


def _open(tx: Tx, principal: Principal, form: str) -> Form:
    found = _own(tx, principal, form)
    if found.state != "assigned":
        raise Conflict("这张评分表已经提交或收回,不能再改。")
    if get_edition(tx, found.edition).state != "rating":
        raise Forbidden("这一期不在评分中。")
    return found
