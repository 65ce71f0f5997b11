"""A rulebook kept is the rulebook that was: it judges to the same bytes."""

from __future__ import annotations

import threading
import time
from datetime import date

from mingjian import api
from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.governance.screening.service import item_of, verdict_bytes
from mingjian.records.evidence.snapshots import bundle, compiled_from, keep_rulebook, kept_bundle
from mingjian.records.journal.append import refold
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after

DAY = Options(as_of=date(2026, 3, 2))
TEXTS = ("热玛吉术后永不反弹,保证有效", "效果因人而异,以医师面诊评估为准。", "全国第一的医院,原价一万现在只要 99")


def test_a_bundle_makes_the_same_engine() -> None:
    content = bundle()
    assert bundle() == content
    shipped, kept = api.engine(), Engine(compiled_from(content))
    assert kept.rulebook == shipped.rulebook
    items = [item_of({"id": str(number), "text": text, "channel": "public"}) for number, text in enumerate(TEXTS)]
    ours, theirs = shipped.check(items, DAY), kept.check(items, DAY)
    assert [verdict_bytes(*each) for each in zip(ours, items, strict=True)] == [
        verdict_bytes(*each) for each in zip(theirs, items, strict=True)
    ]


def test_a_rulebook_is_kept_once(database: Database) -> None:
    with database.write() as tx:
        assert keep_rulebook(tx, "one")
        assert not keep_rulebook(tx, "one")
        assert kept_bundle(tx, "one") == bundle()
        assert kept_bundle(tx, "two") is None
        (event,) = events_after(tx, 0, kinds=["rulebook.kept"])
    assert event.subject == "one"
    refold(database)
    with database.read() as tx:
        assert kept_bundle(tx, "one") == bundle()


def test_two_processes_that_start_at_once_keep_it_once(database: Database) -> None:
    said: list[bool] = []

    def second() -> None:
        with database.write() as tx:
            said.append(keep_rulebook(tx, "one"))

    other = threading.Thread(target=second)
    with database.write() as tx:
        assert keep_rulebook(tx, "one")
        other.start()
        time.sleep(0.5)
    other.join()
    assert said == [False]
