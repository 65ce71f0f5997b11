"""ZIP archives whose name does not say what they are: Office documents by the file that each kind must hold."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from importlib import import_module

from mingjian.core.model import Item
from mingjian.intake.errors import IntakeError
from mingjian.intake.formats import unknown
from mingjian.intake.options import ReadOptions
from mingjian.intake.source import Source
from mingjian.intake.zipsafe import check_zip

_MARKS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """As the adapter of its kind; UnreadableError for any other archive."""
    source.check_size(options.max_bytes)
    with source.open() as stream:
        check_zip(stream)
        names = set(zipfile.ZipFile(stream).namelist())
    kind = next((kind for mark, kind in _MARKS.items() if mark in names), None)
    if kind is None:
        raise unknown()
    yield from import_module(f"mingjian.intake.adapters.{kind}").read(source, options)
