"""Words on the picture, told once for as long as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mingjian.perception.live.clock import RoomTime
from mingjian.perception.live.frames import Frames
from mingjian.perception.live.looking import Looker, Slot
from mingjian.perception.live.marks import Marks
from mingjian.perception.live.model import Gap, Observed, Shown
from mingjian.perception.live.settings import Looking
from mingjian.perception.model import PerceptionError
from mingjian.perception.ocr import Ocr
from mingjian.perception.video.frames import Pixels, Sample

BOARD, SUBTITLE = (60, 60, 300, 60), (440, 620, 400, 60)
Box = tuple[int, int, int, int]


@dataclass
class Words:
    text: str
    box: Box
    start: float
    end: float


@dataclass
class FakeOcr(Ocr):
    """Reads what the test has drawn: it knows where, and what. The finder's strips are as wide as the frame."""

    words: Sequence[Words]
    now: float = 0.0
    away: bool = False
    asked: int = 0
    _engine: Any = field(init=False)

    def __post_init__(self) -> None:
        self._engine = SimpleNamespace(detect=self._detect, recognise=self._level)
        self._next: list[str] = []

    def standing(self) -> list[Words]:
        return [each for each in self.words if each.start <= self.now < each.end]

    def _detect(self, bgr: Pixels) -> list[tuple[Any, float]]:
        self.asked += 1
        if self.away:
            raise PerceptionError("没有应答")
        # The strip is found in the whole by its ink: dark bars on white plates, one height each.
        import cv2

        plates = np.asarray((bgr > 240).all(axis=2), np.uint8)
        closed = np.asarray(cv2.morphologyEx(plates, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(closed)
        found, self._next = [], []
        for left, top, width, height, area in stats[1:count].tolist():
            if area > 500:
                corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
                found.append((np.asarray(corners, np.float32), 0.9))
        return found

    def _level(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        # A plate's number is in its colour: 250 the first, 251 the second …
        return [(self.words[int(np.median(crop[crop > 240])) - 250].text, 0.99) if (crop > 240).any() else ("", 0.0)
                for crop in crops]  # fmt: skip

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return self._level(crops)


class Frame:
    """A decoded frame."""

    def __init__(self, rgb: Pixels) -> None:
        self._rgb = rgb

    def to_ndarray(self, format: str) -> Pixels:
        return self._rgb


def sample(words: Sequence[Words], now: float) -> Sample:
    picture = Image.new("RGB", (1280, 720), (90, 110, 100))
    draw = ImageDraw.Draw(picture)
    for number, each in enumerate(words):
        if each.start <= now < each.end:
            left, top, width, height = each.box
            draw.rectangle((left, top, left + width, top + height), fill=(250 + number,) * 3)
            for stroke in range(left + 12, left + width - 12, 16):
                thick = 3 + (stroke * (number + 3)) % 7
                draw.rectangle((stroke, top + 12, stroke + thick, top + height - 12), fill=(20, 20, 30))
    rgb = np.array(picture, np.uint8)
    luma = np.asarray(picture.convert("L").resize((640, 360), Image.Resampling.BOX), np.uint8)
    return Sample(now, luma, 1280, 720, Frame(rgb))


def look(words: Sequence[Words], seconds: float, settings: Looking | None = None, frames: Frames | None = None,
         away: tuple[float, float] = (-1, -1)) -> tuple[list[Observed], FakeOcr]:  # fmt: skip
    marks, ocr = Marks("r", RoomTime.starting(0.0)), FakeOcr(words)
    looker = Looker(marks, settings or Looking(), ocr, frames)
    for index in range(round(2 * seconds)):
        ocr.now = index / 2
        ocr.away = away[0] <= ocr.now < away[1]
        looker.take(sample(words, ocr.now))
    looker.finish()
    return [marks.out.get() for _ in range(marks.out.qsize())], ocr


def shown(found: Sequence[Observed]) -> list[tuple[str, str, float]]:
    return [(each.how, each.text, each.start) for each in found if isinstance(each, Shown)]


def test_a_line_that_stays_is_told_once_and_that_it_went() -> None:
    words = [Words("水光针体验", BOARD, 2.0, 14.0), Words("今天讲护肤", SUBTITLE, 4.0, 7.0)]
    found, ocr = look(words, 24.0)
    told = shown(found)
    assert told[:2] == [("new", "水光针体验", 2.0), ("new", "今天讲护肤", 4.0)]
    assert sorted(told[2:]) == [("gone", "今天讲护肤", 4.0), ("gone", "水光针体验", 2.0)]
    ends = {each.text: each.end for each in found if isinstance(each, Shown) and each.how == "gone"}
    assert ends == {"水光针体验": pytest.approx(13.5), "今天讲护肤": pytest.approx(6.5)}
    assert ocr.asked < 10, "it is read when something comes, not at every sample"
    roles = {(each.text, each.how): each.role for each in found if isinstance(each, Shown)}
    assert roles["今天讲护肤", "new"] == "subtitle"
    assert roles["水光针体验", "gone"] == "background"


def test_what_stands_for_long_is_told_now_and_then() -> None:
    found, _ = look([Words("水光针体验", BOARD, 0.0, 99.0)], 35.0, Looking(still_every=10.0))
    assert [(each.how, each.end) for each in found if isinstance(each, Shown)] == [
        ("new", 0.0), ("still", 10.0), ("still", 20.0), ("still", 30.0), ("gone", 34.5)
    ]  # fmt: skip
    assert len({each.key for each in found if isinstance(each, Shown)}) == 1


def test_words_that_came_while_nobody_could_read_are_read_afterwards() -> None:
    found, _ = look([Words("水光针体验", BOARD, 2.0, 60.0)], 10.0, away=(1.0, 5.0))
    gaps = [(each.why, each.start, each.end is None) for each in found if isinstance(each, Gap)]
    assert gaps == [("reader_failed", 2.0, True), ("reader_failed", 2.0, False)]
    assert shown(found)[0] == ("new", "水光针体验", 5.0)


def test_the_picture_kept_is_one_the_words_are_on(tmp_path: Path) -> None:
    words = [Words("水光针体验", BOARD, 3.0, 60.0)]
    found, _ = look(words, 13.0, Looking(kept_every=5.0), Frames(tmp_path, Looking(kept_every=5.0)))
    first = next(each for each in found if isinstance(each, Shown))
    assert first.frame == "frames/000000003000.jpg"
    with Image.open(tmp_path / first.frame) as picture:
        assert picture.size == (1280, 720)
        assert min(picture.getpixel((70, 70))) > 200  # type: ignore[arg-type]
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == ["000000000000.jpg", "000000003000.jpg", "000000008000.jpg"]


def test_samples_nobody_had_time_for_are_a_gap() -> None:
    marks, slot = Marks("r", RoomTime.starting(0.0)), Slot()
    looker = Looker(marks, Looking(), FakeOcr([]), None)
    for time in (0.0, 1.0, 2.0, 6.0):
        slot.put(sample([], time))
    slot.close()
    looker.run(slot)
    found = [marks.out.get() for _ in range(marks.out.qsize())]
    assert [(each.why, each.start, each.end) for each in found if isinstance(each, Gap)] == [("overload", 0.0, None)]
    assert slot.dropped == 3
