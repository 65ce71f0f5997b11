"""Files given as evidence of an accreditation: what they are is told by their bytes, and only a few kinds are taken."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from starlette.datastructures import UploadFile

from mingjian.desk.people.model import Principal
from mingjian.doors.desk.opening import Desk
from mingjian.governance.accreditation import marking
from mingjian.records.accreditation.model import File
from mingjian.records.blobs import Blobs
from mingjian.records.errors import Invalid

TAKES = "image/jpeg,image/png,image/webp,image/heic,application/pdf,.docx,.xlsx"
"""For a form's field."""
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_HEIC = (b"heic", b"heix", b"mif1")
_OFFICE = {"word/document.xml", "xl/workbook.xml"}
_NAME = 120


def kind_of(file: BinaryIO) -> str | None:
    """picture or document by the bytes; None for what is not taken (whatever it is called)."""
    head = file.read(16)
    file.seek(0)
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "picture"
    if head.startswith(b"%PDF-"):
        return "document"
    return "document" if head.startswith(b"PK\x03\x04") and _office(file) else None


def _office(file: BinaryIO) -> bool:
    """Whether a zip is a Word or Excel file without macros."""
    try:
        with zipfile.ZipFile(file) as inside:
            names = set(inside.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    finally:
        file.seek(0)
    return bool(names & _OFFICE) and not any(name.lower().endswith("vbaproject.bin") for name in names)


def plain_name(name: str) -> str:
    """What a file is called, without folders and what does not show."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[-_NAME:] or "file"


def keep(desk: Desk, principal: Principal, id: str, given: UploadFile) -> File:
    """Keep a file as evidence of an application: its bytes in the folder of blobs, its name beside the application.
    Forbidden, Conflict and NotFound before a byte is kept; Invalid for other kinds; BlobTooLarge."""
    with desk.database.read() as tx:
        limit = marking.may_file(tx, principal, id)
    kind = kind_of(given.file)
    if kind is None:
        raise Invalid("证据应为图片(JPEG、PNG、WebP、HEIC)或文档(PDF、无宏的 Word、Excel)。", field="file")
    digest, size = Blobs(desk.settings.blobs).put(given.file, min(limit, desk.settings.max_upload))
    with desk.database.write() as tx:
        return marking.add_file(tx, principal, id, digest, plain_name(given.filename or ""), kind, size)
