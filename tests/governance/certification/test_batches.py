"""Batches: frozen, approved by another, carried out exactly once whatever happens, and taken back."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from mingjian.desk.people.model import Principal
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.appeals.service import lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.certification.appealing import answer_appeal, decide_revocation_appeal
from mingjian.governance.certification.badges import badge_at, badges_now
from mingjian.governance.certification.batches import (
    advance,
    approve,
    batch_of,
    cancel,
    impact,
    preview,
    run_batches,
    undo,
)
from mingjian.governance.certification.holding import end_exemption, exempt
from mingjian.governance.statements.service import statement
from mingjian.records.errors import Conflict, Forbidden
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import projections
from mingjian.records.storage import actions, certification, contents
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage.database import Database
from tests.governance.certification.bodies import (
    DAN,
    LEAD,
    PROGRAMME,
    RELAXED,
    STRICT,
    approved,
    certified,
    clinic,
    hospital,
    in_force,
    merchant,
    physician,
)
from tests.governance.world import LEAD2, OTTO, World, person


def run(database: Database, piece: int = 50) -> int:
    rounds = 0
    while run_batches(database, piece):
        rounds += 1
    return rounds


def shown(database: Database, ids: list[str]) -> list[bool]:
    with database.read() as tx:
        found = badges_now(tx, ids, PROGRAMME)
        return [id in found and found[id].shown for id in ids]


def test_216_bodies_lose_their_badge_once_each_though_it_is_killed_in_the_middle(world: World) -> None:
    """The size of the real thing: hospitals stay, 216 others go, in pieces, over a kill."""
    database = world.database
    records = [hospital(1), *(clinic(n, province="云川省" if n % 3 else "海岚省") for n in range(2, 202)),
               *(merchant(n) for n in range(12)), *(physician(n, "inst-2") for n in range(1, 5)),
               physician(9, "inst-1")]  # fmt: skip
    ids = certified(database, records)
    in_force(database)
    with database.read() as tx:
        told = impact(tx, LEAD, "revoke", STRICT)
    assert (told.holders, len(told.hit)) == (218, 216)
    assert dict(told.counts["kind"]) == {"institution": 200, "merchant": 12, "physician": 4}
    assert told.counts["ownership"]["private"] == 200
    assert len(told.qualified) == 216
    assert all(one.entity.name for one in told.qualified)
    with database.write() as tx:
        batch = approved(tx)
    assert batch.number == 216

    class Killed(Exception):
        pass

    for piece in range(3):
        with pytest.raises(Killed), database.write() as tx:
            advance(tx, batch.id, 40)
            raise Killed  # everything of this piece is gone
        with database.write() as tx:
            assert advance(tx, batch.id, 40) == 40
        with database.read() as tx:
            assert stored.progress(tx, batch.id) == {"done": 40 * (piece + 1), "waiting": 216 - 40 * (piece + 1)}
    again = Database(str(database.url.render_as_string(hide_password=False)), clock=world.clock)
    try:
        run(again, 40)
    finally:
        again.close()
    with database.read() as tx:
        assert stored.progress(tx, batch.id) == {"done": 216}
        assert batch_of(tx, batch.id).state == "done"
        effects = [one.effect for one in stored.members(tx, batch.id)]
        assert len(set(effects)) == 216
        made = actions.decisions_by_id(tx, [effect for effect in effects if effect])
        assert Counter(one.publisher for one in made.values()) == Counter(one.entity.id for one in told.hit)
        assert {(one.measure, one.policy, one.state) for one in made.values()} == {("decertify", STRICT, "in_force")}
    assert [place for place, one in enumerate(shown(database, ids)) if one] == [0, 217]
    assert run(database) == 0
    before = _tables(database)
    refold(database)
    assert _tables(database) == before


def _tables(database: Database) -> dict[str, list[object]]:
    with database.read() as tx:
        return {table.name: sorted(map(tuple, tx.rows(sa.select(table))), key=repr) for table in projections()}


def test_two_runners_at_once_do_nobody_twice(world: World) -> None:
    certified(world.database, [clinic(n) for n in range(1, 8)])
    in_force(world.database)
    with world.database.write() as tx:
        batch = approved(tx)
    for _ in range(9):  # one after the other, as the journal's head makes them
        with world.database.write() as tx:
            advance(tx, batch.id, 2)
        with world.database.write() as tx:
            advance(tx, batch.id, 3)
    with world.database.read() as tx:
        assert len({one.effect for one in stored.members(tx, batch.id)}) == 7


def test_the_statement_tells_what_why_and_how_to_appeal(small: World) -> None:
    (id,) = certified(small.database, [clinic(1)])
    in_force(small.database)
    with small.database.write() as tx:
        approved(tx)
    run(small.database)
    with small.database.read() as tx:
        (action,) = actions.actions_on_publishers(tx, [id])
        told = statement(tx, Concerned(action.decision), action.decision, link="https://desk.example/a")
        text = told.text
    assert told.addressee == "青禾示例医疗美容诊所1"
    for said in ("取消专业认证", "不符合条件:由公立机构举办", "不是对您违规的认定", STRICT, "申诉", "电子商务法"):
        assert said in text, said
    assert "未经人工审核" in text


def test_another_person_approves_the_very_list_they_saw(small: World) -> None:
    ids = certified(small.database, [clinic(1), clinic(2)])
    in_force(small.database)
    with small.database.write() as tx:
        made = preview(tx, LEAD, "revoke", STRICT, "按政策调整")
        both = person_with_both()
        with pytest.raises(Forbidden):
            approve(tx, LEAD2, made.id, made.list)  # a lead may make batches, not approve them
        mine = preview(tx, both, "revoke", STRICT, "按政策调整")
        with pytest.raises(Forbidden, match="不能自己批准"):
            approve(tx, both, mine.id, mine.list)
        with pytest.raises(Conflict, match="指纹"):
            approve(tx, DAN, made.id, "0" * 64)
        assert approve(tx, DAN, made.id, made.list).state == "approved"
        assert approve(tx, DAN, made.id, made.list).approved_by == DAN.actor
        assert cancel(tx, LEAD, made.id, "缓行").state == "cancelled"
    assert run(small.database) == 0
    assert shown(small.database, ids) == [True, True]


def person_with_both() -> Principal:
    return person("both", "desk_lead", "policy_deployer")


def test_a_policy_that_is_not_in_force_moves_nothing(small: World) -> None:
    certified(small.database, [clinic(1)])
    with small.database.read() as tx:
        assert len(impact(tx, LEAD, "revoke", STRICT).hit) == 1  # but asking is free
    with pytest.raises(Conflict, match="没有生效"), small.database.write() as tx:
        preview(tx, LEAD, "revoke", STRICT, "按政策调整")


def test_who_changed_since_the_list_was_frozen_is_left_alone(world: World) -> None:
    ids = certified(world.database, [clinic(1), clinic(2), clinic(3)], to=date(2026, 3, 10))
    in_force(world.database)
    with world.database.write() as tx:
        batch = approved(tx)
        better = {"kind": "institution", "key": "inst-1", "attributes": {"ownership": "public", "grade": "三级甲等"}}
        record(tx, LEAD, [Record(better)], "test")
        exempt(tx, LEAD, ids[1], PROGRAMME, date(2026, 12, 31), "配合监管部门试点")
    run(world.database)
    with world.database.read() as tx:
        members = stored.members(tx, batch.id)
    assert [(one.state, one.why) for one in members] == [
        ("skipped", "名单冻结后登记有变,政策不再命中"), ("skipped", "在豁免期内"), ("done", ""),
    ]  # fmt: skip
    assert shown(world.database, ids) == [True, True, False]


def test_a_batch_is_taken_back_even_from_the_middle(world: World) -> None:
    ids = certified(world.database, [clinic(n) for n in range(1, 7)])
    in_force(world.database)
    with world.database.write() as tx:
        batch = approved(tx)
        advance(tx, batch.id, 4)
        undo(tx, LEAD, batch.id, "名单有误")
    assert run(world.database, 3) > 0
    with world.database.read() as tx:
        assert batch_of(tx, batch.id).state == "undone"
        assert stored.progress(tx, batch.id) == {"undone": 4, "waiting": 2}
    assert shown(world.database, ids) == [True] * 6
    with world.database.write() as tx:
        assert preview(tx, LEAD, "revoke", STRICT, "再来一次").number == 6


def test_an_appeal_restores_under_an_exemption_with_a_term(world: World) -> None:
    ids = certified(world.database, [clinic(1), clinic(2)])
    in_force(world.database)
    with world.database.write() as tx:
        batch = approved(tx)
    run(world.database)
    with world.database.write() as tx:
        decision = stored.members(tx, batch.id)[0].effect or ""
        appeal = lodge(tx, Concerned(decision), decision, "我们是三级医院设立的分院")
    until = date(2026, 8, 31)
    for maker in (LEAD, DAN):  # they made and approved the batch
        with pytest.raises(Forbidden), world.database.write() as tx:
            decide_revocation_appeal(tx, maker, appeal.id, "upheld", "维持")
    with pytest.raises(Conflict, match="豁免期限"), world.database.write() as tx:
        # The page for all appeals asks the same.
        answer_appeal(tx, OTTO, appeal.id, "overturned", "资质齐全")
    with world.database.write() as tx:
        done = decide_revocation_appeal(tx, OTTO, appeal.id, "overturned", "资质齐全", exempt_until=until)
    assert done.state == "overturned"
    assert shown(world.database, ids) == [True, False]
    with world.database.read() as tx:
        (one,) = certification.exemptions(tx, PROGRAMME)
        assert (one.entity, one.until, one.appeal) == (ids[0], "2026-08-31", appeal.id)
        assert badges_now(tx, ids, PROGRAMME)[ids[0]].certificate.valid_to == "2026-08-31"
        assert impact(tx, LEAD, "revoke", STRICT).hit == ()
    with world.database.write() as tx:
        end_exemption(tx, LEAD, one.id, "豁免依据已不存在")
        assert [hit.entity.id for hit in impact(tx, LEAD, "revoke", STRICT).hit] == [ids[0]]
    with world.database.write() as tx:  # what an appeal decided stays when the batch is taken back
        undo(tx, LEAD, batch.id, "名单有误")
    run(world.database)
    assert shown(world.database, ids) == [True, True]
    world.clock.move(timedelta(days=200))
    assert shown(world.database, ids) == [False, True]


def test_a_relaxed_policy_readmits_with_a_preview_and_that_too_can_be_taken_back(world: World) -> None:
    ids = certified(world.database, [clinic(1, ownership="public", grade="二级"), clinic(2), clinic(3, confirmed=True)])
    in_force(world.database)
    world.clock.move(timedelta(hours=1))
    with world.database.write() as tx:
        approved(tx)
    run(world.database)
    assert shown(world.database, ids) == [False] * 3
    taken_at = world.clock.now()
    world.clock.move(timedelta(days=30))
    in_force(world.database, RELAXED)
    with world.database.read() as tx:
        told = impact(tx, LEAD, "readmit", RELAXED)
        assert [one.entity.id for one in told.hit] == [ids[0]]  # the others are not confirmed by the authority
        assert len(told.open) == 2
    with world.database.write() as tx:
        batch = approved(tx, "readmit", RELAXED)
    run(world.database)
    assert shown(world.database, ids) == [True, False, False]
    with world.database.write() as tx:
        undo(tx, LEAD, batch.id, "放宽暂缓")
    run(world.database)
    assert shown(world.database, ids) == [False] * 3
    with world.database.read() as tx:
        past = badge_at(tx, ids[1], PROGRAMME, taken_at - 1)
        assert past is not None
        assert past.shown
        later = badge_at(tx, ids[1], PROGRAMME, world.clock.now())
        assert later is not None
        assert not later.shown


def test_the_policy_stays_as_it_was_adopted(small: World) -> None:
    certified(small.database, [clinic(1)])
    in_force(small.database)
    with small.database.read() as tx:
        (adopted,) = certification.adoptions(tx, PROGRAMME)
        assert b"public_3a_only" in (contents.get(tx, adopted.text) or b"")
