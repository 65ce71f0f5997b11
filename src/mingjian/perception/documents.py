"""Pictures inside documents: those set into slides and Word files; pages of a PDF come from ``scanned``."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.scanned import page_count, scanned_page

__all__ = ["embedded_pictures", "page_count", "scanned_page"]

MAX_ZIP_BYTES, MAX_RATIO, RATIO_FROM = 1_000_000_000, 200, 16_000_000
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def embedded_pictures(path: Path, limits: Limits | None = None) -> Iterator[tuple[int | None, bytes]]:
    """Encoded pictures of a .pptx or .docx, in the order they are set, each once a slide.

    The number is the slide's, from 1; None in a .docx, which knows no pages. Vector drawings
    (EMF, SVG) are given like any other, open_picture says that it cannot read them. PerceptionError for a file that
    cannot be opened, and, after the last picture allowed, for one that holds more than ``limits.max_frames``.
    """
    limits = limits or Limits()
    _check_zip(path, limits)
    found: Iterator[tuple[int | None, bytes]] = ((None, blob) for blob in _word(path))
    if _is_slides(path):
        found = _slides(path)
    for given, (number, blob) in enumerate(found):
        if given >= limits.max_frames:
            raise PerceptionError(f"文档中的图片超过 {limits.max_frames} 张,其余没有读取", "拆分文档后再检查")
        yield number, blob


def _check_zip(path: Path, limits: Limits) -> None:
    """PerceptionError unless the archive is sound and of honest size: the libraries unpack it in memory."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise PerceptionError("不是普通文件", "给出文档的路径")
        if path.stat().st_size > limits.max_bytes:
            raise PerceptionError("文档过大", "拆分文档后再检查")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except OSError as error:
        raise PerceptionError(f"读不到:{error.strerror or error}", "检查路径和权限") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise PerceptionError("不是有效的 Office 文档,或加了密", "去掉密码,另存为 .docx 或 .pptx") from error
    total, packed = sum(member.file_size for member in members), sum(member.compress_size for member in members)
    if total > MAX_ZIP_BYTES or (total > RATIO_FROM and total > MAX_RATIO * max(packed, 1)):
        raise PerceptionError(f"疑似压缩炸弹:解开后有 {total / 1e6:.0f} MB", "确认来源可靠后拆分文件")


def _is_slides(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if "ppt/presentation.xml" in names:
        return True
    if "word/document.xml" in names:
        return False
    raise PerceptionError("不是 PowerPoint 或 Word 文档", "支持 .pptx 和 .docx")


def _slides(path: Path) -> Iterator[tuple[int | None, bytes]]:
    try:
        import pptx
    except ImportError as error:
        raise PerceptionError("没有安装读取幻灯片的组件(python-pptx)", "运行 pip install 'mingjian[media]'") from error
    try:
        slides = list(pptx.Presentation(str(path)).slides)
    except Exception as error:  # the library lets through whatever a broken file provokes
        raise PerceptionError(f"幻灯片无法解析:{str(error)[:100]}", "用原来的软件打开并另存一份") from error
    for number, slide in enumerate(slides, start=1):
        yield from ((number, blob) for blob in _pictures_of(slide.part, slide.element))


def _word(path: Path) -> Iterator[bytes]:
    try:
        import docx
    except ImportError as error:
        raise PerceptionError("没有安装读取 Word 的组件(python-docx)", "运行 pip install mingjian") from error
    try:
        document = docx.Document(str(path))
        around = [rel.target_part for rel in document.part.rels.values() if not rel.is_external]
    except Exception as error:
        raise PerceptionError(f"文档无法解析:{str(error)[:100]}", "用原来的软件打开并另存一份") from error
    yield from _pictures_of(document.part, document.element)
    for part in around:  # headers and footers hold logos, codes and telephone numbers
        name = str(part.partname)
        if ("header" in name or "footer" in name) and hasattr(part, "element"):
            yield from _pictures_of(part, part.element)


def _pictures_of(part: Any, element: Any) -> Iterator[bytes]:
    """Bytes of the picture parts that an XML element shows, in its order, each once."""
    seen: set[str] = set()
    for node in element.iter():
        if not isinstance(node.tag, str) or node.tag.endswith("}svgBlip"):  # a comment; the twin of a bitmap
            continue
        reference = node.get(f"{_R}embed") or (node.get(f"{_R}id") if node.tag.endswith("}imagedata") else None)
        if not reference or reference in seen or reference not in part.rels:
            continue
        seen.add(reference)
        relation = part.rels[reference]
        if not relation.is_external and str(relation.reltype).endswith("/image"):
            yield bytes(relation.target_part.blob)
