"""Stages: what was counted is dealt with, once, and can be taken back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mingjian import api
from mingjian.governance.decisions.service import reverse
from mingjian.governance.screening.service import Screening
from mingjian.governance.sweeps import undoing
from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.taking import Taker
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Forbidden
from mingjian.records.items.model import Submission
from mingjian.records.journal.append import refold
from mingjian.records.storage import actions, items
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from mingjian.records.sweeps.model import Sweep, Taken
from tests.governance.sweeps.archive import FALSE, MADE, TOXIC, act, driver, planned, row, standing, tried, wish, write
from tests.governance.world import LEAD, LEAD2, person

NOTES = 60
KEEPER = person("keeper", "administrator")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "archive", (row(one) for one in range(NOTES)), per_file=25)


def taken(database: Database, id: str) -> list[Taken]:
    with database.read() as tx:
        return stored.taken(tx, id, limit=999)


def through(database: Database, work: Driver, id: str) -> Sweep:
    """All stages."""
    now = work.finish(id)
    while now.state in ("tried", "staged"):
        act(database, "start_stage", id)
        now = work.finish(id)
    return now


def kinds(database: Database) -> Counter[str]:
    with database.read() as tx:
        return Counter(event.kind for event in events_after(tx, 0, limit=99999))


def test_stages_deal_with_every_outcome_exactly_once(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive, stages=["platform=douyin", "50%", "100%"]))
    work = driver(database, tmp_path / "out")
    act(database, "start_stage", sweep.id)
    first = work.finish(sweep.id)
    assert (first.state, first.stage, first.taken) == ("staged", 0, 12)
    with database.read() as tx:
        found = items.items_by_id(tx, [one.item for one in taken(database, sweep.id)])
    assert {one.platform for one in found.values()} == {"douyin"}
    done = through(database, work, sweep.id)
    assert (done.state, done.taken, done.acting) == ("done", 24, 24)
    rows = taken(database, sweep.id)
    assert len({one.item for one in rows}) == 24
    assert Counter(one.how for one in rows) == {"acted": 12, "opened": 12}
    assert standing(database, [one.item for one in rows]) == (12, 24)
    counted = kinds(database)
    assert (counted["item.submitted"], counted["decision.made"], counted["case.opened"]) == (24, 12, 24)
    with database.read() as tx:
        decision = next(iter(actions.decisions_by_id(tx, [one.decision for one in rows if one.decision]).values()))
        kept = items.items_by_id(tx, [rows[0].item])[rows[0].item]
    assert (decision.policy, decision.measure) == ("content@1", "limit")
    assert (kept.state, kept.rulebook, kept.source) == ("judged", api.engine().rulebook, "archive")


def test_undoing_takes_everything_back_and_can_be_halted(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive, stages=["100%"]))
    work = driver(database, tmp_path / "out")
    through(database, work, sweep.id)
    rows = taken(database, sweep.id)
    act(database, "undo", sweep.id, "策略有误")
    assert undoing.step(database, sweep.id, at_once=5) > 0
    act(database, "pause", sweep.id, "歇一下")
    assert undoing.step(database, sweep.id) == 0
    act(database, "resume", sweep.id)
    done = work.finish(sweep.id)
    assert (done.state, done.undone) == ("undone", 24)
    assert standing(database, [one.item for one in rows]) == (0, 0)
    assert kinds(database)["decision.closed"] == 12
    refold(database)
    assert standing(database, [one.item for one in rows]) == (0, 0)
    with database.read() as tx:
        assert stored.sweep_by_id(tx, sweep.id) == done


def test_undoing_leaves_what_others_changed(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive, stages=["100%"]))
    work = driver(database, tmp_path / "out")
    through(database, work, sweep.id)
    mine = next(one for one in taken(database, sweep.id) if one.decision)
    with database.write() as tx:
        (action,) = actions.actions_of_decisions(tx, [mine.decision or ""])
        reverse(tx, LEAD, action.id, "申诉成立")
    act(database, "undo", sweep.id, "策略有误")
    assert work.finish(sweep.id).state == "undone"
    with database.read() as tx:
        (left,) = actions.actions_of_decisions(tx, [mine.decision or ""])
    assert (left.state, left.ended_by, left.ended_why) == ("reversed", LEAD.actor, "申诉成立")


def test_a_killed_process_repeats_nothing(database: Database, archive: Path, tmp_path: Path) -> None:
    """Killed after reading and before writing: the next one begins where the ledger is."""
    sweep = tried(database, tmp_path / "out", wish(archive, stages=["100%"]))
    act(database, "start_stage", sweep.id)
    screening = Screening(database, api.engine())
    one, two = (Taker(database, screening, tmp_path / "out", at_once=3) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mingjian.governance.sweeps.taking.append", _killed)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                one.step(sweep.id)
    assert taken(database, sweep.id) == []
    while one.step(sweep.id) or two.step(sweep.id):  # and two at the same time do not get in each other's way
        two.step(sweep.id)
    assert len(taken(database, sweep.id)) == 24
    counted = kinds(database)
    assert (counted["item.submitted"], counted["decision.made"], counted["case.opened"]) == (24, 12, 24)


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_what_the_desk_has_already_is_not_done_again(database: Database, tmp_path: Path) -> None:
    """An item known under the same system, with the measure in force; and the same note twice in the archive."""
    from mingjian.governance.policies.apply import applier
    from mingjian.governance.policies.shipped import install_shipped
    from mingjian.governance.sweeps.judging import read_items
    from mingjian.governance.sweeps.sources import archive_source, open_source
    from mingjian.intake.item_schema import item_to_dict

    folder = write(tmp_path / "archive", [row(3), row(8), row(8)])
    source = open_source(archive_source(folder))
    ((_, known), *_), _ = read_items(source.read(source.manifest(10).pieces[0]))
    with database.write() as tx:
        install_shipped(tx)
    live = Screening(database, api.engine(), applier())
    live.check_now([Submission(item_to_dict(known), "archive")], "user:1")
    before = kinds(database)
    assert before["decision.made"] == 1
    sweep = tried(database, tmp_path / "out", wish(folder, stages=["100%"]))
    done = through(database, driver(database, tmp_path / "out"), sweep.id)
    assert (done.acting, done.taken) == (3, 3)
    hows = [one.how for one in taken(database, sweep.id)]
    assert hows[0] == "already"
    assert "acted" in hows
    after = kinds(database)
    assert after["decision.made"] == 2
    assert after["item.submitted"] == 2
    assert after["case.opened"] == 2
    act(database, "undo", sweep.id, "撤")
    driver(database, tmp_path / "out").finish(sweep.id)
    with database.read() as tx:
        kept = items.latest_versions(tx, "archive", [known.id])[known.id]
    assert standing(database, [kept.id]) == (1, 1)  # the house's own measure and case stand


def test_what_the_desk_knows_clears_items(database: Database, tmp_path: Path) -> None:
    """The register vouches: judged with its facts, there is nothing to do any more, and the ledger says so."""
    folder = write(tmp_path / "archive", [row(3, "热玛吉紧致提升,欢迎到院咨询预约"), row(8)])
    sweep = tried(database, tmp_path / "out", wish(folder, stages=["100%"]))
    assert sweep.acting == 2

    def vouch(_tx: Any, found: Any) -> list[dict[str, Any]]:
        return [{"review_certificate": "京(X)广审第26-01-01-001号", "practice_licence": True} for _ in found]

    done = through(database, driver(database, tmp_path / "out", know=(vouch,)), sweep.id)
    assert done.taken == 2
    assert [one.how for one in taken(database, sweep.id)] == ["cleared", "acted"]


def test_people_may_act_on_a_whole_clause(database: Database, archive: Path, tmp_path: Path) -> None:
    """Take-downs of one clause, bans of another: by the one who begins the stage, in their name."""
    folder = write(tmp_path / "people", [row(one, FALSE if one % 2 else TOXIC, publisher_id=f"p{one % 3}")
                                         for one in range(12)])  # fmt: skip
    sweep = planned(database, wish(folder, stages=["100%"], measures={"violation": "take_down", "grave": "take_down",
                                                                       "toxic-drug": "ban"}), LEAD)  # fmt: skip
    act(database, "begin", sweep.id)
    work = driver(database, tmp_path / "out")
    work.finish(sweep.id)
    with pytest.raises(Forbidden, match="由他人复核"):
        act(database, "start_stage", sweep.id, by=LEAD)
    with pytest.raises(Forbidden):
        act(database, "start_stage", sweep.id, by=KEEPER)  # may manage sweeps, not decide
    act(database, "start_stage", sweep.id, by=LEAD2)
    done = work.finish(sweep.id)
    assert (done.state, done.taken) == ("done", 12)
    with database.read() as tx:
        made = [event.body for event in events_after(tx, 0, kinds=["decision.made"], limit=999)]
        actors = {event.actor for event in events_after(tx, 0, kinds=["decision.made"], limit=999)}
    assert Counter(one["measure"] for one in made) == {"take_down": 6, "ban": 3}  # one of each publisher
    assert {one["origin"] for one in made} == {"manual"}
    assert actors == {LEAD2.actor}
    assert kinds(database)["case.opened"] == 0


def test_samples_must_be_seen_where_the_plan_says_so(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive, least=3, most_wrong=250))
    with pytest.raises(Conflict, match="还须再看 3 条"):
        act(database, "start_stage", sweep.id)
    with database.read() as tx:
        found, _ = stored.samples(tx, sweep.id, limit=500)
    for clause in {one.clause for one in found if one.word != "pass"}:
        numbers = [one.number for one in found if one.clause == clause][:3]
        for number in numbers:
            act(database, "answer", sweep.id, number, "right")
    act(database, "answer", sweep.id, numbers[0], "wrong")
    with pytest.raises(Conflict, match="1 / 3 条判错"):
        act(database, "start_stage", sweep.id)
    act(database, "answer", sweep.id, numbers[0], "right")
    assert act(database, "start_stage", sweep.id).state == "running"
    with pytest.raises(Conflict, match="不能再改"):
        act(database, "answer", sweep.id, numbers[0], "wrong")


def test_only_a_policy_in_force_may_act(database: Database, clock: SteppedClock, archive: Path, tmp_path: Path) -> None:
    from mingjian.governance.policies.service import retire
    from mingjian.records.storage.policies import version_by_id

    sweep = tried(database, tmp_path / "out", wish(archive))
    clock.move(timedelta(minutes=1))
    with database.write() as tx:
        kept = version_by_id(tx, "content@1")
        assert kept is not None
        retire(tx, MADE, "content@1", revision=kept.revision, reason="换新版")
    with pytest.raises(Conflict, match="没有生效"):
        act(database, "start_stage", sweep.id)


def test_stopping_ends_it_and_leaves_what_was_done(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive, stages=["platform=douyin", "100%"]))
    work = driver(database, tmp_path / "out")
    with pytest.raises(Conflict, match="没有可撤销的"):
        act(database, "undo", sweep.id, "x")
    act(database, "start_stage", sweep.id)
    work.finish(sweep.id)
    done = act(database, "stop", sweep.id, "够了")
    assert (done.state, done.taken) == ("stopped", 12)
    assert work.finish(sweep.id) == done
    with pytest.raises(Conflict):
        act(database, "start_stage", sweep.id)
    assert standing(database, [one.item for one in taken(database, sweep.id)])[1] == 12
    act(database, "undo", sweep.id, "撤")
    assert work.finish(sweep.id).undone == 12


def test_a_duty_does_all_a_little_at_a_time_and_pauses_what_cannot_go_on(
    database: Database, archive: Path, tmp_path: Path
) -> None:
    broken = write(tmp_path / "broken", (row(one) for one in range(40)))
    first = planned(database, wish(broken))
    second = planned(database, wish(archive, stages=["100%"]))
    for one in (first, second):
        act(database, "begin", one.id)
    (broken / "items" / "part-00000.jsonl").unlink()
    work = driver(database, tmp_path / "out")
    while work.little():
        pass
    with database.read() as tx:
        halted, tried_one = stored.sweep_by_id(tx, first.id), stored.sweep_by_id(tx, second.id)
    assert halted is not None and tried_one is not None
    assert (halted.state, halted.resumes) == ("paused", "trying")
    assert halted.why
    assert tried_one.state == "tried"
    act(database, "start_stage", second.id)
    while work.little():
        pass
    with database.read() as tx:
        done = stored.sweep_by_id(tx, second.id)
    assert done is not None
    assert (done.state, done.taken) == ("done", 24)
