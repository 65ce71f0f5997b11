"""A compiled rulebook survives pickling, which is how a door keeps it between runs."""

from __future__ import annotations

import pickle

import mingjian.api as api
from mingjian.core.engine.check import Engine
from mingjian.core.model import Item
from tests.core.engine.fixtures import OPTIONS, engine, rule

TEXTS = ("保证根治", "打玻niao酸美白", "做吉吉美白", "打水.光.针美白", "湖面的水光真美", "", "交保证金")
RULES = (
    rule("T-1", {"kind": "term", "lexicons": ["guarantee"]}),
    rule("T-2", {"kind": "claim", "slots": ["procedure", "effect"]}),
    rule("T-3", {"kind": "pattern", "regex": "<effect>.{0,4}根治", "anchors": ["根治"]}),
)


def test_the_same_verdicts_before_and_after() -> None:
    items = [Item.of(text) for text in TEXTS]
    before = engine(*RULES)
    after = Engine(pickle.loads(pickle.dumps(before.compiled)))
    assert after.check(items, OPTIONS) == before.check(items, OPTIONS)


def test_an_engine_that_has_worked_can_still_be_pickled() -> None:
    worked = engine(*RULES)
    worked.check([Item.of(text) for text in TEXTS], OPTIONS)
    assert Engine(pickle.loads(pickle.dumps(worked.compiled))).rulebook == worked.rulebook


def test_the_shipped_rulebook_pickles() -> None:
    compiled = api.engine().compiled
    again = Engine(pickle.loads(pickle.dumps(compiled)))
    items = [Item.of(text) for text in ("热玛吉术后永不反弹", "效果因人而异,以面诊为准")]
    assert again.check(items, OPTIONS) == api.engine().check(items, OPTIONS)
