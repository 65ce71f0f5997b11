"""`mingjian registry`: files in and out, looking up and erasing, over a real store."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main

TABLE = (
    "机构名称,登记号,诊疗科目,有效期\n云杉医美门诊,PDY00001,A02,2021-03-01至2026-02-28\n青禾,PDY00002,,\n没有编号,,,\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert main(["store", "migrate", "--data", str(tmp_path / "data")]) == 0
    (tmp_path / "a.csv").write_text(TABLE, "utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main(["registry", *words, "--data", str(folder / "data")])


def test_a_file_comes_in_and_is_looked_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("import", str(folder / "a.csv"), "--kind", "institution", "--rejects", str(folder / "bad.csv"))
    assert run(folder, *given, "--dry-run") == 1
    assert "什么都没有写:读了 3 行,新登记 2" in capsys.readouterr().out
    assert run(folder, "find", "云杉") == 1
    assert run(folder, *given) == 1
    out = capsys.readouterr().out
    assert "新登记 2,有变化 0,没有变化 0,有误 1" in out and "第 4 行:登记号:缺少编号" in out
    with (folder / "bad.csv").open(encoding="utf-8-sig") as file:
        (bad,) = csv.DictReader(file)
    assert bad["机构名称"] == "没有编号" and bad["_行号"] == "4"
    assert run(folder, *given) == 2 and "文件已存在" in capsys.readouterr().err
    assert run(folder, *given[:4], "--format", "json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["state"], told["rejects"][0]["line"]) == (2, "finished", 4)
    assert run(folder, "find", "云杉") == 0 and "PDY00001" in capsys.readouterr().out
    assert run(folder, "show", "PDY00001", "--history") == 0
    shown = capsys.readouterr().out
    assert "practice_licence PDY00001  2021-03-01 – 2026-02-28  valid  malformed" in shown and "entity v1" in shown
    assert run(folder, "show", "PDY00001", "--format", "json", "--as-of", "2022-01-01") == 0
    assert json.loads(capsys.readouterr().out)["credentials"][0]["scope"] == ["A02"]
    assert run(folder, "status") == 0
    assert "institution: 2" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.json", "out.jsonl"])
def test_what_goes_out_comes_in_again(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    run(folder, "import", str(folder / "a.csv"), "-k", "institution")
    assert run(folder, "export", str(folder / name)) == 0
    capsys.readouterr()
    assert run(folder, "import", str(folder / name)) == 0
    assert "新登记 0,有变化 0,没有变化 2,有误 0" in capsys.readouterr().out


def test_an_erased_entity_is_gone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "import", str(folder / "a.csv"), "-k", "institution")
    assert run(folder, "erase", "PDY00002", "--reason", "登记错误", "--yes") == 0
    assert run(folder, "find", "PDY00002") == 1
    assert run(folder, "show", "PDY00002") == 2
    assert "登记里没有 PDY00002" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "none.csv"), "没有这个文件"),
        (("import", "a.csv"), "分不清登记的是哪类对象"),
        (("import", "a.csv", "--kind", "ship"), "应为 institution"),
        (("import", "a.csv", "-k", "institution", "--map", "x"), "--map 应为"),
        (("import", "a.csv", "-k", "institution", "--map", "登记号=licence"), "不认识的列"),
        (("import", "a.csv", "-k", "institution", "--input-format", "pdf"), "应为 csv"),
        (("export", "out.pdf"), "不知道写成什么格式"),
        (("export", "a.csv"), "文件已存在"),
        (("export", "none/out.csv"), "没有写成"),
        (("export", "out.csv", "--kind", "ship"), "应为 institution"),
        (("show", "nobody"), "登记里没有"),
        (("show", "nobody", "--as-of", "yesterday"), "不是日期"),
        (("find", "x", "--state", "lost"), "应为 active"),
    ],
)
def test_what_goes_wrong_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...], told: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(folder)
    assert run(folder, *words) == 2
    assert told in capsys.readouterr().err
    assert not (folder / "out.csv").exists()
