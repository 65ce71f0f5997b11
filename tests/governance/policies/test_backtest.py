"""Trials on stored items: the difference is right, can be gone on with, and leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mingjian import api
from mingjian.core.engine.options import Options
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide
from mingjian.governance.policies.service import (
    backtest,
    backtest_rules,
    begin,
    explain_item,
    install_shipped,
    shadow_rule,
    step,
)
from mingjian.governance.policies.trial import Diff
from mingjian.records.canonical import canonical
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.policies.model import TrialFilter
from mingjian.records.storage import contents, policy_hits
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import head
from tests.governance.policies.house import (
    AUTHOR,
    BAD,
    CLAUSES,
    DEPLOYER,
    EVERYTHING,
    GOOD,
    MILD,
    REST,
    TOXIC,
    House,
    written,
)
from tests.governance.world import LEAD, person

DAY = Options(as_of=date(2026, 3, 2))


@pytest.fixture
def house(database: Database) -> House:
    return stocked(database)


@pytest.fixture
def small(sqlite_database: Database) -> House:
    return stocked(sqlite_database)


def stocked(database: Database) -> House:
    house = House(database)
    with database.write() as tx:
        install_shipped(tx)
    house.judge(BAD, GOOD, TOXIC, GOOD + "二", BAD + "二")
    return house


def at(house: House) -> int:
    with house.database.read() as tx:
        return head(tx).seq


def test_the_difference_is_counted_both_ways_with_samples(house: House) -> None:
    kept, place = house.draft(written(2, MILD)), at(house)
    diff = backtest(house.database, AUTHOR, kept.id)
    assert diff.changes == {("queue", "pass"): 2, ("pass", "pass"): 2, ("limit+queue", "pass"): 1}
    assert (diff.seen, diff.skipped, diff.changed, diff.done) == (5, 0, 3, True)
    assert {change: len(items) for change, items in diff.samples.items()} == {
        ("queue", "pass"): 2, ("limit+queue", "pass"): 1,
    }  # fmt: skip
    assert diff.families["toxic_drug_ad", "limit+queue", "pass"] == 1
    stricter = backtest(house.database, AUTHOR, house.draft(written(3, EVERYTHING)).id)
    assert stricter.changes[("pass", "queue")] == 2
    assert stricter.families[("-", "pass", "queue")] == 2
    assert at(house) == place + 1  # the second draft: a trial writes nothing


def test_the_same_policy_changes_nothing(small: House) -> None:
    same = small.draft(written(2, CLAUSES.replace("name: violation", "name: other") + REST))
    diff = backtest(small.database, AUTHOR, same.id)
    assert (diff.seen, diff.changed, diff.samples) == (5, 0, {})


def test_a_trial_goes_on_where_it_stopped(house: House) -> None:
    kept = house.draft(written(2, MILD))
    seen: list[Diff] = []
    whole = backtest(house.database, AUTHOR, kept.id, progress=seen.append, batch=2)
    assert [diff.seen for diff in seen] == [2, 4, 5]
    with house.database.read() as tx:
        half = step(tx, begin(tx, AUTHOR, kept.id), 2)
    assert not half.done
    kept_half = Diff.from_json(canonical(half.to_json()))
    assert kept_half == half
    assert backtest(house.database, AUTHOR, kept.id, resume=kept_half, batch=3) == whole
    house.judge(BAD + "三")  # what comes in meanwhile is not looked at
    assert backtest(house.database, AUTHOR, kept.id, resume=kept_half, batch=1) == whole


def test_what_counts_changed_meanwhile(small: House) -> None:
    kept = small.draft(written(2, MILD))
    with small.database.read() as tx:
        half = step(tx, begin(tx, AUTHOR, kept.id), 2)
    small.draft(written(1, name="other"))
    assert backtest(small.database, AUTHOR, kept.id, resume=half).done
    with small.database.write() as tx:
        shadow_rule(tx, DEPLOYER, "TOX-5-sale", "先看看")
    with pytest.raises(Conflict, match="重新开始"):
        backtest(small.database, AUTHOR, kept.id, resume=half)


def test_filters_and_limits(small: House, clock: SteppedClock) -> None:
    kept = small.draft(written(2, MILD))
    clock.move(timedelta(days=2))
    small.judge(TOXIC + "二", platform="douyin")
    clock.move(timedelta(days=1))
    small.judge(BAD + "四", kind="note")
    looks = {
        TrialFilter(): 7, TrialFilter(platform="douyin"): 1, TrialFilter(kind="note"): 1,
        TrialFilter(since="2026-03-03"): 2, TrialFilter(until="2026-03-04"): 6, TrialFilter(publisher="nobody"): 0,
        TrialFilter(since="2026-03-03", until="2026-03-04"): 1, TrialFilter(since="2027-01-01"): 0,
    }  # fmt: skip
    for chosen, many in looks.items():
        assert backtest(small.database, AUTHOR, kept.id, chosen).seen == many, chosen
    newest = backtest(small.database, AUTHOR, kept.id, limit=2)
    assert (newest.seen, newest.done) == (2, True)
    assert newest.changes == {("queue", "pass"): 1, ("limit+queue", "pass"): 1}


def test_deleted_words_are_skipped_and_said_so(small: House) -> None:
    (item,) = small.judge(TOXIC + "二")
    with small.database.write() as tx:
        contents.delete_content(tx, item.verdict or "")
    diff = backtest(small.database, AUTHOR, small.draft(written(2, MILD)).id)
    assert (diff.seen, diff.skipped, sum(diff.changes.values())) == (6, 1, 5)
    with small.database.read() as tx, pytest.raises(Conflict, match="已删除"):
        explain_item(tx, AUTHOR, item.id)


def test_strikes_and_risk_are_known_in_a_trial(small: House) -> None:
    when = "{facts: {strikes: {at_least: 1}, risk: {at_least: 0.5}}}"
    clause = f"  - {{name: again, title: 屡犯, when: {when}, then: {{queue: quality}}, reason: 屡犯}}\n"
    (struck,) = small.judge(BAD + "三")
    with small.database.write() as tx:  # a person's decision: what a policy does by itself is no strike
        decide(tx, LEAD, DecisionInput("take_down", item=struck.id, reasons=("保证功效",)))
    small.judge(GOOD + "三", facts={"risk": 0.9})
    small.judge(GOOD + "四", facts={"risk": 0.2})
    diff = backtest(small.database, AUTHOR, small.draft(written(2, clause + REST.lstrip("\n"))).id)
    assert diff.changes[("pass", "queue:quality")] == 1


def test_who_may_and_what_is_asked(small: House) -> None:
    kept = small.draft(written(2, MILD))
    with pytest.raises(Forbidden):
        backtest(small.database, person("x", "author"), kept.id)
    with pytest.raises(NotFound):
        backtest(small.database, AUTHOR, "content@9")
    with pytest.raises(Invalid, match="limit"):
        backtest(small.database, AUTHOR, kept.id, limit=0)
    with pytest.raises(Invalid, match="since"):
        backtest(small.database, AUTHOR, kept.id, TrialFilter(since="昨天"))


def test_an_item_is_explained_under_now_and_under_another_text(small: House) -> None:
    (item,) = small.judge(TOXIC + "二")
    with small.database.read() as tx:
        now = explain_item(tx, AUTHOR, item.id)
        then = explain_item(tx, AUTHOR, item.id, written(2, MILD))
        with pytest.raises(NotFound):
            explain_item(tx, AUTHOR, "itm_none")
    assert (now.outcome.word, then.outcome.word) == ("limit+queue", "pass")
    assert then.steps[-1].policy == "content@2"


def test_rules_are_tried_with_other_options(house: House) -> None:
    place = at(house)
    same = backtest_rules(house.database, AUTHOR, api.engine(), DAY, batch=2)
    assert (same.seen, same.changed) == (5, 0)
    only = backtest_rules(house.database, AUTHOR, api.engine(), replace(DAY, select=("TOX",)))
    assert only.changes == {("violation", "clean"): 2, ("clean", "clean"): 2, ("violation", "violation"): 1}
    assert (only.codes["TOX-5-sale"], only.codes["AD-15-1-name"]) == ((1, 1), (1, 0))
    assert len(only.samples["violation", "clean"]) == 2
    assert len(only.samples["-", "AD-15-1-name"]) == 1
    back = backtest_rules(house.database, AUTHOR, api.engine(), replace(DAY, ignore=("AD",)))
    assert any(change[0] == "+" for change in back.samples)  # the classifier speaks where no rule does
    assert at(house) == place
    with house.database.read() as tx:
        assert "TOX-5-sale" in policy_hits.known_codes(tx)


def test_a_trial_of_rules_goes_on_only_with_the_same_rules(small: House) -> None:
    seen: list[Diff] = []
    whole = backtest_rules(small.database, AUTHOR, api.engine(), DAY, progress=seen.append, batch=2)
    again = backtest_rules(small.database, AUTHOR, api.engine(), DAY, resume=seen[0], batch=1)
    assert again == whole
    with pytest.raises(Conflict, match="与开始时不同"):
        backtest_rules(small.database, AUTHOR, api.engine(), replace(DAY, preview=True), resume=seen[0])
