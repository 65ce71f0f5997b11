"""Whom a ladder counts against: the account a decision names, or the entity of the registry behind its accounts; and
the other way round, the entities whose penalties an account inherits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from mingjian.governance.ladders.count import DAY
from mingjian.governance.ladders.model import ACCOUNT, Ladder
from mingjian.records.actions.model import Decision
from mingjian.records.clock import day
from mingjian.records.registry.model import Entity
from mingjian.records.storage import actions, registry
from mingjian.records.storage.database import Tx

ENTITY = "ent_"
"""What the ids of the registry's entities begin with: such a publisher is the entity itself."""
Account = tuple[str, str | None]
"""A publisher as decisions name it, and the platform it is on (None: any)."""


def holders_of(tx: Tx, decisions: Sequence[Decision], kinds: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """The subjects of each kind (``account``, or a kind of entity) that a decision is a strike against, by decision
    and kind: the owner of the account on the day it was decided."""
    places = {(one.id, ACCOUNT): [one.publisher] for one in decisions if one.publisher}
    if set(kinds) <= {ACCOUNT}:
        return places
    named = {one.id: (one.publisher or "", _text(one.facts.get("platform"))) for one in decisions}
    owners = owners_of(tx, set(named.values()), {place: day(one.at) for one in decisions
                                                 if (place := named[one.id])})  # fmt: skip
    for one in decisions:
        for entity in owners.get(named[one.id], ()):
            if entity.kind in kinds:
                places.setdefault((one.id, entity.kind), []).append(entity.id)
    return places


def owners_of(tx: Tx, accounts: Iterable[Account], as_of: Mapping[Account, date]) -> dict[Account, list[Entity]]:
    """The entities each account belongs to on a day; a publisher that is an entity belongs to itself."""
    wanted = list(accounts)
    found = {key: entity.id for key, entity in registry.entities_by_keys(
        tx, ACCOUNT, {f"{platform}:{publisher}" for publisher, platform in wanted if platform}).items()}  # fmt: skip
    ids = {(publisher, platform): found.get(f"{platform}:{publisher}") for publisher, platform in wanted}
    links = registry.links_from(tx, [id for id in ids.values() if id], ("belongs_to",))
    owned = {
        place: [link.target for link in links.get(id or "", ()) if link.holds(as_of[place])]
        for place, id in ids.items()
    }
    for publisher, platform in wanted:
        if publisher.startswith(ENTITY):
            owned[publisher, platform] = [publisher]
    entities = registry.entities_by_id(tx, {id for listed in owned.values() for id in listed})
    return {place: [entities[id] for id in listed if id in entities] for place, listed in owned.items()}


def accounts_of(tx: Tx, subjects: Iterable[str], on: date) -> dict[str, list[Account]]:
    """The publishers whose decisions count against each of these subjects on a day: an account's own; an entity's own
    and those of the accounts that belong to it."""
    wanted = list(dict.fromkeys(subjects))
    counted: dict[str, list[Account]] = {subject: [(subject, None)] for subject in wanted}
    entities = [subject for subject in wanted if subject.startswith(ENTITY)]
    links = registry.links_to(tx, entities, ("belongs_to",)) if entities else {}
    known = registry.entities_by_id(tx, {link.source for listed in links.values() for link in listed})
    for subject, listed in links.items():
        for link in listed:
            account = known.get(link.source)
            if account is not None and account.kind == ACCOUNT and link.holds(on):
                platform, _, publisher = account.key.partition(":")
                counted[subject].append((publisher, platform) if publisher else (platform, None))
    return counted


def heads_of(tx: Tx, publisher: str, platforms: Iterable[str]) -> list[str]:
    """The entities whose penalties an account inherits now, on whichever of these platforms it is."""
    if publisher.startswith(ENTITY):
        return []
    today = day(tx.now)
    places: list[Account] = [(publisher, platform) for platform in platforms]
    owners = owners_of(tx, places, dict.fromkeys(places, today))
    return list(dict.fromkeys(entity.id for listed in owners.values() for entity in listed))


def counted_of(tx: Tx, subjects: Iterable[str], at: int, ladders: Collection[Ladder]) -> dict[str, list[Decision]]:
    """What may count against each subject at ``at`` or later, on any of these ladders."""
    accounts = accounts_of(tx, subjects, day(at))
    publishers = sorted({publisher for listed in accounts.values() for publisher, _ in listed})
    measures = {measure for ladder in ladders for measure in ladder.counts["measures"]}
    longest = max((ladder.longest for ladder in ladders), default=0)
    found: dict[str, list[Decision]] = {}
    for one in actions.decisions_of_publishers(tx, publishers, measures, at - longest * DAY):
        found.setdefault(one.publisher or "", []).append(one)
    return {
        subject: [one for publisher, platform in listed for one in found.get(publisher, ())
                  if platform is None or one.facts.get("platform") in (platform, None)]
        for subject, listed in accounts.items()
    }  # fmt: skip


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
