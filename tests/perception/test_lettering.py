"""Words drawn on pictures that are made."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception import lettering
from mingjian.perception.lettering import Label, NoFont, font, lettered

pytest.importorskip("PIL")
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@pytest.fixture(autouse=True)
def _has_font() -> None:
    try:
        font(30)
    except NoFont as error:
        pytest.skip(str(error))


def test_a_line_stays_in_its_box_however_long() -> None:
    empty = np.full((100, 400, 3), 128, dtype=np.uint8)
    drawn = lettered(empty, [Label("价格", (20, 20, 300, 60), 40, WHITE, BLACK)])
    changed = np.argwhere((drawn != empty).any(axis=2))
    assert changed.min(axis=0).tolist() == [20, 20] and (changed.max(axis=0) <= [80, 320]).all()
    assert (drawn == 0).all(axis=2).any() and (empty == 128).all()
    long = lettered(empty, [Label("一行很长的字" * 2, (20, 20, 300, 60), 40, WHITE, BLACK)])
    assert not (long[:, 322:] != 128).any()


def test_without_a_chinese_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_FOLDERS", ("/nowhere",))
    lettering._file.cache_clear()
    font.cache_clear()
    try:
        with pytest.raises(NoFont, match="fonts-noto-cjk"):
            font(31)
    finally:
        lettering._file.cache_clear()
