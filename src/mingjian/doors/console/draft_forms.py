"""The editor's form as a version: fields, kept and uploaded files, what is perceived in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from starlette.datastructures import FormData, UploadFile

from mingjian.clinic.publication.judging import content_of, item_of
from mingjian.clinic.publication.model import DraftInput, File, Opened, Perceived
from mingjian.core.model import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS
from mingjian.doors.console.context import text
from mingjian.doors.console.media import content_type
from mingjian.doors.desk.opening import Desk
from mingjian.intake import UNREAD_FACT, item_to_dict
from mingjian.records.blobs import Blobs
from mingjian.records.errors import Invalid
from mingjian.records.items.model import Media

CHOICES = {"nature": NATURES, "domain": DOMAINS, "channel": CHANNELS, "publisher_kind": PUBLISHER_KINDS}
_LONGEST = 100_000  # characters taken from a form; the service says what is too long
_KINDS = {"image": "picture", "video": "video", "audio": "audio"}


def written(form: FormData) -> DraftInput:
    """The fields without files."""
    body = form.get("text")
    return DraftInput(
        title=text(form, "title", 400),
        text=body[:_LONGEST] if isinstance(body, str) else "",
        platform=text(form, "platform", 64) or None,
        channel=text(form, "channel", 40) or None,
        nature=text(form, "nature", 40) or None,
        domain=text(form, "domain", 40) or None,
        publisher_kind=text(form, "publisher_kind", 40) or None,
        publisher_name=text(form, "publisher_name", 100) or None,
        publisher_id=text(form, "publisher_id", 100) or None,
        certificate=text(form, "certificate", 100) or None,
    )


def with_files(desk: Desk, form: FormData, given: DraftInput, before: Opened | None) -> DraftInput:
    """The version with its files: those kept of the former version and those uploaded now, read for their words.
    A slow thing: call it before the transaction."""
    kept = {str(value) for value in form.getlist("keep")}
    old = [File(**file) for file in (before.content or {}).get("media", ())] if before is not None else []
    stays = [file for file in old if file.digest in kept]
    known = {file.digest for file in stays}
    new = [file for file in _uploaded(desk, form) if file.digest not in known]
    files = (*stays, *new)
    given = replace(given, media=files, perceived=Perceived())
    if not files:
        return given
    if before is not None and not new and len(stays) == len(old):
        return replace(given, perceived=before.perceived)
    return replace(given, perceived=_perceived(desk, given))


def _uploaded(desk: Desk, form: FormData) -> list[File]:
    blobs = Blobs(desk.settings.blobs)
    made: dict[str, File] = {}
    for value in form.getlist("files"):
        if not isinstance(value, UploadFile) or not value.filename:
            continue
        name = PurePath(value.filename.replace("\\", "/")).name[:200] or "file"
        digest, size = blobs.put(value.file, desk.settings.max_upload)
        with blobs.open(digest) as file:
            kind = content_type(file.read(16))
        made[digest] = File(digest, name, _KINDS.get(kind.partition("/")[0], "document"), size)
    return list(made.values())


def _perceived(desk: Desk, given: DraftInput) -> Perceived:
    """The words in the files; a file that cannot be read is named."""
    reader: Any = desk.screening.read
    names = tuple(file.name for file in given.media)
    if reader is None:
        return Perceived((), names)
    item = item_of(content_of(given))
    media: Sequence[Media] = [Media(file.digest, file.name, file.kind, file.size) for file in given.media]
    read, _ = reader(item, media)
    parts = item_to_dict(read).get("parts", [])
    return Perceived(tuple(parts[2:]), tuple(str(one) for one in read.facts.get(UNREAD_FACT) or ()))


def published_text(form: FormData) -> str:
    """The text of an uploaded file of published content: plain text in UTF-8 or GB 18030. Invalid for others."""
    value = form.get("file")
    if not isinstance(value, UploadFile) or not value.filename:
        return ""
    body = value.file.read(4 * _LONGEST + 1)
    if len(body) > 4 * _LONGEST:
        raise Invalid("文件太大,请只传正文文字。", field="file")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            found = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in found:
            return found
    raise Invalid("只能比对纯文本文件(UTF-8 或 GB 18030);其他文件请粘贴文字。", field="file")
