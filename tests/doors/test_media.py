"""``mingjian check`` on pictures and mixed folders, through real worker processes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from mingjian.core.engine.options import Options
from mingjian.core.model import Item
from mingjian.doors import media
from mingjian.doors.cache import engine
from mingjian.perception.model import Perceived
from mingjian.perception.sound.cues import Cue, joined
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


def test_subtitles_are_judged_line_by_line_and_joined() -> None:
    lines = ("停在广场东侧", "隆胸手术绝对安全", "术后永不", "反弹放心")
    cues = [Cue(line, 2 * at, 2 * at + 2, (0, 0, 9, 9)) for at, line in enumerate(lines)]
    parts = media.parts_of(Perceived("video", tuple(joined(cues, "subtitle"))))
    assert [part.text for part in parts] == [
        "停在广场东侧\n隆胸手术绝对安全\n术后永不\n反弹放心\n",
        "停在广场东侧隆胸手术绝对安全术后永不反弹放心",
    ]
    for part in parts:
        assert [part.text[p.start : p.end].strip() for p in part.places] == [cue.text for cue in cues]


def test_what_two_readings_of_the_same_lines_say_is_one_finding() -> None:
    cues = [Cue("热玛吉做完", 0, 2, (0, 0, 9, 9)), Cue("永不反弹", 2, 4, (0, 0, 9, 9))]
    parts = media.parts_of(Perceived("video", tuple(joined(cues, "subtitle"))))
    item = Item("x", parts, nature="advertisement")
    found = engine().check([item], Options(as_of=date(2026, 1, 1), select=("AD-16-1-guarantee",)))[0].findings
    assert [(f.part, f.quote) for f in found] == [(0, "永不反弹")]
