"""What the registry knows of a publisher, beside what was stated: who they are, their papers, and whether they may
advertise the procedures an item names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mingjian.core.model.scope import Procedure
from mingjian.core.scope import Answer, may_advertise
from mingjian.core.text.views import normalise
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.desk.registry import scope_facts
from mingjian.desk.registry.asking import owners_of, publisher_entity
from mingjian.doors import cache
from mingjian.doors.console.publishers import Publisher, credentials
from mingjian.doors.console.reading import Reading
from mingjian.doors.console.registry import Paper, context_of, paper_of
from mingjian.records.clock import day
from mingjian.records.registry.model import Entity
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import credentials_of

MOST_PROCEDURES = 6
MOST_PAPERS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A procedure the item names, with the answer whether its publisher may advertise it."""

    procedure: Procedure
    answer: Answer

    @property
    def deciding(self) -> tuple[Any, ...]:
        """The steps that decide it: those that refuse, or else those that wait."""
        return tuple(step for step in self.answer.steps if step.value == self.answer.value and step.value != "yes")


@dataclass(frozen=True, slots=True)
class Registered:
    """``entity`` is whom the publisher was taken for, ``owners`` those an account belongs to; ``papers`` are theirs as
    of ``as_of``. ``asked`` holds the procedures an item names."""

    entity: Entity
    owners: tuple[Entity, ...]
    papers: Sequence[Paper]
    as_of: date
    asked: Sequence[Asked] = ()
    more: int = 0

    def scope_of(self, paper: Paper) -> tuple[str, ...]:
        """The scope of a paper in words: codes of specialties and procedures by their names."""
        catalogue = cache.compiled().catalogue
        procedures = catalogue.procedures
        return tuple(
            procedures[code].name if code in procedures else catalogue.specialty_name(catalogue.specialty(code) or code)
            for code in paper.credential.scope
        )


def with_registered(
    tx: Tx, asks: Principal, publisher: Publisher | None, reading: Reading | None = None, *, today: bool = False
) -> Publisher | None:
    """The publisher with what the registry knows, for those who may read it (``registry.read``): as of the day of the
    item that is read, or ``today`` and without the item's procedures."""
    if publisher is None or not allowed(asks, "registry.read"):
        return publisher
    platform = publisher.items[0].platform if publisher.items else None
    if reading is not None:
        platform = reading.stored.platform
        publisher = replace(publisher, credentials=_as_stated(tx, reading, publisher))
    entity = publisher_entity(tx, publisher.id, platform)
    if entity is None:
        return publisher
    item = None if today else reading
    as_of = _day(tx, item)
    owners = tuple(owners_of(tx, entity.id, as_of)) if entity.kind == "account" else ()
    papers = _papers(tx, [entity, *owners], as_of)
    asked = _asked(tx, entity, item.item or {}, as_of) if item is not None else ()
    found = Registered(entity, owners, papers[:MOST_PAPERS], as_of, asked, max(0, len(papers) - MOST_PAPERS))
    return replace(publisher, registered=found)


def _day(tx: Tx, reading: Reading | None) -> date:
    written = reading.stored.published_on or reading.stored.as_of if reading is not None else None
    return date.fromisoformat(written) if written else day(tx.now)


def _as_stated(tx: Tx, reading: Reading, publisher: Publisher) -> tuple[tuple[str, str], ...]:
    """What the submitter stated: the item as it came, since that which was judged holds the registry's facts too."""
    body = contents.get(tx, reading.stored.digest) if reading.item is not None else None
    return credentials(json.loads(body)["item"]) if body is not None else publisher.credentials


def _papers(tx: Tx, holders: Sequence[Entity], as_of: date) -> list[Paper]:
    held = credentials_of(tx, [one.id for one in holders], as_of=as_of)
    return [
        paper_of(one, as_of, context_of(holder, held.get(holder.id, [])), covered=True)
        for holder in holders
        for one in held.get(holder.id, ())
    ]


def _asked(tx: Tx, entity: Entity, item: Mapping[str, Any], as_of: date) -> tuple[Asked, ...]:
    compiled = cache.compiled()
    catalogue = compiled.catalogue
    parts = item.get("parts") or [{"text": item.get("text") or ""}]
    named = [one.procedure for part in parts for one in compiled.finder.find(normalise(str(part.get("text") or "")))]
    codes = list(dict.fromkeys(named))[:MOST_PROCEDURES]
    if not codes:
        return ()
    account = institution = None
    if entity.kind == "account":
        account = scope_facts.accounts(tx, catalogue, [entity], as_of)[entity.id]
    elif entity.kind == "institution":
        institution = scope_facts.institutions(tx, catalogue, [entity], as_of)[entity.id]
    else:
        return ()
    made = [catalogue.procedures[code] for code in codes]
    return tuple(Asked(one, may_advertise(catalogue, account, one, as_of, institution)) for one in made)
