"""Policies in words for people, and their text for the editor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.doors.console.i18n import speaker
from mingjian.doors.console.words import word
from mingjian.governance.policies.explain import FIELDS, said_facts, said_findings
from mingjian.governance.policies.model import Policy
from mingjian.governance.policies.parse import Problem


@dataclass(frozen=True, slots=True)
class Said:
    """A clause in words: what an item must meet, what follows, and why."""

    name: str
    title: str
    conditions: tuple[str, ...]
    then: str
    reason: str


def clauses_of(policy: Policy | None, lang: str) -> tuple[Said, ...]:
    """The clauses in order; none of a text that cannot be read."""
    if policy is None:
        return ()
    return tuple(
        Said(
            clause.name,
            clause.title,
            (
                *((said_findings(clause.findings),) if clause.findings is not None else ()),
                *(f"{FIELDS.get(name, name)}{said}" for name, said in said_facts(clause.facts).items()),
            ),
            outcome_word(clause.then.word, lang)
            + (f"({speaker(lang)('{n} 天', n=clause.then.days)})" if clause.then.days else ""),
            clause.reason,
        )
        for clause in policy.clauses
    )


def outcome_word(outcome: str, lang: str) -> str:
    """``limit+queue:product`` → 限制推荐 + 交人工审核(商品审核)."""
    said = speaker(lang)
    told = []
    for piece in outcome.split("+"):
        name, _, queue = piece.partition(":")
        if name == "queue":
            told.append(said("交人工审核") + (f"({word('queue', queue, lang)})" if queue else ""))
        else:
            told.append(word("measure", name, lang))
    return " + ".join(told)


def wrong_lines(problems: Sequence[Problem]) -> dict[int, list[str]]:
    """What is wrong, by the line it stands in; 0 for the whole."""
    found: dict[int, list[str]] = {}
    for line, field, message in problems:
        found.setdefault(line or 0, []).append(f"{field}:{message}" if field else message)
    return found


def next_text(before: str, version: int, *, fresh: bool = False) -> str:
    """The text of a version as the beginning of the next one; ``fresh``: of a policy with another name."""
    words = re.sub(r"(?m)^version:.*$", f"version: {version}", before, count=1)
    return re.sub(r"(?m)^name:.*$", "name: new-policy", words, count=1) if fresh else words
