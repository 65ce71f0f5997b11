from __future__ import annotations

import numpy as np

from mingjian.core.model import Place
from mingjian.perception.model import Box, Reading
from mingjian.perception.video.regions import readings
from mingjian.perception.video.tracks import Track, same_line

SIZE = (1280, 720)


def line(text: str, box: Box, start: float, end: float, score: float = 0.98, seen: int = 5) -> Track:
    x, y, width, height = box
    left, top, right, bottom = float(x), float(y), float(x + width), float(y + height)
    quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    shape, luma = np.zeros((4, 4), np.int16), np.zeros((4, 4), np.uint8)
    return Track(text, score, quad, box, (0, 0, 4, 4), shape, luma, start, end, first_box=box, seen=seen)


def said(text: str, start: float, end: float, y: int = 640) -> Track:
    width = 44 * len(text)
    return line(text, (640 - width // 2, y, width, 50), start, end)


def by_role(tracks: list[Track], seconds: float = 30.0) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for reading in readings(tracks, SIZE, seconds):
        found.setdefault(reading.role, []).append(reading.text)
        assert_covered(reading)
    return found


def assert_covered(reading: Reading) -> None:
    held = set()
    for place in reading.places:
        assert place.box is not None
        assert place.time is not None
        held |= set(range(place.start, place.end))
    assert held == set(range(len(reading.text)))


def test_subtitles_are_joined_so_that_a_broken_claim_is_one_sentence() -> None:
    tracks = [said("术后效果永不", 1, 2.5), said("反弹大家放心", 3, 5), said("下一段话", 9, 11)]
    (reading,) = readings(tracks, SIZE, 30)
    assert reading.role == "subtitle"
    assert reading.text == "术后效果永不反弹大家放心\n下一段话"
    assert reading.places[0] == Place(0, 6, box=(508, 640, 264, 50), time=(1, 2.75))


def test_a_board_a_card_a_sticker_and_subtitles_are_told_apart() -> None:
    tracks = [
        line("星光医疗美容", (60, 50, 250, 50), 0, 30),
        said("第一句字幕", 0, 2), said("第二句字幕", 2.5, 4.5),
        line("水光精华液", (50, 450, 230, 40), 10, 20), line("到手价¥199", (50, 496, 170, 40), 10, 20),
        line("太好用了", (700, 200, 180, 60), 12, 14),
    ]  # fmt: skip
    found = by_role(tracks)
    assert found["background"] == ["星光医疗美容"]
    assert found["subtitle"] == ["第一句字幕第二句字幕"]
    assert found["ocr"] == ["太好用了"]
    (card,) = found["card"]
    assert {"水光精华液", "到手价¥199"} <= {card[:5], card[-7:]}


def test_words_that_come_again_are_read_once_with_all_their_times() -> None:
    board = (60, 50, 250, 50)
    tracks = [line("祛斑专家", board, 0, 5), line("祛斑专家", (80, 60, 250, 50), 12, 17)]
    (reading,) = readings(tracks, SIZE, 30)
    assert (reading.role, reading.text) == ("background", "祛斑专家")
    places = [(place.box, place.time) for place in reading.places]
    assert places == [(board, (0, 5.25)), ((80, 60, 250, 50), (12, 17.25))]


def test_subtitles_in_two_languages_are_two_texts() -> None:
    above = [said("效果很好", 0, 2, 600), said("永不反弹", 2.5, 4, 600)]
    tracks = [*above, said("the effect", 0, 2), said("never fades", 2.5, 4)]
    assert by_role(tracks)["subtitle"] == ["效果很好永不反弹", "the effect never fades"]


def test_a_line_that_is_typed_out_is_one_line() -> None:
    box = (100, 200, 200, 50)
    typed = [line("热玛", box, 1, 1, seen=1), line("热玛吉一次", box, 1.5, 1.5, seen=1)]
    tracks = [*typed, line("热玛吉一次见效", box, 2, 5)]
    (reading,) = readings(tracks, SIZE, 30)
    assert reading.text == "热玛吉一次见效"
    assert reading.places[0].time == (1, 5.25)


def test_half_faded_readings_go() -> None:
    box = (100, 200, 200, 50)
    tracks = [line("热玛言一饮见", box, 1, 1, 0.62, 1), line("热玛吉一次见效", box, 1.5, 5)]
    assert [reading.text for reading in readings(tracks, SIZE, 30)] == ["热玛吉一次见效"]


def test_a_piece_of_a_line_that_is_there_goes() -> None:
    tracks = [line("热玛吉一次见效", (100, 200, 280, 50), 1, 5), line("见效", (300, 200, 80, 50), 2, 2, seen=1)]
    assert [reading.text for reading in readings(tracks, SIZE, 30)] == ["热玛吉一次见效"]


def test_a_price_that_changes_is_another_line() -> None:
    box = (100, 200, 200, 50)
    assert same_line(line("到手价1980元起", box, 0, 1), line("到手价1980元起", (104, 203, 200, 50), 2, 2))
    assert same_line(line("星光医疗美容", box, 0, 1), line("星光医疗美客", box, 2, 2))
    assert not same_line(line("到手价1980元起", box, 0, 1), line("到手价1680元起", box, 2, 2))
    assert not same_line(line("星光医疗美容", box, 0, 1), line("星光医疗美容", (100, 600, 200, 50), 2, 2))


def test_nothing_read_nothing_said() -> None:
    assert readings([], SIZE, 30) == []
