"""What a review of a registered product leads to: it goes off sale in the register, or stays there.

A product of the register is no item: measures on items cannot bind it. What binds it is its state, and everything that
asks the register (scope answers, screening, patrols) sees it from then on.
"""

from __future__ import annotations

from mingjian.desk.cases.model import Case, Reviewed
from mingjian.desk.people.model import house
from mingjian.desk.registry.service import change_state
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of
from mingjian.records.storage.registry import entities_by_id

DECISIONS = house("decisions")
_OFF_SALE = ("return", "limit", "take_down", "suspend")


def is_registered(case: Case) -> bool:
    """Whether a case is about a product of the register."""
    return case.kind == "product" and case.subject.startswith("ent_")


def settle_product(tx: Tx, reviewed: Reviewed) -> None:
    """Take it off sale where the last answer says so."""
    found = entities_by_id(tx, [reviewed.case.subject]).get(reviewed.case.subject)
    if reviewed.measure in _OFF_SALE and found is not None and found.state == "active":
        change_state(tx, DECISIONS, found.id, "suspended", _why(reviewed.case))


def unsettle_product(tx: Tx, case: Case, reason: str) -> None:
    """The answer was taken back: what it took off sale, and nobody has changed since, is on sale again."""
    if not is_registered(case):
        return
    changes = [event for event in events_of(tx, case.subject) if event.kind == "entity.changed"]
    if changes and changes[-1].body["reason"] == _why(case):
        change_state(tx, DECISIONS, case.subject, "active", f"撤回商品审核:{case.id},{reason}"[:500])


def _why(case: Case) -> str:
    return f"商品审核:{case.id}"
