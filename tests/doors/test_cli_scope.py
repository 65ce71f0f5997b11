"""``mingjian scope``, and the facts of an item that ``mingjian check`` judges with."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mingjian.records.storage.database import Database
from tests.desk.registry.test_scope import SCOPE, confirm, device, doctor, review
from tests.desk.registry.world import account, clinic, licence, put
from tests.doors.conftest import Run
from tests.stores import all_tables

PAPER = {
    "kind": "practice_licence",
    "number": "X-1",
    "scope": ["医疗美容科", "美容皮肤科"],
    "valid_from": "2024-01-01",
    "valid_to": "2028-01-01",
}
FILE: dict[str, Any] = {
    "ask": "perform",
    "as_of": "2026-11-01",
    "procedure": "光子嫩肤",
    "institution": {
        "name": "青禾医疗美容诊所",
        "credentials": [PAPER],
        "products": [
            {
                "name": "强脉冲光治疗仪",
                "kind": "device",
                "credentials": [{"kind": "device_registration", "scope": ["ipl"], "valid_from": "2024-01-01"}],
            }
        ],
    },
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A data folder with a small register."""
    monkeypatch.setenv("MINGJIAN_DESK_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    with contextlib.closing(Database(f"sqlite:///{tmp_path / 'data' / 'mingjian.db'}")) as opened:
        all_tables().create_all(opened.engine)
        put(opened, clinic(credentials=[licence(scope=SCOPE), review()]), doctor(), device(), account())
        confirm(opened)
        yield opened


def written(**more: Any) -> str:
    Path("事实.json").write_text(json.dumps(FILE | more, ensure_ascii=False), "utf-8")
    return "事实.json"


def test_from_a_file_without_a_store(run: Run) -> None:
    ran = run("scope", "--facts", written())
    assert ran.code == 0, ran.out + ran.err
    assert ran.out.startswith("可以  强脉冲光治疗 2026-11-01")
    refused = run("scope", "--facts", written(procedure="双眼皮"))
    assert refused.code == 1 and "✗ 诊疗科目" in refused.out and "医疗机构管理条例26" in refused.out
    waits = run("scope", "--facts", written(procedure="线雕"))
    assert waits.code == 1 and "缺少事实" in waits.out


def test_as_json(run: Run) -> None:
    told = json.loads(run("scope", "--facts", written(), "--format", "json").out)
    assert told["value"] == "yes" and [step["value"] for step in told["steps"]] == ["yes"] * 4


def test_advertising_from_a_file(run: Run) -> None:
    given = written(ask="advertise", account={"owners": [{"kind": "creator", "name": "某博主"}]})
    ran = run("scope", "--facts", given)
    assert ran.code == 1 and "不是医疗机构" in ran.out


def test_a_physician_from_a_file(run: Run) -> None:
    who = {
        "name": "林",
        "credentials": [{"kind": "physician_practice", "scope": ["口腔专业"], "valid_from": "2020-01-01"}],
        "posts": [{"valid_from": "2021-01-01"}],
        "supervised": True,
    }
    ran = run("scope", "--facts", written(physician=who))
    assert ran.code == 1 and "✗ 医师执业范围" in ran.out and "✓ 执业地点" in ran.out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"oops": 1}, "没有这个字段"),
        ({"institution": 3}, "institution"),
        ({"institution": {"kind": "城堡"}}, "不认识“城堡”"),
        ({"institution": {"credentials": [{"valid_to": "明天"}]}}, "valid_to"),
        ({"institution": {"credentials": "x"}}, "credentials"),
        ({"physician": {"supervised": "yes"}}, "supervised"),
        ({"ask": "dance"}, "perform 或 advertise"),
    ],
)
def test_a_file_that_is_wrong(run: Run, more: dict[str, Any], says: str) -> None:
    ran = run("scope", "--facts", written(**more))
    assert ran.code == 2 and says in ran.err


def test_no_json_and_no_file(run: Run) -> None:
    Path("坏.json").write_text("{", "utf-8")
    assert run("scope", "--facts", "坏.json").code == 2
    assert run("scope", "--facts", "没有.json").code == 2
    assert run("scope", "双眼皮", "--facts", written()).code == 2


@pytest.mark.usefixtures("store")
def test_from_the_store(run: Run) -> None:
    ran = run("scope", "光子嫩肤", "-i", "PDY00001", "-p", "林知遥", "--as-of", "2025-11-01")
    assert ran.code == 0, ran.out + ran.err
    assert run("scope", "双眼皮", "-i", "云杉", "--as-of", "2025-11-01").code == 1
    assert run("scope", "光子嫩肤", "-a", "xhs:9001", "--as-of", "2025-11-01").code == 0
    english = run("scope", "光子嫩肤", "-i", "PDY00001", "--as-of", "2025-11-01", "--lang", "en")
    assert english.code == 0


@pytest.mark.usefixtures("store")
def test_nobody_and_nothing_asked(run: Run) -> None:
    nobody = run("scope", "光子嫩肤", "-i", "不存在")
    assert nobody.code == 2 and "登记里没有这个机构" in nobody.err
    assert run("scope", "光子嫩肤").code == 2
    assert run("scope", "-i", "PDY00001").code == 2


def test_several_to_choose_from(run: Run, store: Database) -> None:
    put(store, clinic("PDY00009", "云杉口腔门诊部"))
    ran = run("scope", "光子嫩肤", "-i", "云杉")
    assert ran.code == 2 and "有 2 个机构符合" in ran.err and "PDY00009" in ran.err


def test_check_judges_with_the_facts_of_an_item(run: Run) -> None:
    item = {
        "id": "a1",
        "text": "周年庆双眼皮立减,到院面诊",
        "nature": "advertisement",
        "publisher": {"kind": "institution"},
    }
    known = item | {"facts": {"licensed_specialties": ["医疗美容科", "美容皮肤科"], "institution_type": "门诊部"}}
    asked = ("check", "-", "--input-format", "jsonl", "--format", "json", "--select", "MI-26")
    report = json.loads(run(*asked, stdin=json.dumps(known, ensure_ascii=False).encode()).out)
    (finding,) = report["items"][0]["findings"]
    assert finding["code"] == "MI-26-specialty" and finding["status"] == "violation"
    assert "执业许可证登记的是:医疗美容科、美容皮肤科" in finding["message"]
    silent = json.loads(run(*asked, stdin=json.dumps(item, ensure_ascii=False).encode()).out)
    assert silent["summary"]["findings"] == 0
