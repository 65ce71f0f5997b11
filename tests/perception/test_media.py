"""Generated posters, chats and boards through the door of the room: what is written on them is what is read."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from mingjian.perception.options import Options
from mingjian.perception.read import Request, perceive
from tests.perception.media import needs_fonts, sample


@needs_fonts
@pytest.mark.parametrize("style", ["broken", "chat-dark", "board", "traditional"])
def test_the_planted_sentence_is_read_in_one_piece(style: str, tmp_path: Path) -> None:
    made = sample(style)
    read = perceive(made.write(tmp_path), Request(Options(shown=False)))
    words = "".join(reading.text for reading in read.readings if reading.role == "ocr")
    assert unicodedata.normalize("NFKC", made.sentence) in unicodedata.normalize("NFKC", words)
    assert read.unread == ()


@needs_fonts
def test_places_point_at_the_sentence(tmp_path: Path) -> None:
    made = sample("clean")
    (reading,) = perceive(made.write(tmp_path), Request(Options(shown=False))).readings
    start = reading.text.index(made.sentence[:4])
    box = next(place.box for place in reading.places if place.start <= start < place.end)
    assert box is not None
    left, top, width, height = box
    assert 200 < top < 500 and width > 300 and 40 < height < 200 and left < 450  # the headline, not a note below it
