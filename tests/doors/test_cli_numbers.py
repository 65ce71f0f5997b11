"""numbers: verify numbers offline from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.core.credentials import kinds
from tests.doors.conftest import Run

GOOD, BAD = "国械注准20263130001", "京械注准20213090001"
DAY = ("--as-of", "2026-11-01")


def test_a_table_with_reasons(run: Run) -> None:
    ran = run("numbers", "check", GOOD, BAD, *DAY)
    assert ran.code == 1
    assert "省级药监部门只注册第二类器械" in ran.out
    assert "共 2 个,不成立 1 个,无法判断 0 个" in ran.out
    assert run("numbers", "check", GOOD, *DAY).code == 0


def test_a_kind_may_be_named_in_either_language(run: Run) -> None:
    for kind in ("uscc", "统一社会信用代码", "business_licence"):
        ran = run("numbers", "check", kind, "91110105MA9DEMW13A", *DAY)
        assert ran.code == 1 and "第18位校验码应为“M”" in ran.out


def test_json_says_all_and_hides_identity_numbers(run: Run) -> None:
    ran = run("numbers", "check", "110105199001010010", "(京)医广〔2026〕第01-15-001", "--format", "json", *DAY)
    first, second = json.loads(ran.out)["checks"]
    assert (ran.code, first["ok"], first["kind"], first["number"]) == (0, True, "id_card", "110*************10")
    assert "19900101" not in ran.out
    assert second["normal"] == "(京)医广〔2026〕第01-15-001号" and second["facts"]["valid_to"] == "2027-01-15"


def test_a_csv_file_by_its_heads(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "编号.csv"
    file.write_text(f"名称,种类,编号\n甲,,{GOOD}\n乙,药品批准文号,国药准字K20210001\n丙,,\n", "gb18030")
    ran = run("numbers", "check", str(file), "--format", "json", *DAY)
    assert [check["ok"] for check in json.loads(ran.out)["checks"]] == [True, False]
    file.write_text(f"{GOOD}\n{BAD}\n", "utf-8")
    assert "共 2 个" in run("numbers", "check", str(file), *DAY).out


def test_standard_input(run: Run) -> None:
    ran = run("numbers", "check", "-", *DAY, stdin=f"{GOOD}\n".encode())
    assert (ran.code, "共 1 个" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("uscx", "1"), "没有这个编号种类:uscx(是否想写 uscc?)"),
        (("uscc",), "只写了种类 uscc,没有编号"),
        (("没有的.csv",), "读不了 没有的.csv"),
        ((GOOD, "--as-of", "昨天"), "不是日期"),
    ],
)
def test_mistakes_are_told(run: Run, arguments: tuple[str, ...], says: str) -> None:
    ran = run("numbers", "check", *arguments)
    assert (ran.code, says in ran.err) == (2, True), ran.err


def test_a_file_of_an_unknown_kind_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("kind,number\npassport,E1\n", "utf-8")
    ran = run("numbers", "check", str(file))
    assert ran.code == 2 and "没有这种编号:passport" in ran.err
    file.write_text("", "utf-8")
    assert "没有编号可核验" in run("numbers", "check", str(file)).err


def test_kinds_are_listed(run: Run) -> None:
    assert all(kind.title in run("numbers", "kinds").out for kind in kinds().values())
    assert {row["kind"] for row in json.loads(run("numbers", "kinds", "--format", "json").out)} == set(kinds())
    assert "Unified Social Credit Code" in run("numbers", "kinds", "--lang", "en").out


def test_english(run: Run) -> None:
    ran = run("numbers", "check", BAD, "--lang", "en", *DAY)
    assert "contradicts itself" in ran.out and "1 numbers, 1 fail" in ran.out


def test_nonsense_is_neither_right_nor_wrong(run: Run) -> None:
    ran = run("numbers", "check", "你好", *DAY)
    assert (ran.code, "辨认不出" in ran.out) == (0, True)
