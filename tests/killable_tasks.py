"""What a process that can be killed is asked to do in the tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator


def behave(word: str) -> Iterator[object]:
    """Does what the word says."""
    if word == "abort":
        os.abort()
    if word == "raise":
        raise ValueError("a task should not")
    if word == "hang":
        time.sleep(600)
    if word == "swell":
        hoard = [b"x" * 50_000_000 for _ in range(40)]
        time.sleep(600)
        yield len(hoard)
    if word == "swell, talking":
        talk = []
        while True:
            talk.append(b"x" * 20_000_000)
            yield len(talk)
    if word == "count":
        yield from range(5)
    if word == "pid":
        yield os.getpid()
