"""Bar codes and QR codes in pictures: one plain look at the whole, hard looks at what resembles a code; and the round
mini-program codes, which are found and not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Box, PerceptionError
from mingjian.perception.round_codes import round_codes

Pixels = NDArray[np.uint8]

FORMATS = (
    "QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MaxiCode",
    "EAN13", "EAN8", "UPCA", "UPCE", "Code128", "Code93", "Code39",
)  # fmt: skip
"""ITF, Codabar and the like are left out: without a check digit they are read from any row of stripes."""
MINI_PROGRAM = "MiniProgram"
NAMES = {"QRCode": "二维码", "MicroQRCode": "二维码", "RMQRCode": "二维码", MINI_PROGRAM: "小程序码"}
LINEAR = ("EAN", "UPC", "Code")
MIN_LINEAR = 6
"""Characters below which a linear code is a chance reading."""
MAX_PIXELS = 6_000_000
"""Larger pictures are shrunk for the plain look; the hard looks cut from the full picture."""
MAX_SIDE = 65_000
"""Pixels that zxing-cpp takes in one direction."""
THUMBNAIL = 720
MIN_SIDE, READ_SIDE = 36, 420
"""Pixels: the smallest code worth a hard look, and the size that cut-outs are brought to."""
MAX_SUSPECTS = 8
MARGIN = 0.2


@dataclass(frozen=True, slots=True)
class Code:
    """A code. ``symbology`` is zxing's name of the kind (QRCode, EAN13 …), or MINI_PROGRAM, whose ``text`` is empty
    because nobody outside can read it; box in original pixels."""

    text: str
    symbology: str
    box: Box

    @property
    def words(self) -> str:
        """The code in words, as a reading has them."""
        return f"{NAMES.get(self.symbology, '条码')} {self.text}" if self.text else f"{NAMES[self.symbology]}(内容未读)"


def codes(rgb: Pixels, *, still: bool = True) -> list[Code]:
    """Codes in an HxWx3 uint8 RGB picture, from the top; each place once. ``still`` is False for a frame of a clip,
    where small print is not looked for.

    PerceptionError when zxing-cpp or OpenCV is not installed.
    """
    try:
        import cv2
        import zxingcpp  # noqa: F401
    except ImportError as error:
        raise PerceptionError(
            f"没有安装识别二维码的组件({error.name})", "运行 pip install 'mingjian[media]'"
        ) from error
    if min(rgb.shape[:2]) < MIN_SIDE // 2:
        return []
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)
    shrink = min(1.0, (MAX_PIXELS / grey.size) ** 0.5, MAX_SIDE / max(grey.shape))
    plain = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else grey
    found = _read(np.asarray(plain, np.uint8), 0, 0, shrink)
    for left, top, width, height in _suspects(grey):
        if any(_overlap((left, top, width, height), code.box) > 0.3 for code in found):
            continue
        for code in _hard_look(grey, left, top, width, height):
            if all(_overlap(code.box, known.box) <= 0.3 for known in found):
                found.append(code)
    for mark in round_codes(rgb, enlarge=still):
        if all(_overlap(mark.box, known.box) <= 0.3 for known in found):
            found.append(Code("", MINI_PROGRAM, mark.box))
    return sorted(found, key=lambda code: (code.box[1], code.box[0]))


def _hard_look(grey: Pixels, left: int, top: int, width: int, height: int) -> list[Code]:
    """What the first treatment that helps brings out of a cut-out."""
    import cv2

    margin = max(4, round(MARGIN * max(width, height)))
    x, y = max(left - margin, 0), max(top - margin, 0)
    cut = grey[y : top + height + margin, x : left + width + margin]
    scale = READ_SIDE / max(cut.shape)
    sized = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    for treated in _treatments(np.asarray(sized, np.uint8)):
        found = _read(treated, x, y, scale)
        if found:
            return found
    return []


def _treatments(grey: Pixels) -> Iterator[Pixels]:
    """The cut-out as the reader may like it better, what helps most often first."""
    import cv2

    yield np.asarray(cv2.createCLAHE(clipLimit=4.0, tileGridSize=(4, 4)).apply(grey), np.uint8)  # faint, in shadow
    low, high = np.percentile(grey, (3, 97))
    spread = np.clip((grey.astype(np.float32) - low) * (255.0 / max(float(high - low), 8.0)), 0, 255).astype(np.uint8)
    yield np.asarray(cv2.GaussianBlur(spread, (0, 0), 2.5), np.uint8)  # grainy
    framed = _framed(spread)
    if framed is not None:
        yield framed
    thick = cv2.erode(spread, np.ones((5, 5), np.uint8))
    yield np.asarray(cv2.GaussianBlur(thick, (0, 0), 2.5), np.uint8)  # round dots grow together
    yield grey


def _framed(grey: Pixels) -> Pixels | None:
    """A code printed without its white margin on something dark gets one."""
    import cv2

    _, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    size = max(3, max(grey.shape) // 14)
    blob = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    contours, _ = cv2.findContours(blob, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    x, y, width, height = cv2.boundingRect(max(contours, key=cv2.contourArea))
    if min(width, height) < 0.4 * max(grey.shape):
        return None
    frame = np.full_like(grey, 255)
    # The light modules alone are found: the dark ones at the rim reach as far again.
    frame[y : y + height, x : x + width] = grey[y : y + height, x : x + width]
    return np.asarray(cv2.copyMakeBorder(frame, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255), np.uint8)


def _suspects(grey: Pixels) -> list[Box]:
    """Roughly square patches dense with edges in both directions, the likeliest first, in pixels of ``grey``."""
    import cv2

    scale = min(1.0, THUMBNAIL / min(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    # Contrast is measured against the surroundings, so that faint codes show as well as black ones.
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(np.asarray(small, np.uint8)).astype(np.float32)
    across, down = np.abs(cv2.Sobel(even, cv2.CV_32F, 1, 0)), np.abs(cv2.Sobel(even, cv2.CV_32F, 0, 1))
    suspects: dict[Box, float] = {}
    for window in (15, 31):
        both = np.minimum(cv2.blur(across, (window, window)), cv2.blur(down, (window, window)))
        for box, density in _patches(both):
            placed = (round(box[0] / scale), round(box[1] / scale), round(box[2] / scale), round(box[3] / scale))
            if min(placed[2:]) >= MIN_SIDE and all(_overlap(placed, other) < 0.8 for other in suspects):
                suspects[placed] = density * max(placed[2:]) ** 0.5
    return sorted(suspects, key=lambda box: -suspects[box])[:MAX_SUSPECTS]


def _patches(density: NDArray[np.float32]) -> Iterator[tuple[Box, float]]:
    """Roughly square regions of high density."""
    import cv2

    for share in (0.35, 0.6):
        count, _, stats, _ = cv2.connectedComponentsWithStats((density > share * float(density.max())).astype(np.uint8))
        for x, y, width, height, area in stats[1:count].tolist():
            if 0.6 < width / height < 1.67 and area > 0.55 * width * height:
                yield (x, y, width, height), float(density[y : y + height, x : x + width].mean())


def _read(grey: Pixels, left: int, top: int, scale: float) -> list[Code]:
    import zxingcpp

    found: list[Code] = []
    wanted: Any = zxingcpp.barcode_formats_from_str(",".join(FORMATS))
    for barcode in zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=wanted):
        text, name = barcode.text, str(barcode.format.name)
        if not text.strip() or (name.startswith(LINEAR) and len(text) < MIN_LINEAR):
            continue
        position = barcode.position
        corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
        xs, ys = [corner.x / scale for corner in corners], [corner.y / scale for corner in corners]
        box = (left + int(min(xs)), top + int(min(ys)), int(max(xs) - min(xs)) + 1, int(max(ys) - min(ys)) + 1)
        if all(_overlap(box, known.box) <= 0.3 for known in found):
            found.append(Code(text, name, box))
    return found


def _overlap(one: Box, other: Box) -> float:
    """Shared area as part of the smaller box."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / max(1, min(one[2] * one[3], other[2] * other[3]))
