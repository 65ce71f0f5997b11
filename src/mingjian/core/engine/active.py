"""Which rules take part in a check, and of those which a setting lets through: worked out once a setting."""

from __future__ import annotations

from collections.abc import Mapping

from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.gates import Setting, passes
from mingjian.core.engine.options import Options

# lexicon → (rule number, its three masks)
Triggers = Mapping[int, tuple[tuple[int, int, int, int], ...]]


class Active:
    """The rules of one call. ``wanted[i]``: rule i is selected. A memo of this call only."""

    def __init__(self, compiled: Compiled, options: Options) -> None:
        self._compiled = compiled
        self.wanted = [options.wants(rule) for rule in compiled.rules]
        self._known: dict[tuple[Setting, str], tuple[Triggers, int]] = {}

    def triggers(self, setting: Setting, role: str) -> tuple[Triggers, int]:
        """For each lexicon the rules to try where a word of it stands, with their masks (Compiled.masks), and the
        bits of those lexicons."""
        key = (setting, role)
        found = self._known.get(key)
        if found is None:
            rules = self._compiled.rules
            live = {
                number for number, wanted in enumerate(self.wanted) if wanted and passes(rules[number], setting, role)
            }
            masks = self._compiled.masks
            table: dict[int, tuple[tuple[int, int, int, int], ...]] = {}
            for lexicon, numbers in enumerate(self._compiled.triggers):
                if kept := tuple((number, *masks[number]) for number in numbers if number in live):
                    table[lexicon] = kept
            found = self._known[key] = (table, sum(1 << lexicon for lexicon in table))
        return found
