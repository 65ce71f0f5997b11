"""The library's face: check a string or an item with the rulebook that ships with the package."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from mingjian.core.engine.check import Engine
from mingjian.core.engine.classify import load_model
from mingjian.core.engine.compile import compile_rulebook
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.core.rulebook.load import load


@cache
def engine() -> Engine:
    """The engine over the shipped rulebook, compiled once a process and shared by all threads."""
    return Engine(compile_rulebook(load(), load_model()))


def check(content: str | Item, *, as_of: date | None = None, **context: Any) -> Verdict:
    """Judge one text or item.

    ``context`` are fields of Item for a string (``channel``, ``platform``, ``publisher``, ``nature`` …).
    ``as_of`` is the day whose law binds; the default is the item's own date, else today.
    """
    item = content if isinstance(content, Item) else Item.of(content, **context)
    return check_all([item], as_of=as_of)[0]


def check_all(items: Iterable[Item], *, as_of: date | None = None, **options: Any) -> list[Verdict]:
    """Judge many items together, which is several times faster than one by one."""
    asked = Options(as_of=as_of or date.today(), force_as_of=as_of is not None, **options)
    return engine().check(items, asked)
