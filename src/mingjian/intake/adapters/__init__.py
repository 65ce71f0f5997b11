"""One file an outside format. An adapter is ``read(source, options)``; libraries load when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TypeAlias, cast

from mingjian.core.model import Item
from mingjian.intake.errors import IntakeError
from mingjian.intake.options import ReadOptions
from mingjian.intake.source import Source

Adapter: TypeAlias = Callable[[Source, ReadOptions], Iterator[Item | IntakeError]]
_MODULES = {"csv": "csv_", "json": "json_"}  # names of the standard library are left to it


def adapter_for(format_: str) -> Adapter:
    """The reading function of a format."""
    module = import_module(f"mingjian.intake.adapters.{_MODULES.get(format_, format_)}")
    return cast(Adapter, module.read)
