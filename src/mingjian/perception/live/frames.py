"""Pictures kept for people: JPEGs of a room, named by its milliseconds, for as long as evidence may be wanted."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from mingjian.perception.jpeg import jpeg
from mingjian.perception.live.settings import Looking
from mingjian.perception.video.frames import Sample
from mingjian.perception.video.sheet import sized

FOLDER = "frames"
QUALITY = 80


class Frames:
    """Keeps pictures in a room's folder."""

    def __init__(self, folder: Path, settings: Looking) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._kept_at = self._thinned_at = float("-inf")
        self.latest: str | None = None
        """The newest, as a path within the room's folder."""

    def keep(self, sample: Sample, wanted: bool) -> str | None:
        """Keeps the picture when it is ``wanted``, or one is due; the newest kept one's path."""
        since = sample.time - self._kept_at
        if wanted or since >= self._settings.kept_every:
            rgb = sized(sample.rgb(), min(1.0, self._settings.kept_side / max(sample.width, sample.height)))
            name = f"{round(sample.time * 1000):012d}.jpg"
            with suppress(OSError):  # a disk that is full: the words are told all the same
                new = self._folder / f".{name}.new"
                new.write_bytes(jpeg(rgb, QUALITY))
                new.replace(self._folder / name)
                self._kept_at, self.latest = sample.time, f"{FOLDER}/{name}"
        if sample.time - self._thinned_at > 60.0:
            self._thinned_at = sample.time
            self._thin(sample.time - 60 * self._settings.kept_minutes)
        return self.latest

    def _thin(self, least: float) -> None:
        for path in self._folder.glob("*.jpg"):
            if path.stem.isdigit() and int(path.stem) < least * 1000:
                path.unlink(missing_ok=True)
