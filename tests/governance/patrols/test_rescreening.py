"""Judging somebody's whole content again: beside the old verdicts, once, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from mingjian import api
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.desk.cases.model import CaseFilter
from mingjian.desk.cases.service import list_cases
from mingjian.desk.people.model import house
from mingjian.governance.patrols import rescreening
from mingjian.governance.screening.service import Screening
from mingjian.records.errors import Forbidden, Invalid, NotFound
from mingjian.records.items.erase import erase
from mingjian.records.items.model import Submission
from mingjian.records.journal.append import refold
from mingjian.records.storage import contents, items
from mingjian.records.storage import rescreenings as store
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from tests.governance.registered import INSPECTOR, OUTSIDER, clinic, put, to
from tests.governance.world import calm_queues

BAD, GOOD = "热玛吉术后永不反弹,保证有效", "今天天气很好"


class Lenient:
    """A judge who finds nothing, or what the engine finds: the rulebook before and after."""

    def __init__(self, *, blind: bool) -> None:
        self.blind, self.engine = blind, api.engine()
        self.rulebook = self.engine.rulebook

    def check(self, found: Sequence[Item], options: Options) -> list[Verdict]:
        verdicts = self.engine.check(found, options)
        return [replace(one, findings=(), value="clean") for one in verdicts] if self.blind else list(verdicts)


def submission(number: int, text: str = BAD, publisher: str = "clinic", platform: str = "xiaohongshu") -> Submission:
    return Submission({"id": f"n{number}", "text": text, "platform": platform, "channel": "public",
                       "publisher": {"id": publisher, "kind": "institution"}})  # fmt: skip


def before(database: Database, *submissions: Submission) -> list[str]:
    """Judged by the blind."""
    judged = Screening(database, Lenient(blind=True)).check_now(submissions, "user:1")
    return [taken.item.id for taken, _ in judged]


def start(database: Database, entity: str, **more: Any) -> Any:
    with database.write() as tx:
        return rescreening.start(tx, INSPECTOR, entity, "许可变更", **more)


def finish(database: Database, limit: int = 64, *, blind: bool = False) -> Any:
    screening = Screening(database, Lenient(blind=blind))
    with calm_queues():
        while rescreening.advance(database, screening, limit):
            pass
    with database.read() as tx:
        return store.list_rescreenings(tx)[0]


def cases(database: Database) -> list[Any]:
    with database.read() as tx:
        return list(list_cases(tx, house("t"), CaseFilter(state="live"), None, 50).items)


def test_a_new_verdict_beside_the_old_one_and_a_case_where_it_is_worse(database: Database) -> None:
    entity = clinic(database).entity
    bad, good = before(database, submission(1), submission(2, GOOD))
    begun = start(database, entity)
    assert (begun.total, begun.state) == (2, "running")
    done = finish(database)
    assert (done.state, done.judged, done.changed, done.worse, done.cases) == ("finished", 2, 1, 1, 1)
    with database.read() as tx:
        stored = items.items_by_id(tx, [bad, good])
        (first,), (second,) = (store.rejudgings_of_item(tx, id) for id in (bad, good))
        kept = json.loads(contents.get(tx, first.verdict) or b"{}")
    assert {one.value for one in stored.values()} == {"clean"}  # the old verdict stands
    assert (first.before, first.before_value, first.value, first.change) == (stored[bad].verdict, "clean", "violation",
                                                                             "worse")  # fmt: skip
    assert kept["verdict"] == "violation" and first.come and not first.gone
    assert (second.change, second.case) == ("same", None)
    (case,) = cases(database)
    assert (case.id, case.subject, case.origin, case.queue, case.value) == (first.case, bad, "patrol", "content",
                                                                            "violation")  # fmt: skip
    assert case.facts["come"] == list(first.come) and case.reason == "复审结论更重:许可变更"


@pytest.mark.parametrize("worse_only", [True, False])
def test_what_is_milder_now(database: Database, worse_only: bool) -> None:
    entity = clinic(database).entity
    Screening(database, Lenient(blind=False)).check_now([submission(1)], "user:1")
    start(database, entity, worse_only=worse_only)
    done = finish(database, blind=True)
    assert (done.changed, done.worse, done.cases) == (1, 0, 0 if worse_only else 1)


def test_its_accounts_are_its_own_and_others_are_not(database: Database) -> None:
    entity = clinic(database).entity
    with database.write() as tx:
        put(tx, "account", "douyin:77", links=[to("belongs_to", ("institution", "clinic"))])
        put(tx, "account", "bare88", links=[to("belongs_to", ("institution", "clinic"))])
        put(tx, "account", "douyin:99", links=[to("belongs_to", ("institution", "clinic"), valid_to="2025-01-01")])
    mine = before(
        database, submission(1), submission(2, publisher="77", platform="douyin"), submission(3, publisher="bare88")
    )
    before(database, submission(4, publisher="77"), submission(5, publisher="99", platform="douyin"),
           submission(6, publisher="other"))  # fmt: skip
    start(database, entity)
    finish(database)
    with database.read() as tx:
        again = events_after(tx, 0, kinds=["item.rejudged"], limit=99)
    assert [event.subject for event in again] == mine


def test_what_arrives_later_is_not_of_this_one(database: Database) -> None:
    entity = clinic(database).entity
    before(database, submission(1))
    start(database, entity)
    before(database, submission(2))
    assert finish(database).judged == 1


def test_nothing_published_is_finished_at_once(database: Database) -> None:
    start(database, clinic(database).entity)
    done = finish(database)
    assert (done.state, done.total, done.judged) == ("finished", 0, 0)


def test_one_that_goes_on_is_not_begun_twice(database: Database) -> None:
    entity = clinic(database).entity
    before(database, submission(1))
    assert start(database, entity).id == start(database, entity).id
    finish(database)
    assert start(database, entity).total == 1


def test_registry_facts_of_today_are_known_to_the_judge(database: Database) -> None:
    entity = clinic(database).entity
    before(database, submission(1))
    start(database, entity)

    def told(_tx: Any, found: Sequence[Item]) -> list[Mapping[str, Any]]:
        return [{"licence_in_force": False} for _ in found]

    rescreening.advance(database, Screening(database, Lenient(blind=False), know=(told,)))
    with database.read() as tx:
        (again,) = store.rejudged_of(tx, store.list_rescreenings(tx)[0].id, changed=False)[0]
        read = json.loads(contents.get(tx, again.read) or b"{}")
    assert read["facts"]["licence_in_force"] is False


def test_erasing_takes_the_later_verdict_too(database: Database) -> None:
    entity = clinic(database).entity
    (id,) = before(database, submission(1))
    start(database, entity)
    finish(database)
    with database.write() as tx:
        (again,) = store.rejudgings_of_item(tx, id)
        erase(tx, id, "user:1", "要求删除")
        assert contents.get_many(tx, [again.verdict, again.read]) == {}
    start(database, entity)
    assert finish(database).judged == 0


def test_what_was_erased_while_it_was_judged_is_left_out(database: Database) -> None:
    entity = clinic(database).entity
    (id,) = before(database, submission(1))
    start(database, entity)

    class Slow(Lenient):
        def check(self, found: Sequence[Item], options: Options) -> list[Verdict]:
            with database.write() as tx:
                erase(tx, id, "user:1", "要求删除")
            return super().check(found, options)

    rescreening.advance(database, Screening(database, Slow(blind=False)))
    with database.read() as tx:
        (now,) = store.list_rescreenings(tx)
    assert (now.judged, now.skipped) == (0, 1)


WORKER = """
import sys
from mingjian.governance.patrols import rescreening
from mingjian.governance.screening.service import Screening
from mingjian.records.storage.database import Database
from mingjian.records.storage.tables import load_tables
from tests.governance.patrols.test_rescreening import Lenient
load_tables()
database = Database(sys.argv[1])
screening = Screening(database, Lenient(blind=False))
print("ready", flush=True)
while rescreening.advance(database, screening, 5):
    print("done", flush=True)
"""


def test_kill_9_at_any_point_loses_and_doubles_nothing(database: Database, database_url: str) -> None:
    entity = clinic(database).entity
    ids = before(database, *(submission(n) for n in range(120)))
    begun = start(database, entity)
    for turn in range(4):
        worker = subprocess.Popen([sys.executable, "-c", WORKER, database_url], stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        for _ in range(turn):
            worker.stdout.readline()
        time.sleep(0.003 * turn)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    done = finish(database)
    assert (done.id, done.state, done.judged, done.worse, done.cases) == (begun.id, "finished", 120, 120, 120)
    with database.read() as tx:
        times = Counter(event.subject for event in events_after(tx, 0, kinds=["item.rejudged"], limit=9999))
        kept = store.rejudged_of(tx, begun.id, changed=False, limit=200)
        opened = events_after(tx, 0, kinds=["case.opened"], limit=999)
    assert times == dict.fromkeys(ids, 1)
    assert len(opened) == 120
    refold(database)
    with database.read() as tx:
        assert store.rejudged_of(tx, begun.id, changed=False, limit=200) == kept
        assert store.rescreening_by_id(tx, begun.id) == done


def test_who_may_and_what_is_refused(database: Database) -> None:
    entity = clinic(database).entity
    with database.write() as tx:
        with pytest.raises(Forbidden):
            rescreening.start(tx, OUTSIDER, entity, "x")
        with pytest.raises(NotFound):
            rescreening.start(tx, INSPECTOR, "ent_none", "x")
        with pytest.raises(Invalid):
            rescreening.start(tx, INSPECTOR, entity, " ")


@pytest.mark.parametrize(("then", "now", "change"), [
    (("clean", None, set()), ("clean", None, set()), "same"),
    (("clean", None, set()), ("violation", "low", {"A"}), "worse"),
    (("violation", "low", {"A"}), ("violation", "high", {"A"}), "worse"),
    (("violation", "high", {"A"}), ("violation", "low", {"A"}), "better"),
    (("violation", "high", {"A"}), ("violation", "high", {"B"}), "other"),
])  # fmt: skip
def test_how_outcomes_compare(then: Any, now: Any, change: str) -> None:
    assert rescreening.change_of(*then, *now) == change
