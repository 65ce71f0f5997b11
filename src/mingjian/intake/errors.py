"""What intake could not read. Problems are collected and yielded beside the items, never raised through."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, TypeVar

T = TypeVar("T")
Level = Literal["error", "note"]


@dataclass(frozen=True, slots=True)
class IntakeError:
    """One thing that was not read, and where.

    ``level`` is ``error`` when something the caller asked for was lost (the exit code says so), ``note``
    when it only has to be known: a file skipped by rule, a field ignored, a guessed encoding.
    """

    path: str
    line: int | None
    field: str | None
    message: str
    hint: str | None = None
    level: Level = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line is not None else self.path
        field = f"{self.field}: " if self.field else ""
        hint = f"({self.hint})" if self.hint else ""
        return f"{place}: {field}{self.message}{hint}"


class UnreadableError(Exception):
    """Raised inside an adapter when the whole source cannot be read; read() turns it into an IntakeError."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def told(name: str, found: Iterable[T]) -> Iterator[T | IntakeError]:
    """What is found in a source, and last, in words, what broke its reading: the other sources must go on."""
    try:
        yield from found
    except UnreadableError as error:
        yield IntakeError(name, None, None, error.message, error.hint)
    except MemoryError:
        yield IntakeError(name, None, None, "读取时内存不足", "拆分文件")
    except OSError as error:
        yield IntakeError(name, None, None, f"读不到:{error.strerror or error}")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        yield IntakeError(name, None, None, f"文件已损坏:{error}", "用原来的软件打开并另存一份")
    except Exception as error:  # parsers of foreign formats fail in any way
        yield IntakeError(name, None, None, f"文件无法解析:{type(error).__name__}: {str(error)[:200]}")


def did_you_mean(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """A hint for a misspelt name, or None when nothing is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"是否想写 {near[0]}?" if near else None
