"""Mingjian (明鉴): a linter for Chinese medical and medical-aesthetic content that cites the law."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mingjian.api import check, check_all
    from mingjian.core.model import Finding, Item, Part, Publisher, Verdict

__version__ = "0.1.0"
__all__ = ["Finding", "Item", "Part", "Publisher", "Verdict", "__version__", "check", "check_all"]


def __getattr__(name: str) -> Any:
    # On demand, so that the command line starts without what it does not use.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("mingjian.api" if name.startswith("check") else "mingjian.core.model"), name)
