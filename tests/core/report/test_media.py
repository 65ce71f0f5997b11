"""Where findings stand: places cut to the words, joined on a line, said in every format."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import Item, Part, Place
from mingjian.core.report import FORMATS, json_, text
from mingjian.core.report.media import Region, clock, long_place, regions, short_place, shown_place, span
from mingjian.core.report.model import ordered
from mingjian.intake.json_schema import finding_schema
from tests.core.report.fixtures import finding
from tests.core.report.seen import clip, poster, recording, scan, seen, slides


def test_a_picture_on_a_page_is_named() -> None:
    one, other = Region(3, (1, 2, 3, 4), picture=1), Region(3, (1, 2, 3, 4), picture=2)
    assert long_place([one, other]) == "第3页图1 左1 上2 宽3 高4;第3页图2 左1 上2 宽3 高4"
    assert short_place([other], "en") == "page 3 picture 2 (1,2 3×4)"
    assert shown_place(Region(picture=2)) == "图2"
    beside = found(
        "永不反弹", "永不反弹", *(Place(2 * n, 2 * n + 2, 3, (50 * n, 0, 50, 25), picture=n + 1) for n in (0, 1))
    )
    assert [region.picture for region in beside] == [1, 2], "lines of two pictures are not one line"
    assert span([Place(0, 1, 3, picture=2)]) == Region(3, picture=2)
    assert span([Place(0, 1, 3, picture=2), Place(1, 2, 3, picture=1)]) == Region(3)


def found(words: str, hit: str, *places: Place, role: str = "ocr") -> tuple[Region, ...]:
    return regions(Item("甲", (Part(words, role, places=places),)), finding(words, hit))


def box(words: str, hit: str, *boxes: tuple[int, int, int, int], role: str = "ocr") -> list[Any]:
    """Boxes of ``hit``, where the lines of ``words`` (parted by |) have ``boxes``."""
    at, places = 0, []
    for line, where in zip(words.split("|"), boxes, strict=True):
        places.append(Place(at, at + len(line), 1, where))
        at += len(line)
    return [region.box for region in found(words.replace("|", ""), hit, *places, role=role)]


@pytest.mark.parametrize(
    ("words", "hit", "boxes", "expected"),
    [
        # the words are the line
        ("永不反弹", "永不反弹", [(10, 20, 400, 100)], [(10, 20, 400, 100)]),
        # a line across, and one that runs down
        ("术后永不反弹", "永不反弹", [(0, 0, 600, 100)], [(200, 0, 400, 100)]),
        ("术后永不反弹", "永不", [(5, 0, 50, 300)], [(5, 100, 50, 100)]),
        # a letter is half as wide as a Chinese character; a line break has no width
        ("ab永不反弹", "永不反弹", [(0, 0, 500, 100)], [(100, 0, 400, 100)]),
        ("永不反弹\n|好", "永不反弹", [(0, 0, 400, 100), (0, 200, 100, 100)], [(0, 0, 400, 100)]),
        # broken over two lines
        ("术后永|不反弹", "永不反弹", [(0, 0, 300, 100), (0, 120, 300, 100)], [(200, 0, 100, 100), (0, 120, 300, 100)]),
        # two pieces of one line, and two that are far apart on it
        ("永不|反弹", "永不反弹", [(0, 0, 200, 100), (210, 5, 200, 90)], [(0, 0, 410, 100)]),
        ("永不|反弹", "永不反弹", [(0, 0, 200, 100), (500, 0, 200, 100)], [(0, 0, 200, 100), (500, 0, 200, 100)]),
        # two pieces of one column, and two columns, right to left
        ("永不|反弹", "永不反弹", [(0, 0, 50, 200), (0, 210, 50, 200)], [(0, 0, 50, 410)]),
        ("永不|反弹", "永不反弹", [(90, 0, 50, 200), (0, 0, 50, 200)], [(90, 0, 50, 200), (0, 0, 50, 200)]),
        # a block of several lines has no place for a word of it
        ("永不反弹" * 10, "永不反弹", [(0, 0, 300, 300)], [(0, 0, 300, 300)]),
        # what hangs over the edge is cut off
        ("永不反弹", "永不反弹", [(-10, -5, 400, 100)], [(0, 0, 390, 95)]),
    ],
)
def test_boxes(words: str, hit: str, boxes: list[Any], expected: list[Any]) -> None:
    assert box(words, hit, *boxes) == expected


@pytest.mark.parametrize("role", ["code", "depicted"])
def test_a_thing_is_not_cut_like_a_line(role: str) -> None:
    assert box("二维码 weixin", "weixin", (0, 0, 900, 100), role=role) == [(0, 0, 900, 100)]


def test_time_is_never_cut_and_speech_that_goes_on_is_one_stretch() -> None:
    words = "术后永不反弹"
    assert found(words, "永不", Place(0, 6, time=(1.0, 7.0))) == (Region(time=(1.0, 7.0)),)
    pieces = (Place(0, 4, time=(1.0, 3.0)), Place(4, 6, time=(3.2, 5.0)))
    assert found(words, "永不反弹", *pieces) == (Region(time=(1.0, 5.0)),)
    apart = (pieces[0], Place(4, 6, time=(9.0, 10.0)))
    assert len(found(words, "永不反弹", *apart)) == 2


def test_words_seen_twice_have_two_places_and_text_has_none() -> None:
    words = "永不反弹"
    twice = (Place(0, 4, None, (0, 0, 40, 10), (0.0, 1.0)), Place(0, 4, None, (0, 0, 40, 10), (8.0, 9.0)))
    assert [region.time for region in found(words, words, *twice)] == [(0.0, 1.0), (8.0, 9.0)]
    assert found(words, words, twice[0], twice[0]) == (Region(None, (0, 0, 40, 10), (0.0, 1.0)),)
    assert found(words, words) == ()


def test_a_finding_without_width_stands_where_it_stands() -> None:
    item = Item("甲", (Part("永不反弹", places=(Place(0, 4, 2, (1, 2, 3, 4)),)),))
    hit = finding("永不反弹", "永", end=0)
    assert regions(item, hit) == (Region(2, (1, 2, 3, 4)),)


@given(st.text(st.sampled_from("好a \n"), min_size=1, max_size=12), st.data())
def test_a_cut_stays_in_its_box(words: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    whole = data.draw(st.tuples(*[st.integers(0, 50)] * 2, *[st.integers(1, 900)] * 2))
    item = Item("甲", (Part(words, places=(Place(0, len(words), 1, whole),)),))
    for region in regions(item, finding("好", "好", start=start, end=end)):
        assert region.box
        left, top, width, height = region.box
        assert width >= 0 and height >= 0 and left >= whole[0] and top >= whole[1]
        assert left + width <= whole[0] + whole[2] and top + height <= whole[1] + whole[3]


@pytest.mark.parametrize(
    ("seconds", "plain", "tenths"),
    [(0, "00:00", "00:00.0"), (12.44, "00:12", "00:12.4"), (59.96, "01:00", "01:00.0"), (3725, "1:02:05", "1:02:05.0")],
)
def test_clock(seconds: float, plain: str, tenths: str) -> None:
    assert (clock(seconds), clock(seconds, tenths=True)) == (plain, tenths)


def test_places_in_words() -> None:
    here = Region(1, (120, 420, 840, 96))
    assert shown_place(here) == "第1页 左120 上420 宽840 高96"
    assert shown_place(here, "en") == "page 1, left 120, top 420, 840 × 96"
    assert shown_place(Region(time=(12.4, 15.0))) == "00:12–00:15"
    assert short_place([here]) == "第1页 (120,420 840×96)"
    assert short_place([Region(time=(12.4, 15.0))]) == "00:12.4–00:15.0"
    below = Region(1, (1, 2, 3, 4))
    assert short_place([here, below]) == "第1页 (120,420 840×96)、(1,2 3×4)"
    assert long_place([here, below]) == "第1页 左120 上420 宽840 高96;左1 上2 宽3 高4"
    assert short_place([here] * 5).endswith(" 等 5 处") and short_place([here] * 5, "en").endswith("5 in all")


def test_a_part_stands_from_first_to_last() -> None:
    item, _, _ = clip()
    assert [span(part.places) for part in item.parts] == [
        Region(time=(0.0, 58.0)), Region(time=(12.4, 15.0)), Region(time=(3.0, 18.0)),
    ]  # fmt: skip
    assert span(()) is None and span((Place(0, 1, 1), Place(1, 2, 2))) == Region()


def test_text_names_the_place_and_keeps_lines_for_text() -> None:
    out = text.render(seen())
    assert "海报.png 第1页 (112,150 500×100)  AD-16-1-effect" in out
    assert "海报.png 第1页 (600,420 160×80)、(120,520 320×80)  " in out
    assert "探店.mp4 00:12.4–00:15.0 (150,560 120×30)  " in out
    assert "录音.m4a 1:01:40.2–1:01:48.0  " in out
    assert "手册.pdf:1:11  " in out and "手册.pdf 第19页 (100,100 350×50)  " in out
    assert "探店.mp4 00:12.2–00:15.1  " in text.render(seen(clip(), lang="en"))
    assert "page 1 (112,150 500×100)" in text.render(seen(poster(), lang="en"))


def test_a_row_of_a_table_keeps_its_number() -> None:
    words = "永不反弹"
    item = Item("甲", (Part(words, "ocr", places=(Place(0, 4, 2),)),), source="批量.jsonl", line=7)
    assert "批量.jsonl:7 第2页  " in text.render(seen((item, (finding(words, words),), scan()[2])))


def test_json_names_places_and_says_nothing_of_them_for_text() -> None:
    for made in (poster(), clip(), recording(), scan(), slides()):
        item, hits, _ = made
        (line,) = [json.loads(each) for each in json_.lines(seen(made))]
        jsonschema.Draft202012Validator(finding_schema()).validate(line)
        for row, hit in zip(line["findings"], ordered(hits), strict=True):
            expected = [region.as_dict() for region in regions(item, hit)]
            assert row.get("places", []) == expected and ("places" in row) == bool(expected)
    (line,) = [json.loads(each) for each in json_.lines(seen(scan()))]
    assert [row.get("places") for row in line["findings"]] == [
        None,
        [{"page": 19, "picture": None, "box": [100, 100, 350, 50], "time": None}],
    ]


def test_sarif_tells_the_place_and_offers_no_line_to_mend() -> None:
    log = json.loads(FORMATS["sarif"](seen(poster(), scan())))
    by_uri: dict[str, list[Any]] = {}
    for result in log["runs"][0]["results"]:
        where = result["locations"][0]
        by_uri.setdefault(where["physicalLocation"]["artifactLocation"]["uri"], []).append(result)
    first = next(iter(by_uri.values()))[0]
    assert first["locations"][0]["message"] == {"text": "第1页 左112 上150 宽500 高100"}
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1, "snippet": {"text": "热玛吉五代"}}
    places = [{"page": 1, "picture": None, "box": [112, 150, 500, 100], "time": None}]
    assert first["properties"]["places"] == first["locations"][0]["properties"]["places"] == places
    assert "fixes" not in first
    written = list(by_uri.values())[1][0]
    assert "fixes" in written and "places" not in written["properties"] and "message" not in written["locations"][0]
