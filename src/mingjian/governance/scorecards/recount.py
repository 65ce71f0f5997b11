"""The full count of a card: everybody, a stretch at a time, resumable; and the nightly proof that what was kept from
day to day is what counting from the start gives.

First the kept scores are counted again as of the days they were kept for and compared (``check``); whatever differs is
recorded as ``score.disagreed`` and shown, never put right in silence. Then everybody is counted as of today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mingjian.governance.scorecards.active import live_cards
from mingjian.governance.scorecards.counting import SCORES, count, keep, population
from mingjian.governance.scorecards.model import Scorecard
from mingjian.governance.scorecards.touched import touched_since
from mingjian.records.canonical import canonical
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.scores.model import Run, number_at
from mingjian.records.storage import contents, scores
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import head

STRETCH = 20_000
"""Actors counted in one transaction."""
_SAMPLES = 20
Progress = Callable[[Run], None]


def recount(
    database: Database, name: str, *, day: int | None = None, progress: Progress | None = None, check: bool = True,
    stretch: int = STRETCH,
) -> Run | None:  # fmt: skip
    """Count everybody on a live card as of a day (today); goes on where an interrupted count of the same version and
    day stopped. None when there is no such card."""
    last: Run | None = None
    for last in steps(database, name, day=day, check=check, stretch=stretch):
        if progress is not None:
            progress(last)
    return last


def steps(
    database: Database, name: str, *, day: int | None = None, check: bool = True, stretch: int = STRETCH
) -> Iterator[Run]:
    """The same, a stretch at a time."""
    with database.read() as tx:
        live = live_cards(tx).get(name)
        if live is None:
            return
        card, today = live.card, number_at(tx.now) if day is None else day
        everybody = population(tx, card, today)
        run = scores.run_of(tx, name)
        kept = sorted(scores.actors_scored(tx, name)) if check else []
    fresh = run is None or (run.version, run.day) != (card.version, today) or run.finished_at is not None
    if run is None or fresh:
        now = database.clock.now()
        run = Run(name, card.version, today, "check" if kept else "count", "", 0, len(kept) + len(everybody), 0, 0, 0,
                  now)  # fmt: skip
    if run.phase == "check":
        for some in _stretches(kept, run.place, stretch):
            with database.write() as tx:
                run = _compared(tx, card, run, some)
                scores.keep_run(tx, run)
            yield run
        run = replace(run, phase="count", place="")
    for some in _stretches(everybody, run.place, stretch):
        with database.read() as tx:  # others may write while we count
            made, seen = count(tx, card, some, today), head(tx).seq
        with database.write() as tx:
            before = scores.kept_scores(tx, name, some)
            later = {actor for actor, one in before.items() if one.seq > seen}
            changed = keep(tx, card, some, made, today, before, but=later)
            run = replace(run, place=some[-1], done=run.done + len(some), changed=run.changed + changed)
            scores.keep_run(tx, run)
        yield run
    with database.write() as tx:
        _drop(tx, name, set(everybody))
        run = replace(run, finished_at=tx.now)
        scores.keep_run(tx, run)
    yield run


def _stretches(actors: Sequence[str], place: str, size: int) -> Iterator[Sequence[str]]:
    """The actors behind a place, some at a time."""
    behind = [actor for actor in actors if actor > place] if place else actors
    return (behind[first : first + size] for first in range(0, len(behind), size))


def _compared(tx: Tx, card: Scorecard, run: Run, actors: Sequence[str]) -> Run:
    """Kept scores against counting them again as of their days. Those of another version, and of actors something
    happened to that was not looked at yet, are left out: they are not expected to agree."""
    touched = touched_since(tx, card, run.day)
    kept = scores.kept_scores(tx, card.name, [actor for actor in actors if actor not in touched])
    days: dict[int, list[str]] = defaultdict(list)
    for actor, one in kept.items():
        if one.version == card.version:
            days[one.day].append(actor)
    # A score that did not change keeps the day it was first counted for; it was looked at on every full count since.
    checked, wrong = 0, list[tuple[str, int, int]]()
    for day, some in sorted(days.items()):
        again = count(tx, card, some, day)
        checked += len(some)
        for actor, points in zip(some, again.points.tolist(), strict=True):
            if kept[actor].points != points:
                wrong.append((actor, kept[actor].points, points))
    if wrong:
        body = {"version": card.version, "day": run.day, "checked": checked, "differing": len(wrong),
                "samples": [list(one) for one in wrong[:_SAMPLES]]}  # fmt: skip
        append(tx, Event("score.disagreed", card.name, body, SCORES.actor))
    return replace(run, place=actors[-1], done=run.done + len(actors), checked=run.checked + checked,
                   differing=run.differing + len(wrong))  # fmt: skip


def _drop(tx: Tx, name: str, everybody: set[str]) -> None:
    """Scores of actors the card no longer speaks of."""
    gone = sorted(scores.actors_scored(tx, name) - everybody)
    for first in range(0, len(gone), STRETCH):
        (digest,) = contents.put(tx, [canonical(gone[first : first + STRETCH])])
        append(tx, Event("score.gone", name, {"rows": digest}, SCORES.actor))
