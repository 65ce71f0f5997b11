"""How to read: what the caller knows about the input that the input does not say itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from mingjian.core.model import Item, Publisher

if TYPE_CHECKING:
    from mingjian.intake.errors import IntakeError
    from mingjian.intake.source import Source

MIB = 1024 * 1024
# The fact that names what of an item could not be read (a page without a text layer): while it is there,
# "nothing found" does not mean "clean".
UNREAD_FACT = "unread"


@dataclass(frozen=True, slots=True)
class Context:
    """Values for items that do not state their own. An item's own value always wins."""

    platform: str | None = None
    publisher: str | None = None
    channel: str | None = None
    nature: str | None = None
    domain: str | None = None
    published_at: date | None = None

    def fill(self, item: Item) -> Item:
        """The item with its unknown fields filled in."""
        if self == _NOTHING:
            return item
        publisher = item.publisher
        if publisher.kind is None and self.publisher is not None:
            publisher = Publisher(kind=self.publisher, id=publisher.id, name=publisher.name)
        return replace(
            item,
            platform=item.platform or self.platform,
            publisher=publisher,
            channel=item.channel or self.channel,
            nature=item.nature or self.nature,
            domain=item.domain or self.domain,
            published_at=item.published_at or self.published_at,
        )


_NOTHING = Context()


class MediaReader(Protocol):
    """Reads what holds its words in pictures or sound. Intake itself knows none of that; a door lends it one."""

    def reads(self, name: str, head: bytes) -> bool:
        """Whether a file is a picture, a clip, a sound or subtitles."""

    def read(self, source: Source) -> Iterator[Item | IntakeError]:
        """The item of such a file."""

    def complete(self, source: Source, item: Item, pages: tuple[int, ...]) -> Iterator[Item | IntakeError]:
        """A document's item with the words of its pictures; ``pages``: those of a PDF that hold no text."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of a reading. ``input_format`` other than ``auto`` overrides suffix and sniffing;
    ``column`` names the column of posts of a table (header, letter or 1-based number); without ``media``
    pictures and sound are not read. ``max_seconds`` without result and ``max_memory`` in bytes bound the process
    that parses documents."""

    input_format: str = "auto"
    column: str | None = None
    exclude: tuple[str, ...] = ()
    max_bytes: int = 256 * MIB
    max_seconds: float = 120.0
    max_memory: int = 2048 * MIB
    context: Context = field(default_factory=Context)
    media: MediaReader | None = None
