"""Opening pictures from strangers: what they are, how large they would become, and only then their pixels."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.decoding import as_rgb, broken_is_said, enable_heif
from mingjian.perception.model import Limits, PerceptionError

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels = NDArray[np.uint8]
"""HxWx3, RGB."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
"""The only decoders that are let near a stranger's bytes; Pillow has many more, some of which start programs."""
SUFFIXES = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".jfif": "JPEG", ".webp": "WEBP", ".gif": "GIF", ".bmp": "BMP",
    ".tif": "TIFF", ".tiff": "TIFF", ".avif": "AVIF", ".heic": "HEIF", ".heif": "HEIF",
}  # fmt: skip
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, or one frame of an animated or many-paged one, upright (EXIF orientation applied)."""

    rgb: Pixels
    width: int
    height: int
    format: str
    """Pillow's name of what the file really is: PNG, JPEG, WEBP, GIF, BMP, TIFF, AVIF, HEIF."""
    frames: int = 1
    """How many frames or pages the file holds."""
    frame: int = 0
    """Which of them this is, from 0."""
    seconds: float = 0.0
    """When this frame is first shown."""
    notes: tuple[str, ...] = ()
    page: int | None = None
    """Of a picture set into a document: its page or slide, from 1, where the document has any."""
    picture: int | None = None
    """Of such a picture: which of those on its page, or of a document without pages, from 1."""


def open_picture(source: Path | bytes, limits: Limits | None = None) -> Picture:
    """The picture, or the first frame. Tall pictures are kept whole.

    PerceptionError when the file is missing, empty, too large, no picture, broken, or would unpack to more pixels
    than the limits allow; sizes are checked before anything is unpacked.
    """
    with _opened(source, limits or Limits()) as (image, picture):
        return _decoded(image, picture)


def each_frame(source: Path | bytes, limits: Limits | None = None) -> Iterator[Picture]:
    """All frames of an animated picture or pages of a TIFF, one at a time; never more than ``limits.max_frames``.

    Of more, that many are taken at even distances, and ``notes`` of each says so. Errors as of open_picture.
    """
    limits = limits or Limits()
    with _opened(source, limits) as (image, first):
        if first.format != "TIFF":  # whose pages stand for themselves
            _check_frames(image.size, first.frames, limits)
        wanted = range(first.frames)
        if first.frames > limits.max_frames:
            wanted_list = np.linspace(0, first.frames - 1, limits.max_frames).round().astype(int).tolist()
            note = f"动图共 {first.frames} 帧,均匀抽取其中 {limits.max_frames} 帧读取"
            first = replace(first, notes=(*first.notes, note))
        else:
            wanted_list = list(wanted)
        chosen, seconds = set(wanted_list), 0.0
        for index in wanted:
            with broken_is_said():
                image.seek(index)
            if index in chosen:
                _check_pixels(image.size, limits)  # frames of a TIFF differ in size
                yield replace(_decoded(image, first), frame=index, seconds=seconds)
            duration = image.info.get("duration")
            seconds += float(duration) / 1000.0 if isinstance(duration, (int, float)) else 0.0


@contextmanager
def _opened(source: Path | bytes, limits: Limits) -> Iterator[tuple[Image, Picture]]:
    """The file opened but not yet unpacked, and a Picture that lacks only its pixels."""
    try:
        import PIL.Image
    except ImportError as error:
        raise PerceptionError("没有安装读取图片的组件(Pillow)", "运行 pip install 'mingjian[media]'") from error
    data = source if isinstance(source, bytes) else _bytes_of(source, limits)
    if not data:
        raise PerceptionError("图片是空文件", "重新导出或下载图片")
    if len(data) > limits.max_bytes:
        raise _too_large(len(data), limits)
    formats = list(FORMATS)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        enable_heif()
        formats = ["HEIF"]
    with broken_is_said():
        image = PIL.Image.open(io.BytesIO(data), formats=formats)
    with image:
        _check_pixels(image.size, limits)
        # MPO: a JPEG with further views of the same scene (depth maps of telephones) behind it.
        real = "JPEG" if image.format == "MPO" else str(image.format)
        suffix = "" if isinstance(source, bytes) else source.suffix.lower()
        notes: tuple[str, ...] = ()
        if suffix and SUFFIXES.get(suffix, real) != real:
            notes = (f"扩展名是 {suffix},实际是 {real},已按实际格式读取",)
        with broken_is_said():
            frames = 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))
            image.seek(0)
        yield image, Picture(np.zeros((0, 0, 3), np.uint8), 0, 0, real, frames, notes=notes)


def _bytes_of(path: Path, limits: Limits) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PerceptionError("不是普通文件", "给出图片文件的路径")
        if status.st_size > limits.max_bytes:
            raise _too_large(status.st_size, limits)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise PerceptionError(f"读不到:{getattr(error, 'strerror', None) or error}", "检查路径和权限") from error


def _too_large(size: int, limits: Limits) -> PerceptionError:
    return PerceptionError(f"图片文件过大:{size / 1e6:.0f} MB,上限 {limits.max_bytes / 1e6:.0f} MB", "压缩后再检查")


def _check_pixels(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise PerceptionError(
            f"图片过大:{width}×{height} 共 {width * height / 1e6:.0f} 百万像素,上限 {limits.max_pixels / 1e6:.0f} 百万",
            "缩小或裁开后再检查;来源不明的可能是解压炸弹",
        )
    if width < 1 or height < 1:
        raise PerceptionError("图片没有像素", "重新导出或下载图片")


def _check_frames(size: tuple[int, int], frames: int, limits: Limits) -> None:
    width, height = size
    if frames > 1 and width * height * frames > limits.max_animated_pixels:
        raise PerceptionError(f"动图过大:{width}×{height} 共 {frames} 帧", "缩小或剪短后再检查;也可以转成视频")


def _decoded(image: Image, picture: Picture) -> Picture:
    from PIL import ImageOps

    notes = picture.notes
    with broken_is_said():
        image.load()
        try:
            upright = ImageOps.exif_transpose(image)
        except Exception:  # a torn EXIF block must not cost the picture
            upright, notes = image, (*notes, "图片的方向信息已损坏,按原样读取")
        rgb = as_rgb(upright)
    height, width = rgb.shape[:2]
    return replace(picture, rgb=rgb, width=width, height=height, notes=notes)
