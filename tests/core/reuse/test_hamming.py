"""The index and the join give exactly what comparing everything with everything gives."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mingjian.core.reuse import hamming
from mingjian.core.reuse.hamming import HammingIndex, join

Codes = NDArray[np.uint8]


def families(number: int, seed: int, bits: int = 256) -> Codes:
    """Codes of which many are copies of each other with up to 45 bits changed."""
    dice = np.random.default_rng(seed)
    base = dice.integers(0, 256, (max(1, number // 6), bits // 8), np.uint8)
    codes = base[dice.integers(0, len(base), number)]
    loose = np.unpackbits(codes, axis=1)
    for row in loose:
        row[dice.choice(bits, dice.integers(0, 46), replace=False)] ^= 1
    return np.packbits(loose, axis=1)


def distances(one: Codes, other: Codes) -> NDArray[np.int64]:
    return np.asarray(np.bitwise_count(one[:, None] ^ other[None]).sum(axis=2), np.int64)


def as_set(found: hamming.Found) -> set[tuple[int, int, int]]:
    rows = list(zip(*(part.tolist() for part in found), strict=True))
    assert len(rows) == len(set(rows))
    return set(rows)


def expected(queries: Codes, codes: Codes, radius: int) -> set[tuple[int, int, int]]:
    apart = distances(queries, codes)
    return {(int(q), int(r), int(apart[q, r])) for q, r in zip(*np.nonzero(apart <= radius), strict=True)}


@pytest.fixture
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of every sort already with a few hundred codes."""
    monkeypatch.setattr(hamming, "TAIL", 32)
    monkeypatch.setattr(hamming, "TABLED", 256)
    monkeypatch.setattr(hamming, "MOST", 512)
    monkeypatch.setattr(hamming, "AT_ONCE", 4096)


@pytest.mark.usefixtures("small_runs")
@pytest.mark.parametrize("radius", [0, 7, 15, 16, 24, 31])
def test_the_search_is_exact_however_the_codes_came(radius: int) -> None:
    codes, queries = families(1500, 1), families(40, 1)
    index = HammingIndex()
    at = 0
    for size in (1, 20, 30, 3, 700, 100, 5, 600, 41):
        assert index.add(codes[at : at + size]) == at
        at += size
    assert at == len(codes) == len(index)
    queries[:3] = codes[:3]
    found = index.search(queries, radius)
    assert as_set(found) == expected(queries, codes, radius)
    assert found[0].tolist() == sorted(found[0].tolist())


@pytest.mark.usefixtures("small_runs")
def test_what_is_removed_is_not_found_before_or_after_a_merge() -> None:
    codes = families(900, 3)
    index = HammingIndex()
    index.add(codes[:700])
    gone = np.arange(0, 700, 7)
    assert index.remove(gone) == 100
    assert index.remove(np.asarray([0, 7, 5000, -1])) == 0
    left = set(range(900)) - set(gone.tolist())
    for first, last in ((700, 720), (720, 900)):
        assert index.add(codes[first:last]) == first
        found = as_set(index.search(codes, 31))
        assert found == {row for row in expected(codes, codes[:last], 31) if row[1] in left}
    assert len(index) == 800


def test_an_empty_index_finds_nothing_and_shapes_are_checked() -> None:
    index = HammingIndex(bits=128)
    assert all(len(part) == 0 for part in index.search(np.zeros((2, 16), np.uint8), 15))
    with pytest.raises(ValueError, match=r"radius must be 0\.\.15"):
        index.search(np.zeros((1, 16), np.uint8), 16)
    with pytest.raises(ValueError, match="codes must be"):
        index.add(np.zeros((1, 32), np.uint8))
    with pytest.raises(ValueError, match="power of two"):
        HammingIndex(bits=100)


@pytest.mark.parametrize(("radius", "threads"), [(0, 1), (10, 1), (15, 2), (20, 1), (31, 2)])
def test_the_join_gives_every_pair_once(radius: int, threads: int) -> None:
    codes = families(700, 5)
    codes[20] = codes[10]
    found = as_set(_all(join(codes, radius, threads=threads)))
    assert found == {row for row in expected(codes, codes, radius) if row[0] < row[1]}
    assert found


def test_the_join_keeps_to_its_memory() -> None:
    with pytest.raises(ValueError, match="bytes of memory"):
        next(join(families(100, 1), 10, memory=1 << 20))


def _all(parts: object) -> hamming.Found:
    listed = list(parts)  # type: ignore[call-overload]
    one, other, distance = (np.concatenate(each) for each in zip(*listed, strict=True))
    return one, other, distance
