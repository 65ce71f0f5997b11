"""The tables of an archive: what columns there are and what may stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mingjian.core.model import CHANNELS, PUBLISHER_KINDS

SCHEMA = "mingjian.archive/1"
ACTIONS = ("like", "favourite", "repost", "comment", "play", "follow", "order")
"""What an account does to an item."""


@dataclass(frozen=True)
class Column:
    """A column. ``kind``: text, texts (a list), moment (UTC, microseconds), number (64 bits) or json (an object as
    text). ``needed``: a row without it is bad. ``words``: the only values allowed, empty for any."""

    name: str
    kind: str = "text"
    needed: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """A table: the folder it lies in and its columns."""

    name: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(one.name for one in self.columns)


ITEMS = Shape("items", (
    Column("id", needed=True), Column("platform"), Column("kind"), Column("published_at", "moment"),
    Column("publisher_id"), Column("publisher_kind", words=PUBLISHER_KINDS), Column("publisher_name"),
    Column("channel", words=CHANNELS), Column("title"), Column("body"), Column("hashtags", "texts"),
    Column("pictures", "texts"), Column("videos", "texts"), Column("institution"), Column("device"),
    Column("facts", "json"), Column("item", "json"),
))  # fmt: skip
"""``item`` is filled by the reader only: the whole object of a row that came in the public item schema."""

ACCOUNTS = Shape("accounts", (
    Column("id", needed=True), Column("kind", words=PUBLISHER_KINDS), Column("name"), Column("created_at", "moment"),
    Column("institution"), Column("devices", "texts"), Column("payments", "texts"), Column("followers", "number"),
))  # fmt: skip

ENGAGEMENT = Shape("engagement", (
    Column("actor", needed=True), Column("item", needed=True), Column("action", needed=True, words=ACTIONS),
    Column("at", "moment", needed=True), Column("text"), Column("device"), Column("amount", "number"),
))  # fmt: skip

SHAPES = {one.name: one for one in (ITEMS, ACCOUNTS, ENGAGEMENT)}

TRUTH = {one.name: one for one in (
    Shape("items", (Column("id"), Column("ring"), Column("role"), Column("origin"), Column("edit"),
                    Column("planted", "texts"))),
    Shape("rings", (Column("ring"), Column("agency"), Column("institution"), Column("accounts", "texts"),
                    Column("since", "moment"))),
    Shape("engagement", (Column("campaign"), Column("actor"), Column("item"), Column("action"),
                         Column("at", "moment"))),
    Shape("campaigns", (Column("campaign"), Column("kind"), Column("items", "texts"), Column("actors", "texts"))),
)}  # fmt: skip
"""What the simulator knows about its own archive, under truth/, one file each."""
