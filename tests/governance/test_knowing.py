"""What the registry knows goes into the items that are judged, wins over what is stated, and replays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingjian import api
from mingjian.core.model import Item, Part, Publisher
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import change_state, note_check
from mingjian.governance.screening.knowing import PUBLISHER, registry_facts
from mingjian.governance.screening.replaying import replay_items
from mingjian.records.items.model import Submission
from mingjian.records.storage import contents
from mingjian.records.storage.database import Database
from mingjian.records.storage.items import item_by_id
from mingjian.records.storage.registry import credentials_of
from tests.desk.registry.world import CLERK, HOUSE, account, clinic, licence, put, surgeon
from tests.governance.world import World

COMPILED = api.engine().compiled
KNOW = registry_facts(COMPILED.catalogue, COMPILED.finder)
REVIEW = {
    "kind": "ad_review",
    "number": "沪医广〔2025〕第05-20-001号",
    "valid_from": "2025-05-20",
    "valid_to": "2026-05-19",
}
DAYS = {"valid_from": "2021-03-01", "valid_to": "2036-02-28"}


def register(store: Database, *papers: dict[str, Any], confirmed: bool = True, **more: Any) -> str:
    """An institution with these papers; its id."""
    given = list(papers) or [licence(scope=["医疗美容科", "美容皮肤科"], **DAYS)]
    (id,) = put(store, clinic(credentials=given, **more))
    if confirmed:
        with store.write() as tx:
            for one in credentials_of(tx, [id])[id]:
                note_check(tx, HOUSE, one.id, "confirmed", "见于官方查询页")
    return id


def told(store: Database, text: str = "光子嫩肤", publisher: str | None = "PDY00001", **more: Any) -> dict[str, Any]:
    item = Item("n", (Part(text),), publisher=Publisher("institution", publisher), platform="xhs", **more)
    with store.read() as tx:
        return dict(KNOW(tx, [item])[0])


def test_a_confirmed_licence_tells_what_it_covers(database: Database) -> None:
    id = register(database, licence(scope=["医疗美容科", "美容皮肤科"], **DAYS), REVIEW)
    assert told(database) == {
        PUBLISHER: id,
        "licence_in_force": True,
        "institution_type": "医疗美容门诊部",
        "licensed_specialties": ["14", "14.03"],
        "departments": ["医疗美容科", "美容皮肤科"],
        "review_certificate": REVIEW["number"],
    }
    assert "review_certificate" not in told(database, published_at=date(2025, 1, 1))  # not yet given on that day
    assert told(database, "云杉医疗美容门诊部开诊")["practice_licence"] == "PDY00001"


def test_what_is_not_sure_is_not_told(database: Database) -> None:
    id = register(database, confirmed=False)
    assert told(database) == {PUBLISHER: id}
    assert told(database, publisher="nobody") == {}
    assert told(database, publisher=None) == {}


def test_an_empty_registry_knows_nothing(database: Database) -> None:
    assert told(database) == {}


def test_a_licence_that_is_over_or_revoked(database: Database) -> None:
    id = register(database, licence(scope=["14.03"], valid_from="2020-01-01", valid_to="2021-01-01"))
    assert told(database) == {PUBLISHER: id, "licence_in_force": False, "practice_licence": False}
    (other,) = put(database, clinic("PDY00002", "某诊所", credentials=[licence("PDY00002", scope=["14.03"], **DAYS)]))
    with database.write() as tx:
        paper = credentials_of(tx, [other])[other][0]
        change_state(tx, CLERK, paper.id, "revoked", "吊销")
    assert told(database, publisher="PDY00002")["licence_in_force"] is False  # said so by a person, confirmed or not


def test_departments_deny_what_they_do_not_cover(database: Database) -> None:
    register(database)
    assert told(database, "双眼皮")["departments"] is False
    assert "departments" not in told(database, "今天天气很好")
    assert "departments" not in told(database, "线雕")  # nobody can say


def test_a_certificate_that_is_stated(database: Database) -> None:
    register(database, licence(scope=["14.03"], **DAYS), {**REVIEW, "valid_to": "2025-06-01"})
    stated = {"review_certificate": REVIEW["number"]}
    assert told(database, facts=stated)["review_certificate"] is False  # it is over
    assert "review_certificate" not in told(database, facts={"review_certificate": "沪医广〔2026〕第01-01-001号"})
    (other,) = put(
        database,
        clinic(
            "PDY00005",
            "别家医院",
            credentials=[
                {
                    **REVIEW,
                    "number": "沪医广〔2026〕第02-02-002号",
                    "valid_from": "2026-02-02",
                    "valid_to": "2027-02-01",
                }
            ],
        ),
    )
    with database.write() as tx:
        note_check(tx, HOUSE, credentials_of(tx, [other])[other][0].id, "confirmed", "见于官方查询页")
    assert told(database, facts={"review_certificate": "沪医广〔2026〕第02-02-002号"})["review_certificate"] is False


def test_a_product_whose_registration_was_revoked(database: Database) -> None:
    register(database)
    link = {"kind": "used_by", "target": {"kind": "institution", "key": "PDY00001"}}
    paper = {"kind": "device_registration", "number": "国械注准20203090001", "valid_from": "2020-01-01"}
    record = Record({"kind": "device", "key": "D1", "name": "青禾强脉冲光治疗仪"}, [paper], [link])
    (thing,) = put(database, record)
    text = "进口青禾强脉冲光治疗仪到店"
    assert "product_registration" not in told(database, text)  # nobody has looked
    with database.write() as tx:
        change_state(tx, CLERK, credentials_of(tx, [thing])[thing][0].id, "revoked", "注销注册证")
    assert told(database, text)["product_registration"] is False
    assert "product_registration" not in told(database, "光子嫩肤")


def test_through_the_account(database: Database) -> None:
    id = register(database)
    (mine,) = put(database, account())
    found = told(database, publisher="9001")
    assert found[PUBLISHER] == mine != id and found["licensed_specialties"] == ["14", "14.03"]


def test_a_physician_is_qualified(database: Database) -> None:
    paper = {
        "kind": "physician_practice",
        "number": "110310115000001",
        "scope": ["外科专业"],
        "valid_from": "2020-01-01",
    }
    register(database)
    (doctor,) = put(database, replace(surgeon("110310115000001"), credentials=[paper]))
    assert "publisher_qualification" not in told(database, publisher="110310115000001")
    with database.write() as tx:
        note_check(tx, HOUSE, credentials_of(tx, [doctor])[doctor][0].id, "confirmed", "见于官方查询页")
    assert told(database, publisher="110310115000001")["publisher_qualification"] is True


def test_screening_finds_what_is_beyond_the_licence_and_replays(world: World) -> None:
    register(world.database)
    world.screening = replace(world.screening, know=(KNOW,))
    item = world.item("周年庆双眼皮立减,到院面诊", publisher="PDY00001", facts={"licensed_specialties": ["14.01"]})
    with world.database.read() as tx:
        stored = item_by_id(tx, item)
        assert stored is not None and stored.verdict is not None
        verdict = json.loads(contents.get(tx, stored.verdict) or b"")
        first = json.loads(contents.get(tx, stored.digest) or b"")
    (finding,) = [one for one in verdict["findings"] if one["code"] == "MI-26-specialty"]
    assert finding["status"] == "violation" and "执业许可证登记的是:医疗美容科、美容皮肤科" in finding["message"]
    assert first["item"]["facts"] == {"licensed_specialties": ["14.01"]}  # what was stated stays as it was stated
    with world.database.write() as tx:  # whatever the registry says later
        (entity,) = [one.id for one in [*_entities(tx)] if one.kind == "institution"]
        change_state(tx, CLERK, entity, "closed", "注销")
    engine = world.screening.judge
    assert [one.result for one in replay_items(world.database, [item], lambda _v: engine)] == ["same"]


def test_what_waits_is_judged_with_the_same_facts(world: World) -> None:
    from mingjian.records.items.submit import submit

    register(world.database)
    world.screening = replace(world.screening, know=(KNOW,))
    given = {
        "id": "later",
        "text": "隆鼻手术到院预约",
        "platform": "xhs",
        "nature": "advertisement",
        "publisher": {"id": "PDY00001", "kind": "institution"},
    }
    with world.database.write() as tx:
        (taken,) = submit(tx, [Submission(given)], "user:usr_ann")
    assert world.screening.work() == 1
    with world.database.read() as tx:
        stored = item_by_id(tx, taken.item.id)
        assert stored is not None and stored.verdict is not None
        verdict = json.loads(contents.get(tx, stored.verdict) or b"")
    assert "MI-26-specialty" in {one["code"] for one in verdict["findings"]}
    assert [one.result for one in replay_items(world.database, [taken.item.id], lambda _v: world.screening.judge)] == [
        "same"
    ]


@pytest.mark.parametrize("known", [False, True])
def test_many_at_once_are_few_questions(database: Database, known: bool) -> None:
    if known:
        register(database)
    items = [
        Item(str(n), (Part("光子嫩肤"),), publisher=Publisher("institution", f"PDY0000{n % 5}")) for n in range(50)
    ]
    with database.read() as tx:
        facts = KNOW(tx, items)
    assert len(facts) == 50 and sum(bool(one) for one in facts) == (10 if known else 0)


def _entities(tx: Any) -> list[Any]:
    from mingjian.records.storage.registry import search_entities

    return list(search_entities(tx, limit=50)[0])
