"""Sentences that break a rule, to be planted: the bad examples of the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable

from mingjian.core.model import Rule


def breaches(rules: Iterable[Rule]) -> list[tuple[str, str]]:
    """(Code, sentence) for every short example of a violation in a public post, in the order of the codes."""
    found = []
    for rule in sorted(rules, key=lambda one: one.code):
        fits = rule.outcome == "violation" and rule.status == "stable" and not rule.applies.platforms
        if fits and (not rule.applies.channels or "public" in rule.applies.channels):
            found += [(rule.code, example.text) for example in rule.bad if len(example.text) < 120]
    return found
