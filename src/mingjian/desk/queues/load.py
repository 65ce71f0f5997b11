"""Reading the queue file: the shipped one, or a deployer's in its place. All errors at once, each with its field and
what is allowed there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from mingjian.desk.queues.model import Book, Queue
from mingjian.desk.queues.parse import parse_book
from mingjian.records.errors import Invalid

_in_force: list[Book] = []  # the last one counts


class QueueFileError(Invalid):
    """The queue file cannot be used; ``problems`` is (field, what is wrong) for all that is wrong with it."""

    def __init__(self, path: str, problems: list[tuple[str, str]]) -> None:
        lines = "\n".join(f"  {field}:{message}" if field else f"  {message}" for field, message in problems)
        super().__init__(f"队列文件 {path} 有 {len(problems)} 处错误:\n{lines}", field="queues")
        self.problems = problems


def read_book(path: Path | None = None) -> Book:
    """The book of a file, or the shipped one; QueueFileError when it cannot be used."""
    if path is None:
        return _shipped()
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueueFileError(str(path), [("", f"读不了:{error}。应为 UTF-8 编码的 YAML 文件。")]) from error
    return _parsed(text, str(path))


def use_book(book: Book) -> None:
    """Put a book in force for this process: a door does it once, when it opens the desk."""
    _in_force[:] = [book]


@contextlib.contextmanager
def using(book: Book) -> Iterator[Book]:
    """Put a book in force for a while."""
    _in_force.append(book)
    try:
        yield book
    finally:
        _in_force.remove(book)


def book() -> Book:
    """The book in force: the shipped one where no door chose another."""
    return _in_force[-1] if _in_force else _shipped()


def queues() -> Mapping[str, Queue]:
    """The queues in force, by name, in the order of the file."""
    return book().queues


@cache
def _shipped() -> Book:
    file = resources.files("mingjian.desk") / "data" / "queues.yaml"
    return _parsed(file.read_text("utf-8"), file.name)


def _parsed(text: str, path: str) -> Book:
    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise QueueFileError(path, [("", f"不是合法的 YAML:{error}")]) from error
    problems: list[tuple[str, str]] = []
    made = parse_book(data, lambda field, message: problems.append((field, message)))
    if made is None or problems:
        raise QueueFileError(path, problems)
    return made
