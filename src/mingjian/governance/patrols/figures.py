"""What patrols, look-ups and enquiries came to in a stretch of time, counted from their rows (N2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.queues.load import book as queue_book
from mingjian.governance.patrols.finding import DAY
from mingjian.governance.patrols.load import patrols
from mingjian.governance.patrols.model import Patrol
from mingjian.records.enquiries.model import OUTCOMES
from mingjian.records.lookups.model import LookupCount
from mingjian.records.patrols.model import Run, Standing
from mingjian.records.storage import enquiries, lookups, patrol_entries, rescreenings
from mingjian.records.storage import patrols as store
from mingjian.records.storage.database import Tx

READS = "patrol.read"


@dataclass(frozen=True, slots=True)
class Overview:
    """A patrol with where it stands. ``next_at`` is None while it is paused or switched off."""

    patrol: Patrol
    standing: Standing | None
    last: Run | None
    next_at: int | None
    missed: int


@dataclass(frozen=True, slots=True)
class PatrolFigures:
    """One patrol's runs: how many, how many planned moments they covered and were missed, what was seen and followed.
    ``entries`` by state."""

    patrol: str
    runs: int = 0
    covers: int = 0
    missed: int = 0
    seen: int = 0
    total: int = 0
    hits: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)

    @property
    def coverage(self) -> float | None:
        """The share of the subjects that the runs looked at."""
        return min(1.0, self.seen / self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class EnquiryFigures:
    """Enquiries drafted in the stretch. ``days`` is the median from sending to answer, None without answers."""

    drafted: int
    sent: int
    answered: int
    closed: int
    overdue: int
    outcomes: Mapping[str, int]
    days: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a stretch of time."""

    patrols: Sequence[PatrolFigures]
    lookups: Sequence[LookupCount]
    enquiries: EnquiryFigures
    rescreened: int
    rejudged: int
    worse: int


def overviews(tx: Tx, principal: Principal) -> list[Overview]:
    """Every patrol in force, in the order of the file; ``missed`` counts the last ninety days."""
    demand(principal, READS)
    known, last = store.standings(tx), store.last_runs(tx)
    missed = store.missed_between(tx, tx.now - 90 * DAY, tx.now + 1)
    calendar = queue_book().calendar
    found = []
    for name, patrol in patrols().items():
        standing = known.get(name)
        rests = not patrol.active or (standing is not None and standing.paused)
        since = max(tx.now, standing.since) if standing is not None else tx.now
        next_at = None if rests else patrol.schedule.next_after(since, calendar)
        found.append(Overview(patrol, standing, last.get(name), next_at, missed.get(name, 0)))
    return found


def figures(tx: Tx, principal: Principal, since: int, until: int) -> Figures:
    """The figures of what began between two moments."""
    demand(principal, READS)
    begun = [one for one in rescreenings.list_rescreenings(tx, limit=100_000) if since <= one.started_at < until]
    return Figures(
        _by_patrol(tx, since, until), lookups.counted(tx, since, until), _enquiries(tx, since, until),
        len(begun), sum(one.judged for one in begun), sum(one.worse for one in begun),
    )  # fmt: skip


def _by_patrol(tx: Tx, since: int, until: int) -> list[PatrolFigures]:
    runs: dict[str, list[Run]] = {}
    for run in store.runs_between(tx, since, until):
        runs.setdefault(run.patrol, []).append(run)
    missed = store.missed_between(tx, since, until)
    entries: dict[str, Counter[str]] = {}
    for patrol, state, count in patrol_entries.entries_between(tx, since, until):
        entries.setdefault(patrol, Counter())[state] = count
    names = dict.fromkeys([*patrols(), *runs, *missed])
    return [
        PatrolFigures(
            name, len(mine := runs.get(name, [])), sum(run.covers for run in mine), missed.get(name, 0),
            sum(run.seen for run in mine), sum(run.total for run in mine), sum(run.hits for run in mine),
            dict(sum((Counter(run.counts) for run in mine), Counter())), dict(entries.get(name, {})),
        )
        for name in names
    ]  # fmt: skip


def _enquiries(tx: Tx, since: int, until: int) -> EnquiryFigures:
    found = enquiries.drafted_between(tx, since, until)
    took = [one.answered_at - one.sent_at for one in found if one.answered_at is not None and one.sent_at is not None]
    outcomes = Counter(one.outcome for one in found if one.outcome is not None)
    return EnquiryFigures(
        len(found), sum(one.sent_at is not None for one in found), sum(one.answered_at is not None for one in found),
        sum(one.state == "closed" for one in found), sum(one.overdue(tx.now) for one in found),
        {name: outcomes[name] for name in OUTCOMES}, median(took) / DAY if took else None,
    )  # fmt: skip
