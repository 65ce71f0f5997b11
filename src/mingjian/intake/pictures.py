"""Pictures set into documents: read when a media reader was lent, said to be unread otherwise."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from mingjian.core.model import Item
from mingjian.intake.errors import IntakeError
from mingjian.intake.options import UNREAD_FACT, ReadOptions
from mingjian.intake.source import Source

# Vector drawings carry their words as text or not at all.
RASTERS = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"))


def with_pictures(source: Source, item: Item, options: ReadOptions, folder: str) -> Iterator[Item | IntakeError]:
    """The item with the words of the pictures under ``folder`` of its archive (``word/media``)."""
    count = _count(source, folder)
    if not count:
        yield item
    elif options.media is not None:
        yield from options.media.complete(source, item, ())
    else:
        note = f"文中有 {count} 张图片未读取"
        yield IntakeError(source.name, None, None, note, "安装读图组件:pip install 'mingjian[media]'", level="note")
        yield replace(item, facts={**item.facts, UNREAD_FACT: (*item.facts.get(UNREAD_FACT, ()), note)})


def _count(source: Source, folder: str) -> int:
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        names = [PurePosixPath(name) for name in archive.namelist() if name.startswith(folder + "/")]
    return sum(name.suffix.lower() in RASTERS for name in names)
