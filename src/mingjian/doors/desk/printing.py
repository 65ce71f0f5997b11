"""Prints of items' pictures and clips, taken in a process that can be killed, like all that decodes foreign files."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.reuse.model import Print
from mingjian.governance.reuse.service import Unprinted
from mingjian.perception.model import PerceptionError
from mingjian.perception.options import Options
from mingjian.perception.worker import Workers
from mingjian.records.blobs import Blobs
from mingjian.records.errors import NotFound
from mingjian.records.items.model import Media

NEEDED = ("cv2", "PIL", "pdqhash")
MOST_PAGES = 20
"""Frames of an animation or pages of a scan that are printed, at even distances."""
Taken = tuple[str, int | None, bytes]
"""Matter, page, body."""


class FilePrinter:
    """Takes prints of files in the blob folder, one at a time; its worker starts with the first."""

    def __init__(self, settings: DeskSettings) -> None:
        self._blobs = Blobs(settings.blobs)
        self._lock = threading.Lock()
        self._workers: Workers | None = None

    def __call__(self, file: Media) -> Sequence[Print]:
        """The prints of a picture or clip. Unprinted: it cannot be decoded, or the components are not installed."""
        if any(find_spec(name) is None for name in NEEDED):
            raise Unprinted("没有安装图片指纹组件,运行 pip install 'mingjian[media]'")
        with self._lock:
            if self._workers is None:
                self._workers = Workers(take, Options().limits, 1)
            workers = self._workers
        try:
            taken: list[Taken] = workers.run(self._blobs.path(file.digest), file.kind)
        except (PerceptionError, NotFound) as error:
            raise Unprinted(error.message) from error
        return [Print(matter, file.digest, page, body, parsed(matter, body)) for matter, page, body in taken]

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            if self._workers is not None:
                self._workers.close()
                self._workers = None


class ArchivePrinter:
    """Takes prints of pictures and clips in files of an archive, for as many threads as it has workers."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = Workers(take, Options().limits, workers)

    def taken(self, path: Path, kind: str = "picture") -> list[Taken]:
        """The prints of a picture or clip; none where it cannot be read."""
        try:
            found: list[Taken] = self._workers.run(path, kind)
        except PerceptionError:
            return []
        return found

    def close(self) -> None:
        """End the workers."""
        self._workers.close()


def parsed(matter: str, body: bytes) -> Any:
    """What the index takes."""
    if matter == "video":
        from mingjian.perception.reuse.video import VideoPrint

        return VideoPrint.from_bytes(body)
    from mingjian.perception.reuse.prints import PicturePrint

    return PicturePrint.from_bytes(body)


def take(path: Path, kind: str) -> list[Taken]:
    """The prints of a file: runs in the worker."""
    if kind == "video":
        from mingjian.perception.reuse.video import clip_print

        found = clip_print(path, Options().limits)
        return [("video", None, found.to_bytes())] if len(found) else []
    return pictures_of(path)


def pictures_of(path: Path) -> list[Taken]:
    """The prints of a picture, of each frame or page where it has several."""
    from mingjian.perception.picture import each_frame
    from mingjian.perception.reuse.prints import picture_print

    found: list[Taken] = []
    for picture in each_frame(path, Options().limits):
        several = picture.frames > 1
        step = max(1, picture.frames // MOST_PAGES)
        if picture.frame % step:
            continue
        body = picture_print(picture.rgb).to_bytes()
        if not found or body != found[-1][2]:
            found.append(("picture", picture.frame + 1 if several else None, body))
        if len(found) >= MOST_PAGES:
            break
    return found
