"""Rings at the desk: found, grown, dismissed, merged, split, acted on and undone, on both stores."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest

from mingjian.desk.people.model import Principal
from mingjian.governance.engagement import service as engagement
from mingjian.governance.rings import acting, service
from mingjian.governance.rings.marking import mark_items
from mingjian.governance.rings.observing import report
from mingjian.records.canonical import canonical
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.items.erase import erase
from mingjian.records.journal.append import append, append_all, refold
from mingjian.records.journal.model import Event
from mingjian.records.rings.model import Kept
from mingjian.records.storage import actions, contents, items, rings
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.rings import RingFilter
from mingjian.records.storage.score_observations import observations_of
from tests.doors.engaged import raised
from tests.governance.world import LAW, LEAD, World, calm_queues, person

READER = person("reader", "reviewer")


class Told:
    """A desk with two rings of four publishers each, who tell six cases three times each."""

    def __init__(self, database: Database, clock: SteppedClock) -> None:
        self.world, self.database = World(database, clock), database
        self.items: dict[str, list[str]] = {}
        for name in ("a", "b"):
            self.tell(name, [f"{name}{number}" for number in range(4)])

    def tell(self, name: str, accounts: Sequence[str], cases: int = 6) -> None:
        chance = random.Random(name)
        who = [account for _ in range(cases) for account in chance.sample(list(accounts), 3)]
        ids = self.submit([(account, f"{name}院") for account in who])
        for case in range(cases):
            self.alike(ids[3 * case : 3 * case + 3])
        self.items.setdefault(name, []).extend(ids)

    def submit(self, wanted: Sequence[tuple[str, str]]) -> list[str]:
        """Items as judged and clean; the engine has nothing to say here."""
        ids, events = [], []
        with self.database.write() as tx:
            for publisher, institution in wanted:
                self.world.number += 1
                item = {"id": f"n{self.world.number}", "text": "今天天气很好", "institution": institution,
                        "publisher": {"id": publisher, "kind": "person"}}  # fmt: skip
                content, read = contents.put(tx, [canonical({"item": item, "media": []}), canonical(item)])
                ids.append(tx.new_id("itm"))
                events.append(Event("item.submitted", ids[-1], {
                    "source": "api", "external": item["id"], "version": 1, "digest": content, "kind": "note",
                    "platform": "xiaohongshu", "channel": "public", "publisher": publisher, "publisher_kind": "person",
                    "published_on": None,
                }))  # fmt: skip
                events.append(Event("item.judged", ids[-1], {
                    "verdict": read, "value": "clean", "severity": None, "nature": "experience", "domain": None,
                    "rulebook": "r", "as_of": "2026-03-02", "findings": [], "read": read,
                }))  # fmt: skip
            append_all(tx, events)
        return ids

    def alike(self, ids: Sequence[str]) -> None:
        with self.database.write() as tx:
            for one in ids[1:]:
                pair = {"other": ids[0], "matter": "picture", "how": "near", "distance": 3, "share": None, "own": False,
                        "detail": {}}  # fmt: skip
                append(tx, Event("reuse.found", one, {"at": tx.now, "count": 1, "with": [pair]}, "duty:reuse"))

    def count(self) -> int:
        while mark_items(self.database, b"salt"):
            pass
        return service.recount(self.database)

    def live(self, state: str | None = "live") -> list[Kept]:
        with self.database.read() as tx:
            return rings.list_rings(tx, RingFilter(state), None, 50)[0]

    def of(self, account: str) -> Kept:
        with self.database.read() as tx:
            return rings.list_rings(tx, RingFilter(None, account=account), None, 2)[0][0]

    def members(self, id: str) -> list[str]:
        with self.database.read() as tx:
            return sorted(rings.members_of(tx, [id]).get(id, ()))


@pytest.fixture
def told(database: Database, clock: SteppedClock) -> Iterator[Told]:
    with calm_queues():
        made = Told(database, clock)
        assert made.count() == 2
        yield made


@pytest.fixture
def small(sqlite_database: Database, clock: SteppedClock) -> Iterator[Told]:
    """The same on SQLite alone, for what has nothing to do with the kind of store."""
    with calm_queues():
        made = Told(sqlite_database, clock)
        made.count()
        yield made


def names(letter: str, count: int = 4) -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


def test_found_once_with_its_story(told: Told) -> None:
    assert told.count() == 0, "nothing new, nothing recorded"
    assert len(told.live()) == 2
    with told.database.read() as tx:
        kept, story = service.get_ring(tx, READER, told.of("a1").id)
        listed, more = rings.list_rings(tx, RingFilter(item=told.items["a"][0]), None, 1)
    assert story is not None and sorted(story.accounts) == names("a") and set(story.posts) == set(told.items["a"])
    assert (kept.accounts, kept.items, kept.institution) == (4, 18, "a院")
    assert listed == [kept] and more is None


def test_pages_of_rings(told: Told) -> None:
    with told.database.read() as tx:
        first, place = rings.list_rings(tx, RingFilter(), None, 1)
        second, end = rings.list_rings(tx, RingFilter(), place, 1)
        keys, after = rings.page_of_members(tx, first[0].id, "item", "", 10)
        rest, _ = rings.page_of_members(tx, first[0].id, "item", after or "", 10)
    assert {one.id for one in (*first, *second)} == {one.id for one in told.live()} and end is None
    assert len({*keys, *rest}) == 18


def test_a_ring_keeps_its_number_as_it_grows(told: Told) -> None:
    before = told.of("a0").id
    told.tell("a", [*names("a"), "a4"], cases=8)
    assert told.count() >= 1
    assert told.of("a4").id == before and told.members(before) == names("a", 5)


def test_dismissed_is_not_raised_again_until_reopened(told: Told) -> None:
    id = told.of("a0").id
    with told.database.write() as tx:
        service.dismiss(tx, LEAD, id, "同一家医院的官方账号")
    told.tell("a", names("a"), cases=3)
    assert told.count() == 0 and [one.id for one in told.live()] == [told.of("b0").id]
    with told.database.write() as tx:
        assert service.reopen(tx, LEAD, id, "又发现收款账号").state == "open"
    assert told.count() == 1 and told.of("a0").items == 27


def test_merged_and_taken_apart_again(told: Told) -> None:
    into, other = told.of("a0").id, told.of("b0").id
    with told.database.write() as tx:
        service.merge(tx, LEAD, into, [other], "同一家代运营公司")
    assert told.members(into) == sorted([*names("a"), *names("b")])
    told.count()
    assert [one.id for one in told.live()] == [into], "counting again does not part them"
    with told.database.write() as tx:
        service.reopen(tx, LEAD, other, "并不是同一家")
    told.count()
    assert told.members(into) == names("a") and told.members(other) == names("b")
    assert {one.id for one in told.live()} == {into, other}


def test_split_and_merged_back(small: Told) -> None:
    id = small.of("a0").id
    with small.database.write() as tx:
        _, new = service.split(tx, LEAD, id, ["a2", "a3"], "这两个是本人账号")
    assert small.members(id) == ["a0", "a1"] and small.members(new.id) == ["a2", "a3"] and new.origin == id
    small.count()
    assert small.members(id) == ["a0", "a1"] and small.members(new.id) == ["a2", "a3"], "what people parted stays so"
    with small.database.write() as tx:
        service.merge(tx, LEAD, id, [new.id], "误拆")
    small.count()
    assert small.members(id) == names("a")


def test_acting_on_all_and_one_undo(told: Told) -> None:
    id = told.of("a0").id
    with told.database.write() as tx:
        work = acting.act(tx, LEAD, id, "take_down", "购买素材冒充真实经历", cites=[LAW])
    assert (work.count, work.on, told.of("a0").state) == (18, "item", "acted")
    assert {told.world.stored(item).standing for item in told.items["a"]} == {"take_down"}
    with told.database.write() as tx, pytest.raises(Conflict):
        acting.act(tx, LEAD, id, "take_down", "再来一次", cites=[LAW])
    with told.database.write() as tx:
        undone = acting.undo(tx, LEAD, work.id, "证据不足")
    assert undone.undone_why == "证据不足" and told.of("a0").state == "open"
    assert {told.world.stored(item).standing for item in told.items["a"]} == {None}
    with told.database.write() as tx:
        assert acting.undo(tx, LEAD, work.id, "再撤一次").undone_why == "证据不足"


def test_undo_leaves_alone_what_was_reversed_by_hand(small: Told) -> None:
    from mingjian.governance.decisions.service import reverse

    id = small.of("a0").id
    with small.database.write() as tx:
        work = acting.act(tx, LEAD, id, "take_down", "冒充", cites=[LAW])
        one = actions.actions_on_items(tx, [small.items["a"][0]])[0]
        reverse(tx, LEAD, one.id, "这件是真的")
    with small.database.write() as tx:
        acting.undo(tx, LEAD, work.id, "证据不足")
        assert actions.actions_by_id(tx, [one.id])[one.id].ended_why == "这件是真的"


def test_acting_on_publishers(small: Told) -> None:
    with small.database.write() as tx:
        work = acting.act(tx, LEAD, small.of("a0").id, "suspend", "代运营", cites=[LAW], right="posting", days=7)
        assert {one.publisher for one in actions.actions_on_publishers(tx, names("a"))} == set(names("a"))
    assert (work.on, work.count) == ("publisher", 4)


def test_reuse_alone_is_no_breach_law_must_be_cited(small: Told) -> None:
    with small.database.write() as tx, pytest.raises(Invalid, match="法条"):
        acting.act(tx, LEAD, small.of("a0").id, "take_down", "复用")
    assert small.of("a0").state == "open"


def test_scorecards_get_to_know_the_size_and_that_it_was_wrong(told: Told) -> None:
    def sizes(tx: Tx, account: str) -> list[float]:
        return [one.values["size"] / 1_000_000 for one in observations_of(tx, [account], "rings")]

    with told.database.write() as tx:
        assert report(tx) == 2 and report(tx) == 0
        assert sizes(tx, "a0") == [4] and sizes(tx, "nobody") == []
        service.dismiss(tx, LEAD, told.of("a0").id, "误报")
    with told.database.write() as tx:
        report(tx)
        assert sizes(tx, "a0") == [0] and sizes(tx, "b0") == [4]
        service.reopen(tx, LEAD, told.of("a0").id, "不是误报")
    with told.database.write() as tx:
        report(tx)
        assert sizes(tx, "a0") == [4]


def test_scorecards_get_to_know_who_was_in_step_with_others(told: Told) -> None:
    """Confirmed alarms about accounts of rings: what they acted on, what was theirs; until somebody thinks again."""

    def steps(tx: Tx, account: str) -> list[float]:
        known = observations_of(tx, [account], "rings")
        return [one.values["lockstep"] / 1_000_000 for one in known if "lockstep" in one.values]

    mine = told.items["a"][0]
    with told.database.write() as tx:
        report(tx)
        (seen,) = items.items_by_id(tx, [mine]).values()
        alarm = raised(tx, "egl_1", ["b0", "b1", "stranger"], ["n1", "elsewhere"], [seen.publisher or ""])
        assert report(tx) == 0, "an alarm nobody has looked at says nothing"
        engagement.confirm(tx, LEAD, alarm, "三个账号同时点赞")
    with told.database.write() as tx:
        assert report(tx) == 1
        assert (steps(tx, "b0"), steps(tx, "b2"), steps(tx, "stranger")) == ([2], [], [])
        assert steps(tx, seen.publisher or "") == [1]
        engagement.reopen(tx, LEAD, alarm, "再看一遍")
    with told.database.write() as tx:
        report(tx)
        assert (steps(tx, "b0"), steps(tx, seen.publisher or "")) == ([0], [0])
        engagement.confirm(tx, LEAD, alarm, "确是刷量")
    with told.database.write() as tx:
        report(tx)
        service.dismiss(tx, LEAD, told.of("b0").id, "误报")
    with told.database.write() as tx:
        report(tx)
        assert (steps(tx, "b0"), steps(tx, seen.publisher or "")) == ([0], [1])


def test_an_erased_item_joins_nobody_any_more(small: Told) -> None:
    with small.database.write() as tx:
        for item in small.items["a"][6:]:
            erase(tx, item, "usr_ann", "本人要求")
    small.count()
    with small.database.read() as tx:
        assert len(rings.members_of(tx, [small.of("a0").id], "item")[small.of("a0").id]) <= 18
    assert small.of("b0").items == 18


def test_refolding_gives_the_same(told: Told) -> None:
    id = told.of("a0").id
    with told.database.write() as tx:
        work = acting.act(tx, LEAD, id, "take_down", "冒充", cites=[LAW])
        service.merge(tx, LEAD, id, [told.of("b0").id], "同一家")
    with told.database.write() as tx:
        acting.undo(tx, LEAD, work.id, "证据不足")
    before = (told.live(None), told.members(id))
    refold(told.database)
    assert (told.live(None), told.members(id)) == before


@pytest.mark.parametrize("who", [READER, person("none", "author")])
def test_only_who_manages_rings_changes_them(small: Told, who: Principal) -> None:
    id = small.of("a0").id
    with small.database.write() as tx:
        for change in (
            lambda: service.dismiss(tx, who, id, "x"), lambda: service.merge(tx, who, id, ["rng_x"], "x"),
            lambda: service.split(tx, who, id, ["a0"], "x"), lambda: service.reopen(tx, who, id, "x"),
            lambda: acting.act(tx, who, id, "take_down", "x", cites=[LAW]), lambda: acting.undo(tx, who, "rwk_x", "x"),
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                change()


def test_what_cannot_be_done(small: Told) -> None:
    id = small.of("a0").id
    with small.database.write() as tx:
        with pytest.raises(NotFound):
            service.dismiss(tx, LEAD, "rng_none", "x")
        with pytest.raises(Invalid):
            service.dismiss(tx, LEAD, id, "  ")
        with pytest.raises(Invalid):
            service.split(tx, LEAD, id, names("a"), "全选")
        with pytest.raises(Invalid):
            service.split(tx, LEAD, id, ["stranger"], "外人")
        with pytest.raises(Conflict):
            service.reopen(tx, LEAD, id, "没排除")
        with pytest.raises(Invalid):
            service.merge(tx, LEAD, id, [id], "自己")
