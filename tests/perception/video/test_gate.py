from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from mingjian.perception.video.gate import PATROL, SELDOM, Gate
from mingjian.perception.video.strokes import Pixels, Rect, alike, moved, relief, strokes
from tests.perception.video.makers import FONT

SIZE = (640, 360)


def picture(text: str = "", top: int = 310, ground: Pixels | None = None, left: int = 200, size: int = 22) -> Pixels:
    image = Image.fromarray(ground if ground is not None else np.full((SIZE[1], SIZE[0]), 90, np.uint8))
    font = ImageFont.truetype(str(FONT), size, index=2)
    ImageDraw.Draw(image).text((left, top), text, font=font, fill=255, stroke_width=2, stroke_fill=0)
    return np.array(image)


def grain(seed: int) -> Pixels:
    noise = np.random.default_rng(seed).integers(40, 200, (SIZE[1] // 3, SIZE[0] // 3)).astype(np.uint8)
    return np.array(Image.fromarray(noise).resize(SIZE, Image.Resampling.BICUBIC))


def look(
    gate: Gate, shown: Pixels, known: Sequence[Rect] = (), found: Sequence[Rect] = ()
) -> list[tuple[int, int]]:
    bands = gate.bands(relief(shown), known)
    gate.looked(bands, [*known, *found])
    return bands


def test_nothing_new_nothing_to_look_at() -> None:
    gate = Gate((360, 640))
    assert look(gate, picture("热玛吉的效果")) != []
    assert [look(gate, picture("热玛吉的效果")) for _ in range(20)] == [[]] * 20


def test_only_the_rows_of_new_words_are_looked_at() -> None:
    gate = Gate((360, 640))
    look(gate, picture())
    ((top, bottom),) = look(gate, picture("永不反弹"))
    assert 270 < top <= 310
    assert 335 <= bottom <= 360
    ((top, bottom),) = look(gate, picture("全国第一", top=40))
    assert top <= 40
    assert bottom < 110


def test_a_change_of_light_is_nothing_new() -> None:
    gate = Gate((360, 640))
    look(gate, picture("热玛吉的效果"))
    assert look(gate, (picture("热玛吉的效果") * 0.9).astype(np.uint8)) == []


def test_words_that_stand_still_are_seen_on_a_picture_that_does_not() -> None:
    gate = Gate((360, 640))
    looks = [look(gate, picture(ground=grain(seed) // 2 + 50)) for seed in range(1, 2 * PATROL + 1)]
    # Where all moves and nothing is found it is looked at now and then, not each time.
    assert sum(bottom - top for bands in looks for top, bottom in bands) < len(looks) * SIZE[1] / 2
    worded = [look(gate, picture("永不反弹", ground=grain(seed) // 2 + 50)) for seed in range(50, 54)]
    assert any(top <= 315 and bottom >= 330 for bands in worded for top, bottom in bands)


def test_a_ground_that_moves_is_looked_at_more_seldom_once_that_was_in_vain() -> None:
    def asked(found: Sequence[Rect]) -> list[int]:
        gate = Gate((360, 640))
        gate.looked(gate.bands(relief(grain(100)), [], new_scene=True), [])
        looks = (look(gate, grain(101 + index), found=found) for index in range(2 * (PATROL + SELDOM)))
        return [index for index, bands in enumerate(looks) if sum(bottom - top for top, bottom in bands) > 180]

    vain = asked([])
    assert PATROL <= vain[0] + 1 <= PATROL + 1
    assert min(np.diff(vain)) == SELDOM
    # Words that move with the ground are looked for as often as before.
    assert min(np.diff(asked([(0, 0, 640, 360)]))) <= PATROL


def test_small_print_on_a_moving_picture_is_looked_for_where_it_stands() -> None:
    gate = Gate((360, 640))
    for seed in range(1, 7):
        shown = picture("广告批准文号", top=20, left=430, size=10, ground=grain(seed) // 2 + 50)
        gate.bands(relief(shown), [], new_scene=seed == 1)
    ((top, bottom),) = gate.pale([])
    assert top <= 20
    assert 34 <= bottom < 100
    assert gate.pale([(425, 18, 500, 36)]) == []


def test_known_lines_are_no_news_and_lost_ones_are() -> None:
    gate = Gate((360, 640))
    line: Rect = (195, 308, 300, 340)
    look(gate, picture())
    assert look(gate, picture("永不反弹"), [line]) == []
    assert gate.bands(relief(picture()), [], [line]) != []


def test_a_line_that_went_and_comes_again_is_news() -> None:
    gate = Gate((360, 640))
    look(gate, picture("永不反弹"), found=[(195, 308, 300, 340)])
    look(gate, picture())
    assert look(gate, picture("永不反弹")) != []


def test_strokes_are_letters_not_surfaces() -> None:
    image = np.full((360, 640), 60, np.uint8)
    image[100:200, 100:300] = 220
    assert strokes(relief(image)).sum() == 0
    assert strokes(relief(picture("热玛吉"))).sum() > 300


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("术后效果永不反弹", "术后效果永不反弹", True),
        ("术后效果永不反弹", "恢复期只需要三天", False),
        ("到手价1980元", "到手价1680元", False),
        ("价格980", "价格981", False),
        ("已经不痛了", "已经很痛了", False),
    ],
)
def test_the_same_words_over_a_changing_ground(one: str, other: str, same: bool) -> None:
    soft = [np.array(Image.fromarray(grain(seed)[::8, ::8]).resize(SIZE, Image.Resampling.BICUBIC)) for seed in (1, 2)]
    rect = slice(308, 340), slice(196, 390)
    first = relief(picture(one, ground=soft[0]))[rect]
    assert alike(first, relief(picture(other, ground=soft[1]))[rect]) is same


def test_a_line_that_moves_is_found_where_it_went() -> None:
    rect: Rect = (196, 308, 300, 340)
    shape = relief(picture("永不反弹"))[308:340, 196:300]
    assert moved(shape, rect, relief(picture("永不反弹", top=304, left=207))) == (203, 302, 307, 334)
    assert moved(shape, rect, relief(picture())) is None
