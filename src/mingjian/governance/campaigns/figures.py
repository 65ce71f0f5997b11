"""A campaign's figures: counted from the tables, from the journal up to any of its numbers, compared, and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.campaigns.figure_load import campaign_figures
from mingjian.governance.campaigns.figure_model import Figure
from mingjian.governance.campaigns.retold import Retold
from mingjian.governance.campaigns.service import READS, campaign_of, the_batch
from mingjian.governance.campaigns.tabled import tabled
from mingjian.governance.campaigns.told import Told
from mingjian.governance.ladders.subjects import owners_of
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import campaign_figures as campaign_figures_store
from mingjian.records.storage import registry
from mingjian.records.storage.campaigns import links_of
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after, head

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a batch: ``number``, in how many of the subjects it still stands, and the subjects themselves.
    ``list`` is the digest of their sorted ids."""

    figure: Figure
    number: int
    standing: int
    subjects: Mapping[str, bool] = field(repr=False)

    @property
    def list(self) -> str:
        """SHA-256 of the canonical JSON of the sorted ids."""
        return list_digest(self.subjects)


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure by the tables beside the same by the journal; ``differing`` are the first subjects on which they
    differ, of ``differences``."""

    tables: Line
    journal: Line
    differences: int
    differing: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether both name the same subjects in the same state, and the same number."""
        return not self.differences and self.tables.number == self.journal.number


def list_digest(subjects: Mapping[str, bool] | Sequence[str]) -> str:
    """The digest of a figure's list."""
    return digest(canonical(sorted(subjects)))


def figures(tx: Tx, principal: Principal, campaign: str, batch: int | None = None, *,
            only: Sequence[str] = ()) -> list[Line]:  # fmt: skip
    """The figures of a batch (None: of the whole campaign) by the tables, as things stand now."""
    demand(principal, READS)
    _known(tx, campaign, batch)
    return lines(held(tx, tabled(tx, campaign, batch), day(tx.now)), only)


def recount(tx: Tx, principal: Principal, campaign: str, batch: int | None = None, *, upto: int | None = None,
            only: Sequence[str] = ()) -> list[Line]:  # fmt: skip
    """The same from the journal alone, up to one of its numbers (None: to its end)."""
    demand(principal, READS)
    _known(tx, campaign, batch)
    return lines(told_at(tx, campaign, batch, upto), only)


def told_at(tx: Tx, campaign: str, batch: int | None, upto: int | None = None) -> Told:
    """What the journal tells up to one of its numbers, with the registry as of that day."""
    end = head(tx)
    if upto is None or upto >= end.seq:
        upto, at = end.seq, end.at
    else:
        found = events_after(tx, upto - 1, limit=1)
        at = found[0].at if found else end.at
    return held(tx, Retold(tx, campaign, batch, upto).told, day(at))


def reconcile(tx: Tx, principal: Principal, campaign: str, batch: int | None = None, *,
              only: Sequence[str] = ()) -> list[Compared]:  # fmt: skip
    """Tables and journal beside each other, subject by subject."""
    by_tables = figures(tx, principal, campaign, batch, only=only)
    by_journal = recount(tx, principal, campaign, batch, only=only)
    return [_compared(one, other) for one, other in zip(by_tables, by_journal, strict=True)]


def weight(tx: Tx, campaign: str, batch: int) -> int:
    """About how many decisions a batch's figures are counted from: what a page asks before it counts."""
    refs: dict[str, list[str]] = {}
    for one in links_of(tx, campaign, batch=batch):
        refs.setdefault(one.kind, []).append(one.ref)
    return campaign_figures_store.weight(tx, refs)


def line_of(tx: Tx, principal: Principal, campaign: str, batch: int | None, name: str) -> Line:
    """One figure by the tables; NotFound when there is none of this name."""
    if name not in {one.name for one in campaign_figures()}:
        raise NotFound(f"没有数字 {name}")
    return figures(tx, principal, campaign, batch, only=[name])[0]


def page_of(line: Line, after: str = "", limit: int = 100) -> tuple[list[tuple[str, bool]], str | None]:
    """A figure's subjects behind one, by id, with whether each still stands; and the one to go on from."""
    behind = sorted(one for one in line.subjects if one > after)
    return [(one, line.subjects[one]) for one in behind[:limit]], behind[limit - 1] if len(behind) > limit else None


def lines(told: Told, only: Sequence[str] = ()) -> list[Line]:
    """Every figure of what was told. Invalid for a name there is not."""
    known = campaign_figures()
    unknown = set(only) - {one.name for one in known}
    if unknown:
        raise Invalid(f"没有这些数字:{'、'.join(sorted(unknown))}。可用:{'、'.join(one.name for one in known)}",
                      field="figure")  # fmt: skip
    made = []
    for one in known:
        if not only or one.name in only:
            counted = one.count(told)
            number = one.number(told, counted)
            made.append(Line(one, number, number if one.of == "swept" else sum(counted.values()), counted))
    return made


def held(tx: Tx, told: Told, as_of: date) -> Told:
    """With the entities of the registry behind each publisher on a day."""
    places = {(publisher, platform) for publisher, platforms in told.publishers().items() for platform in platforms}
    owners = owners_of(tx, places, dict.fromkeys(places, as_of))
    for (publisher, _), found in owners.items():
        if found:
            told.holders[publisher] = {**told.holders.get(publisher, {}), **{one.id: one.kind for one in found}}
    named = registry.entities_by_id(tx, {id for place in told.aired.values() for id in place.merchants})
    for item, place in told.aired.items():
        told.sellers[item] = {id: named[id].kind for id in place.merchants if id in named}
    return told


def _known(tx: Tx, campaign: str, batch: int | None) -> None:
    campaign_of(tx, campaign)
    if batch is not None:
        the_batch(tx, campaign, batch)


def _compared(tables: Line, journal: Line) -> Compared:
    one, other = tables.subjects, journal.subjects
    differing = sorted(subject for subject in one.keys() | other.keys() if one.get(subject) is not other.get(subject))
    return Compared(tables, journal, len(differing), tuple(differing[:_SHOWN]))
