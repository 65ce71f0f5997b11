"""Files given to the check page: read where they can do no harm, and forgotten.

Documents are parsed and pictures perceived in processes of their own (intake, perception), with limits on size, time
and memory. A file lies in a folder of its own while it is read; nothing of it is kept, not even what was perceived.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile

from mingjian.core.model import Item
from mingjian.doors.desk.settings import DeskSettings
from mingjian.intake import Context, IntakeError, ReadOptions
from mingjian.intake.read import read_source
from mingjian.intake.source import Source
from mingjian.records.errors import Invalid, TooMany

if TYPE_CHECKING:
    from mingjian.doors.media import Media

MOST_FILES = 20
MOST_ITEMS = 50  # of one file: a table holds thousands, which is work for the command line
AT_ONCE = 2
_NAME = 120
_turns = threading.BoundedSemaphore(AT_ONCE)
_media: list[Media] = []
_making = threading.Lock()


def file_of(given: object) -> UploadFile:
    """The file of a form's field; Invalid when there is none."""
    if not isinstance(given, UploadFile) or not given.filename:
        raise Invalid("请选一个文件。", field="file")
    return given


def read_upload(given: UploadFile, settings: DeskSettings, context: Context) -> tuple[list[Item], list[IntakeError]]:
    """The items of a file (at most MOST_ITEMS) and what could not be read. TooMany while others are being read."""
    name = plain_name(given.filename or "")
    with _turn(), tempfile.TemporaryDirectory(prefix="mingjian-check-") as folder:
        path = Path(folder) / f"file{Path(name).suffix[:12]}"
        given.file.seek(0)
        with path.open("wb") as out:
            shutil.copyfileobj(given.file, out)
        options = ReadOptions(max_bytes=settings.max_upload, context=context, media=_reader(settings))
        items: list[Item] = []
        errors: list[IntakeError] = []
        for found in read_source(Source(name, name, path), options):
            if isinstance(found, IntakeError):
                errors.append(found)
            elif len(items) < MOST_ITEMS:
                items.append(context.fill(found))
            else:
                errors.append(IntakeError(name, None, None, f"只检查了前 {MOST_ITEMS} 条,其余请用命令行检查"))
                break
        return items, errors


def plain_name(name: str) -> str:
    """What a file is called, without folders and what does not show."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[-_NAME:] or "file"


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=5):
        raise TooMany("正在读取的文件太多,请稍候再试。", retry_after=5)
    try:
        yield
    finally:
        _turns.release()


def _reader(settings: DeskSettings) -> Media:
    """Who reads pictures and sound, made with the first file. Without the media components it still answers: it says
    what is missing."""
    with _making:
        if not _media:
            from mingjian.doors.media import KEY_VARIABLE, Media
            from mingjian.perception.options import Options, SpeechSettings

            key = os.environ.get(KEY_VARIABLE)
            speech = SpeechSettings(settings.speech_model, settings.speech_endpoint, key, settings.speech_name)
            _media.append(Media(Options(speech=speech), None, AT_ONCE))
        return _media[0]
