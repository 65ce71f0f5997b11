"""One reader of letters for many rooms: questions in turn, errors that stay with who asked, death and coming back."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mingjian.perception.live import Eyes, Looking, Shown, StreamSettings, eyes, eyes_serving
from mingjian.perception.live.eyes import Away, FarOcr
from mingjian.perception.model import PerceptionError
from mingjian.perception.ocr.crops import Pixels
from tests.live_servers import Words, make_stream
from tests.perception.live.rooms import reading
from tests.perception.media import needs_fonts

KEY = b"a key"
CROP = np.full((20, 60, 3), 7, np.uint8)


class FakeOcr:
    """Answers with the sizes of what it is shown; a crop of zeros is more than it can take."""

    def __init__(self, threads: int = 0) -> None:
        self._engine = SimpleNamespace(detect=self._detect, recognise=self.recognise, upside_down=lambda crops: [0.1])

    def _detect(self, bgr: Pixels) -> list[tuple[Any, float]]:
        return [(np.zeros((4, 2), np.float32), float(bgr.shape[1]))]

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        if not crops[0].any():
            raise ValueError("zeros")
        if crops[0].max() == 9:
            raise PerceptionError("读不了", "换一张")
        return [(str(crop.shape[1]), 0.9) for crop in crops]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(eyes_serving, "Ocr", FakeOcr)
    where = str(tmp_path / "s")
    served = eyes_serving._Service(2)
    served.start()
    threading.Thread(target=eyes_serving._receive, args=(where, KEY, served), daemon=True).start()
    until = time.monotonic() + 10
    while not Path(where).exists() and time.monotonic() < until:
        time.sleep(0.01)
    yield where


def test_rooms_get_the_answers_to_their_own_questions(service: str) -> None:
    found: dict[int, list[str]] = {}

    def ask(width: int) -> None:
        far = FarOcr(service, KEY)
        crop = np.full((20, width, 3), 7, np.uint8)
        found[width] = [far.recognise([crop])[0][0] for _ in range(20)]
        far.close()

    threads = [threading.Thread(target=ask, args=(width,)) for width in range(40, 48)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert found == {width: [str(width)] * 20 for width in range(40, 48)}


def test_all_the_reader_asks_of_its_networks_goes_there(service: str) -> None:
    far = FarOcr(service, KEY)
    assert far._engine.detect(np.zeros((32, 64, 3), np.uint8))[0][1] == 64.0
    assert far._engine.recognise([CROP]) == [("60", 0.9)]
    assert far._engine.upside_down([CROP]) == [0.1]
    assert far.recognise([]) == far._engine.recognise([]) == [], "nothing is asked for nothing"


def test_an_error_stays_with_who_asked_and_the_next_question_is_answered(service: str) -> None:
    far = FarOcr(service, KEY)
    with pytest.raises(PerceptionError, match="ValueError"):
        far.recognise([np.zeros((20, 60, 3), np.uint8)])
    with pytest.raises(PerceptionError, match="读不了"):
        far.recognise([np.full((20, 60, 3), 9, np.uint8)])
    assert far.recognise([CROP]) == [("60", 0.9)]


def test_nobody_without_the_key_is_answered(service: str) -> None:
    with pytest.raises(Away):
        FarOcr(service, b"another").recognise([CROP])
    assert FarOcr(service, KEY).recognise([CROP]) == [("60", 0.9)]


def test_a_service_that_is_not_there_is_away(tmp_path: Path) -> None:
    with pytest.raises(Away):
        FarOcr(str(tmp_path / "nobody"), KEY).recognise([CROP])


@needs_fonts
def test_words_are_read_also_after_the_service_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyes, "PAUSES", (0.1,))
    words = [Words("线雕提升预约", 0.0), Words("水光针体验", 3.0, place=(90, 500))]
    clip = make_stream(tmp_path / "a.mp4", 25.0, words, rate=2)
    settings = StreamSettings(looking=Looking(every=0.5))
    with Eyes() as service, reading(str(clip), settings, eyes=service) as (_, told):
        told.wait(lambda each: isinstance(each, Shown) and "线雕" in each.text)
        os.kill(serving(service), signal.SIGKILL)
        told.wait(lambda each: isinstance(each, Shown) and "水光针" in each.text)
        assert service.deaths == 1
    gaps = [gap for gap in told.gaps() if gap[1] == "reader_failed"]
    assert [ended for _, _, ended in gaps] == [False, True] * (len(gaps) // 2), "none is left open"


def serving(service: Eyes) -> int:
    """The process of the service."""
    where = str(service.address()[0])
    for line in Path("/proc/net/unix").read_text().splitlines():
        if where in line:
            inode = line.split()[6]
            for link in Path("/proc").glob("[0-9]*/fd/*"):
                try:
                    if f"socket:[{inode}]" == str(link.readlink()):
                        return int(link.parts[2])
                except OSError:
                    continue
    raise AssertionError("nobody serves")
