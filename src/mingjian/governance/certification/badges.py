"""What is shown now, or was on a day: a certificate within its days, and nothing that withholds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mingjian.governance.actions.standing import rights_withheld
from mingjian.governance.decisions.law import book_in_force
from mingjian.records.actions.model import Action
from mingjian.records.certification.model import Certificate
from mingjian.records.clock import day
from mingjian.records.storage import actions, certification
from mingjian.records.storage.database import Tx

RIGHT = "certification"


@dataclass(frozen=True, slots=True)
class Badge:
    """An entity's certificate of a programme on a day, and what withholds it (None: it is shown)."""

    certificate: Certificate
    withheld: Action | None

    @property
    def shown(self) -> bool:
        """Whether it may be shown."""
        return self.withheld is None


def badges_now(tx: Tx, entities: Iterable[str], programme: str) -> dict[str, Badge]:
    """The badges entities hold at this moment, shown or withheld; those without a certificate are left out."""
    today = day(tx.now).isoformat()
    found = {}
    for entity, listed in certification.certificates_of(tx, entities, programme).items():
        holds = [one for one in listed if one.holds(today)]
        if holds:
            found[entity] = holds[-1]
    withheld = {}
    for action in actions.actions_on_publishers(tx, found):
        if action.in_force(tx.now) and action.right in (RIGHT, None) and action.publisher:
            withheld[action.publisher] = action
    return {entity: Badge(one, withheld.get(entity)) for entity, one in found.items()}


def badge_at(tx: Tx, entity: str, programme: str, at: int) -> Badge | None:
    """The badge an entity had at a moment (microseconds), as the records tell it now."""
    as_of = day(at).isoformat()
    own = certification.certificates_of(tx, [entity], programme).get(entity, [])
    held = [one for one in own if _held(one, as_of, at)]
    if not held:
        return None
    bound = [one for one in actions.actions_ever_on(tx, entity) if one.right in (RIGHT, None) and _bound(one, at)]
    return Badge(held[-1], bound[-1] if bound else None)


def account_withheld(tx: Tx, publisher: str) -> Action | None:
    """What keeps an account from showing a badge now, its own or inherited from the entity it belongs to."""
    return rights_withheld(tx, publisher, book_in_force()).get(RIGHT)


def _held(one: Certificate, as_of: str, at: int) -> bool:
    within = one.valid_from <= as_of and (one.valid_to is None or as_of <= one.valid_to)
    return within and one.granted_at <= at and (one.ended_at is None or at < one.ended_at)


def _bound(one: Action, at: int) -> bool:
    ended = one.ended_at if one.ended_at is not None else None if one.waits else one.until
    return one.taken_at <= at and (ended is None or at < ended)
