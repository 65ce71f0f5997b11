"""Round mini-program codes are found wherever they lie, and nothing round is called one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Part
from mingjian.doors import cache
from mingjian.perception.codes import MINI_PROGRAM, codes
from mingjian.perception.read import perceive
from mingjian.perception.round_codes import RoundCode, round_codes
from tests.perception.drawing import Pixels, coloured, pixels, written
from tests.perception.media import needs_fonts  # first of all: it puts the generator on the path
from tests.perception.test_codes import drawn

from media.round_codes import LINES, Shape, code  # isort: skip
from media.round_things import THINGS, thing  # isort: skip

pytestmark = needs_fonts
DAY = date(2026, 11, 1)
AT = (210, 330)


def poster(tile: Image.Image, turn: float = 0.0, ground: Image.Image | None = None) -> Pixels:
    """The tile on a coloured poster of 720 × 960, its left top at AT."""
    sheet = (ground or coloured(720, 960, seed=6)).copy()
    tile = tile.rotate(turn, Image.Resampling.BICUBIC)
    sheet.paste(tile.convert("RGB"), AT, tile.getchannel("A"))
    return pixels(sheet)


def lies(found: RoundCode, side: int) -> bool:
    left, top, width, height = found.box
    near = 0.12 * side
    wanted = (*AT, side, side)
    return all(abs(a - b) <= near for a, b in zip((left, top, width, height), wanted, strict=True))


@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("side", [140, 240, 400])
def test_every_version_is_found_with_its_place_and_lines(lines: int, side: int) -> None:
    (found,) = round_codes(poster(code(Random(lines), side, Shape(lines))))
    assert found.lines == lines and lies(found, side)


@pytest.mark.parametrize("turn", [-75, -10, 4, 33, 180])
def test_turned(turn: float) -> None:
    (found,) = round_codes(poster(code(Random(turn), 240, Shape(54)), turn))
    assert found.lines == 54 and lies(found, 240)


@pytest.mark.parametrize(
    "form",
    [Shape(36, dark=(7, 150, 70)), Shape(36, dark=(255, 255, 255), light=None), Shape(72, dark=(170, 30, 60))],
    ids=["green", "white on the ground", "red"],
)
def test_in_colour(form: Shape) -> None:
    ground = coloured(720, 960, seed=6).point(lambda value: value // 2)
    assert [each.lines for each in round_codes(poster(code(Random(5), 260, form), ground=ground))] == [form.lines]


def test_slanted_and_mirrored() -> None:
    whole = Image.fromarray(poster(code(Random(2), 300, Shape(36))))
    slanted = whole.transform(
        whole.size, Image.Transform.AFFINE, (1, 0.12, -40, -0.05, 0.9, 20), Image.Resampling.BICUBIC
    )
    for picture in (slanted, whole.transpose(Image.Transpose.FLIP_LEFT_RIGHT)):
        assert [each.lines for each in round_codes(pixels(picture))] == [36]


def test_two_are_found_from_the_top() -> None:
    sheet = Image.new("RGB", (900, 1200), (250, 240, 230))
    for number, at in enumerate(((500, 800), (60, 90))):
        tile = code(Random(number), 200, Shape(LINES[number]))
        sheet.paste(tile.convert("RGB"), at, tile.getchannel("A"))
    assert [each.lines for each in round_codes(pixels(sheet))] == [54, 36]


@pytest.mark.parametrize("name", THINGS)
@pytest.mark.parametrize("seed", range(4))
def test_round_things_are_no_codes(name: str, seed: int) -> None:
    rng = Random(f"{name} {seed}")
    assert round_codes(poster(thing(rng, name, rng.randint(150, 420)))) == []


@pytest.mark.parametrize("count", LINES)
def test_rays_among_three_eyes_are_no_code(count: int) -> None:
    """All that a code has but bits: bars of one length."""

    class AllSet(Random):
        def random(self) -> float:
            return 0.0

    assert round_codes(poster(code(AllSet(1), 300, Shape(count)))) == []


def test_pages_and_small_or_empty_pictures_hold_none() -> None:
    empty = np.zeros((40, 40, 3), np.uint8)
    for rgb in (pixels(written()), pixels(coloured(480, 480)), empty, np.full((3, 900, 3), 255, np.uint8)):
        assert round_codes(rgb) == []


def test_it_stands_among_the_codes_beside_a_square_one() -> None:
    rgb = poster(code(Random(3), 240, Shape(36)))
    rgb[700:860, 400:560] = drawn()[..., None]
    round_one, square = codes(rgb)
    assert (round_one.symbology, round_one.text, round_one.words) == (MINI_PROGRAM, "", "小程序码(内容未读)")
    assert square.symbology == "QRCode" and square.words == f"二维码 {square.text}"


def test_it_is_read_as_a_contact_and_judged_as_one(tmp_path: Path) -> None:
    path = tmp_path / "海报.png"
    Image.fromarray(poster(code(Random(3), 240, Shape(36)))).save(path)
    (reading,) = (each for each in perceive(path).readings if each.role == "code")
    assert reading.text == "小程序码(内容未读)" and reading.places[0].box is not None
    item = Item("海报", (Part("双眼皮术后护理知识", "ocr"), Part(reading.text, reading.role, places=reading.places)))
    (verdict,) = cache.engine().check([item], Options(as_of=DAY))
    assert [(f.quote, f.family) for f in verdict.findings if f.part == 1] == [("小程序码", "diversion")]


def test_a_large_one_is_found_without_enlarging_too() -> None:
    (found,) = round_codes(poster(code(Random(5), 240, Shape(54))), enlarge=False)
    assert lies(found, 240)
