"""Adapters that fail as no adapter of ours should: what a process for documents is asked to do in the tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from mingjian.core.model import Item
from mingjian.intake.documents import Asked, Found, answers


def behave(asked: Asked) -> Iterator[list[Found]]:
    """Does what the file's name says; reads any other file."""
    _, source, _ = asked
    name = source.name.rsplit("/", 1)[-1]
    if name.startswith("半途"):
        yield [Item.of("前一半", id=source.id)]
        os.abort()
    if name.startswith("崩"):
        os.abort()
    if name.startswith("停"):
        time.sleep(600)
    if name.startswith("胀"):
        hoard = [b"x" * 50_000_000 for _ in range(40)]
        time.sleep(600)
        del hoard
    yield from answers(asked)
