"""Every new item is compared with everything known before its verdict, and told of exactly once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from mingjian import api
from mingjian.desk.people.model import Principal
from mingjian.governance.reuse.index import Index
from mingjian.governance.reuse.lists import frozen, likenesses_of
from mingjian.governance.reuse.model import Asked
from mingjian.governance.reuse.service import Reuse
from mingjian.governance.screening.again import judged_again
from mingjian.governance.screening.service import Screening, item_of
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Forbidden, NotFound
from mingjian.records.items.erase import erase
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.journal.append import refold
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, reuse, reuse_prints
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import events_after, events_of
from mingjian.records.storage.items import items_by_id
from tests.governance.reuse.texts import COPY, DIARY, OTHER, TEMPLATE

ANN = Principal("usr_ann", "user", "ann", ("reviewer",))
NOBODY = Principal("usr_x", "user", "x", ("author",))


def submission(number: str, text: str, publisher: str = "p1", **more: Any) -> Submission:
    given = {"id": number, "text": text, "platform": "xiaohongshu", "channel": "public",
             "publisher": {"id": publisher, "kind": "creator"}, "published_at": "2026-02-01"} | more  # fmt: skip
    return Submission(given)


@pytest.fixture
def screening(database: Database) -> Screening:
    return Screening(database, api.engine(), reuse=Reuse(database))


def judge(screening: Screening, *given: Submission) -> list[str]:
    return [taken.item.id for taken, _ in screening.check_now(list(given), "user:usr_ann")]


def kept_fact(screening: Screening, item: str, who: Principal = ANN) -> Any:
    with screening.database.read() as tx:
        return frozen(tx, who, item)


def test_a_note_of_another_publisher_is_found_before_its_verdict_and_kept_with_it(screening: Screening) -> None:
    (first,) = judge(screening, submission("1", DIARY, published_at="2026-01-05"))
    (second,) = judge(screening, submission("2", TEMPLATE, "p2"))
    assert kept_fact(screening, first) is None
    fact = kept_fact(screening, second)
    assert {name: fact[name] for name in ("count", "publishers", "own", "first_seen", "earliest", "matters")} == {
        "count": 1, "publishers": 1, "own": 0, "first_seen": "2026-01-05", "earliest": first, "matters": {"text": 1},
    }  # fmt: skip
    assert 300 < fact["nearest"][0]["share"] <= 1000
    with screening.database.read() as tx:
        event = next(event for event in events_of(tx, second) if event.kind == "reuse.found")
        ((seen,), after) = likenesses_of(tx, ANN, second)
        ((back,), _) = likenesses_of(tx, ANN, first)
    assert "闺蜜" not in event.text
    assert (seen.other.id, seen.earlier, seen.here, seen.there, after) == (first, True, "written", "written", None)
    assert (back.other.id, back.earlier, back.likeness) == (second, False, seen.likeness)
    for start, end, other_start, other_end in seen.likeness.detail["spans"]:
        assert TEMPLATE[start:end]
        assert DIARY[other_start:other_end]


def test_ordinary_notes_are_not_alike_and_cost_no_event(screening: Screening) -> None:
    judge(screening, submission("1", DIARY))
    (other,) = judge(screening, submission("2", OTHER, "p2"))
    assert kept_fact(screening, other) is None
    with screening.database.read() as tx:
        assert not events_after(tx, 0, kinds=["reuse.found"])


def test_ones_own_repost_is_told_apart_and_a_new_version_is_no_copy(screening: Screening) -> None:
    (first,) = judge(screening, submission("1", DIARY))
    (version,) = judge(screening, submission("1", DIARY + "更新。"))
    (repost,) = judge(screening, submission("2", COPY))
    assert version != first
    assert kept_fact(screening, version) is None
    fact = kept_fact(screening, repost)
    assert (fact["count"], fact["own"], fact["first_seen"]) == (0, 2, None)
    with screening.database.read() as tx:
        assert all(one.own for one in reuse.likenesses_after(tx, 0))
        assert reuse.counts_of(tx, [repost]) == {}


def test_what_the_sender_states_under_that_name_does_not_count(screening: Screening) -> None:
    (item,) = judge(screening, submission("1", DIARY, facts={"reuse": {"count": 99}}))
    assert kept_fact(screening, item) == {"count": 0}


def test_copies_of_one_round_know_of_each_other_before_their_verdicts(screening: Screening) -> None:
    first, second, third = judge(
        screening, submission("1", DIARY), submission("2", COPY, "p2"), submission("3", OTHER, "p3")
    )
    with screening.database.read() as tx:
        pairs = [(one.one, one.other) for one in reuse.likenesses_after(tx, 0)]
    assert pairs == [(second, first)]
    assert kept_fact(screening, first) is None and kept_fact(screening, third) is None
    fact = kept_fact(screening, second)
    assert (fact["count"], fact["publishers"], fact["first_seen"]) == (1, 1, "2026-02-01")
    assert (fact["earliest"], fact["nearest"][0]["item"]) == (None, None)  # it had no number yet


def test_copies_that_wait_together_are_told_by_their_numbers(screening: Screening) -> None:
    with screening.database.write() as tx:
        given = [submission("1", DIARY), submission("2", COPY, "p2"), submission("3", COPY + "!", "p2")]
        first, second, third = [taken.item.id for taken in submit(tx, given, "user:usr_ann")]
    assert screening.work() == 3
    assert kept_fact(screening, first) is None
    assert kept_fact(screening, second)["earliest"] == first
    fact = kept_fact(screening, third)
    assert (fact["count"], fact["own"], fact["earliest"]) == (1, 1, first)


def test_what_the_store_knows_of_the_round_is_told_once(screening: Screening) -> None:
    """An item that is sent again beside a copy of it: it is known by its number, and counts once."""
    (first,) = judge(screening, submission("1", DIARY))
    _, second = judge(screening, submission("1", DIARY), submission("2", COPY, "p2"))
    fact = kept_fact(screening, second)
    assert (fact["count"], fact["earliest"], len(fact["nearest"])) == (1, first, 1)


def test_a_copy_that_another_process_takes_in_at_the_same_time_is_not_missed(database: Database) -> None:
    here, there = (Screening(database, api.engine(), reuse=Reuse(database)) for _ in range(2))
    prepared = here.prepare([submission("1", COPY, "p2")])
    (first,) = judge(there, submission("2", DIARY))
    with database.write() as tx:
        ((taken, _),) = here.keep(tx, prepared, "user:1")
    with database.read() as tx:
        ((seen,), _) = likenesses_of(tx, ANN, taken.item.id)
    assert (seen.other.id, seen.earlier) == (first, True)


def test_several_processes_keep_up_with_one_another(database: Database) -> None:
    here, there = (Screening(database, api.engine(), reuse=Reuse(database)) for _ in range(2))
    (first,) = judge(here, submission("1", DIARY))
    (second,) = judge(there, submission("2", COPY, "p2"))
    (third,) = judge(here, submission("3", COPY + "!", "p3"))
    assert kept_fact(there, second)["earliest"] == first
    assert kept_fact(here, third)["count"] == 2


def test_waiting_items_are_compared_when_their_turn_comes(screening: Screening) -> None:
    judge(screening, submission("1", DIARY))
    with screening.database.write() as tx:
        (taken,) = submit(tx, [submission("2", COPY, "p2")], "key:1")
    assert screening.work() == 1
    assert kept_fact(screening, taken.item.id)["count"] == 1


def test_an_erased_item_takes_its_prints_and_is_not_told_of(screening: Screening) -> None:
    (first,) = judge(screening, submission("1", DIARY))
    (second,) = judge(screening, submission("2", COPY, "p2"))
    other = Reuse(screening.database)
    other.catch_up()
    with screening.database.write() as tx:
        erase(tx, first, "user:1", "本人要求")
    with screening.database.read() as tx:
        assert not reuse_prints.with_prints(tx, [first])
        assert reuse_prints.with_prints(tx, [second]) == {second}
    for one in (other, screening.reuse):
        assert one is not None
        (told,) = one.told([Asked(item_of(submission("3", COPY, "p3").item))])
        assert (told["count"], told["earliest"]) == (1, second)
        assert len(one) == 1


def test_checks_keep_nothing_and_ask_little_while_nothing_is_known(screening: Screening) -> None:
    asked = [Asked(item_of(submission("9", DIARY).item))]
    assert screening.reuse is not None
    assert screening.reuse.told(asked) == [{}]
    (first,) = judge(screening, submission("1", DIARY))
    (told,) = screening.reuse.told([Asked(item_of(submission("9", DIARY, "p9").item))])
    assert (told["count"], told["earliest"]) == (1, first)
    with screening.database.read() as tx:
        assert reuse_prints.count_prints(tx) == {"text": 1}


def test_likenesses_fold_again_and_prints_outlive_it(screening: Screening) -> None:
    judge(screening, submission("1", DIARY))
    (second,) = judge(screening, submission("2", COPY, "p2"))
    with screening.database.read() as tx:
        before = reuse.likenesses_of(tx, second)
    refold(screening.database)
    with screening.database.read() as tx:
        assert reuse.likenesses_of(tx, second) == before
        assert reuse_prints.count_prints(tx) == {"text": 2}


def test_who_may_not_see_other_items_sees_counts_only(screening: Screening) -> None:
    (first,) = judge(screening, submission("1", DIARY))
    (second,) = judge(screening, submission("2", COPY, "p2"))
    checker = Principal("key:1", "key", "k", (), ("item.read", "item.check"))
    fact = kept_fact(screening, second, checker)
    assert (fact["count"], fact["earliest"]) == (1, None)
    assert first not in json.dumps(fact)
    with screening.database.read() as tx:
        with pytest.raises(Forbidden):
            likenesses_of(tx, NOBODY, second)
        with pytest.raises(NotFound):
            likenesses_of(tx, ANN, "itm_none")


def test_a_verdict_with_reuse_among_its_facts_replays(screening: Screening) -> None:
    from datetime import date

    from mingjian.governance.screening.service import replay

    judge(screening, submission("1", DIARY))
    judge(screening, submission("2", COPY, "p2"))
    with screening.database.read() as tx:
        events = events_after(tx, 0, kinds=["item.judged"])
        kept = contents.get_many(tx, [events[-1].body["read"], events[-1].body["verdict"]])
    read = json.loads(kept[events[-1].body["read"]])
    assert read["facts"]["reuse"]["count"] == 1
    assert replay(api.engine(), read, date.fromisoformat(events[-1].body["as_of"])) == kept[events[-1].body["verdict"]]


def test_prints_and_finds_are_kept_with_the_verdict_or_not_at_all(database: Database) -> None:
    def broken(_tx: Tx, _judged: object) -> list[Event]:
        raise RuntimeError("policy")

    judge(Screening(database, api.engine(), reuse=Reuse(database)), submission("1", DIARY))
    screening = Screening(database, api.engine(), broken, reuse=Reuse(database))
    with pytest.raises(RuntimeError, match="policy"):
        judge(screening, submission("2", COPY, "p2"))
    with database.read() as tx:
        assert reuse_prints.count_prints(tx) == {"text": 1}
        assert not events_after(tx, 0, kinds=["reuse.found"])


def test_an_item_judged_again_is_compared_with_what_was_there_before_it(
    screening: Screening, clock: SteppedClock
) -> None:
    (first,) = judge(screening, submission("1", DIARY))
    clock.move(timedelta(seconds=1))
    (second,) = judge(screening, submission("2", COPY, "p2"))
    with screening.database.read() as tx:
        stored = items_by_id(tx, [first, second])
    again = judged_again(screening, list(stored.values()))
    facts = [one.item.facts.get("reuse") if one.item is not None else None for one in again]
    assert facts[0] is None
    assert facts[1] is not None and facts[1]["count"] == 1


def test_a_print_that_cannot_be_compared_stops_no_verdict(
    screening: Screening, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (first,) = judge(screening, submission("1", DIARY))

    def broken(_self: Index, _one: object) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patched:
        patched.setattr(Index, "search", broken)
        (second,) = judge(screening, submission("2", COPY, "p2"))
    assert kept_fact(screening, second) is None
    assert "could not be compared" in caplog.text
    (third,) = judge(screening, submission("3", COPY + "!", "p3"))
    assert kept_fact(screening, third)["earliest"] == first


def test_a_look_at_the_store_that_is_older_than_the_index_hides_nothing(screening: Screening) -> None:
    reuse_of = screening.reuse
    assert reuse_of is not None
    judge(screening, submission("0", OTHER))
    with screening.database.read() as tx:
        assert reuse_prints.count_prints(tx) == {"text": 1}  # from here on SQLite shows this transaction no other
        (first,) = judge(screening, submission("1", DIARY))
        reuse_of.catch_up()
        given = submission("2", TEMPLATE, "p2")
        (found,) = reuse_of.look([Asked(item_of(given.item), source=given.source)], tx)
    assert [pair.behind.item for pair in found.pairs] == [first]
