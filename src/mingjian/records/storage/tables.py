"""Every noun's tables, loaded: folds register themselves and the metadata is whole."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from mingjian.records import storage


@cache
def load_tables() -> None:
    """Import every module of this room once."""
    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg:
            importlib.import_module(f"{storage.__name__}.{module.name}")
