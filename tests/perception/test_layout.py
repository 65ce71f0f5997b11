"""Reading order and paragraphs, on made-up lines."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.perception.layout import joined
from mingjian.perception.model import Line, Quad

SIZE = (1000, 1400)


def at(left: float, top: float, text: str, height: float = 40.0, score: float = 0.9) -> Line:
    """A level line, letters as wide as high (Latin and digits half)."""
    width = sum(height * (0.55 if char.isascii() else 1.0) for char in text)
    right, bottom = left + width, top + height
    return Line(text, ((left, top), (right, top), (right, bottom), (left, bottom)), score)


def down(left: float, top: float, text: str, width: float = 40.0) -> Line:
    """A vertical line; its quad begins top right, its first side runs along the text."""
    right, bottom = left + width, top + width * len(text)
    return Line(text, ((right, top), (right, bottom), (left, bottom), (left, top)), 0.9, vertical=True)


def text_of(lines: list[Line]) -> str:
    (reading,) = joined(lines, SIZE)
    return reading.text


def moved(line: Line, angle: float, mirror: bool = False) -> Line:
    """The line on a page turned about its middle."""
    cos, sin = math.cos(angle), math.sin(angle)

    def turn(point: tuple[float, float]) -> tuple[float, float]:
        x, y = (1000 - point[0] if mirror else point[0]) - 500, point[1] - 700
        return x * cos - y * sin + 500, x * sin + y * cos + 700

    one, two, three, four = line.quad
    return Line(line.text, (turn(one), turn(two), turn(three), turn(four)), line.score, line.vertical)


PAGE = [
    at(200, 50, "本院郑重承诺", 80),
    at(60, 200, "我院采用国际领先技术,保证每一位"),
    at(60, 250, "顾客术后一年内绝不反弹,效果持"),
    at(60, 300, "久稳定。"),
    at(60, 350, "如有疑问请致电客服"),
    at(60, 600, "左栏第一段介绍项"),
    at(60, 650, "目的恢复期和风险"),
    at(560, 600, "右栏是价格信息与"),
    at(560, 650, "活动时间"),
]
PAGE_TEXT = (
    "本院郑重承诺\n我院采用国际领先技术,保证每一位顾客术后一年内绝不反弹,效果持久稳定。\n如有疑问请致电客服\n"
    "左栏第一段介绍项目的恢复期和风险\n右栏是价格信息与活动时间"
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([at(50, 50, "保证一次根"), at(50, 100, "治永不复发")], "保证一次根治永不复发", id="broken claim"),
        pytest.param([at(80, 50, "百分百"), at(60, 100, "安全有效")], "百分百安全有效", id="centred"),
        pytest.param([at(130, 50, "首行缩进一段"), at(50, 100, "接着说")], "首行缩进一段接着说", id="indent"),
        pytest.param([at(50, 50, "说完了。"), at(50, 100, "另一句")], "说完了。\n另一句", id="sentence end"),
        pytest.param([at(50, 50, "标题", 90), at(50, 160, "正文文字")], "标题\n正文文字", id="other size"),
        pytest.param([at(50, 50, "第一块"), at(50, 200, "第二块")], "第一块\n第二块", id="far below"),
        pytest.param([at(50, 50, "无痛"), at(50, 100, "·无创")], "无痛\n·无创", id="bullet"),
        pytest.param([at(50, 50, "某医院"), at(50, 100, "地址:中山路")], "某医院\n地址:中山路", id="key and value"),
        pytest.param([at(50, 50, "价格"), at(600, 50, "¥2999")], "价格\n¥2999", id="cells apart"),
        pytest.param([at(50, 50, "一次见效"), at(215, 50, "永不反弹")], "一次见效永不反弹", id="row in two pieces"),
        pytest.param([at(50, 50, "一次见效"), at(240, 50, "永不反弹")], "一次见效 永不反弹", id="row with a space"),
        pytest.param(
            [at(50, 70, "限时"), at(140, 40, "2999", 80), at(330, 70, "元起")], "限时2999元起", id="big number in a row"
        ),
        pytest.param([at(50, 50, "safe and"), at(50, 100, "painless")], "safe and painless", id="latin words"),
        pytest.param([at(50, 50, "原价9800"), at(50, 100, "2999起")], "原价9800 2999起", id="numbers stay apart"),
        pytest.param([at(50, 50, "甲"), at(50, 50, "甲")], "甲\n甲", id="same place twice"),
        pytest.param([down(800, 50, "国家级"), down(600, 50, "亲自操作")], "国家级\n亲自操作", id="columns apart"),
        pytest.param([down(600, 50, "治永不复发"), down(650, 50, "保证一次根")], "保证一次根治永不复发", id="vertical"),
        pytest.param([at(500, 50 + 60 * row, char) for row, char in enumerate("国家级")], "国家级", id="stacked"),
        pytest.param([at(50 + 110 * column, 50, char) for column, char in enumerate("永不反")], "永不反", id="spread"),
        pytest.param([at(500, 50, "国"), down(502, 140, "家级专家")], "国家级专家", id="character over a column"),
        pytest.param(PAGE[::-1], PAGE_TEXT, id="whole page"),
    ],
)
def test_reading(lines: list[Line], expected: str) -> None:
    assert text_of(lines) == expected


@pytest.mark.parametrize("degrees", [0, 7, 30, 90, 180, 270, 352])
@pytest.mark.parametrize("mirror", [False, True])
def test_a_turned_page_reads_the_same(degrees: int, mirror: bool) -> None:
    assert text_of([moved(line, math.radians(degrees), mirror) for line in PAGE]) == PAGE_TEXT


def test_table_reads_by_rows() -> None:
    lines = [at(60 + 140 * column, 60 + 160 * row, f"格{row}{column}") for row in range(2) for column in range(3)]
    assert text_of(lines).split() == ["格00", "格01", "格02", "格10", "格11", "格12"]


def test_places_and_score() -> None:
    lines = [at(50, 50, "保证一次根", score=1.0), at(50, 100, "治", score=0.4), at(50, 300, "越界", height=2000)]
    (reading,) = joined(lines, SIZE)
    assert reading.role == "ocr"
    assert [reading.text[place.start : place.end] for place in reading.places] == ["保证一次根", "治\n", "越界"]
    assert reading.places[0].box == (50, 50, 200, 40)
    assert reading.places[2].box == (50, 300, 950, 1100)
    assert reading.score == pytest.approx((5 * 1.0 + 0.4 + 2 * 0.9) / 8)


def test_nothing_read() -> None:
    assert joined([], SIZE) == []
    assert joined([at(0, 0, "  ")], SIZE) == []


number = st.floats(-50, 2000, allow_nan=False)
point = st.tuples(number, number)
words = st.text(st.sampled_from("保证永不反弹。,:a1 \n·"), min_size=1, max_size=8)
any_quad: st.SearchStrategy[Quad] = st.tuples(point, point, point, point)
upright = st.builds(at, st.integers(0, 900), st.integers(0, 1300), words, st.sampled_from([20.0, 24.0, 40.0, 90.0]))
any_line = st.one_of(upright, st.builds(Line, words, any_quad, st.floats(0, 1), st.booleans()))


@settings(max_examples=150, deadline=None)
@given(st.lists(any_line, max_size=25))
def test_no_text_is_lost_and_places_cover_it(lines: list[Line]) -> None:
    readings = joined(lines, SIZE)
    meant = sorted(line.text for line in lines if line.text.strip())
    if not meant:
        assert readings == []
        return
    (reading,) = readings
    assert len(reading.places) == len(meant)
    end = 0
    pieces = []
    for place in reading.places:
        assert place.start == end < place.end
        assert place.box is not None and place.box[2] >= 0 and place.box[3] >= 0
        assert 0 <= place.box[0] <= place.box[0] + place.box[2] <= SIZE[0]
        assert 0 <= place.box[1] <= place.box[1] + place.box[3] <= SIZE[1]
        pieces.append(reading.text[place.start : place.end])
        end = place.end
    assert end == len(reading.text)
    # Each piece is one line's text, followed by at most one separator.
    left = list(meant)
    for piece in sorted(pieces, key=len, reverse=True):
        whole = piece if piece in left else piece[:-1]
        assert whole in left and piece[len(whole) :] in ("", " ", "\n")
        left.remove(whole)
    assert left == []
