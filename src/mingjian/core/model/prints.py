"""A fingerprint, as plain data: perception and the text room take it, reports give it on, later matching compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Print:
    """One fingerprint. ``value`` is hexadecimal; what it means hangs on ``kind``:

    ``sha256`` the bytes of a file; ``pdq``, ``pdq_mirror`` a picture and its mirror image, 64 digits, near for near
    copies; ``text_sha256`` the normalised words; ``text`` the marks of the words (core.text.prints), 16 digits each.
    ``quality`` is 0..100; ``page`` counts from 1, ``picture`` those of a page from 1, ``time`` is in seconds.
    """

    kind: str
    value: str
    quality: int | None = None
    page: int | None = None
    time: float | None = None
    picture: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The fingerprint as machines get it; what is not known is null."""
        return {
            "kind": self.kind,
            "value": self.value,
            "quality": self.quality,
            "page": self.page,
            "picture": self.picture,
            "time": round(self.time, 3) if self.time is not None else None,
        }
