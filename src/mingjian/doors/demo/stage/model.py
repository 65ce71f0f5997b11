"""The nouns of a staged room: lines in the order they happen, and what was planted among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Part = Literal["tune", "test", "held"]
PARTS: tuple[Part, ...] = ("tune", "test", "held")
"""Three parts of all phrases that share no sentence: a judge is tuned on the first, tried on the second while it is
worked on, and measured on the third, which was written without sight of the judge."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, shown or written. ``at`` to ``end``: seconds from the start of the room; ``place`` is where on
    the picture a screen line stands (board, subtitle, sticker, sign), ``mark`` the violation it is evidence of: both
    are for drawing and counting, no judge sees them.
    """

    id: str
    at: float
    end: float
    channel: str
    speaker: str | None
    text: str
    account: str | None = None
    place: str | None = None
    ref: Mapping[str, Any] = field(default_factory=dict)
    mark: str | None = None

    def shown(self) -> dict[str, Any]:
        """One object of comments.jsonl or transcript.jsonl."""
        found: dict[str, Any] = {"id": self.id, "at": round(self.at, 3), "channel": self.channel, "text": self.text}
        if self.channel == "speech":
            found["until"] = round(self.end, 3)
        if self.speaker is not None:
            found["speaker"] = self.speaker
        if self.account is not None:
            found["account"] = self.account
        return found | dict(self.ref)


@dataclass(frozen=True, slots=True)
class Planted:
    """A violation and its truth. ``lines``: ids of the lines that are its evidence; from ``first`` to ``last`` they are
    said or shown; ``item`` is the restricted item meant, ``way`` how its name was hidden (plain, homophone, pinyin,
    split, letters, emoji, apart, old, hint), ``channels`` those that it took."""

    id: str
    kind: str
    item: str
    way: str
    lines: tuple[str, ...]
    first: float
    last: float
    channels: tuple[str, ...]

    def shown(self) -> dict[str, Any]:
        """One row of truth.json."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "lines": list(self.lines), "channels": list(self.channels),
            "first": round(self.first, 3), "last": round(self.last, 3),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staged:
    """A room: ``trade`` is what it sells or tells, ``lines`` in the order of their ends, ``planted`` empty when it is
    honest, ``scenes`` the hard but honest things that happen in it (asked and refused …) by name."""

    id: str
    part: Part
    seed: int
    trade: str
    minutes: float
    title: str
    publisher: Mapping[str, Any]
    lines: tuple[Line, ...]
    planted: tuple[Planted, ...]
    scenes: Mapping[str, int] = field(default_factory=dict)

    @property
    def honest(self) -> bool:
        """Nothing restricted is sold in it."""
        return not self.planted
