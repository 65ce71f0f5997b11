"""The library: one call for a text, one for many, typed answers, no state that callers share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest

import mingjian
from mingjian import Finding, Item, Part, Publisher, Verdict, check, check_all
from mingjian.api import engine

DAY = date(2026, 11, 1)
BREACH = "热玛吉术后永不反弹"
CODE = "AD-16-1-guarantee"
CLEAN = "效果因人而异,以医师面诊评估为准。"


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


def test_the_first_example() -> None:
    verdict = check(BREACH, as_of=DAY)
    assert isinstance(verdict, Verdict) and verdict.value == "violation"
    finding = next(f for f in verdict.findings if f.code == CODE)
    assert isinstance(finding, Finding)
    assert (finding.quote, finding.start, finding.end) == ("永不反弹", 5, 9)
    assert "广告法16.1.1" in finding.cites
    assert finding.suggestions and finding.message and finding.why
    assert check(CLEAN, as_of=DAY).findings == ()


def test_everything_public_is_there() -> None:
    assert all(getattr(mingjian, name) is not None for name in mingjian.__all__)


def test_a_string_and_an_item_are_judged_alike() -> None:
    context: dict[str, Any] = {
        "channel": "public",
        "publisher": Publisher("institution"),
        "domain": "medical_aesthetics",
    }
    text = check(BREACH, as_of=DAY, **context)
    assert check(Item("text", (Part(BREACH),), **context), as_of=DAY) == text
    assert text.domain.source == "stated"


def test_context_is_for_strings_and_unknown_context_is_refused() -> None:
    with pytest.raises(TypeError):
        check(BREACH, mood="good")


def test_parts_are_told_apart() -> None:
    item = Item("1", (Part(CLEAN, "title"), Part(BREACH, "comment")))
    finding = next(f for f in check(item, as_of=DAY).findings if f.code == CODE)
    assert (finding.part, finding.role) == (1, "comment")


def test_the_day_is_the_callers_or_the_items_or_today() -> None:
    item = Item.of(BREACH, published_at=date(2010, 1, 1))
    assert check(item).as_of == date(2010, 1, 1)
    assert check(item, as_of=DAY).as_of == DAY
    assert check(BREACH).as_of == date.today()


def test_law_that_was_not_in_force_finds_nothing() -> None:
    assert CODE in codes(check(BREACH, as_of=DAY))
    assert check(BREACH, as_of=date(1980, 1, 1)).findings == ()


def test_facts_decide_what_text_cannot() -> None:
    unknown = check(BREACH, as_of=DAY)
    known = check(BREACH, as_of=DAY, facts={name: True for f in unknown.findings for name in f.missing})
    assert not [f for f in known.findings if f.status == "needs_evidence"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, True),
        ({"select": (CODE,)}, True),
        ({"select": ("AD-16",)}, True),
        ({"select": ("AD-9",)}, False),
        ({"ignore": ("AD-16",)}, False),
        ({"min_severity": "critical"}, True),
        ({"classifier": False}, True),
        ({"disguises": False}, True),
    ],
)
def test_options(options: dict[str, Any], found: bool) -> None:
    verdict = check_all([Item.of(BREACH)], as_of=DAY, **options)[0]
    assert (CODE in codes(verdict)) is found
    if "select" in options:
        assert all(code.startswith(options["select"]) for code in codes(verdict))


def test_disguises_may_be_switched_off() -> None:
    text = "打玻niao酸,永不反弹"
    on, off = (check_all([Item.of(text)], as_of=DAY, disguises=value)[0] for value in (True, False))
    assert on.domain.value == "medical_aesthetics"
    assert off.domain.value == "other" and not [f for f in off.findings if f.disguise]


def test_nothing_to_check() -> None:
    assert check_all([], as_of=DAY) == []
    assert check("", as_of=DAY).value == "clean"
    assert check(Item("1", ()), as_of=DAY).value == "clean"


def test_order_is_kept_and_repetition_is_allowed() -> None:
    items = [Item.of(text, id=str(number)) for number, text in enumerate([BREACH, CLEAN] * 3)]
    verdicts = check_all(iter(items), as_of=DAY)
    assert [verdict.id for verdict in verdicts] == [item.id for item in items]
    assert [verdict.value for verdict in verdicts] == ["violation", "clean"] * 3


def test_answers_do_not_change() -> None:
    verdict = check(BREACH, as_of=DAY)
    with pytest.raises(FrozenInstanceError):
        verdict.value = "clean"  # type: ignore[misc]
    assert hash(verdict) == hash(check(BREACH, as_of=DAY))


def test_threads_share_one_engine() -> None:
    texts = [BREACH, CLEAN, "打玻niao酸,永不反弹", "玻尿酸体验价仅需99元,加微信"] * 20
    expected = [check(text, as_of=DAY) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        engines = set(pool.map(lambda _: id(engine()), range(16)))
        assert list(pool.map(lambda text: check(text, as_of=DAY), texts)) == expected
    assert len(engines) == 1


def test_the_version_names_data_and_model() -> None:
    assert check(CLEAN, as_of=DAY).rulebook == engine().rulebook
    assert len(engine().rulebook.split("+")) == 2
