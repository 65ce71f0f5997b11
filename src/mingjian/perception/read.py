"""The door of the room: a file in, what was perceived out. Meant to run in a worker (worker.py), callable alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from mingjian.perception.kinds import by_suffix, kind_of
from mingjian.perception.model import Perceived, PerceptionError
from mingjian.perception.options import Options
from mingjian.perception.picture import Picture, open_picture

DOCUMENTS = frozenset((".docx", ".docm", ".pptx", ".pptm", ".pdf"))


@dataclass(frozen=True, slots=True)
class Request:
    """What to perceive of a file. ``pages``: of a PDF those without text, from 1; all when none is named."""

    options: Options = field(default_factory=Options)
    pages: tuple[int, ...] = ()
    document: bool = False
    """The file was read as a document, whatever its name says: only its pictures are wanted."""

    @property
    def identity(self) -> str:
        """What the answer depends on, apart from the file."""
        return f"{self.options.identity}|{','.join(map(str, self.pages))}|{self.document}"


def perceive(path: Path, request: Request | None = None) -> Perceived:
    """Everything a picture, clip, sound, subtitle file, or the pictures of a document say, and its fingerprints.

    Raises PerceptionError when the file as a whole cannot be read; what part of it was not is in ``unread``.
    """
    found = _perceived(path, request or Request())
    from mingjian.core.text.prints import text_prints, words_of

    return replace(found, prints=(*found.prints, *text_prints(words_of(found.readings))))


def _perceived(path: Path, request: Request) -> Perceived:
    options = request.options
    with path.open("rb") as stream:
        head = stream.read(64)
    if not head:
        raise PerceptionError("文件是空的", "重新导出或下载")
    suffix = PurePath(path).suffix.lower()
    if request.document or suffix in DOCUMENTS:
        return _document(path, request, head.startswith(b"%PDF") or suffix == ".pdf")
    if by_suffix(path.name) is not None and (real := _document_of(head)):
        raise PerceptionError(f"扩展名是 {suffix},内容是 {real}", "改成相符的扩展名再检查")
    kind = kind_of(path.name, head)
    if kind == "picture":
        from mingjian.perception.stills import read_picture

        return read_picture(path, options)
    if kind == "video":
        from mingjian.perception.video.read import read_video

        return read_video(path, options)
    if kind == "audio":
        from mingjian.perception.sound.read import read_audio

        return read_audio(path, options)
    if kind == "subtitles":
        from mingjian.perception.sound.subtitles import read_subtitles

        return Perceived("subtitles", read_subtitles(path))
    known = "支持 PNG、JPEG、WEBP、GIF、TIFF、MP4、MOV、MKV、MP3、M4A、WAV 等"
    raise PerceptionError("不是能识别的图片、视频或音频", known)


def _document_of(head: bytes) -> str | None:
    if head.startswith(b"%PDF"):
        return "PDF"
    return "压缩包或 Office 文档" if head.startswith(b"PK\x03\x04") else None


def _document(path: Path, request: Request, pdf: bool) -> Perceived:
    from mingjian.perception.stills import read_pages

    unread: list[str] = []
    pages = _pdf_pages(path, request, unread) if pdf else _set_in(path, request, unread)
    found = read_pages(pages, request.options, "document")
    return replace(found, unread=(*found.unread, *unread))


def _pdf_pages(path: Path, request: Request, unread: list[str]) -> Iterator[Picture]:
    from mingjian.perception.documents import page_count, scanned_page

    limits = request.options.limits
    numbers = request.pages or tuple(range(1, page_count(path) + 1))
    for number in numbers[: limits.max_frames]:
        try:
            yield scanned_page(path, number, limits=limits)
        except PerceptionError as error:
            unread.append(error.message)
    if left := numbers[limits.max_frames :]:
        unread.append(f"扫描页超过 {limits.max_frames} 页,第{left[0]}页起未读取")


def _set_in(path: Path, request: Request, unread: list[str]) -> Iterator[Picture]:
    from mingjian.perception.documents import embedded_pictures

    limits = request.options.limits
    found = embedded_pictures(path, limits)
    counted: Counter[int | None] = Counter()
    while True:
        try:
            page, blob = next(found)
        except StopIteration:
            return
        except PerceptionError as error:
            unread.append(error.message)
            return
        place = counted[page] + 1
        try:
            picture = open_picture(blob, limits)
        except PerceptionError as error:
            counted[page] = place
            unread.append(f"{f'第{page}页' if page else ''}图{place}未读取:{error.message}")
            continue
        if min(picture.width, picture.height) >= SMALLEST:
            counted[page] = place
            yield replace(picture, page=page, picture=place)


SMALLEST = 48  # pixels: bullets and rules are pictures too
