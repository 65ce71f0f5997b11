"""A small copy of a kept picture, for a wall of many rooms."""

from __future__ import annotations

from pathlib import Path

_WIDTH = 320
_QUALITY = 70


def small(path: Path) -> bytes | None:
    """A JPEG no wider than 320 pixels; None where the picture is gone or is none, or nothing here can read pictures."""
    try:
        import cv2
    except ImportError:
        return None
    picture = cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_4)
    if picture is None:
        return None
    height, width = picture.shape[:2]
    if width > _WIDTH:
        size = (_WIDTH, max(1, round(height * _WIDTH / width)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    fine, made = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return made.tobytes() if fine else None
