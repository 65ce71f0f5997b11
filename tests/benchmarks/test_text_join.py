"""The join's benchmark at a small size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import text_stream
from text_join import measure
from text_stream import Stream


def test_the_same_seed_gives_the_same_notes_and_tells_which_are_copies() -> None:
    one, other = Stream(6000), Stream(6000)
    first = [text for batch in one.batches(100) for text in batch]
    assert first == [text for batch in other.batches(999) for text in batch]
    assert len(first) == 6000
    assert {len(text) for text in first} == {text_stream.LENGTH}
    ring = np.concatenate(one.ring)
    copies = np.flatnonzero(ring != np.arange(6000))
    assert 20 < len(copies) < 120
    half = text_stream.LENGTH // 2
    for copy in copies.tolist():
        back = first[copy][-half:] + first[copy][:-half]
        same = sum(a == b for a, b in zip(back, first[int(ring[copy])], strict=True))
        assert same > 0.6 * text_stream.LENGTH


def test_copies_are_linked_and_nothing_else_is(tmp_path: Path) -> None:
    got = measure(6000, 1, str(tmp_path))
    assert got["precision"] >= 0.99
    assert got["linked"] >= 0.95
    assert got["memory"] >= 0
    assert not list(tmp_path.iterdir())
