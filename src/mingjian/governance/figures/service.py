"""Governance figures of a stretch of days, counted twice and compared subject by subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.figures.journal import Recount
from mingjian.governance.figures.model import FIGURES, Figure
from mingjian.records.clock import CHINA, micros
from mingjian.records.errors import Invalid
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import all_events
from mingjian.records.storage.figures import acted_on, judged_between, lodged_between
from mingjian.records.storage.registry import entities_by_id

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: ``counted`` subjects by the tables, of which ``standing`` still are under the measure; the same
    recounted from the journal (None when nobody asked). ``differing`` are the first subjects on which they differ, of
    ``differences``."""

    figure: Figure
    counted: int
    standing: int
    recounted: int | None = None
    restanding: int | None = None
    differences: int = 0
    differing: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether both counts name the same subjects in the same state."""
        return not self.differences


def figures(tx: Tx, principal: Principal, first: date, last: date, *, only: Sequence[str] = ()) -> list[Line]:
    """The figures from the first to the last day in China, from the tables. Needs statistics.read."""
    found = _by_tables(tx, principal, first, last, only)
    return [Line(figure, len(subjects), sum(subjects.values())) for figure, subjects in found]


def reconcile(
    tx: Tx,
    principal: Principal,
    first: date,
    last: date,
    *,
    only: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> list[Line]:
    """The same, and each compared with what the journal says, read from its first event to its last. ``progress`` is
    told how many events were read."""
    by_tables = _by_tables(tx, principal, first, last, only)
    recount = Recount([figure for figure, _ in by_tables], _start(first), _start(last + timedelta(days=1)))
    done = 0
    for events in all_events(tx):
        recount.take(events)
        done += len(events)
        if progress is not None:
            progress(done)
    wanted = sorted(recount.subjects())
    kinds: dict[str, str] = {}
    for begin in range(0, len(wanted), 500):
        kinds |= {id: entity.kind for id, entity in entities_by_id(tx, wanted[begin : begin + 500]).items()}
    by_journal = recount.counted(kinds)
    return [_line(figure, found, by_journal[figure.name]) for figure, found in by_tables]


def _line(figure: Figure, tables: dict[str, bool], journal: dict[str, bool]) -> Line:
    differing = sorted(subject for subject in tables.keys() | journal.keys()
                       if tables.get(subject) is not journal.get(subject))  # fmt: skip
    return Line(figure, len(tables), sum(tables.values()), len(journal), sum(journal.values()), len(differing),
                tuple(differing[:_SHOWN]))  # fmt: skip


def _by_tables(
    tx: Tx, principal: Principal, first: date, last: date, only: Sequence[str]
) -> list[tuple[Figure, dict[str, bool]]]:
    demand(principal, "statistics.read")
    if last < first:
        raise Invalid("截止日早于起始日。", field="until")
    known = FIGURES.current()
    unknown = set(only) - {figure.name for figure in known}
    if unknown:
        names = "、".join(figure.name for figure in known)
        raise Invalid(f"没有这些数字:{'、'.join(sorted(unknown))}。可用:{names}", field="figure")
    since, until = _start(first), _start(last + timedelta(days=1))
    return [(figure, _subjects(tx, figure, since, until)) for figure in known if not only or figure.name in only]


def _subjects(tx: Tx, figure: Figure, since: int, until: int) -> dict[str, bool]:
    if figure.of == "judged":
        return dict.fromkeys(judged_between(tx, since, until, figure.kinds), True)
    if figure.of == "appeal":
        return dict.fromkeys(lodged_between(tx, since, until), True)
    return dict(acted_on(tx, since, until, measures=figure.measures, rights=figure.rights, kinds=figure.kinds,
                         subjects=figure.subjects))  # fmt: skip


def _start(day: date) -> int:
    return micros(datetime(day.year, day.month, day.day, tzinfo=CHINA))
