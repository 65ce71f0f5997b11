"""The library that archives are read with, imported when it is needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from mingjian.intake.archive.shapes import Shape
from mingjian.intake.errors import UnreadableError


@cache
def library(name: str = "pyarrow") -> Any:
    """The module pyarrow, or one below it. UnreadableError when it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise UnreadableError("读写内容档案需要 pyarrow", "安装:pip install 'mingjian[sweep]'") from error


@cache
def type_of(kind: str) -> Any:
    """The Arrow type of a kind of column."""
    arrow = library()
    return {
        "text": arrow.string(),
        "json": arrow.string(),
        "moment": arrow.timestamp("us", tz="UTC"),
        "texts": arrow.list_(arrow.string()),
        "number": arrow.int64(),
    }[kind]


@cache
def schema(shape: Shape) -> Any:
    """The Arrow schema of a table of the archive."""
    arrow = library()
    return arrow.schema([arrow.field(one.name, type_of(one.kind)) for one in shape.columns])
