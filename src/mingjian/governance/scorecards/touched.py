"""Whose scores an event may change: read from the journal by cursor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from mingjian.governance.scorecards.counting import members
from mingjian.governance.scorecards.model import Scorecard
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import registry_contents, score_facts, score_observations, score_registry
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after

DUTY = "scores"
_ITEMS = ("item.judged",)
_DECISIONS = ("decision.made", "decision.closed", "decision.reopened")
_ACTIONS = ("action.taken", "action.reversed", "action.replaced", "action.lapsed", "action.resumed",
            "action.reinstated")  # fmt: skip
_APPEALS = ("appeal.lodged", "appeal.decided")
_REGISTRY = ("registry.recorded", "entity.changed", "credential.changed", "credential.checked", "link.changed")
KINDS = (*_ITEMS, *_DECISIONS, *_ACTIONS, *_APPEALS, *_REGISTRY, "score.observed")
MOST = 20_000
"""Events looked at for ``touched_since``: a duty further behind than this has everything to count anyway."""


def names_in(tx: Tx, events: Sequence[Recorded]) -> set[str]:
    """The publishers and actors that these events concern."""
    subjects: dict[str, list[Recorded]] = defaultdict(list)
    for event in events:
        subjects[event.kind].append(event)

    def ids(kinds: Sequence[str]) -> list[str]:
        return [event.subject for kind in kinds for event in subjects.get(kind, ())]

    found: set[str] = set()
    if items := ids(_ITEMS):
        found |= set(score_facts.publishers_of_items(tx, items).values())
    if decisions := ids(_DECISIONS):
        found |= score_facts.publishers_of_decisions(tx, decisions)
    if taken := ids(_ACTIONS):
        found |= score_facts.publishers_of_actions(tx, taken)
    if appeals := ids(_APPEALS):
        found |= score_facts.publishers_of_appeals(tx, appeals)
    if told := subjects.get("score.observed"):
        found |= score_observations.observed_in(tx, [event.seq for event in told])
    if entities := _entities(tx, [event for kind in _REGISTRY for event in subjects.get(kind, ())]):
        found |= score_registry.changed_keys(tx, sorted(entities))
    return found


def _entities(tx: Tx, events: Sequence[Recorded]) -> set[str]:
    found: set[str] = set()
    for event in events:
        if event.kind == "registry.recorded":
            records = registry_contents.get_records(tx, event.body["records"])
            found |= {record["of"] for record in records.values()}
        else:
            found.add(event.body.get("entity") or event.subject)
    return found


def touched_since(tx: Tx, card: Scorecard, day: int) -> set[str]:
    """The actors of a card that something happened to which the duty has not looked at yet."""
    events = events_after(tx, cursor_of(tx, DUTY), limit=MOST, kinds=KINDS)
    return set(members(tx, card, names_in(tx, events), day)) if events else set()
