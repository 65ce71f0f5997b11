"""``mingjian simulate`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main


def test_an_archive_is_written_and_never_over_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "档案"
    command = ["simulate", str(folder), "--items", "200", "--agencies", "1", "--skill", "0.2", "--days", "30"]
    assert main([*command, "--seed", "4"]) == 0
    assert "团伙 1" in capsys.readouterr().out
    about = json.loads((folder / "archive.json").read_text("utf-8"))
    assert about["counts"]["items"] == 200 and about["made"]["skill"] == 0.2 and about["seed"] == 4
    assert main(command) == 2
    assert "不是空文件夹" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--items", "1"], "--items"), (["--skill", "3"], "--skill"), (["--pictures", "maybe"], "--pictures"),
        (["--workers", "0"], "--workers"), (["--agencies", "900"], "--agencies"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["simulate", str(tmp_path / "a"), *options]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "a").exists()
