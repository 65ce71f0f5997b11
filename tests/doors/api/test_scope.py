"""Scope answers over the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk.registry.test_scope import SCOPE, confirm, device, doctor, review
from tests.desk.registry.world import account, clinic, licence, put
from tests.doors.api.desks import Caller, new_key

ASKED = {"procedure": "光子嫩肤", "institution": "PDY00001", "physician": "110000000000001", "as_of": "2025-11-01"}


@pytest.fixture
def town(both: Caller) -> Caller:
    put(both.database, clinic(credentials=[licence(scope=SCOPE), review()]), doctor(), device(), account())
    confirm(both.database)
    return both


def test_an_answer_with_its_chain(town: Caller) -> None:
    told = town("POST", "/scope", ASKED).json()
    assert told["answer"]["value"] == "yes" and told["answer"]["verified"] is True
    assert told["procedure"]["code"] == "ipl" and told["roles"]["physician"]["name"] == "林知遥"
    step = told["answer"]["steps"][0]
    assert step["what"] == "licence" and step["cites"][0]["label"] == "医疗机构管理条例23"
    assert set(step["ids"]) & {one["id"] for one in told["entities"]}


def test_no_and_undetermined(town: Caller) -> None:
    assert town("POST", "/scope", ASKED | {"procedure": "双眼皮"}).json()["answer"]["value"] == "no"
    waits = town("POST", "/scope", ASKED | {"procedure": "线雕"}).json()["answer"]
    assert waits["value"] == "undetermined" and {"fact", "title"} == set(waits["missing"][0])


def test_advertising(town: Caller) -> None:
    asked = {"ask": "advertise", "procedure": "ipl", "account": "xhs:9001", "as_of": "2025-11-01"}
    assert town("POST", "/scope", asked).json()["answer"]["value"] == "yes"


def test_candidates_and_nobody(town: Caller) -> None:
    put(town.database, clinic("PDY00009", "云杉口腔门诊部"))
    told = town("POST", "/scope", ASKED | {"institution": "云杉"}).json()
    assert told["answer"] is None and len(told["candidates"]["institution"]) == 2
    assert town("POST", "/scope", ASKED | {"institution": "没有的"}).json()["unknown"] == ["institution"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 422),
        ({"x": 1}, 422),
        ({"ask": "dance", "institution": "a"}, 422),
        ({}, 422),
        (ASKED | {"as_of": "2025-13-01"}, 422),
        (ASKED | {"supervised": "yes"}, 422),
        (ASKED | {"procedure": "x" * 300}, 422),
        (ASKED | {"procedure": "a\x00"}, 422),
        (ASKED | {"institution": 5}, 422),
    ],
)
def test_what_cannot_be_asked(town: Caller, body: Any, status: int) -> None:
    assert town("POST", "/scope", body).status_code == status


def test_who_may_ask(town: Caller) -> None:
    other = new_key(town.database, "item.check")
    assert town("POST", "/scope", ASKED, secret=other).status_code == 403
    assert town("GET", "/procedures", secret=other).status_code == 200
    assert town.bare("GET", "/procedures").status_code == 401


def test_procedures(town: Caller) -> None:
    told = town("GET", "/procedures?q=双眼皮").json()["procedures"]
    assert {one["code"] for one in told} == {"double-eyelid", "lid-repair"}
    assert told[0]["specialties"][0] == {"code": "14.01", "name": "美容外科"}
    assert len(town("GET", "/procedures").json()["procedures"]) >= 120
    assert town("GET", "/procedures?q=没有的项目").json()["procedures"] == []
