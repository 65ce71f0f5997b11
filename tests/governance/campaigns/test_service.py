"""Campaigns: opened, linked, divided into batches, closed, and every step back."""

from __future__ import annotations

from datetime import date

import pytest

from mingjian.governance.campaigns import service
from mingjian.governance.campaigns.announcing import draft, prepare
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import projections
from mingjian.records.storage import campaigns as stored
from tests.governance.campaigns.undertaken import PURPOSE, opened, undertaken
from tests.governance.world import ANN, LEAD, World


def test_a_campaign_is_opened_changed_closed_and_opened_again(world: World) -> None:
    made = opened(world, platforms=["xiaohongshu", " xiaohongshu "], kinds=[])
    id = made.campaign.id
    assert (made.campaign.state, made.campaign.batch, made.campaign.scope) == (
        "open",
        1,
        {"platforms": ["xiaohongshu"]},
    )
    with world.database.write() as tx:
        changed = service.change_campaign(tx, LEAD, id, "新名称", date(2026, 3, 2), PURPOSE, until=date(2026, 6, 1))
        assert (changed.title, changed.until, changed.scope) == ("新名称", "2026-06-01", {})
        closed = service.close_campaign(tx, LEAD, id, "完成")
        assert (closed.state, closed.ended_why) == ("closed", "完成")
        with pytest.raises(Conflict):
            service.link(tx, LEAD, id, [("case", "cas_x")], "晚了")
        again = service.reopen_campaign(tx, LEAD, id, "还有遗漏")
        assert (again.state, again.ended_at) == ("open", None)


@pytest.mark.parametrize(
    ("words", "field"),
    [({"title": " "}, "title"), ({"purpose": ""}, "reason"), ({"until": date(2026, 2, 1)}, "until"),
     ({"scope": {"moon": ["x"]}}, "scope"), ({"scope": {"kinds": ["x" * 65]}}, "scope"),
     ({"policy": "none@1"}, "policy")],
)  # fmt: skip
def test_what_is_wrong_is_named(small: World, words: dict[str, object], field: str) -> None:
    given = {"title": "专项", "since": date(2026, 3, 1), "purpose": PURPOSE} | words
    with small.database.write() as tx, pytest.raises(Invalid) as told:
        service.open_campaign(tx, LEAD, **given)  # type: ignore[arg-type]
    assert told.value.field == field


def test_only_what_exists_is_linked_once_and_unlinked(world: World) -> None:
    made = undertaken(world)
    id, case = made.campaign.id, made.cases["case"]
    with world.database.write() as tx:
        assert len(service.link(tx, LEAD, id, [("case", case), ("ring", "rng_one")], "再来一次")) == 2
        assert len(stored.links_of(tx, id)) == 8
        with pytest.raises(Invalid, match="rng_two"):
            service.link(tx, LEAD, id, [("ring", "rng_two")], "没有")
        with pytest.raises(Invalid, match=case):  # a case is no ring
            service.link(tx, LEAD, id, [("ring", case)], "不对")
        assert [one.campaign for one in stored.links_to(tx, "ring", "rng_one")] == [id]
        assert service.unlink(tx, LEAD, id, [("ring", "rng_one"), ("ring", "rng_two")], "误关联") == 1
        assert stored.links_to(tx, "ring", "rng_one") == []


def test_batches_follow_each_other_and_a_closing_is_taken_back(world: World) -> None:
    made = undertaken(world)
    id = made.campaign.id
    assert made.close_batch() == 1
    with world.database.write() as tx:
        with pytest.raises(Conflict, match="第 2 批"):
            service.close_batch(tx, LEAD, id)  # nothing in it
        back = service.reopen_batch(tx, LEAD, id, "漏了一个")
        assert (back.number, back.closed_at) == (1, None)
        assert service.campaign_of(tx, id).batch == 1
        closed = service.close_batch(tx, LEAD, id)
        draft(tx, LEAD, *prepare(tx, LEAD, id, 1))
        with pytest.raises(Conflict, match="公告"):
            service.reopen_batch(tx, LEAD, id, "有公告")
        assert closed.counted_to is not None


def test_who_may_not_does_not(small: World) -> None:
    made = opened(small)
    with small.database.write() as tx:
        with pytest.raises(Forbidden):
            service.open_campaign(tx, ANN, "专项", date(2026, 3, 1), PURPOSE)
        with pytest.raises(Forbidden):
            service.close_batch(tx, ANN, made.campaign.id)
        with pytest.raises(NotFound):
            service.close_campaign(tx, LEAD, "cmp_none", "x")


def test_refolding_gives_the_same_tables(world: World) -> None:
    made = undertaken(world)
    made.close_batch()
    names = ("campaigns", "campaign_links", "campaign_batches", "announcements")
    tables = [one for one in projections() if one.name in names]
    assert len(tables) == 4

    def rows() -> list[list[tuple[object, ...]]]:
        with world.database.read() as tx:
            return [sorted((tuple(row) for row in tx.rows(one.select())), key=repr) for one in tables]

    before = rows()
    refold(world.database)
    assert rows() == before
