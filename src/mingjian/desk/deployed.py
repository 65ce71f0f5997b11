"""A file of data that ships with the software and that a deployer may put another in place of."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from mingjian.records.errors import Invalid

T = TypeVar("T")


class DataFile(Generic[T]):
    """``name`` lies in the folder ``data`` of ``package``. ``parse`` makes something of what YAML gave; it raises
    ValueError, KeyError, TypeError or Invalid for what is wrong. ``said`` is what people call the file."""

    def __init__(self, package: str, name: str, said: str, parse: Callable[[Any], T]) -> None:
        self._package, self._name, self._said, self._parse = package, name, said, parse
        self._chosen: list[T] = []  # the last one counts
        self._ours: list[T] = []

    def current(self) -> T:
        """What is in force: ours where no door chose another."""
        if self._chosen:
            return self._chosen[-1]
        if not self._ours:
            text = (resources.files(self._package) / "data" / self._name).read_text("utf-8")
            self._ours.append(self._parse(yaml.safe_load(text)))
        return self._ours[0]

    def use(self, path: Path | None) -> None:
        """Let this process go by a deployer's file, or (None) by ours. Invalid with what is wrong in it."""
        self._chosen[:] = [] if path is None else [self.read(path)]

    def read(self, path: Path) -> T:
        """What a file holds; Invalid naming the file and what is wrong in it."""
        try:
            return self._parse(yaml.safe_load(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"{self._said} {path} 读不了:{error}。应为 UTF-8 编码的 YAML 文件。") from error
        except Invalid as error:
            raise Invalid(f"{self._said} {path} 有误:{error.message}") from error
        except (AttributeError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
            raise Invalid(f"{self._said} {path} 有误:{type(error).__name__} {error}") from error

    @contextlib.contextmanager
    def using(self, other: T) -> Iterator[T]:
        """Put something else in force for a while."""
        self._chosen.append(other)
        try:
            yield other
        finally:
            self._chosen.remove(other)
