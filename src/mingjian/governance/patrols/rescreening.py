"""Judging somebody's whole content again: durably, a stretch at a time, each item once.

The new verdict stands beside the old one, under an event of its own; the item keeps the verdict it was given. A
stretch, its verdicts, its cases and the place reached are one transaction, made only while the place is still where
the stretch began: whoever is killed loses no more than the judging of one stretch, and nobody's work counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.core.model import SEVERITIES, VERDICT_VALUES
from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.screening.again import Again, judged_again
from mingjian.governance.screening.service import Screening, verdict_bytes
from mingjian.intake.item_schema import item_to_dict
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.items.model import Stored
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.patrols.model import Rescreening
from mingjian.records.storage import contents, items
from mingjian.records.storage import registry as book
from mingjian.records.storage import rescreenings as store
from mingjian.records.storage.actions import findings_of_items
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

PATROLS = house("patrols")
AT_ONCE = 64
_MOST_CODES = 50


def start(
    tx: Tx, principal: Principal, entity: str, why: str, *, run: str | None = None, worse_only: bool = True
) -> Rescreening:
    """Begin to judge again all that an entity and its accounts have published. One that goes on already is given back.
    NotFound: no such entity."""
    demand(principal, "patrol.manage")
    if not why.strip() or len(why) > 500:
        raise Invalid("请写明复审的理由,最多 500 字。", field="why")
    hold_head(tx)
    going = store.running_of(tx, entity)
    if going is not None:
        return going
    publishers = publishers_of(tx, entity, day(tx.now))
    total, upto = store.count_items_of(tx, publishers)
    id = tx.new_id("rsc")
    body = {"entity": entity, "publishers": [list(one) for one in publishers], "why": why.strip(), "run": run,
            "upto": upto, "total": total, "worse_only": worse_only}  # fmt: skip
    append(tx, Event("rescreening.started", id, body, principal.actor))
    found = store.rescreening_by_id(tx, id)
    assert found is not None
    return found


def publishers_of(tx: Tx, entity: str, as_of: date) -> tuple[tuple[str | None, str], ...]:
    """Under which numbers an entity publishes: its own key, and those of the accounts that belong to it on a day."""
    one = book.entities_by_id(tx, [entity]).get(entity)
    if one is None:
        raise NotFound(f"没有这个登记对象:{entity}")
    held = [link.source for link in book.links_to(tx, [entity], ("belongs_to",)).get(entity, ()) if link.holds(as_of)]
    keys = [one.key, *(account.key for account in book.entities_by_id(tx, held).values())]
    found: list[tuple[str | None, str]] = []
    for key in keys:
        platform, colon, number = key.partition(":")
        found += [(platform, number)] if colon and number else []
        found.append((None, key))  # an account's key may be its bare number
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Next:
    held: Rescreening
    items: Sequence[Stored]
    place: int | None


def advance(database: Database, screening: Screening, limit: int = AT_ONCE) -> int:
    """Judge the next stretch of the oldest that goes on; how much was done (0: none goes on)."""
    with database.read() as tx:
        held = store.oldest_running(tx)
        if held is None:
            return 0
        found, place = store.next_items(tx, held, limit)
        after = _Next(held, found, place)
    again = judged_again(screening, after.items)  # the store is free for others meanwhile
    with database.write() as tx:
        hold_head(tx)
        now = store.rescreening_by_id(tx, held.id)
        if now is None or now.state != "running" or now.cursor != held.cursor:
            return 1  # somebody else was quicker
        if after.place is None:
            append(tx, Event("rescreening.finished", held.id, {}, PATROLS.actor))
            return 1
        _record(tx, now, again, after.place)
    return max(1, len(again))


def _record(tx: Tx, held: Rescreening, again: Sequence[Again], place: int) -> None:
    there = items.items_by_id(tx, [one.stored.id for one in again])  # erased meanwhile: their words stay gone
    given = [one for one in again if one.verdict is not None and there[one.stored.id].state == "judged"]
    codes = findings_of_items(tx, [one.stored.id for one in given])
    bodies = [verdict_bytes(one.verdict, one.item) for one in given if one.verdict is not None and one.item is not None]
    reads = [canonical(item_to_dict(one.item)) for one in given if one.item is not None]
    names = contents.put(tx, bodies + reads)
    events, wanted = [], []
    for one, verdict, read in zip(given, names[: len(given)], names[len(given) :], strict=True):
        assert one.verdict is not None
        before = {found.code for found in codes.get(one.stored.id, ())}
        after = {found.code for found in one.verdict.findings}
        severity = _gravest(one)
        change = change_of(one.stored.value, one.stored.severity, before, one.verdict.value, severity, after)
        body: dict[str, object] = {
            "rescreening": held.id, "verdict": verdict, "read": read, "value": one.verdict.value,
            "severity": severity, "rulebook": one.verdict.rulebook, "as_of": one.verdict.as_of.isoformat(),
            "before": one.stored.verdict or "", "before_value": one.stored.value,
            "before_severity": one.stored.severity, "change": change, "gone": sorted(before - after)[:_MOST_CODES],
            "come": sorted(after - before)[:_MOST_CODES], "case": None,
        }  # fmt: skip
        events.append(Event("item.rejudged", one.stored.id, body, PATROLS.actor))
        if change == "worse" or (change != "same" and not held.worse_only):
            wanted.append((len(events) - 1, _case(held, one, body)))
    cases = open_cases(tx, PATROLS, [request for _, request in wanted]) if wanted else []
    for (at, _), case in zip(wanted, cases, strict=True):
        events[at] = Event(events[at].kind, events[at].subject, {**events[at].body, "case": case.id}, PATROLS.actor)
    append_all(tx, events)
    changes = [event.body["change"] for event in events]
    reached = {"cursor": place, "judged": len(given), "skipped": len(again) - len(given), "cases": len(cases),
            "changed": sum(change != "same" for change in changes), "worse": changes.count("worse")}  # fmt: skip
    append(tx, Event("rescreening.advanced", held.id, reached, PATROLS.actor))


def change_of(
    value: str | None, severity: str | None, codes: set[str], now_value: str, now_severity: str | None,
    now_codes: set[str],
) -> str:  # fmt: skip
    """How a new outcome stands to an old one: first by the answer, then by the gravest finding, then by the rules."""
    if (value, severity, codes) == (now_value, now_severity, now_codes):
        return "same"
    before, after = _rank(value, severity), _rank(now_value, now_severity)
    return "worse" if after > before else "better" if after < before else "other"


def _rank(value: str | None, severity: str | None) -> tuple[int, int]:
    return (VERDICT_VALUES.index(value) if value in VERDICT_VALUES else -1,
            SEVERITIES.index(severity) if severity in SEVERITIES else -1)  # fmt: skip


def _gravest(one: Again) -> str | None:
    assert one.verdict is not None
    places = [SEVERITIES.index(found.severity) for found in one.verdict.findings]
    return SEVERITIES[max(places)] if places else None


def _case(held: Rescreening, one: Again, body: dict[str, object]) -> CaseRequest:
    stored = one.stored
    facts = {
        "platform": (stored.platform or "")[:64] or None, "publisher": (stored.publisher or "")[:200] or None,
        "publisher_kind": stored.publisher_kind, "nature": stored.nature, "value": body["value"],
        "severity": body["severity"], "rescreening": held.id, "before": stored.value, "come": body["come"],
        "gone": body["gone"],
    }  # fmt: skip
    known = {name: value for name, value in facts.items() if value is not None}
    words = {"worse": "更重", "better": "更轻", "other": "依据不同"}[str(body["change"])]
    return CaseRequest("item", stored.id, known, "patrol", reason=f"复审结论{words}:{held.why}"[:500])
