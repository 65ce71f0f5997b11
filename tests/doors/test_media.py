"""``mingjian check`` on pictures and mixed folders, through real worker processes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.doors.conftest import Run
from tests.perception.drawing import page, written


def test_a_mixed_folder_is_read_through(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "笔记"
    folder.mkdir()
    (folder / "a.txt").write_text("效果因人而异,以医师面诊评估为准。", "utf-8")
    written(("热玛吉紧致提升", "术后永不反弹")).save(folder / "b.png")
    (folder / "c.jpg").write_bytes(b"\xff\xd8\xff this is no picture")
    page().save(folder / "d.png")
    ran = run("check", "笔记", "--format", "jsonl")
    lines = {(row := json.loads(line))["id"]: row for line in ran.out.splitlines()}
    assert ran.code == 2  # one file could not be read
    assert "笔记/c.jpg" in ran.err
    assert {name: row["verdict"] for name, row in lines.items()} == {
        "笔记/a.txt": "clean", "笔记/b.png": "violation", "笔记/d.png": "clean",
    }  # fmt: skip
    quotes = {finding["quote"] for finding in lines["笔记/b.png"]["findings"]}
    assert any("永不反弹" in quote for quote in quotes)


def test_pictures_can_be_left_alone(run: Run, tmp_path: Path) -> None:
    written(("术后永不反弹",)).save(tmp_path / "b.png")
    ran = run("check", "b.png", "--no-media")
    assert ran.code == 2 and "b.png" in ran.out + ran.err


def test_a_picture_from_standard_input(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "b.png"
    written(("热玛吉紧致提升", "术后永不反弹")).save(path)
    ran = run("check", "-", "--format", "jsonl", stdin=path.read_bytes())
    assert ran.code == 1 and json.loads(ran.out)["verdict"] == "violation"
