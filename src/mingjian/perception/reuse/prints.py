"""The fingerprint of a picture that outlives edits.

Of the whole picture, of the picture without even borders, and of each field of a collage: 256 bits of PDQ and those of
its mirror image (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019). And up to
200 places with their descriptions (``local``), for crops, stickers, turns and parts of collages.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import PerceptionError
from mingjian.perception.reuse import panels
from mingjian.perception.reuse.local import Places, places, working_size
from mingjian.perception.reuse.vocabulary import PROBES

Pixels = NDArray[np.uint8]
WHOLE, TRIMMED, FIELD = 0, 1, 2
"""What a code is of."""
_MAGIC = b"MJP1"
_HEAD, _CODE = struct.Struct("<4sIIBHH"), struct.Struct("<BB4H32s32s")
_LOOK = 512
"""Pixels of the longer side at which codes are taken."""
_MIRRORED = 5  # where pdqhash puts the left-right mirror


@dataclass(frozen=True, slots=True)
class Code:
    """256 bits of a part of a picture. ``part`` is WHOLE, TRIMMED or FIELD; ``box`` left, top, right, bottom in
    thousandths of the picture; ``quality`` 0..100, low where there is little to see."""

    part: int
    box: tuple[int, int, int, int]
    quality: int
    bits: bytes
    mirrored: bytes


@dataclass(frozen=True, slots=True)
class PicturePrint:
    """What is kept of a picture of ``width`` by ``height`` pixels, to find it again: about 7,000 bytes."""

    width: int
    height: int
    codes: tuple[Code, ...]
    """The whole first."""
    places: Places

    def mirrored_places(self) -> Places:
        """The places of the mirrored picture."""
        return self.places.mirrored(working_size(self.width, self.height)[0])

    def to_bytes(self) -> bytes:
        """For keeping; ``from_bytes`` reads it."""
        found = self.places
        parts = [_HEAD.pack(_MAGIC, self.width, self.height, len(self.codes), len(found), len(found.words))]
        parts += [_CODE.pack(c.part, c.quality, *c.box, c.bits, c.mirrored) for c in self.codes]
        parts += [found.at.astype("<u2").tobytes(), found.size.tobytes(), found.angle.tobytes(), found.bits.tobytes()]
        parts += [found.words.astype("<u4").tobytes(), found.mirrored_words.astype("<u4").tobytes()]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> PicturePrint:
        """A kept print. ValueError where it is none."""
        if len(data) < _HEAD.size or data[:4] != _MAGIC:
            raise ValueError("not the print of a picture")
        _, width, height, codes, count, asked = _HEAD.unpack_from(data)
        at = _HEAD.size
        if len(data) != at + codes * _CODE.size + count * 22 + asked * PROBES * 8:
            raise ValueError("the print of a picture is torn")
        listed = []
        for _ in range(codes):
            part, quality, left, top, right, bottom, bits, mirrored = _CODE.unpack_from(data, at)
            listed.append(Code(part, (left, top, right, bottom), quality, bits, mirrored))
            at += _CODE.size
        columns = []
        for kind, wide, rows in (("<u2", 2, count), ("u1", 1, count), ("u1", 1, count), ("u1", 16, count),
                                 ("<u4", PROBES, asked), ("<u4", PROBES, asked)):  # fmt: skip
            column = np.frombuffer(data, kind, rows * wide, at)
            columns.append(column.reshape(rows, wide) if wide > 1 else column)
            at += column.nbytes
        return cls(width, height, tuple(listed), Places(*columns))


def frame_code(rgb: Pixels) -> Code:
    """The code of one frame of a clip (HxWx3, RGB), without even borders. PerceptionError as of ``picture_print``."""
    small = _small(rgb)
    left, top, right, bottom = panels.trimmed(panels.grey_of(small))
    trimmed = max(left, top, 1 - right, 1 - bottom) >= panels.LEAST_TRIM
    return _code(small, TRIMMED, (left, top, right, bottom)) if trimmed else _code(small, WHOLE, (0.0, 0.0, 1.0, 1.0))


def picture_print(rgb: Pixels) -> PicturePrint:
    """The print of a picture (HxWx3, RGB, upright). PerceptionError where a component is not installed."""
    height, width = rgb.shape[:2]
    small = _small(rgb)
    grey = panels.grey_of(small)
    codes = [_code(small, WHOLE, (0.0, 0.0, 1.0, 1.0))]
    left, top, right, bottom = panels.trimmed(grey)
    rows, columns = grey.shape
    grey = grey[int(top * rows) : round(bottom * rows), int(left * columns) : round(right * columns)]
    inside = panels.content(grey)
    left, top, right, bottom = _within((left, top, right, bottom), inside)
    rows, columns = grey.shape
    grey = grey[int(inside[1] * rows) : int(inside[3] * rows), int(inside[0] * columns) : int(inside[2] * columns)]
    inner = int(left * width), int(top * height), round(right * width), round(bottom * height)
    if max(left, top, 1 - right, 1 - bottom) >= panels.LEAST_TRIM:
        codes.append(_code(small, TRIMMED, (left, top, right, bottom)))
    for part in panels.fields(grey):
        codes.append(_code(small, FIELD, _within((left, top, right, bottom), part)))
    return PicturePrint(width, height, tuple(codes), places(rgb, inner))


def _small(rgb: Pixels) -> Pixels:
    """The picture as codes are taken of it."""
    try:
        import cv2
        import pdqhash  # type: ignore[import-untyped]  # noqa: F401
    except ImportError as error:
        raise PerceptionError("没有安装图片指纹组件(pdqhash)", "运行 pip install 'mingjian[media]'") from error
    height, width = rgb.shape[:2]
    scale = _LOOK / max(height, width)
    if scale >= 1:
        return rgb
    size = max(8, round(width * scale)), max(8, round(height * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _within(box: tuple[float, ...], part: tuple[float, ...]) -> tuple[float, float, float, float]:
    """A part of a box, in shares of what the box is given in."""
    wide, high = box[2] - box[0], box[3] - box[1]
    return box[0] + part[0] * wide, box[1] + part[1] * high, box[0] + part[2] * wide, box[1] + part[3] * high


def _code(rgb: Pixels, part: int, box: tuple[float, float, float, float]) -> Code:
    import pdqhash

    height, width = rgb.shape[:2]
    left, right = int(box[0] * width), max(int(box[0] * width) + 8, round(box[2] * width))
    top, bottom = int(box[1] * height), max(int(box[1] * height) + 8, round(box[3] * height))
    hashes, quality = pdqhash.compute_dihedral(np.ascontiguousarray(rgb[top:bottom, left:right]))
    bits, mirrored = (np.packbits(hashes[number].astype(np.uint8)).tobytes() for number in (0, _MIRRORED))
    thousandths = tuple(max(0, min(1000, round(1000 * each))) for each in box)
    return Code(part, thousandths, int(quality), bits, mirrored)  # type: ignore[arg-type]
