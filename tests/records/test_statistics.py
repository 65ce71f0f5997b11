"""Counting over days: in China's days, inside the stretch, with filters, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mingjian.records.clock import SteppedClock, day
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import probe, statistics
from mingjian.records.storage.database import Database
from mingjian.records.storage.decision_pages import DecisionFilter, list_decisions
from mingjian.records.storage.statistics import FindingFilter, Stretch

HOUR = 3_600_000_000
ROWS = (
    # id, platform, publisher, value, (code, family)
    ("itm_a", "douyin", "p1", "violation", (("A-1", "diversion"), ("A-1", "diversion"), ("B-1", "privacy"))),
    ("itm_b", "douyin", "p2", "clean", ()),
    ("itm_c", "weibo", "p1", "violation", (("B-1", "privacy"),)),
)


@pytest.fixture
def days(database: Database, clock: SteppedClock) -> tuple[Stretch, list[date]]:
    """Each of ROWS on a day of its own, shortly before midnight in China or after."""
    first = clock.now()
    seen = []
    for id, platform, publisher, value, found in ROWS:
        with database.write() as tx:
            seen.append(day(tx.now))
            append_all(tx, [Event("item.submitted", id, {
                "source": "s", "external": id, "version": 1, "digest": "0" * 64, "platform": platform,
                "publisher": publisher, "kind": "note"}, "key:k")])  # fmt: skip
            append_all(tx, [Event("item.judged", id, {
                "verdict": "1" * 64, "read": "0" * 64, "value": value, "severity": None, "nature": "news",
                "domain": "medical", "rulebook": "r", "as_of": "2026-01-01",
                "findings": [[*each, "high", "violation"] for each in found]}, "duty:screen")])  # fmt: skip
        clock.move(timedelta(hours=25))
    return Stretch(first, clock.now()), seen


def test_items_fall_on_the_days_of_china(database: Database, days: tuple[Stretch, list[date]]) -> None:
    stretch, seen = days
    with database.read() as tx:
        found = statistics.items_by_day(tx, stretch)
    assert found == {(seen[0], "violation"): 1, (seen[1], "clean"): 1, (seen[2], "violation"): 1}
    assert len(set(seen)) == 3 and stretch.days[0] == seen[0]


def test_the_end_of_a_stretch_is_not_in_it(database: Database, days: tuple[Stretch, list[date]]) -> None:
    stretch, _ = days
    first = Stretch(stretch.since, stretch.since + 25 * HOUR)
    with database.read() as tx:
        assert statistics.count_items(tx, first) == 1
        assert statistics.findings_by(tx, first, "code", 9) == [("A-1", 2), ("B-1", 1)]
        assert statistics.count_items(tx, Stretch(stretch.until, stretch.until + HOUR)) == 0
        assert statistics.findings_by(tx, Stretch(stretch.until, stretch.until + HOUR), "code", 9) == []


def test_counts_by_words_and_filters(database: Database, days: tuple[Stretch, list[date]]) -> None:
    stretch, _ = days
    of_p1 = Stretch(stretch.since, stretch.until, publisher="p1", platform="weibo")
    with database.read() as tx:
        assert statistics.items_by(tx, stretch, "publisher", 1) == [("p1", 2)]
        assert statistics.findings_by(tx, stretch, "family", 9) == [("diversion", 2), ("privacy", 2)]
        assert statistics.findings_by(tx, of_p1, "family", 9) == [("privacy", 1)]
        assert statistics.families_by_platform(tx, stretch) == {
            ("douyin", "diversion"): 2, ("douyin", "privacy"): 1, ("weibo", "privacy"): 1,
        }  # fmt: skip
        about = FindingFilter(code="A-1")
        assert statistics.items_by(tx, stretch, "platform", 9, about) == [("douyin", 1)]
        assert probe.counts_of(tx, stretch, "code", ["B-1", None, "C-1"]) == {"B-1": 2}
        assert probe.counts_of(tx, of_p1, "code", ["B-1"]) == {"B-1": 1}


def test_items_behind_a_bar_page_by_page(database: Database, days: tuple[Stretch, list[date]]) -> None:
    stretch, _ = days
    with database.read() as tx:
        first, onward = probe.items_behind(tx, stretch, FindingFilter(family="privacy"), None, 1)
        second, end = probe.items_behind(tx, stretch, FindingFilter(family="privacy"), onward, 1)
    assert [one.id for one in (*first, *second)] == ["itm_c", "itm_a"] and end is None


def test_an_empty_desk(database: Database) -> None:
    nothing = Stretch(0, HOUR)
    with database.read() as tx:
        assert statistics.items_by_day(tx, nothing) == {} and statistics.handling(tx, nothing) == {}
        assert statistics.live_ages(tx, (HOUR,)) == {} and statistics.appeals_by_outcome(tx, nothing) == {}
        assert statistics.actions_by_measure(tx, nothing) == [] == statistics.decisions_by_measure(tx, nothing)
        assert list_decisions(tx, DecisionFilter(measure="ban"), (HOUR, 3), 5) == ([], None)
