"""What of an item is compared as text: the words somebody wrote, and apart from them those that were spoken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingjian.core.text.prints import Piece

WRITTEN, SPOKEN = "written", "spoken"
# Words in pictures are compared as pictures: the same poster is no second text. Hashtags are everybody's, comments are
# by others.
_NOT_WRITTEN = frozenset(("ocr", "card", "code", "depicted", "background", "caption", "hashtag", "comment"))
_SPOKEN = ("speech", "subtitle")  # often the same words twice: the first that is there counts
LEAST = 24
"""Characters that are no blanks: shorter texts are much alike by chance."""


def texts_of(pieces: Iterable[Piece]) -> list[tuple[str, str]]:
    """(place, text) of what is long enough to be compared; parts are joined by line breaks."""
    written: list[str] = []
    spoken: dict[str, list[str]] = {}
    for piece in pieces:
        if piece.role in _SPOKEN:
            spoken.setdefault(piece.role, []).append(piece.text)
        elif piece.role not in _NOT_WRITTEN:
            written.append(piece.text)
    heard = next((spoken[role] for role in _SPOKEN if role in spoken), [])
    found = ((WRITTEN, "\n".join(written)), (SPOKEN, "\n".join(dict.fromkeys(heard))))
    return [(place, text) for place, text in found if _long(text)]


def texts_of_data(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The same of an item's object of the public schema."""
    if "text" in item and item["text"] is not None:
        return texts_of([_Part(str(item["text"]), "body")])
    return texts_of(_Part(str(part["text"]), str(part.get("role", "body"))) for part in item.get("parts") or ())


def _long(text: str) -> bool:
    return len(text) >= LEAST and len("".join(text.split())) >= LEAST


class _Part:
    __slots__ = ("role", "text")

    def __init__(self, text: str, role: str) -> None:
        self.text = text
        self.role = role
