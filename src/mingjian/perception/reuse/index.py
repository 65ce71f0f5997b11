"""Finding the pictures that a picture repeats, among all that were added, one by one and without a rebuild.

Two ways lead to candidates: codes within 31 of 256 bits (``core.reuse.hamming``; copies, mirrored copies, fields of
collages) and places with the same words (``core.reuse.postings``; crops, stickers, turns, parts). None counts before
its places have been laid onto the picture's own (``verify``), but for codes so near that chance is ruled out.
The bounds were set by benchmarks/picture_reuse.py at one false match in a million pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.core.reuse.hamming import Found, HammingIndex
from mingjian.core.reuse.postings import Postings
from mingjian.perception.reuse import vocabulary
from mingjian.perception.reuse.local import SIDE, Places, working_size
from mingjian.perception.reuse.prints import FIELD, PicturePrint
from mingjian.perception.reuse.verify import Alignment, aligned

RADIUS = 31
"""Bits of 256 within which codes make a candidate."""
FIELD_RADIUS = 20
"""Bits within which a field of a collage makes a candidate."""
SURE = 12
"""Bits within which the codes of two pictures that show something are enough."""
QUALITY = 30
"""PDQ's quality below which a code says too little."""
OF_FIELD = 10
"""Bits by which a field of a collage must be nearer than the whole to count instead of it."""
SEEN = 50
"""PDQ's quality from which a code alone can be sure."""
INLIERS, SHARE = 10, 110
"""Places that must agree, and thousandths of those that could."""
COVER = 120
"""Thousandths that they must take of one of the two pictures: words and stickers that many bear take less."""
SUPPORTED = 6
"""Places that must agree where the codes are within the radius."""
INDEXED, PROBES = 48, 3
"""Places of a picture, the best ones, that can be looked up by their nearest word; words that are asked for each place
of the picture looked up."""
VOTES, LOOKED, MOST = 3, 4, 60
"""Common words of a candidate; candidates that may be laid onto the picture in vain, and in all, each way round."""
OUTWEIGHS = 2
"""What common words say must be so many times the bits that number the pictures: by chance some share a few."""
CODED = 24
"""Candidates by codes that are laid onto the picture."""


@dataclass(frozen=True, slots=True)
class PictureMatch:
    """``key`` is the picture that was added. ``how``: near (a copy), mirror, panel (a field of a collage is or shows
    the other), local (parts agree). ``distance`` in bits of 256 between the nearest codes. ``inliers`` places agree,
    ``share`` thousandths of those that could; 0 where the codes alone were enough, and ``transform`` is then None. Else
    it is the rows of 3 x 3 that lead from pixels of the picture asked for to pixels of the one found, mirroring
    included. ``here`` and ``there`` are the boxes around what agrees: left, top, right, bottom in thousandths.
    ``score`` 0..1 orders matches; it is no probability."""

    key: int
    how: str
    distance: int
    inliers: int
    share: int
    transform: tuple[tuple[float, float, float], ...] | None
    score: float
    here: tuple[int, int, int, int]
    there: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Coded:
    distance: int
    mirrored: bool
    field: bool
    quality: int
    here: tuple[int, int, int, int]


class PictureIndex:
    """Pictures by numbers of the caller's choosing. Not for several threads without a lock.

    ``fetch`` gives the print of a key when a candidate is looked at closely, so that prints need not stay in memory
    (about 1,000 bytes a picture stay, 7,000 without it). A key it no longer knows (None) is passed over.
    """

    def __init__(self, fetch: Callable[[int], PicturePrint | None] | None = None) -> None:
        self._codes = HammingIndex(256)
        self._words = Postings(vocabulary.size())
        self._fetch = fetch or self._kept
        self._keep = fetch is None
        self._prints: dict[int, bytes] = {}
        self._slots: dict[int, int] = {}
        self._keys = np.zeros(1024, np.int64)
        self._alive = np.zeros(1024, bool)
        self._coded = 0
        self._code_slots = np.zeros(1024, np.int32)
        self._code_about = np.zeros((1024, 2), np.uint8)  # quality, whether of a field

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, key: object) -> bool:
        return key in self._slots

    @property
    def nbytes(self) -> int:
        """Memory the index holds, dictionaries of the interpreter apart."""
        tables = self._keys.nbytes + self._alive.nbytes + self._code_slots.nbytes + self._code_about.nbytes
        return self._codes.nbytes + self._words.nbytes + tables + sum(map(len, self._prints.values()))

    def add(self, key: int, taken: PicturePrint) -> None:
        """From now on the picture can be found. A key that is there already is replaced."""
        self.remove(key)
        slot = self._words.add(taken.places.words[:INDEXED, 0])
        self._keys, self._alive = _room(self._keys, slot + 1), _room(self._alive, slot + 1)
        self._keys[slot], self._alive[slot], self._slots[key] = key, True, slot
        told = [code for code in taken.codes if code.quality >= QUALITY]
        if told:
            first = self._codes.add(np.frombuffer(b"".join(code.bits for code in told), np.uint8).reshape(-1, 32))
            self._coded = first + len(told)
            self._code_slots = _room(self._code_slots, self._coded)
            self._code_about = _room(self._code_about, first + len(told))
            self._code_slots[first : first + len(told)] = slot
            self._code_about[first : first + len(told)] = [(code.quality, code.part == FIELD) for code in told]
        if self._keep:
            self._prints[key] = taken.to_bytes()

    def add_columns(
        self, keys: NDArray[np.int64], bits: NDArray[np.uint8], quality: NDArray[np.uint8],
        words: NDArray[np.uint32], lengths: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """Add many new pictures at once that have one code each, of the whole: ``bits`` [n, 32], ``quality`` [n], and
        the first words of their places, ``lengths`` [n] of them each, one picture's behind the other's. Their prints
        come from ``fetch``. ValueError where a key is there already or there is no ``fetch``."""
        listed = keys.tolist()
        if self._keep or not self._slots.keys().isdisjoint(listed) or len(set(listed)) < len(listed):
            raise ValueError("new keys only, and an index that fetches its prints")
        first = self._words.add(words, lengths)
        slots = np.arange(first, first + len(keys))
        self._keys, self._alive = _room(self._keys, first + len(keys)), _room(self._alive, first + len(keys))
        self._keys[slots], self._alive[slots] = keys, True
        self._slots.update(zip(listed, slots.tolist(), strict=True))
        told = np.flatnonzero(quality >= QUALITY)
        row = self._codes.add(bits[told])
        self._coded = row + len(told)
        self._code_slots, self._code_about = _room(self._code_slots, self._coded), _room(self._code_about, self._coded)
        self._code_slots[row : self._coded] = slots[told]
        self._code_about[row : self._coded, 0] = quality[told]

    def remove(self, key: int) -> bool:
        """Never find it again; whether it was there."""
        slot = self._slots.pop(key, None)
        if slot is None:
            return False
        self._alive[slot] = False
        self._prints.pop(key, None)
        of_slot = np.searchsorted(self._code_slots[: self._coded], [slot, slot + 1])  # slots only ever grow
        self._codes.remove(np.arange(*of_slot))
        return True

    def search(self, taken: PicturePrint, most: int = 50) -> tuple[PictureMatch, ...]:
        """The pictures that this one repeats, the surest first, at most ``most``. What is near by its codes alone is
        given in full up to ``most``; of the rest the likeliest candidates are looked at."""
        if not self._slots:
            return ()
        coded = self._by_codes(taken)
        found: list[tuple[int, _Coded]] = []
        doubtful: list[tuple[int, _Coded]] = []
        for slot, hit in sorted(coded.items(), key=lambda each: (each[1].distance, each[0])):
            (found if hit.distance <= SURE and hit.quality >= SEEN else doubtful).append((slot, hit))
        upright, mirrored = taken.places, taken.mirrored_places()
        matches = [self._close(taken, upright, mirrored, *each) for each in found[:CODED]]
        matches += [self._matched(taken, slot, hit, hit.mirrored, None) for slot, hit in found[CODED:most]]
        matches += [self._close(taken, upright, mirrored, *each) for each in doubtful[:CODED]]
        sure = {slot for slot, _ in found}
        for places, turned in ((upright, False), (mirrored, True)):
            in_vain = 0
            for slot in self._by_words(places, sure | {each for each, _ in doubtful[:CODED]}):
                matches.append(self._laid(taken, places, slot, coded.get(slot), turned))
                in_vain += matches[-1] is None
                if in_vain == LOOKED:
                    break
        best: dict[int, PictureMatch] = {}
        for match in matches:
            if match is not None and (match.key not in best or match.score > best[match.key].score):
                best[match.key] = match
        return tuple(sorted(best.values(), key=lambda each: (-each.score, each.key))[:most])

    def _by_codes(self, taken: PicturePrint) -> dict[int, _Coded]:
        """For each picture with a code within the radius its nearest."""
        told = [code for code in taken.codes if code.quality >= QUALITY]
        if not told:
            return {}
        # Of fields only what is nearer, and not mirrored: their places find the rest, and each code asked costs time.
        told.sort(key=lambda code: code.part == FIELD)
        whole = [code for code in told if code.part != FIELD]
        asked = [code.bits for code in whole] + [code.mirrored for code in whole]
        query, row, distance = self._near(asked, RADIUS)
        query[query >= len(whole)] += len(told) - len(whole)
        more = self._near([code.bits for code in told[len(whole) :]], FIELD_RADIUS)
        query = np.concatenate((query, more[0] + len(whole)))
        row, distance = np.concatenate((row, more[1])), np.concatenate((distance, more[2]))
        slots = self._code_slots[row]
        fields = np.asarray([code.part == FIELD for code in told])[query % len(told)] | (self._code_about[row, 1] > 0)
        # A copy of a collage is a copy, though a field of it may be nearer by a few bits.
        order = np.lexsort((query, distance + OF_FIELD * fields, slots))
        order = order[self._alive[slots[order]]]
        _, first = np.unique(slots[order], return_index=True)
        best: dict[int, _Coded] = {}
        for place in order[first].tolist():
            code = told[query[place] % len(told)]
            lower = min(code.quality, int(self._code_about[row[place], 0]))
            mirrored = bool(query[place] >= len(told))
            best[int(slots[place])] = _Coded(int(distance[place]), mirrored, bool(fields[place]), lower, code.box)
        return best

    def _near(self, codes: list[bytes], radius: int) -> Found:
        return self._codes.search(np.frombuffer(b"".join(codes), np.uint8).reshape(-1, 32), radius)

    def _by_words(self, places: Places, known: set[int]) -> list[int]:
        rows, worth = self._words.top(places.words[:, :PROBES], VOTES, MOST + len(known))
        rows = rows[worth >= 100 * OUTWEIGHS * np.log2(len(self._words) + 1)]
        return [slot for slot in rows.tolist() if self._alive[slot] and slot not in known][:MOST]

    def _close(
        self, taken: PicturePrint, upright: Places, mirrored: Places, slot: int, hit: _Coded
    ) -> PictureMatch | None:
        return self._laid(taken, mirrored if hit.mirrored else upright, slot, hit, hit.mirrored)

    def _laid(
        self, taken: PicturePrint, places: Places, slot: int, hit: _Coded | None, mirrored: bool
    ) -> PictureMatch | None:
        """The candidate looked at closely: its match, or None."""
        other = self._fetch(int(self._keys[slot]))
        if other is None:
            return None
        way = aligned(places, other.places)
        if hit is not None and hit.distance <= SURE and hit.quality >= SEEN:
            return self._matched(taken, slot, hit, mirrored, (way, other) if way else None)
        if way is None or way.inliers < (SUPPORTED if hit is not None else INLIERS):
            return None
        if hit is None and (way.share < SHARE or way.cover < COVER):
            return None
        return self._matched(taken, slot, hit, mirrored, (way, other))

    def _matched(
        self, taken: PicturePrint, slot: int, hit: _Coded | None, mirrored: bool,
        laid: tuple[Alignment, PicturePrint] | None,
    ) -> PictureMatch:  # fmt: skip
        key = int(self._keys[slot])
        how = "local" if hit is None else "panel" if hit.field else "mirror" if mirrored else "near"
        if laid is None:
            assert hit is not None
            return PictureMatch(key, how, hit.distance, 0, 0, None, _score(hit, None), hit.here, (0, 0, 1000, 1000))
        way, other = laid
        size, there = working_size(taken.width, taken.height), working_size(other.width, other.height)
        left, top, right, bottom = way.here
        if mirrored:
            left, right = size[0] - right, size[0] - left
        distance = hit.distance if hit is not None else _whole_distance(taken, other)
        return PictureMatch(
            key, how, distance, way.inliers, way.share, _in_pixels(way, taken, other, size[0] if mirrored else None),
            _score(hit, way), _thousandths((left, top, right, bottom), size), _thousandths(way.there, there),
        )  # fmt: skip

    def _kept(self, key: int) -> PicturePrint | None:
        data = self._prints.get(key)
        return None if data is None else PicturePrint.from_bytes(data)


def _room(table: NDArray[Any], least: int) -> NDArray[Any]:
    """The table, grown where it holds fewer rows."""
    if len(table) >= least:
        return table
    grown = np.zeros((max(2 * len(table), least), *table.shape[1:]), table.dtype)
    grown[: len(table)] = table
    return grown


def _whole_distance(one: PicturePrint, other: PicturePrint) -> int:
    there = int.from_bytes(other.codes[0].bits)
    return min((int.from_bytes(bits) ^ there).bit_count() for bits in (one.codes[0].bits, one.codes[0].mirrored))


def _score(hit: _Coded | None, way: Alignment | None) -> float:
    by_code = 0.0 if hit is None else 1 - hit.distance / (2 * RADIUS + 2)
    by_places = 0.0 if way is None else way.inliers / (way.inliers + INLIERS)
    return round(1 - (1 - by_code) * (1 - by_places), 4)


def _thousandths(box: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (
        max(0, min(1000, round(1000 * value / size[number % 2]))) for number, value in enumerate(box)
    )
    return left, top, right, bottom


def _in_pixels(
    way: Alignment, here: PicturePrint, there: PicturePrint, mirrored: int | None
) -> tuple[tuple[float, float, float], ...]:
    """The matrix between the pictures' own pixels."""
    matrix = np.concatenate((way.matrix, [[0.0, 0.0, 1.0]]))
    if mirrored is not None:
        matrix = matrix @ np.asarray([[-1.0, 0, mirrored], [0, 1, 0], [0, 0, 1]])
    into, back = SIDE / max(here.width, here.height), max(there.width, there.height) / SIDE
    matrix = np.diag([back, back, 1.0]) @ matrix @ np.diag([into, into, 1.0])
    one, two, three = (tuple(round(float(value), 6) for value in row) for row in matrix)
    return one, two, three  # type: ignore[return-value]
