"""Screening: what is submitted is judged exactly once, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from mingjian import api
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.governance.screening.service import Judged, Screening, replay
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import Taken, submit
from mingjian.records.journal.append import refold
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, items
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import events_after, events_of

BAD, GOOD = "热玛吉术后永不反弹,保证有效", "今天天气很好"


def submission(number: int | str, text: str = BAD) -> Submission:
    return Submission({"id": str(number), "text": text, "platform": "xiaohongshu", "channel": "public"})


def judged_times(database: Database) -> Counter[str]:
    with database.read() as tx:
        return Counter(event.subject for event in events_after(tx, 0, kinds=["item.judged"], limit=10_000))


def test_one_who_waits_gets_the_verdict_that_is_kept(database: Database) -> None:
    screening = Screening(database, api.engine())
    (taken, verdict), (_, clean) = screening.check_now([submission(1), submission(2, GOOD)], "user:1")
    assert (verdict["verdict"], clean["verdict"]) == ("violation", "clean")
    assert taken.item.state == "judged"
    assert taken.item.findings == len(verdict["findings"]) > 0
    with database.read() as tx:
        kept = contents.get(tx, taken.item.verdict or "")
        assert kept is not None
        assert json.loads(kept) == verdict
        assert items.count_pending(tx) == 0


def test_the_same_item_again_keeps_its_verdict_and_a_changed_one_is_a_new_version(database: Database) -> None:
    screening = Screening(database, api.engine())
    ((first, _),) = screening.check_now([submission(1)], "user:1")
    ((again, _),) = screening.check_now([submission(1)], "user:1")
    ((changed, verdict),) = screening.check_now([submission(1, GOOD)], "user:1")
    assert (again.item.id, again.fresh) == (first.item.id, False)
    assert (changed.item.version, changed.fresh, verdict["verdict"]) == (2, True, "clean")
    assert set(judged_times(database).values()) == {1}


def test_submitted_items_wait_and_are_judged_in_order(database: Database) -> None:
    screening = Screening(database, api.engine())
    with database.write() as tx:
        taken = submit(tx, [submission(n, BAD if n % 2 else GOOD) for n in range(10)], "key:1")
        assert items.count_pending(tx) == 10
    assert screening.work(limit=4) == 4
    with database.read() as tx:
        states = [item.state for item in items.items_by_id(tx, [one.item.id for one in taken]).values()]
    assert states == ["judged"] * 4 + ["pending"] * 6
    assert [screening.work(limit=4) for _ in range(3)] == [4, 2, 0]
    assert judged_times(database) == {one.item.id: 1 for one in taken}


def test_every_stored_verdict_replays_to_the_same_bytes(database: Database) -> None:
    screening = Screening(database, api.engine())
    texts = (BAD, GOOD, "院长亲诊,包治百病,加微信 abc12345")
    screening.check_now([submission(n, text) for n, text in enumerate(texts)], "user:1")
    with database.read() as tx:
        for event in events_after(tx, 0, kinds=["item.judged"]):
            kept, read = contents.get(tx, event.body["verdict"]), contents.get(tx, event.body["read"])
            assert kept is not None
            assert read is not None
            assert replay(api.engine(), json.loads(read), date.fromisoformat(event.body["as_of"])) == kept


class Moody:
    """An engine that fails on some texts."""

    rulebook = "moody"

    def check(self, items: Sequence[Item], options: Options) -> list[Verdict]:
        if any("毒" in part.text for item in items for part in item.parts):
            raise RuntimeError("boom")
        return api.engine().check(items, options)


def test_an_item_that_breaks_the_engine_fails_alone(database: Database) -> None:
    with database.write() as tx:
        taken = submit(tx, [submission(1), submission(2, "有毒"), submission(3)], "key:1")
    screening = Screening(database, Moody())
    assert screening.work() == 3
    assert screening.work() == 0
    with database.read() as tx:
        kept = items.items_by_id(tx, [one.item.id for one in taken])
        assert [item.state for item in kept.values()] == ["judged", "failed", "judged"]
        assert events_of(tx, taken[1].item.id)[-1].body == {"reason": "判定失败"}


def test_an_item_whose_text_was_deleted_meanwhile_fails_and_does_not_wait_for_ever(database: Database) -> None:
    with database.write() as tx:
        (taken,) = submit(tx, [submission(1)], "key:1")
        assert contents.delete_content(tx, taken.item.digest)
    screening = Screening(database, api.engine())
    assert [screening.work(), screening.work()] == [1, 0]


def test_what_policy_answers_is_recorded_with_the_verdict_or_not_at_all(database: Database) -> None:
    def broken(_tx: Tx, _judged: Sequence[Judged]) -> Sequence[Event]:
        raise RuntimeError("policy")

    with database.write() as tx:
        submit(tx, [submission(1)], "key:1")
    with pytest.raises(RuntimeError, match="policy"):
        Screening(database, api.engine(), broken).work()
    assert not judged_times(database)
    Screening(database, api.engine(), lambda _tx, done: [Event("note.made", one.stored.id, {}) for one in done]).work()
    with database.read() as tx:
        assert [event.kind for event in events_after(tx, 0)] == ["item.submitted", "item.judged", "note.made"]


def test_workers_side_by_side_judge_each_item_once(database: Database) -> None:
    with database.write() as tx:
        taken = submit(tx, [submission(n) for n in range(60)], "key:1")
    screening = Screening(database, api.engine())

    def work() -> None:
        while screening.work(limit=7):
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert judged_times(database) == {one.item.id: 1 for one in taken}


def test_two_who_hand_in_the_same_number_at_once_make_one_item(database: Database) -> None:
    screening = Screening(database, api.engine())
    answers: list[list[tuple[Taken, Mapping[str, object]]]] = []
    other = threading.Thread(target=lambda: answers.append(screening.check_now(
        [submission(0), submission(1, GOOD), submission(2)], "user:2")))  # fmt: skip
    with database.write() as tx:  # both have asked for the number before either has kept it
        ours = submit(tx, [submission(2), submission(1)], "user:1")
        other.start()
        time.sleep(0.5)
    other.join()
    ((first, changed, same),) = answers
    assert (first[0].fresh, changed[0].fresh, same[0].fresh) == (True, True, False)
    assert same[0].item.id == ours[0].item.id
    assert (ours[1].item.version, changed[0].item.version) == (1, 2)
    while screening.work():
        pass
    assert set(judged_times(database).values()) == {1} and len(judged_times(database)) == 4


WORKER = """
import sys
from mingjian import api
from mingjian.governance.screening.service import Screening
from mingjian.records.storage.database import Database
from mingjian.records.storage.tables import load_tables
load_tables()
screening = Screening(Database(sys.argv[1]), api.engine())
print("ready", flush=True)
while screening.work(limit=3):
    print("done", flush=True)
"""


def test_kill_9_at_any_point_loses_and_doubles_nothing(database: Database, database_url: str) -> None:
    with database.write() as tx:
        taken = submit(tx, [submission(n) for n in range(120)], "key:1")
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
    screening = Screening(database, api.engine())
    while screening.work():
        pass
    assert judged_times(database) == {one.item.id: 1 for one in taken}
    with database.read() as tx:
        before = items.items_by_id(tx, [one.item.id for one in taken])
    assert {item.state for item in before.values()} == {"judged"}
    refold(database)
    with database.read() as tx:
        assert items.items_by_id(tx, [one.item.id for one in taken]) == before
