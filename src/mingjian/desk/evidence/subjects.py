"""Everything the store knows about one item, case, incident of a live room, accreditation or edition of a ranking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from mingjian.desk.evidence.rows import accreditation_rows, edition_rows
from mingjian.records.actions.model import Action, Appeal, Decision
from mingjian.records.cases.model import Case, Review
from mingjian.records.errors import NotFound
from mingjian.records.items.model import Stored
from mingjian.records.journal.model import Recorded
from mingjian.records.people.model import Access
from mingjian.records.storage import actions, appeals, case_queries, items, live_incidents
from mingjian.records.storage.accesses import accesses
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of, events_of_many

_MOST_LOOKS = 10_000  # entries of the access log about one subject


@dataclass(frozen=True, slots=True)
class About:
    """One item or case with what belongs to it. ``events`` are in the chain's order."""

    kind: str
    subject: str
    item: Stored | None
    cases: Sequence[Case]
    reviews: Sequence[Review]
    decisions: Sequence[Decision]
    actions: Sequence[Action]
    appeals: Sequence[Appeal]
    looks: Sequence[Access]
    events: Sequence[Recorded]
    rows: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """What belongs to an accreditation, an edition or a live incident, by what it is."""

    def record(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "item": asdict(self.item) if self.item else None,
            "rulebook": self.item.rulebook if self.item else None,
            **{name: [asdict(one) for one in getattr(self, name)]
               for name in ("cases", "reviews", "decisions", "actions", "appeals", "looks")},
            **{name: [_plain(asdict(one)) for one in rows] for name, rows in self.rows.items()},
        }  # fmt: skip

    def digests(self) -> list[str]:
        """The contents that its events name: words as submitted and as read, verdict, law, grounds of appeals."""
        named = (_strings(event.body) for event in self.events)
        return sorted({text for texts in named for text in texts if len(text) == 64 and _is_hex(text)})


def about(tx: Tx, subject: str) -> About:
    """An item (``itm_…``), a case (``cas_…``), an incident of a live room (``lvi_…``), an accreditation or an edition
    of a ranking with all that belongs to it; NotFound."""
    if (case := case_queries.case_by_id(tx, subject)) is not None:
        cases = _family(tx, case)
        made = [decision for one in cases for decision in actions.decisions_of_case(tx, one.id)]
        return _gathered(tx, "case", subject, case.subject if case.kind == "item" else None, cases, made)
    if items.item_by_id(tx, subject) is not None:
        cases = case_queries.cases_about(tx, subject)
        return _gathered(tx, "item", subject, subject, cases, actions.decisions_of_item(tx, subject))
    if (incident := live_incidents.incident_by_id(tx, subject)) is not None:
        made = actions.decisions_of_item(tx, incident.item)
        return _gathered(tx, "incident", subject, incident.item, case_queries.cases_about(tx, incident.item), made)
    rows = accreditation_rows(tx, subject) or edition_rows(tx, subject)
    if rows:
        return _of_rows(tx, subject, rows)
    raise NotFound(f"没有这个内容、案件、直播线索、质量认证或榜单:{subject}")


def _live_rows(tx: Tx, item: str) -> dict[str, Sequence[Any]]:
    """The live incident behind an item, and what was done to its room because of it."""
    incident = live_incidents.incident_by_item(tx, item)
    if incident is None:
        return {}
    return {"incidents": [incident], "acts": live_incidents.acts_of_incident(tx, incident.id)}


def _of_rows(tx: Tx, subject: str, rows: Mapping[str, Sequence[Any]]) -> About:
    kind = next(iter(rows))
    ids = [str(one.id) for some in rows.values() for one in some if hasattr(one, "id")]
    looks = [look for one in ids for look in accesses(tx, subject=one, limit=_MOST_LOOKS)]
    events = events_of_many(tx, ids)
    return About(kind, subject, None, (), (), (), (), (), sorted(looks, key=lambda look: look.seq), events, rows)


def _family(tx: Tx, case: Case) -> list[Case]:
    """The case, what it arose from and what arose from it."""
    found, waiting = {case.id: case}, [case]
    while waiting:
        one = waiting.pop()
        near = list(case_queries.children_of(tx, one.id))
        if one.parent is not None and (parent := case_queries.case_by_id(tx, one.parent)) is not None:
            near.append(parent)
        for other in near:
            if other.id not in found:
                found[other.id] = other
                waiting.append(other)
    return sorted(found.values(), key=lambda one: (one.opened_at, one.id))


def _gathered(
    tx: Tx, kind: str, subject: str, item: str | None, cases: Sequence[Case], decisions: Sequence[Decision]
) -> About:
    decisions = sorted(decisions, key=lambda one: one.seq)
    taken = actions.actions_of_decisions(tx, [one.id for one in decisions])
    lodged = sorted(appeals.appeals_of(tx, [one.id for one in decisions]).values(), key=lambda one: one.seq)
    reviews = [review for case in cases for review in case_queries.reviews_of_case(tx, case.id, undone=True)]
    live = _live_rows(tx, item) if item else {}
    groups: tuple[Sequence[Any], ...] = (cases, reviews, decisions, taken, lodged, *live.values())
    subjects = dict.fromkeys([*([item] if item else []), *(one.id for group in groups for one in group)])
    events = {event.seq: event for one in subjects for event in events_of(tx, one)}
    looks = [look for one in subjects for look in accesses(tx, subject=one, limit=_MOST_LOOKS)]
    return About(
        kind=kind,
        subject=subject,
        item=items.item_by_id(tx, item) if item else None,
        cases=cases,
        reviews=reviews,
        decisions=decisions,
        actions=taken,
        appeals=lodged,
        looks=sorted(looks, key=lambda look: look.seq),
        events=[events[seq] for seq in sorted(events)],
        rows=live,
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)
