"""Pictures, clips and sounds as items: joins perception, which knows no items, to intake, which knows no pictures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from glob import escape
from importlib.util import find_spec
from pathlib import Path

from mingjian.core.model import Item, Part
from mingjian.doors import cache
from mingjian.doors.settings import Settings
from mingjian.intake import UNREAD_FACT, IntakeError
from mingjian.intake.source import Source
from mingjian.perception.kinds import by_suffix, sniff
from mingjian.perception.model import Perceived, PerceptionError, Print, Reading
from mingjian.perception.options import Options, SpeechSettings
from mingjian.perception.read import Request, perceive
from mingjian.perception.sound.subtitles import subtitles_beside
from mingjian.perception.store import Store, digest_of
from mingjian.perception.worker import Workers

KEY_VARIABLE = "MINGJIAN_SPEECH_KEY"
MAX_PROCESSES = 4
NEEDED = ("rapidocr", "onnxruntime", "cv2", "av", "PIL", "zxingcpp", "pdqhash")


def of(settings: Settings) -> Media:
    """The media reader that the settings ask for. The key of an endpoint comes from the environment only."""
    speech = SpeechSettings(
        settings.speech_model, settings.speech_endpoint, os.environ.get(KEY_VARIABLE), settings.speech_name
    )
    folder = cache.folder()
    store = Store(folder.parent / "perceived") if folder is not None else None
    shows = settings.format == "html"
    return Media(Options(speech=speech), store, min(os.cpu_count() or 1, MAX_PROCESSES), shows)


class Media:
    """Reads media files for a check, beside each other and each only once. Close it after use."""

    def __init__(self, options: Options, store: Store | None, processes: int = 2, shows: bool = False) -> None:
        """``shows``: keep what was perceived for a report; thousands of posters would fill the memory otherwise."""
        self._options = options
        self._shows = shows
        self._store = store
        self._workers = Workers(perceive, options.limits, processes)
        self._threads = ThreadPoolExecutor(processes)
        self._expected: dict[Path, Future[Perceived]] = {}
        self.perceived: dict[str, Perceived] = {}
        """What was perceived, by the item's id: for reports that show pictures."""
        self.prints: dict[str, tuple[Print, ...]] = {}
        """Fingerprints of files and pictures, by the item's id; those of words are the item's own affair."""

    def __enter__(self) -> Media:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workers.close()

    def reads(self, name: str, head: bytes) -> bool:
        """Whether a file is a picture, clip, sound or subtitle file."""
        return by_suffix(name) is not None or sniff(head) is not None

    def expect(self, paths: Iterable[Path]) -> None:
        """Begin to read these files now; ``read`` waits for each when its turn comes."""
        with suppress(OSError):  # a name too long, a folder gone: the reading itself will say so
            for path in paths:
                if by_suffix(path.name) is not None and path not in self._expected:
                    self._expected[path] = self._threads.submit(partial(self._perceived, path, Request(self._options)))

    def read(self, source: Source) -> Iterator[Item | IntakeError]:
        """The item of one media file, or why there is none."""
        clip = clip_of(source.path) if source.path is not None else None
        if clip is not None:
            yield IntakeError(source.name, None, None, f"已作为 {clip.name} 的字幕读取", level="note")
            return
        try:
            found = self._of(source, Request(self._options))
        except PerceptionError as error:
            yield IntakeError(source.name, None, None, error.message, error.hint)
            return
        yield from _notes(source, found)
        self._keep(source.id, found)
        facts = {UNREAD_FACT: found.unread} if found.unread else {}
        parts = parts_of(found)
        yield Item(id=source.id, parts=parts or (Part("", "ocr"),), kind=found.kind, facts=facts, source=source.name)

    def complete(self, source: Source, item: Item, pages: tuple[int, ...]) -> Iterator[Item | IntakeError]:
        """A document's item with the words of its pictures; ``pages``: those of a PDF that hold no text.

        What was unread for want of reading pictures is so no longer.
        """
        try:
            found = self._of(source, Request(self._options, pages, document=True))
        except PerceptionError as error:
            message = f"文中的图片未读取:{error.message}"
            yield IntakeError(source.name, None, None, message, error.hint)
            yield replace(item, facts={**item.facts, UNREAD_FACT: (*_unread(item), message)})
            return
        yield from _notes(source, found)
        self._keep(item.id, found)
        unread = tuple(found.unread)
        facts = {name: value for name, value in item.facts.items() if name != UNREAD_FACT}
        if unread:
            facts[UNREAD_FACT] = unread
        yield replace(item, parts=(*item.parts, *parts_of(found)), facts=facts)

    def _keep(self, id: str, found: Perceived) -> None:
        self.prints[id] = tuple(each for each in found.prints if not each.kind.startswith("text"))
        if self._shows:
            self.perceived[id] = found

    def _of(self, source: Source, request: Request) -> Perceived:
        if source.path is not None:
            expected = self._expected.pop(source.path, None) if not request.document else None
            return expected.result() if expected is not None else self._perceived(source.path, request)
        # Bytes from a pipe: the worker reads files, so they become one for as long as it reads.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "stdin"
            path.write_bytes(source.read(self._options.limits.max_bytes))
            return self._perceived(path, request)

    def _perceived(self, path: Path, request: Request) -> Perceived:
        missing = [name for name in NEEDED if find_spec(name) is None]
        if missing:
            raise PerceptionError(
                f"没有安装读取图片和音视频的组件({'、'.join(missing)})", "运行 pip install 'mingjian[media]'"
            )
        size = path.stat().st_size
        if size > self._options.limits.max_bytes:
            raise PerceptionError(f"文件过大:{size / 1e6:.0f} MB", "截短或压缩后再查")
        digest, identity = digest_of(path), request.identity
        beside = subtitles_beside(path) if by_suffix(path.name) in ("video", "audio") else None
        if beside is not None:
            identity += digest_of(beside)
        kept = self._store.get(digest, identity) if self._store is not None else None
        if kept is not None:
            return kept
        found: Perceived = self._workers.run(path, request)
        found = replace(found, prints=(*found.prints, Print("sha256", digest)))
        if self._store is not None:
            self._store.put(digest, identity, found)
        return found


def clip_of(subtitles: Path) -> Path | None:
    """The clip or sound that a subtitle file belongs to: it is read with it."""
    if by_suffix(subtitles.name) != "subtitles":
        return None
    for clip in sorted(subtitles.parent.glob(f"{escape(subtitles.stem)}.*")):
        if by_suffix(clip.name) in ("video", "audio") and subtitles_beside(clip) == subtitles:
            return clip
    return None


def parts_of(found: Perceived) -> tuple[Part, ...]:
    """What was perceived as parts of an item; their order is that of the readings."""
    parts = []
    for reading in found.readings:
        if reading.role == "subtitle":
            parts += _apart(reading)
        parts.append(Part(reading.text, reading.role, places=reading.places))
    return tuple(parts)


def _apart(reading: Reading) -> list[Part]:
    """Subtitles once more, each line a sentence of its own: joined, as they also are, a claim broken over two lines
    is whole, but a claim among lines that have nothing to do with it is drowned. The engine tells a breach once."""
    text, places = "", []
    for place in reading.places:
        words = reading.text[place.start : place.end].strip()
        places.append(replace(place, start=len(text), end=len(text) + len(words) + 1))
        text += words + "\n"
    return [Part(text, reading.role, places=tuple(places))] if len(places) > 1 else []


def _unread(item: Item) -> tuple[str, ...]:
    known = item.facts.get(UNREAD_FACT)
    return tuple(map(str, known)) if isinstance(known, tuple) else ()


def _notes(source: Source, found: Perceived) -> Iterator[IntakeError]:
    for note in (*found.notes, *(f"未读取:{what}" for what in found.unread)):
        yield IntakeError(source.name, None, None, note, level="note")
