"""The index of one process over all prints, of texts, pictures and clips: asked by number of print.

It holds nothing that the store does not have. What was deleted is forgotten as soon as the store says so, and never
told in between: whoever asks looks the numbers up again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from mingjian.governance.reuse.model import Match, Print
from mingjian.records.reuse.model import KeptPrint

if TYPE_CHECKING:  # what reads pixels is loaded with the first print of a picture
    from mingjian.perception.reuse.index import PictureMatch
    from mingjian.perception.reuse.video import SegmentMatch

GONE = "gone"
Fetch = Callable[[int], bytes | None]
"""The body of a print by its number, so that the large ones need not stay in memory."""


class Matter(Protocol):
    """An index of one matter."""

    def parse(self, body: bytes) -> Any: ...
    def add(self, number: int, value: Any) -> None: ...
    def add_many(self, values: Sequence[tuple[int, Any]]) -> None: ...
    def remove(self, number: int) -> None: ...
    def search(self, value: Any) -> Iterable[Match]: ...


class Index:
    """Prints by number. Not for two threads at once."""

    def __init__(self, fetch: Fetch | None = None) -> None:
        self._fetch = fetch
        self._matters: dict[str, Matter] = {}
        self._matter_of: dict[int, str] = {}
        self.stale = 0
        """Prints that cannot be read by this version."""

    def __len__(self) -> int:
        return len(self._matter_of)

    def add(self, number: int, matter: str, value: Any) -> None:
        """Take a print in."""
        self._of(matter).add(number, value)
        self._matter_of[number] = matter

    def take(self, rows: Iterable[KeptPrint], made: dict[bytes, Any] | None = None) -> None:
        """Take rows of the store in, or out. ``made``: values this process has by their bodies; taken from there, a
        print need not be read again."""
        made = {} if made is None else made
        fresh: dict[str, dict[int, Any]] = {}
        for kept in rows:
            if kept.matter == GONE:
                made.clear()  # what was deleted stays nowhere
                for values in fresh.values():
                    values.pop(kept.of or 0, None)
                self.remove(kept.of or 0)
            elif kept.number not in self._matter_of:
                try:
                    value = made.pop(kept.body, None)
                    if value is None:
                        value = self._of(kept.matter).parse(kept.body)
                    fresh.setdefault(kept.matter, {})[kept.number] = value
                except ValueError:  # taken by another version: `mingjian reuse rebuild` takes it anew
                    self.stale += 1
        for matter, values in fresh.items():
            self._of(matter).add_many(list(values.items()))
            self._matter_of |= dict.fromkeys(values, matter)

    def remove(self, number: int) -> None:
        """Forget a print."""
        matter = self._matter_of.pop(number, None)
        if matter is not None:
            self._of(matter).remove(number)

    def search(self, one: Print) -> list[Match]:
        """The kept prints that are like this one."""
        if one.matter not in self._matters:
            return []
        return [match for match in self._of(one.matter).search(one.value) if match.number in self._matter_of]

    def _of(self, matter: str) -> Matter:
        found = self._matters.get(matter)
        if found is None:
            found = self._matters[matter] = _MADE[matter](self._fetch)
        return found


class _Indexed:
    """What every kind of index is asked to do in the same words."""

    _index: Any

    def add(self, number: int, value: Any) -> None:
        self._index.add(number, value)

    def add_many(self, values: Sequence[tuple[int, Any]]) -> None:
        for number, value in values:
            self._index.add(number, value)

    def remove(self, number: int) -> None:
        self._index.remove(number)


class Texts(_Indexed):
    """Texts, by ``core.reuse.texts``."""

    def __init__(self) -> None:
        from mingjian.core.reuse.texts import TextIndex

        self._index = TextIndex()

    def parse(self, body: bytes) -> Any:
        from mingjian.core.reuse.texts import TextPrint

        return TextPrint.from_bytes(body)

    def add_many(self, values: Sequence[tuple[int, Any]]) -> None:
        self._index.add_many(values)

    def search(self, value: Any) -> Iterable[Match]:
        for found in self._index.search(value):
            spans = [[one.start, one.end, one.other_start, one.other_end] for one in found.spans[:MOST_SPANS]]
            detail = {"jaccard": found.jaccard, "spans": spans}
            yield Match(found.key, "text", found.how, share=found.overlap, detail=detail)


class Pictures(_Indexed):
    """Pictures, by ``perception.reuse.index``."""

    def __init__(self, fetch: Fetch | None = None) -> None:
        from mingjian.perception.reuse.index import PictureIndex

        def opened(number: int) -> Any:
            body = fetch(number) if fetch is not None else None
            return None if body is None else self.parse(body)

        self._index = PictureIndex(None if fetch is None else opened)

    def parse(self, body: bytes) -> Any:
        from mingjian.perception.reuse.prints import PicturePrint

        return PicturePrint.from_bytes(body)

    def search(self, value: Any) -> Iterable[Match]:
        return [_picture(found) for found in self._index.search(value)]


def _picture(found: PictureMatch) -> Match:
    detail: dict[str, Any] = {"inliers": found.inliers, "box": list(found.here), "other_box": list(found.there)}
    if found.transform is not None:
        detail["transform"] = [round(value, 6) for row in found.transform for value in row]
    return Match(found.key, "picture", found.how, distance=found.distance, detail=detail, score=found.score)


class Clips(_Indexed):
    """Clips, by ``perception.reuse.video``."""

    def __init__(self) -> None:
        from mingjian.perception.reuse.video import VideoIndex

        self._index = VideoIndex()

    def parse(self, body: bytes) -> Any:
        from mingjian.perception.reuse.video import VideoPrint

        return VideoPrint.from_bytes(body)

    def search(self, value: Any) -> Iterable[Match]:
        by_clip: dict[int, list[SegmentMatch]] = {}
        for found in self._index.search(value):
            by_clip.setdefault(found.key, []).append(found)
        length = max(1.0, float(value.times[-1] - value.times[0]) / 1000) if len(value) else 1.0
        return [_clip(segments, length) for segments in by_clip.values()]


def _clip(segments: Sequence[SegmentMatch], length: float) -> Match:
    """All segments shared with one clip; ``share`` is how much of this one they make."""
    told = [[*one.here, *one.there] for one in segments[:MOST_SPANS]]
    seconds = sum(one.here[1] - one.here[0] for one in segments)
    best = max(segments, key=lambda one: one.score)
    return Match(
        best.key, "video", "mirror" if best.mirrored else "segment", best.distance,
        min(1000, round(1000 * seconds / length)),
        {"segments": [[round(float(second), 2) for second in one] for one in told]}, best.score,
    )  # fmt: skip


MOST_SPANS = 20
"""Places of a text that are told of one pair."""
_MADE: dict[str, Callable[[Fetch | None], Matter]] = {
    "text": lambda _fetch: Texts(), "picture": Pictures,
    "video": lambda _fetch: Clips(),
}  # fmt: skip
