"""The rulebook that ships: it loads, it passes its audit, and every rule's examples behave."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from mingjian.api import engine
from mingjian.core.engine.examples import try_examples
from mingjian.core.model.rule import Rule
from mingjian.core.rulebook.audit import audit
from mingjian.core.rulebook.load import load

DAY = date(2026, 11, 1)
SOURCES = load()
RULES = {rule.code: rule for rule in SOURCES.rules}


def test_the_rulebook_passes_its_audit() -> None:
    assert [str(problem) for problem in audit(SOURCES, DAY)] == []


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.status != "retired"], ids=lambda r: r.code)
def test_examples(rule: Rule) -> None:
    assert list(try_examples(engine(), rule, DAY)) == []


def test_breadth() -> None:
    stable = [rule for rule in RULES.values() if rule.status == "stable"]
    instruments = Counter(ref.split("/")[0] for rule in stable for ref in rule.cites)
    assert len(stable) >= 150
    assert instruments["cn.advertising-law"] >= 40
    articles = {
        ref.split("/")[1].split(".")[0] for r in stable for ref in r.cites if ref.startswith("cn.advertising-law/")
    }
    wanted = ["4", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "28", "38", "40", "46"]
    assert [article for article in wanted if article not in articles] == []
    priorities = {ref for r in stable for ref in r.cites if ref.startswith("cn.aesthetic-ad-guide/5.")}
    assert {f"cn.aesthetic-ad-guide/5.{n}" for n in range(1, 10)} <= priorities


def test_procedures_are_many() -> None:
    names = {
        name
        for lexicon in SOURCES.lexicons if lexicon.name.startswith("procedure_")
        for term in lexicon.terms
        for name in (term.text, *term.aliases, *term.slang)
    }  # fmt: skip
    assert len(names) >= 500
