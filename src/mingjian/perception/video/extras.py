"""What else a clip shows beside words: codes, comparisons, and the fingerprints of its scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mingjian.core.model import Place
from mingjian.perception.codes import codes
from mingjian.perception.compare import compared
from mingjian.perception.model import Line, Print, Reading
from mingjian.perception.prints import picture_prints
from mingjian.perception.video.frames import Sample
from mingjian.perception.video.sheet import sized

EVERY, AT_LEAST = 15.0, 3.0
"""Seconds between two looks within a scene, and between any two: a look costs as much as reading a line."""
PRINTED = 512
"""Longer side, in pixels, of what is fingerprinted."""


@dataclass
class Extras:
    """Takes samples in time; ``readings`` and ``prints`` are what was found so far."""

    prints: list[Print] = field(default_factory=list)
    _found: list[Reading] = field(default_factory=list)
    _last: float = float("-inf")

    def sample(self, sample: Sample, new_scene: bool, lines: Sequence[Line]) -> None:
        """Looks at the beginning of a scene and now and then. ``lines`` are those that stand on the frame."""
        since = sample.time - self._last
        if since < (AT_LEAST if new_scene else EVERY):
            return
        self._last = sample.time
        rgb = sample.rgb()
        small = sized(rgb, min(1.0, PRINTED / max(rgb.shape[:2])))
        self.prints += picture_prints(small, time=sample.time)
        for code in codes(rgb, still=False):
            reading = Reading(code.words, "code", (Place(0, len(code.words), box=code.box),))
            self._found.append(_at(reading, sample.time))
        comparison = compared(rgb, lines)
        if comparison is not None:
            self._found.append(_at(comparison, sample.time))

    def readings(self) -> list[Reading]:
        """What was seen, each once, with all its places."""
        kept: dict[tuple[str, str], Reading] = {}
        for reading in self._found:
            key = (reading.role, reading.text)
            old = kept.get(key)
            kept[key] = reading if old is None else replace(old, places=(*old.places, *reading.places))
        return list(kept.values())


def _at(reading: Reading, time: float) -> Reading:
    return replace(reading, places=tuple(replace(place, time=(time, time)) for place in reading.places))
