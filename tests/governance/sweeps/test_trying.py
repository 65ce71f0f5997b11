"""The dry run: every row judged once under what was frozen, counted, sampled, and nothing done."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mingjian import api
from mingjian.governance.policies.rules import shadow_rule
from mingjian.governance.sweeps import results, service
from mingjian.governance.sweeps.engines import engine_of
from mingjian.governance.sweeps.figures import judgements, progress, recount
from mingjian.governance.sweeps.service import plan_of
from mingjian.governance.sweeps.shown import items_at, verdicts_of
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from mingjian.records.storage.items import count_pending
from tests.governance.sweeps.archive import ENGINE, MADE, act, driver, planned, row, tried, wish, write
from tests.governance.world import LEAD, person

NOTES = 60
AUDITOR, OUTSIDER = person("audit", "auditor"), person("out", "author")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "archive", (row(one) for one in range(NOTES)), per_file=25)


def tallies(database: Database, id: str) -> dict[str, dict[str, int]]:
    with database.read() as tx:
        return stored.tallies(tx, id)


def test_every_row_is_counted_and_nothing_is_done(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive))
    assert (sweep.state, sweep.judged, sweep.bad, sweep.unread) == ("tried", NOTES, 0, 0)
    assert (sweep.chunks, sweep.judged_chunks) == (5, 5)  # 25 + 25 + 10 rows, 16 a piece
    counted = tallies(database, sweep.id)
    assert counted["word"] == {"pass": 36, "queue": 12, "limit+queue": 12}
    assert counted["platform"] == {"douyin": 30, "xiaohongshu": 30}
    assert counted["clause"]["toxic-drug"] == 12
    assert sum(counted["month"].values()) == NOTES
    assert counted["account"] == {"all": 14, "limit+queue": 12, "queue": 12}  # seven on each platform
    with database.read() as tx:
        assert count_pending(tx) == 0
        kinds = {event.kind for event in events_after(tx, 0, limit=9999)}
    assert not kinds & {"item.submitted", "case.opened", "decision.made"}


def test_samples_are_drawn_of_every_clause_passes_too(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive))
    with database.read() as tx:
        found, _ = stored.samples(tx, sweep.id, limit=500)
        again = tried_again = stored.samples(tx, sweep.id, clause="toxic-drug", limit=5)
        pieces = stored.pieces_at(tx, sweep.id, [one.place for one in found])
        frozen = plan_of(tx, sweep)
    assert {one.word for one in found} == {"pass", "queue", "limit+queue"}
    assert len([one for one in found if one.word == "limit+queue"]) == 12
    assert len([one for one in found if one.word == "pass"]) == 30
    assert again == tried_again
    items = items_at(frozen, pieces, [(one.place, one.row) for one in found])
    assert {one.external for one in found} == {item.id for item in items.values()}
    verdicts = verdicts_of(frozen, api.engine(), items)
    shown = {items[key].id: verdict.value for key, verdict in verdicts.items()}
    assert {shown[one.external] for one in found if one.word == "pass"} == {"clean"}


def test_bad_rows_are_told_by_file_row_and_field_and_counted(database: Database, tmp_path: Path) -> None:
    rows = [row(0), row(1, channel="moon"), row(2, published_at="yesterday"), row(3)]
    folder = write(tmp_path / "archive", rows)
    with (folder / "items" / "part-00000.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("{broken\n\n")
    sweep = tried(database, tmp_path / "out", wish(folder))
    assert (sweep.rows, sweep.judged, sweep.bad, sweep.empty, sweep.unread) == (6, 2, 3, 1, 0)
    told = [one["problem"] for one in results.read(tmp_path / "out", sweep.id, 0).to_pylist()]
    assert told[0] is None
    assert "channel" in told[1]
    assert "published_at" in told[2]
    assert "JSON" in told[4]


def test_pausing_halts_and_resuming_judges_the_rest_once(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = planned(database, wish(archive))
    act(database, "begin", sweep.id)
    work = driver(database, tmp_path / "out")
    seen: list[int] = []

    def halt(now: Any) -> None:
        seen.append(now.judged)
        if len(seen) == 2:
            act(database, "pause", sweep.id, "先看看")

    assert work.finish(sweep.id, halt).state == "paused"
    assert work.finish(sweep.id).judged_chunks == 2
    assert act(database, "resume", sweep.id).state == "trying"
    done = work.finish(sweep.id)
    assert (done.state, done.judged) == ("tried", NOTES)
    with database.read() as tx:
        places = [one.body["place"] for one in events_after(tx, 0, kinds=["sweep.judged"], limit=999)]
    assert sorted(places) == list(range(5))


def test_the_same_sweep_gives_the_same_bytes(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out" / sweep.id).iterdir()}
    with database.read() as tx:
        frozen, pieces = plan_of(tx, sweep), stored.judged_pieces(tx, sweep.id)
    from mingjian.governance.sweeps.judging import Job, judge_piece

    again = {f"part-{one.piece.place:06d}.parquet": judge_piece(Job(sweep.id, frozen, ENGINE), one.piece).body
             for one in pieces}  # fmt: skip
    assert again == before


def test_folding_anew_gives_the_same_ledger(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive))
    act(database, "answer", sweep.id, 0, "right")
    with database.read() as tx:
        before = (stored.sweep_by_id(tx, sweep.id), stored.tallies(tx, sweep.id), stored.samples(tx, sweep.id),
                  stored.judged_pieces(tx, sweep.id))  # fmt: skip
    refold(database)
    with database.read() as tx:
        assert before == (stored.sweep_by_id(tx, sweep.id), stored.tallies(tx, sweep.id),
                          stored.samples(tx, sweep.id), stored.judged_pieces(tx, sweep.id))  # fmt: skip


def test_counts_are_those_of_the_files(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive))
    made = recount(database, sweep, tmp_path / "out")
    assert (made.rows, made.acting, made.differing) == (NOTES, 24, {})
    off = recount(database, replace(sweep, acting=23), tmp_path / "out")
    assert off.differing == {"acting": (23, 24)}
    path = results.place_of(tmp_path / "out", sweep.id, 1)
    path.write_bytes(results.place_of(tmp_path / "out", sweep.id, 0).read_bytes())
    with pytest.raises(Conflict, match="改动过"):
        recount(database, sweep, tmp_path / "out")


def test_a_changed_source_or_rulebook_is_not_gone_on_with(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = planned(database, wish(archive))
    act(database, "begin", sweep.id)
    work = driver(database, tmp_path / "out")

    class Other:
        rulebook = "another"

        def check(self, items: Any, options: Any) -> list[Any]:
            raise AssertionError("judged under another rulebook")

    with pytest.raises(Conflict, match="规则库"):
        replace(work, screening=replace(work.screening, judge=Other())).finish(sweep.id)
    path = archive / "items" / "part-00025.jsonl"
    path.write_text(path.read_text("utf-8") + json.dumps(row(99)) + "\n", "utf-8")
    with pytest.raises(Conflict, match="part-00025"):
        work.finish(sweep.id)


def test_the_policy_is_frozen_with_what_may_not_act(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "one", wish(archive))
    codes = tallies(database, sweep.id)["code"]
    toxic = next(code for code in codes if codes[code] == 12)
    with database.write() as tx:
        for code in codes:
            shadow_rule(tx, MADE, code, "试")
    with database.read() as tx:
        assert plan_of(tx, sweep).shadowed == ()
    later = tried(database, tmp_path / "two", wish(archive))
    assert tallies(database, later.id)["word"] == {"pass": NOTES}
    assert toxic in tallies(database, later.id)["code"]  # recorded, not seen by the policy


def test_answers_give_the_precision_and_may_be_taken_back(database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = tried(database, tmp_path / "out", wish(archive))
    with database.read() as tx:
        numbers = [one.number for one in stored.samples(tx, sweep.id, clause="toxic-drug")[0]]
    for number in numbers[:8]:
        act(database, "answer", sweep.id, number, "right")
    act(database, "answer", sweep.id, numbers[8], "wrong", "是科普")
    act(database, "answer", sweep.id, numbers[9], "unsure")
    with database.read() as tx:
        told = next(one for one in judgements(tx, sweep.id) if one.clause == "toxic-drug")
    assert (told.drawn, told.seen, told.right, told.wrong) == (12, 10, 8, 1)
    assert 0.5 < told.low < 8 / 9 < told.high < 1
    act(database, "answer", sweep.id, numbers[8], None)
    with database.read() as tx:
        assert next(one for one in judgements(tx, sweep.id) if one.clause == "toxic-drug").wrong == 0
        assert stored.sample(tx, sweep.id, numbers[8]).note == ""  # type: ignore[union-attr]


def test_time_left_is_told_from_the_present_pace(sqlite_database: Database, archive: Path, tmp_path: Path) -> None:
    sweep = planned(sqlite_database, wish(archive))
    assert progress(sweep, sweep.clock_at + 1).left is None
    moving = replace(sweep, state="trying", judged=15, clock_at=0)
    assert progress(moving, 10_000_000).left == pytest.approx(30)
    resumed = replace(moving, clock_done=10)
    assert progress(resumed, 10_000_000).left == pytest.approx(90)
    assert progress(replace(moving, state="paused", resumes="trying"), 10_000_000).left is None


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"policy": "nothing"}, "没有生效的策略"),
        ({"policy": "content@99"}, "content@99"),
        ({"stages": ["5%"]}, "100%"),
        ({"measures": {"nowhere": "take_down"}}, "没有条款"),
        ({"measures": {"grave": "fly"}}, "不是能批量作出的处置"),
        ({"reason": " "}, "reason"),
        ({"least": 1000}, "抽样"),
        ({"as_of": "someday"}, "不是日期"),
    ],
)
def test_what_cannot_be_planned_is_told(
    sqlite_database: Database, archive: Path, more: dict[str, Any], told: str
) -> None:
    with pytest.raises((Invalid, NotFound), match=told):
        planned(sqlite_database, wish(archive, **more))


def test_who_may_do_what(sqlite_database: Database, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        planned(sqlite_database, wish(archive), AUDITOR)
    sweep = planned(sqlite_database, wish(archive), LEAD)
    with sqlite_database.read() as tx:
        assert service.get_sweep(tx, AUDITOR, sweep.id) == sweep
        with pytest.raises(Forbidden):
            service.get_sweep(tx, OUTSIDER, sweep.id)
        with pytest.raises(NotFound):
            service.get_sweep(tx, AUDITOR, "swp_none")
    for what, more in (("begin", ()), ("pause", ("x",)), ("stop", ("x",)), ("answer", (0, "right"))):
        with pytest.raises(Forbidden):
            act(sqlite_database, what, sweep.id, *more, by=AUDITOR)


def test_an_engine_that_is_none_is_told() -> None:
    with pytest.raises(Invalid, match="native、ray、inline"):
        engine_of("spark")
    with pytest.raises(Invalid, match="工作进程数"):
        engine_of("inline", workers=0)
