"""What stands on the picture, told once: samples go through gate and reader, lines that come together make one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mingjian.perception.layout import joined
from mingjian.perception.live.frames import Frames
from mingjian.perception.live.loops import Loops
from mingjian.perception.live.marks import Marks
from mingjian.perception.live.model import How, Shown
from mingjian.perception.live.settings import Looking
from mingjian.perception.model import Box, Line, PerceptionError
from mingjian.perception.ocr import Ocr
from mingjian.perception.video.frames import Sample
from mingjian.perception.video.look import Reader
from mingjian.perception.video.regions import CARD_LOW, CENTRE, LONG, LOW, SELLS
from mingjian.perception.video.scenes import Scenes
from mingjian.perception.video.tracks import Track

SURE = 0.85
"""Score from which a line is told when it is first read; others when they are seen again."""
FAIR = 0.75
"""Score from which a line that was seen once only is told at all."""
CHANGES = 3
"""How often the text of the same lines is told anew."""
OVERLOAD = 3.0
"""Seconds of samples not looked at that are a gap."""


@dataclass(eq=False)
class _Words:
    """Lines that stand together."""

    key: int
    tracks: list[Track]
    frame: str | None
    told: str = ""
    changes: int = 0
    told_at: float = 0.0
    box: Box = (0, 0, 0, 0)
    size: tuple[int, int] = (0, 0)

    @property
    def start(self) -> float:
        return min(track.start for track in self.tracks)

    @property
    def end(self) -> float:
        return max(track.end for track in self.tracks)


@dataclass
class Slot:
    """Where the newest sample waits: one that was not taken in time gives way."""

    dropped: int = 0
    lost_since: float | None = None
    _sample: Sample | None = None
    _over: bool = False
    _ready: threading.Condition = field(default_factory=threading.Condition)

    def put(self, sample: Sample) -> None:
        """Never waits."""
        with self._ready:
            if self._sample is not None:
                self.dropped += 1
                if self.lost_since is None:
                    self.lost_since = self._sample.time
            self._sample = sample
            self._ready.notify()

    def close(self) -> None:
        """No more come."""
        with self._ready:
            self._over = True
            self._ready.notify()

    def take(self, wait: float) -> Sample | None:
        """The newest, when one comes in time."""
        with self._ready:
            if self._sample is None and not self._over:
                self._ready.wait(wait)
            sample, self._sample = self._sample, None
            return sample

    @property
    def over(self) -> bool:
        """Whether none is left, nor will come."""
        return self._over and self._sample is None


class Looker:
    """Takes samples one by one, in its own thread."""

    def __init__(self, marks: Marks, settings: Looking, ocr: Ocr | None, frames: Frames | None) -> None:
        self._marks, self._settings, self._frames = marks, settings, frames
        self._reader = Reader(ocr)
        self._scenes = Scenes()
        self._loops = Loops(max(settings.every, 0.5))
        self._loop_due = 0.0
        self._known: set[Track] = set()
        self._waiting: list[tuple[Track, str | None]] = []
        self._words: list[_Words] = []
        self._size = (0, 0)
        self.samples = 0

    @property
    def looks(self) -> int:
        """How often the networks were asked."""
        return self._reader.spent.looks

    def run(self, slot: Slot) -> None:
        """Until the slot is closed and empty."""
        while not slot.over:
            self._marks.beat("look")
            sample = slot.take(1.0)
            if sample is not None:
                self._account(slot, sample.time)
                self.take(sample)
        self.finish()
        self._marks.done("look")

    def _account(self, slot: Slot, now: float) -> None:
        since, slot.lost_since = slot.lost_since, None
        if since is not None and now - since > OVERLOAD:
            self._marks.gap("picture", "overload", since, "画面识别跟不上")
        elif since is None:
            self._marks.over("picture", "overload", now)

    def take(self, sample: Sample) -> None:
        """Looks at one sample and tells what is new."""
        self.samples += 1
        self._size = (sample.width, sample.height)
        new_scene = self._scenes.sample(sample.luma, sample.time)
        del self._scenes.starts[:-1]  # a room runs for days
        self._look_for_loop(sample)
        try:
            fresh = self._reader.sample(sample, new_scene)
            self._marks.over("picture", "reader_failed")
        except PerceptionError as error:
            self._marks.gap("picture", "reader_failed", sample.time, error.message)
            fresh = False
        except Exception as error:  # a picture no code was made for must not end the room
            self._marks.gap("picture", "reader_failed", sample.time, type(error).__name__)
            fresh = False
        frame = self._frames.keep(sample, fresh) if self._frames is not None else None
        self._settle(sample.time, frame)

    def finish(self) -> None:
        """No more samples come: what stands is told to be gone."""
        self._reader.finish()
        self._settle(float("inf"), None)

    def _look_for_loop(self, sample: Sample) -> None:
        if sample.time < self._loop_due:
            return
        self._loop_due = sample.time + 0.9 * max(self._settings.every, 0.5)
        if self._loops.sample(sample.luma, sample.time):
            self._marks.gap("picture", "looped", self._loops.since, "画面在重复播放")
        else:
            self._marks.over("picture", "looped", sample.time)

    def _settle(self, now: float, frame: str | None) -> None:
        ended, self._reader.tracks = self._reader.tracks, []
        gone = set(ended)
        for track in (*ended, *self._reader.standing()):
            if track not in self._known:
                self._known.add(track)
                self._waiting.append((track, frame))
        ready = [
            (track, seen) for track, seen in self._waiting if track.score >= SURE or track.seen > 1 or track in gone
        ]
        self._waiting = [pair for pair in self._waiting if pair not in ready]
        frames = dict(ready)
        worth = [track for track, _ in ready if track.score >= SURE or track.seen > 1 or track.score >= FAIR]
        for group in together(worth):
            self._begin(group, frames[group[0]])
        for words in list(self._words):
            self._go_on(words, now, all(track in gone for track in words.tracks))
        for words in self._words:
            words.tracks = [track for track in words.tracks if track not in gone] or words.tracks
        self._known -= gone

    def _begin(self, group: list[Track], frame: str | None) -> None:
        words = _Words(self._marks.key(), group, frame, size=self._size)
        self._words.append(words)
        self._tell(words, "new")

    def _go_on(self, words: _Words, now: float, gone: bool) -> None:
        if not gone and words.changes < CHANGES and _laid(words.tracks, words.size)[0] != words.told:
            words.changes += 1
            self._tell(words, "changed")
        elif not gone and words.end - words.told_at >= self._settings.still_every:
            self._tell(words, "still")
        if gone:
            self._words.remove(words)
            self._tell(words, "gone")

    def _tell(self, words: _Words, how: How) -> None:
        text, box = _laid(words.tracks, words.size)
        if how == "gone":
            text = words.told
        else:
            words.told, words.told_at, words.box = text, words.end, box
        score = sum(track.score for track in words.tracks) / len(words.tracks)
        start, end = words.start, words.end
        kind = role(words.tracks, text, words.size, end - start)
        at = self._marks.clock.wall(start)
        self._marks.tell(
            Shown(self._marks.room, words.key, how, text, start, end, at, words.box, words.size, round(score, 3), kind,
                  words.frame)
        )  # fmt: skip


def together(tracks: Iterable[Track]) -> list[list[Track]]:
    """Lines of one size that stand below or beside each other, which is how a sentence is broken; from the top."""
    groups: list[list[Track]] = []
    for track in sorted(tracks, key=lambda each: (each.box[1], each.box[0])):
        near = next((group for group in groups if any(_belong(track, other) for other in group)), None)
        if near is None:
            groups.append([track])
        else:
            near.append(track)
    return groups


def _belong(one: Track, other: Track) -> bool:
    (ax, ay, aw, ah), (bx, by, bw, bh) = one.box, other.box
    if one.vertical != other.vertical or abs(one.start - other.start) > 1.6:
        return False
    high = (aw, bw) if one.vertical else (ah, bh)
    down = max(ay, by) - min(ay + ah, by + bh)
    across = max(ax, bx) - min(ax + aw, bx + bw)
    alike = max(high) < 1.5 * min(high)
    return alike and down < 0.9 * max(high) and across < 1.2 * max(high)


def _laid(tracks: Sequence[Track], size: tuple[int, int]) -> tuple[str, Box]:
    lines = [Line(each.text, each.quad, each.score, each.vertical) for each in tracks]
    read = joined(lines, size)
    text = read[0].text if read else "".join(line.text for line in lines)
    left, top = min(each.box[0] for each in tracks), min(each.box[1] for each in tracks)
    right = max(each.box[0] + each.box[2] for each in tracks)
    bottom = max(each.box[1] + each.box[3] for each in tracks)
    return text, (left, top, right - left, bottom - top)


def role(tracks: Sequence[Track], text: str, size: tuple[int, int], seconds: float) -> str:
    """What words are, by their place and how long they have stood so far: regions.py knows better, at the end of a
    clip, which a stream does not have."""
    width, height = size
    left = min(each.box[0] for each in tracks)
    right = max(each.box[0] + each.box[2] for each in tracks)
    top = min(each.box[1] for each in tracks)
    if SELLS.search(text) and top > CARD_LOW * height and right - left < 0.75 * width:
        return "card"
    centred = abs((left + right) / 2 - width / 2) < CENTRE * width
    if centred and top > LOW * height and seconds < LONG + 2 and not tracks[0].vertical:
        return "subtitle"
    return "background" if seconds >= LONG else "ocr"
