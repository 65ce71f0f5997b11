"""What a caller may ask of one check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.core.model.rule import SEVERITIES, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """``as_of``: the day whose law binds items that carry no date of their own. ``select``/``ignore``:
    codes or their beginnings. ``preview``: also rules still on trial. ``classifier`` and ``disguises``
    may be switched off for speed."""

    as_of: date
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    min_severity: str = "info"
    preview: bool = False
    classifier: bool = True
    disguises: bool = True
    force_as_of: bool = False

    def wants(self, rule: Rule) -> bool:
        """Whether a rule takes part in this check."""
        if rule.status == "preview" and not self.preview and rule.code not in self.select:
            return False
        if self.select and not any(rule.code.startswith(code) for code in self.select):
            return False
        if any(rule.code.startswith(code) for code in self.ignore):
            return False
        return SEVERITIES.index(rule.severity) >= SEVERITIES.index(self.min_severity)
