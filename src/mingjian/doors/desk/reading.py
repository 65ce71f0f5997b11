"""Items' files read for screening: what perception and intake find in them becomes parts of the item."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import replace

from mingjian.core.model import Item, Part
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.media import KEY_VARIABLE, Media
from mingjian.intake import UNREAD_FACT, IntakeError, ReadOptions
from mingjian.intake.read import read_source
from mingjian.intake.source import Source
from mingjian.perception.options import Options, SpeechSettings
from mingjian.perception.store import Store
from mingjian.records.blobs import Blobs
from mingjian.records.items.model import Media as File


class FileReader:
    """Reads the files of items, one at a time; its worker processes start with the first."""

    def __init__(self, settings: DeskSettings) -> None:
        self._settings = settings
        self._blobs = Blobs(settings.blobs)
        self._lock = threading.Lock()
        self._media: Media | None = None

    def __call__(self, item: Item, files: Sequence[File]) -> tuple[Item, tuple[File, ...]]:
        """The item with the words of its files, and the files with the part where each one's words begin. What could
        not be read is named in the item's facts: nothing found is then not clean."""
        parts: list[Part] = list(item.parts)
        unread: list[str] = [str(one) for one in item.facts.get(UNREAD_FACT) or ()]
        read: list[File] = []
        with self._lock:
            options = ReadOptions(media=self._reader())
            for file in files:
                begins = len(parts)
                for found in read_source(Source(file.name, file.name, self._blobs.path(file.digest)), options):
                    if isinstance(found, IntakeError):
                        if found.level == "error":
                            unread.append(f"{file.name}: {found.message}")
                        continue
                    parts += [part for part in found.parts if part.text]
                    unread += [f"{file.name}: {one}" for one in found.facts.get(UNREAD_FACT) or ()]
                read.append(replace(file, part=begins) if len(parts) > begins else file)
        facts = {**item.facts, UNREAD_FACT: unread} if unread else item.facts
        return replace(item, parts=tuple(parts), facts=facts), tuple(read)

    def close(self) -> None:
        """End the worker processes."""
        with self._lock:
            if self._media is not None:
                self._media.__exit__()
                self._media = None

    def _reader(self) -> Media:
        if self._media is None:
            settings = self._settings
            speech = SpeechSettings(
                settings.speech_model, settings.speech_endpoint, os.environ.get(KEY_VARIABLE), settings.speech_name
            )
            self._media = Media(Options(speech=speech), Store(settings.data / "perceived"), processes=1)
        return self._media
