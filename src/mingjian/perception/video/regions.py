"""What a line of text is on the picture: subtitle, board, product card or else, by place and persistence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mingjian.core.model import Place
from mingjian.perception.layout import joined as laid_out
from mingjian.perception.model import Box, Line, Reading
from mingjian.perception.sound.cues import Cue
from mingjian.perception.sound.cues import joined as in_time
from mingjian.perception.video.frames import STEP
from mingjian.perception.video.tracks import LIKE, Track, digits, likeness

LONG = 6.0
"""Seconds from which a line persists: subtitles are gone before."""
LOW, CENTRE = 0.55, 0.12
"""Of height, of width: subtitles stand lower than the first and no further from the middle than the second."""
CARD_LOW = 0.42
SELLS = re.compile(
    r"[¥¥]\s*\d|\d+\s*元|到手价|券后|立即购买|去购买|去抢购|马上抢|抢购|加入购物车|小黄车|商品链接|原价|现价|团购|限时价|已售|库存|下单|立即预约|去看看"
)


@dataclass
class Words:
    """The same words, however often they were shown."""

    tracks: list[Track] = field(default_factory=list)
    role: str = "ocr"

    @property
    def best(self) -> Track:
        return max(self.tracks, key=lambda track: (track.score, track.seen))

    @property
    def first(self) -> Track:
        return self.tracks[0]

    @property
    def seconds(self) -> float:
        return sum(_until(track) - track.start for track in self.tracks)


def readings(tracks: Sequence[Track], size: tuple[int, int], seconds: float) -> list[Reading]:
    """The words of a clip of ``size`` pixels and so many seconds, each once: subtitles as one text, what stands
    together on the picture as one, every character with its boxes and times."""
    lines = _cleaned(tracks)
    subtitles = [track for track in lines if _is_subtitle(track, lines, size, seconds)]
    rest = _gathered([track for track in lines if track not in subtitles])
    _name(rest, size, seconds)
    cues = [Cue(each.text, each.start, _until(each), each.first_box, each.score) for each in subtitles]
    out = in_time(cues, "subtitle")
    for role in ("background", "card", "ocr"):
        for group in _together([words for words in rest if words.role == role]):
            out += _laid(group, size, role)
    return out


def _until(track: Track) -> float:
    """A line goes about half way between the last sample that shows it and the next."""
    return track.end + STEP / 2


def _cleaned(tracks: Sequence[Track]) -> list[Track]:
    """Without half-faded readings of a line that is there in full; a line that is typed out is one line."""
    kept: list[Track] = []
    for track in sorted(tracks, key=lambda each: (each.start, each.box[1], each.box[0])):
        for old in kept[-30:]:
            if track.start - old.end > 1.2 or not _same_place(old.box, track.box):
                continue
            grown = len(old.text) >= 2 and track.text.startswith(old.text) and len(track.text) > len(old.text)
            faded = old.seen == 1 and old.score < track.score and likeness(old.text, track.text) > 0.5
            if (grown and old.end <= track.start) or faded:
                kept.remove(old)
                track.start = min(track.start, old.start)
                break
        kept.append(track)
    gone = {
        id(track)
        for track, after in zip(kept[1:], kept, strict=False)
        if track.seen == 1
        and track.score < 0.85
        and _same_place(track.box, after.box)
        and likeness(track.text, after.text) > 0.5
    }
    return [track for track in kept if id(track) not in gone and not any(_is_piece(track, other) for other in kept)]


def _is_piece(track: Track, whole: Track) -> bool:
    """Whether a line is but a piece of another that was there at the same time."""
    if len(track.text) >= len(whole.text) or track.text not in whole.text:
        return False
    apart = track.start > _until(whole) or whole.start > _until(track)
    return not apart and _same_place(track.box, whole.box, 0.25)


def _same_place(one: Box, other: Box, least: float = 0.5) -> bool:
    """Whether two boxes share a row, and so much of the length of the shorter."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return width > least * min(one[2], other[2]) and height > 0.5 * min(one[3], other[3])


def _is_subtitle(track: Track, lines: Sequence[Track], size: tuple[int, int], seconds: float) -> bool:
    """Low, in the middle, soon gone, and at a place where other lines come and go."""
    if track.vertical or _until(track) - track.start > 2 * LONG or not _is_centred(track.first_box, size):
        return False
    middle, high = track.first_box[1] + track.first_box[3] / 2, track.first_box[3]
    if middle < LOW * size[1]:
        return False
    if middle > 0.7 * size[1] and _until(track) - track.start < LONG + 2:
        return True
    return any(
        other is not track
        and abs(other.first_box[1] + other.first_box[3] / 2 - middle) < 0.6 * high
        and 0.65 < other.first_box[3] / max(1, high) < 1.55
        and _is_centred(other.first_box, size)
        and (other.end < track.start or track.end < other.start)
        for other in lines
    )


def _is_centred(box: Box, size: tuple[int, int]) -> bool:
    return abs(box[0] + box[2] / 2 - size[0] / 2) < CENTRE * size[0]


def _gathered(tracks: Sequence[Track]) -> list[Words]:
    """The same words at different times, or at different places, become one."""
    found: list[Words] = []
    exact: dict[str, Words] = {}
    for track in tracks:
        words = exact.get(track.text)
        if words is None:
            # Misread repetitions are looked for among the latest only: an hour of film has thousands of lines.
            words = next((each for each in reversed(found[-60:]) if _same_words(each.best.text, track.text)), None)
        if words is None:
            words = Words()
            found.append(words)
        words.tracks.append(track)
        exact[track.text] = words
    return found


def _same_words(one: str, other: str) -> bool:
    if len(one) <= 3 or abs(len(one) - len(other)) > 2 or digits(one) != digits(other):
        return False
    return likeness(one, other) > LIKE


def _name(found: Sequence[Words], size: tuple[int, int], seconds: float) -> None:
    for words in found:
        words.role = "background" if words.seconds >= min(LONG, max(2.5, 0.6 * seconds)) else "ocr"
    low = [words for words in found if _is_low(words.first.first_box, size)]
    for group in _clusters(low):
        sells = any(SELLS.search(words.best.text) for words in group)
        if sells and (len(group) > 1 or not _is_centred(group[0].first.first_box, size)):
            for words in group:
                words.role = "card"


def _is_low(box: Box, size: tuple[int, int]) -> bool:
    return box[1] + box[3] / 2 > CARD_LOW * size[1] and box[2] < 0.75 * size[0]


def _clusters(found: Sequence[Words]) -> list[list[Words]]:
    """Lines that come together and stand close to one another."""
    groups: list[list[Words]] = []
    for words in found:
        near = [group for group in groups if any(_belong(words.first, other.first) for other in group)]
        merged = [words, *(each for group in near for each in group)]
        groups = [group for group in groups if group not in near] + [merged]
    return groups


def _belong(one: Track, other: Track) -> bool:
    (ax, ay, aw, ah), (bx, by, bw, bh) = one.first_box, other.first_box
    high = max(ah, bh)
    down = max(ay, by) - min(ay + ah, by + bh)
    across = max(ax, bx) - min(ax + aw, bx + bw)
    return abs(one.start - other.start) < 1.6 and down < 1.5 * high and across < 2.0 * high


def _together(found: Sequence[Words]) -> Iterable[list[Words]]:
    """Words that are on the picture at the same time."""
    groups: list[list[Words]] = []
    for words in found:
        for group in groups:
            shared = min(_until(words.first), _until(group[0].first)) - max(words.first.start, group[0].first.start)
            least = min(_until(words.first) - words.first.start, _until(group[0].first) - group[0].first.start)
            if shared > 0.5 * least:
                group.append(words)
                break
        else:
            groups.append([words])
    return groups


def _laid(group: Sequence[Words], size: tuple[int, int], role: str) -> list[Reading]:
    """The words of a group in reading order, each with all its places and times."""
    lines = [Line(each.best.text, each.first.quad, each.best.score, each.first.vertical) for each in group]
    out: list[Reading] = []
    for reading in laid_out(lines, size):
        places: list[Place] = []
        left = list(zip(lines, group, strict=True))
        for place in reading.places:
            text = reading.text[place.start : place.end]
            pair = min(left, key=lambda pair: (not text.startswith(pair[0].text), _apart(pair[0].box, place.box)))
            left.remove(pair)
            for track in pair[1].tracks:
                box, time = track.first_box, (track.start, _until(track))
                places.append(Place(place.start, place.end, box=box, time=time))
        out.append(Reading(reading.text, role, tuple(places), reading.score))
    return out


def _apart(one: Box, other: Box | None) -> int:
    return 0 if other is None else abs(one[0] - other[0]) + abs(one[1] - other[1])
