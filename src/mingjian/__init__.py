"""Mingjian (明鉴): a linter for Chinese medical and medical-aesthetic content that cites the law."""

from mingjian.api import check, check_all
from mingjian.core.model import Finding, Item, Part, Publisher, Verdict

__version__ = "0.1.0"
__all__ = ["Finding", "Item", "Part", "Publisher", "Verdict", "__version__", "check", "check_all"]
