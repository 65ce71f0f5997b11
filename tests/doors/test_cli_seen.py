"""mingjian check on what is heard: the place is told in every format, and the page shows it."""

from __future__ import annotations

import json
from pathlib import Path

from mingjian.core.model import Shown
from mingjian.core.report.model import MediaView
from mingjian.doors.cli.check import _seen
from mingjian.doors.media import Media
from mingjian.perception.model import Perceived
from mingjian.perception.options import Options
from tests.doors.conftest import BREACH, CODE, Run

SUBTITLES = f"1\n00:00:01,000 --> 00:00:04,000\n大家好\n\n2\n00:00:12,400 --> 00:00:15,000\n{BREACH}\n"


def test_a_breach_in_subtitles_is_found_with_its_second(run: Run) -> None:
    Path("字幕.srt").write_text(SUBTITLES, "utf-8")
    assert f"字幕.srt 00:12.4–00:15.0  {CODE}" in run("check", "字幕.srt", "--select", CODE).out
    (line,) = run("check", "字幕.srt", "--select", CODE, "-f", "jsonl").out.splitlines()
    assert json.loads(line)["findings"][0]["places"] == [
        {"page": None, "picture": None, "box": None, "time": [12.4, 15.0]}
    ]
    page = run("check", "字幕.srt", "--select", CODE, "-f", "html").out
    assert 'class="timeline"' in page and "00:12–00:15" in page


def test_places_in_item_jsonl_come_out_again(run: Run) -> None:
    place = {"start": 0, "end": len(BREACH), "page": 2, "picture": 3, "box": [10, 20, 900, 100]}
    item = {"id": "甲", "parts": [{"role": "ocr", "text": BREACH, "places": [place]}]}
    stdin = json.dumps(item).encode()
    ran = run("check", "-", "-f", "jsonl", "--input-format", "jsonl", "--select", CODE, stdin=stdin)
    (line,) = ran.out.splitlines()
    assert json.loads(line)["findings"][0]["places"] == [
        {"page": 2, "picture": 3, "box": [510, 20, 400, 100], "time": None}
    ]


def test_what_was_perceived_becomes_what_the_page_shows() -> None:
    with Media(Options(), None, processes=1) as media:
        shown = (Shown(b"jpeg", 30, 20, 0.5, None, 4.0),)
        media.perceived["甲"] = Perceived("video", seconds=9.0, shown=shown, scenes=(2.0,))
        assert _seen(media) == {"甲": MediaView("video", 9.0, (Shown(b"jpeg", 30, 20, 0.5, None, 4.0),), (2.0,))}
    assert _seen(None) == {}
