from __future__ import annotations

from mingjian.core.model import Place
from mingjian.perception.sound.cues import Cue, joined


def test_a_claim_broken_over_two_cues_is_one_sentence() -> None:
    (reading,) = joined([Cue("术后效果永不", 0, 2), Cue("反弹大家放心", 2.2, 4)], "speech")
    assert reading.text == "术后效果永不反弹大家放心"
    assert reading.role == "speech"
    assert reading.places == (Place(0, 6, time=(0, 2)), Place(6, 12, time=(2.2, 4)))


def test_a_pause_begins_a_new_line_that_belongs_to_the_cue_before() -> None:
    (reading,) = joined([Cue("第一句", 0, 2), Cue("第二句", 5, 6)], "subtitle")
    assert reading.text == "第一句\n第二句"
    assert [(place.start, place.end) for place in reading.places] == [(0, 4), (4, 7)]


def test_two_languages_do_not_cut_each_others_sentences() -> None:
    cues = [Cue("效果永不\nThe effect", 0, 2), Cue("反弹\nnever fades", 2, 4)]
    assert [reading.text for reading in joined(cues, "speech")] == ["效果永不反弹", "The effect never fades"]


def test_latin_words_alone_are_the_text() -> None:
    assert [reading.text for reading in joined([Cue("Botox", 0, 1), Cue("98%", 1, 2)], "speech")] == ["Botox 98%"]


def test_a_rolling_caption_is_read_once() -> None:
    cues = [Cue("第一行", 0, 2), Cue("第一行\n第二行", 2, 4), Cue("第二行\n第三行", 4, 6)]
    (reading,) = joined(cues, "speech")
    assert reading.text == "第一行第二行第三行"
    assert [place.time for place in reading.places] == [(0, 4), (2, 6), (4, 6)]


def test_what_is_said_again_later_is_kept() -> None:
    cues = [Cue("永不反弹", 0, 2), Cue("真的", 2, 3), Cue("永不反弹", 10, 12)]
    assert joined(cues, "speech")[0].text == "永不反弹真的\n永不反弹"


def test_a_long_speech_without_stops_is_cut_where_somebody_begins_anew() -> None:
    cues = [Cue(f"这是第{2 * at}段没有标点的话一共二十字左右对", at, at + 2) for at in (0, 2, 4)]
    text = joined([*cues, Cue("但是每个人情况不同", 6, 8)], "speech")[0].text
    assert text.endswith("\n但是每个人情况不同")
    assert text.count("\n") == 1


def test_nothing_is_no_reading() -> None:
    assert joined([Cue("  ", 0, 1)], "speech") == []
