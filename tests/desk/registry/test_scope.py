"""Scope answers from a registry on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingjian import api
from mingjian.core.scope.model import Answer
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.scope import Answered, Question, answer, procedure_of
from mingjian.desk.registry.service import change_state, note_check
from mingjian.records.errors import Forbidden, Invalid
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import head
from mingjian.records.storage.registry import credentials_of, search_entities
from tests.desk.registry.world import CLERK, HOUSE, OUTSIDER, READER, account, clinic, licence, put

DAY = date(2025, 11, 1)
COMPILED = api.engine().compiled
SCOPE = ["医疗美容科", "美容皮肤科"]


def doctor(key: str = "110000000000001", at: str = "PDY00001", **days: str) -> Record:
    link = {"kind": "practises_at", "target": {"kind": "institution", "key": at}, "valid_from": "2022-01-01", **days}
    papers = [
        {"kind": "physician_practice", "number": key, "scope": ["皮肤病与性病专业"], "valid_from": "2020-01-01"},
        {"kind": "aesthetic_lead", "number": "", "scope": ["14.03"], "valid_from": "2021-01-01"},
    ]
    return Record({"kind": "physician", "key": key, "name": "林知遥"}, papers, [link])


def device(name: str = "强脉冲光治疗仪", key: str = "国械注准20203090001") -> Record:
    link = {"kind": "used_by", "target": {"kind": "institution", "key": "PDY00001"}}
    paper = {
        "kind": "device_registration",
        "number": key,
        "scope": ["ipl"],
        "valid_from": "2020-01-01",
        "valid_to": "2030-01-01",
    }
    return Record({"kind": "device", "key": key, "name": name}, [paper], [link])


def review(**days: str) -> dict[str, Any]:
    return {
        "kind": "ad_review",
        "number": "沪医广〔2025〕第05-20-001号",
        "scope": ["ipl"],
        "valid_from": "2025-05-20",
        "valid_to": "2026-05-19",
        **days,
    }


@pytest.fixture
def town(database: Database) -> Database:
    put(database, clinic(credentials=[licence(scope=SCOPE), review()]), doctor(), device(), account())
    confirm(database)
    return database


def confirm(store: Database) -> None:
    """An official source has confirmed every paper."""
    with store.write() as tx:
        entities, _ = search_entities(tx, limit=50)
        for papers in credentials_of(tx, [one.id for one in entities]).values():
            for paper in papers:
                note_check(tx, HOUSE, paper.id, "confirmed", "见于官方查询页")


ASKED = Question("perform", DAY, "光子嫩肤", institution="PDY00001", physician="110000000000001")


def ask(store: Database, question: Question = ASKED, **more: Any) -> Answered:
    with store.read() as tx:
        return answer(tx, READER, COMPILED.catalogue, COMPILED.finder, replace(question, **more))


def found(store: Database, **more: Any) -> Answer:
    made = ask(store, **more).answer
    assert made is not None
    return made


def values(made: Answer) -> dict[str, str]:
    return {step.what: step.value for step in made.steps}


def test_yes_and_the_ids_of_what_it_rests_on(town: Database) -> None:
    made = ask(town)
    assert made.answer is not None and made.answer.value == "yes", made.answer
    assert made.procedure is not None and made.procedure.code == "ipl"
    told = {id for step in made.answer.steps for id in step.ids}
    assert {one.id for one in made.roles.values()} <= told
    assert {one.kind for one in made.entities.values()} == {"institution", "physician", "device"}


def test_beyond_the_specialties_and_on_another_day(town: Database) -> None:
    assert values(found(town, procedure="double-eyelid"))["specialty"] == "no"
    later = found(town, as_of=date(2026, 3, 1))
    assert later.value == "no" and values(later)["licence"] == "no"
    assert values(found(town, as_of=date(2021, 12, 31)))["post"] == "no"


def test_what_the_registry_said_of_that_day(town: Database) -> None:
    with town.write() as tx:
        made = answer(tx, READER, COMPILED.catalogue, COMPILED.finder, ASKED)
        change_state(tx, CLERK, made.roles["institution"].id, "closed", "注销")
    with town.read() as tx:
        today = date.fromtimestamp(tx.now / 1_000_000)
    assert values(found(town, as_of=today))["licence"] == "no"


def test_several_places(town: Database) -> None:
    other = clinic("PDY00002", "银杏医疗美容诊所", credentials=[licence("PDY00002", scope=SCOPE)])
    put(town, other, doctor(at="PDY00002"))
    assert values(found(town, institution="PDY00002"))["post"] == "yes"
    assert values(found(town))["post"] == "yes"


def test_advertising(town: Database) -> None:
    asked = Question("advertise", DAY, "光子嫩肤", account="xhs:9001")
    assert found(town, question=asked).value == "yes"
    assert found(town, question=asked, procedure="肉毒毒素").value == "no"
    assert values(found(town, question=asked, as_of=date(2025, 1, 1)))["review"] == "no"
    own = Question("advertise", DAY, "ipl", institution="PDY00001")
    assert found(town, question=own).value == "yes"
    goods = Question("advertise", DAY, None, product="国械注准20203090001")
    assert found(town, question=goods).missing == ("review",)


def test_named_by_id_key_number_or_name(town: Database) -> None:
    first = ask(town).roles["institution"]
    for written in (first.id, "PDY00001", "云杉医疗美容门诊部", "云杉"):
        assert ask(town, institution=written).roles["institution"].id == first.id
    assert ask(town, physician="林知遥").roles["physician"].name == "林知遥"


def test_several_to_choose_from_and_nobody(town: Database) -> None:
    put(town, clinic("PDY00009", "云杉口腔门诊部"))
    several = ask(town, institution="云杉")
    assert several.answer is None and len(several.candidates["institution"]) == 2
    nobody = ask(town, institution="不存在的机构", physician="PDY00001")
    assert nobody.answer is None and set(nobody.unknown) == {"institution", "physician"}


def test_what_cannot_be_asked(town: Database) -> None:
    for wrong, field in (
        ({"ask": "dance"}, "ask"),
        ({"institution": None}, "institution"),
        ({"procedure": " "}, "procedure"),
        ({"ask": "advertise", "institution": ""}, "account"),
    ):
        with pytest.raises(Invalid) as error:
            ask(town, **wrong)
        assert error.value.field == field
    with town.read() as tx, pytest.raises(Forbidden):
        answer(tx, OUTSIDER, COMPILED.catalogue, COMPILED.finder, ASKED)


def test_it_writes_nothing_and_asks_little(town: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with town.read() as tx:
        before = head(tx)
    with counted(town) as asked:
        ask(town)
    with town.read() as tx:
        assert head(tx) == before
    assert len(asked) <= 14, asked


@contextmanager
def counted(store: Database) -> Iterator[list[str]]:
    import sqlalchemy as sa

    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ipl", "ipl"),
        ("强脉冲光治疗", "ipl"),
        ("做双眼皮", "double-eyelid"),
        ("双眼皮和隆鼻", None),
        ("", None),
        ("月光疗法", None),
        (None, None),
    ],
)
def test_a_procedure_by_code_name_or_word(written: str | None, code: str | None) -> None:
    made = procedure_of(COMPILED.catalogue, COMPILED.finder, written)
    assert (made.code if made is not None else None) == code
