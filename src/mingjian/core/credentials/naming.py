"""Where in a number something stands, in words."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.core.credentials.model import Segment


@dataclass(frozen=True)
class Naming:
    """Names the places of a form. ``personal``: values of its fields are not repeated."""

    segments: tuple[Segment, ...]
    personal: bool

    def place(self, name: str, last: bool = False) -> str:
        """“第3–8位行政区划码” where the number is all fields, “行政区划码” where words stand between; with ``last``
        only the place of the last character."""
        plain = not any(segment.literal for segment in self.segments)
        at = 0
        for segment in self.segments:
            if segment.name == name:
                break
            at += segment.width
        if not plain:
            return "" if last else segment.label
        if last:
            return f"第{at + segment.width}位"
        if segment.width == 1:
            return f"第{at + 1}位{segment.label}"
        return f"第{at + 1}–{at + segment.width}位{segment.label}"

    def value(self, text: str) -> str:
        """A value in quotes, or nothing where it must not be shown."""
        return "" if self.personal else f"“{text}”"
