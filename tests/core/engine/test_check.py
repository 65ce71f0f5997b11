"""The engine as a whole: gates, facts, dates, disguises, batches, threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Part, Publisher
from mingjian.core.text.views import normalise
from tests.core.engine.fixtures import engine, judge, quotes, rule

GUARANTEE = {"kind": "term", "lexicons": ["guarantee"]}
PROCEDURE = {"kind": "term", "lexicons": ["procedure"]}


@pytest.mark.parametrize(
    ("applies", "context", "found"),
    [
        ({"natures": ["advertisement"]}, {"nature": "education"}, False),
        ({"natures": ["education"]}, {"nature": "education"}, True),
        ({"channels": ["public"]}, {}, True),
        ({"channels": ["public"]}, {"channel": "direct"}, False),
        ({"domains": ["medical_aesthetics"]}, {"domain": "drug"}, False),
        ({"publishers": ["institution"]}, {}, False),
        ({"publishers": ["institution"]}, {"publisher": Publisher("institution")}, True),
        ({"platforms": ["douyin"]}, {}, False),
        ({"platforms": ["douyin"]}, {"platform": "douyin"}, True),
    ],
)
def test_gates(applies: dict[str, Any], context: dict[str, Any], found: bool) -> None:
    verdict = judge(engine(rule("T-1", GUARANTEE, applies=applies)), "保证好看", **context)
    assert bool(verdict.findings) is found


@pytest.mark.parametrize(
    ("facts", "status", "missing"),
    [({}, "needs_evidence", ("licence",)), ({"licence": True}, None, ()), ({"licence": False}, "violation", ())],
)
def test_an_outside_fact_is_known_denied_or_unknown(facts: Any, status: str | None, missing: Any) -> None:
    verdict = judge(engine(rule("T-1", GUARANTEE, needs=["licence"])), "保证好看", facts=facts)
    assert [f.status for f in verdict.findings] == ([status] if status else [])
    assert verdict.value == (status or "clean")
    assert all(f.missing == missing for f in verdict.findings)


def test_what_was_not_read_is_never_clean() -> None:
    verdict = judge(engine(rule("T-1", GUARANTEE)), "好看", facts={"unread": ("第2页没有文字层,未读取",)})
    assert (verdict.value, verdict.notes) == ("undetermined", ("第2页没有文字层,未读取",))


@pytest.mark.parametrize(
    ("day", "summary"), [(date(2023, 12, 31), "旧文"), (date(2024, 1, 1), "新文"), (date(2019, 1, 1), None)]
)
def test_the_law_of_the_day_binds(day: date, summary: str | None) -> None:
    verdict = judge(engine(rule("T-1", GUARANTEE)), "保证好看", as_of=day)
    assert [f.citations[0].summary for f in verdict.findings] == ([summary] if summary else [])


def test_the_items_own_date_goes_before_the_options() -> None:
    item = Item.of("保证好看", published_at=date(2023, 5, 1))
    checker = engine(rule("T-1", GUARANTEE))
    assert checker.check([item], Options(as_of=date(2025, 1, 1)))[0].as_of == date(2023, 5, 1)
    assert checker.check([item], Options(as_of=date(2025, 1, 1), force_as_of=True))[0].as_of == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("text", "quote", "disguise"),
    [
        ("打玻niao酸美白", "玻niao酸", "pinyin"),
        ("打水.光.针美白", "水.光.针", "separated"),
        ("打税光针美白", "税光针", "homophone"),
        ("打水 光 针美白", "水 光 针", "separated"),
        ("打王皮尿酸美白", "王皮尿酸", "split"),
        ("打坡尿酸美白", "坡尿酸", "look-alike"),
        ("打bns美白", "bns", "initials"),
        ("打玻尿尿酸美白", "玻尿尿酸", "repeated"),
        ("做吉吉美白", "吉吉", "slang"),
        ("打玻\u200b尿\u200b酸", "玻\u200b尿\u200b酸", None),
        ("打水光💉", "水光💉", None),
    ],
)
def test_disguises(text: str, quote: str, disguise: str | None) -> None:
    found = judge(engine(rule("T-1", PROCEDURE)), text).findings
    assert [(f.quote, f.disguise) for f in found] == [(quote, disguise)]


@pytest.mark.parametrize(
    "text", ["湖面的水光真美", "她有一双 眼皮很薄", "这双,眼皮", "一碗bns", "吉吉国王来了", "坡尿酸碱"]
)
def test_ordinary_text_is_not_read_as_a_disguise(text: str) -> None:
    assert judge(engine(rule("T-1", PROCEDURE)), text).findings == ()


def test_stated_nature_is_used_and_its_contradiction_told() -> None:
    verdict = judge(engine(rule("T-1", GUARANTEE)), "玻尿酸体验价仅需99元,加微信", nature="education")
    assert (verdict.nature.value, verdict.nature.source) == ("education", "stated")
    assert verdict.nature.contradiction == "advertisement"
    assert {e.quote for e in verdict.nature.evidence} >= {"体验价", "加微信"}


def test_one_rules_overlapping_places_are_one_finding() -> None:
    match = {"kind": "pattern", "regex": "根治.{0,4}|保证根治", "anchors": ["根治"]}
    assert quotes(judge(engine(rule("T-1", match)), "保证根治一切")) == ["保证根治"]


ITEMS = st.lists(
    st.text(st.sampled_from("保证根治水光针玻尿酸美白紧致,。 \n💉\u200b加微信a1"), max_size=30), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(ITEMS)
def test_a_batch_judges_like_one_by_one_and_spans_hold(texts: list[str]) -> None:
    checker = engine(
        rule("T-1", GUARANTEE), rule("T-2", PROCEDURE), rule("T-3", {"kind": "claim", "slots": ["effect", "procedure"]})
    )
    items = [Item(id=str(i), parts=(Part(text), Part("保证"))) for i, text in enumerate(texts)]
    options = Options(as_of=date(2025, 1, 1))
    together = checker.check(items, options)
    assert together == [checker.check([item], options)[0] for item in items]
    for item, verdict in zip(items, together, strict=True):
        for finding in verdict.findings:
            text = item.parts[finding.part].text
            assert 0 <= finding.start < finding.end <= len(text)
            assert finding.quote == text[finding.start : finding.end]
            assert finding.sentence[0] <= finding.start and finding.end <= finding.sentence[1]
            if finding.code == "T-1":
                assert normalise(finding.quote) in ("保证", "根治")


def test_threads_share_an_engine() -> None:
    checker = engine(rule("T-1", GUARANTEE))
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda i: judge(checker, "保证" if i % 2 else "好").value, range(200)))
    assert values == ["clean", "violation"] * 100


@pytest.mark.parametrize(
    ("roles", "role", "found"), [([], "ocr", 1), ([], "depicted", 0), (["depicted"], "depicted", 1)]
)
def test_what_is_seen_and_not_said_is_for_rules_that_ask(roles: list[str], role: str, found: int) -> None:
    made = engine(rule("T-1", GUARANTEE, applies={"roles": roles} if roles else {}))
    verdict = made.check([Item("x", (Part("保证好看", role),))], Options(as_of=date(2025, 1, 1)))[0]
    assert len(verdict.findings) == found
