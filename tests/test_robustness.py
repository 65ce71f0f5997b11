"""Whatever is written: no crash, every span inside its text, every quote what stands there, work in proportion.

Work is counted (calls, sentences), never timed; benchmarks/scaling.py times it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from types import FrameType

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mingjian import Item, Part, Verdict, check, check_all
from mingjian.api import engine
from mingjian.core.engine import check as checking
from mingjian.core.engine.check import BATCH_CHARACTERS
from mingjian.core.engine.options import Options
from mingjian.core.engine.scan import Scan, scan
from mingjian.core.model import DOMAINS, NATURES, VERDICT_VALUES
from mingjian.core.text.views import MAX_SENTENCE, normalise

DAY = date(2026, 11, 1)
BREACH = "热玛吉术后永不反弹"
ANY = st.text(st.characters(exclude_categories=()), max_size=80)  # surrogates too
PIECES = (
    "热玛吉", "永不反弹", "玻niao酸", "水光💉", "水.光.针", "国家级", "最好", "加v信", "13800138000", "仅需99元", "根治", "一次",
    "7天", "不能", "吗?", "“", "”", ",", "。", "\n", " ", "\u200b", "\u200d", "\ufe0f", "\u202e", "\u2067", "\u0336", "\x1e", "\x00",
    "👩\u200d⚕️", "👨\u200d👩\u200d👧", "🏳️\u200d🌈", "🇨🇳", "\ud83d", "\udc89", "\U000e0041", "\U0010ffff", "شفاء", "𠮷", "ﷺ", "ǆ", "İ", "ß",
    "臺灣", "Ｔ", "①", "㊙", "e\u0301", "\r\n", "\u2028", "\u0085", "不", "保证", "医生", "患者", "推荐", "第一", "a" * 30,
)  # fmt: skip
MIXED = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_sound(item: Item, verdict: Verdict) -> None:
    assert verdict.id == item.id and verdict.value in VERDICT_VALUES
    assert verdict.nature.value in NATURES and verdict.domain.value in DOMAINS
    for finding in verdict.findings:
        text = item.parts[finding.part].text
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.quote == text[finding.start : finding.end]
        assert normalise(finding.quote), "an invisible quote shows nobody anything"
        low, high = finding.sentence
        assert 0 <= low <= finding.start and finding.end <= high <= len(text)
        assert finding.cites and all(word.strip() for word, _ in finding.words)
    for evidence in verdict.nature.evidence:
        text = item.parts[evidence.part].text
        assert evidence.quote == text[evidence.start : evidence.end] != ""


@MANY
@given(ANY)
@example("")
@example("\x1e")
@example("\ud800" + BREACH + "\udfff")
@example("\u202e" + BREACH + "\u202c")
def test_arbitrary_unicode(text: str) -> None:
    assert_sound(Item.of(text), check(text, as_of=DAY))


@MANY
@given(MIXED)
def test_words_of_the_field_among_oddities(text: str) -> None:
    assert_sound(Item.of(text), check(text, as_of=DAY))


@MANY
@given(st.lists(st.lists(MIXED | ANY, max_size=3), max_size=4))
def test_items_of_many_parts_in_one_batch(items: list[list[str]]) -> None:
    made = [Item(str(number), tuple(map(Part, parts))) for number, parts in enumerate(items)]
    for item, verdict in zip(made, check_all(made, as_of=DAY), strict=True):
        assert_sound(item, verdict)


@MANY
@given(ANY, ANY)
def test_what_stands_around_a_breach_does_not_move_it(before: str, after: str) -> None:
    text = f"{before}\n{BREACH}\n{after}"
    verdict = check(text, as_of=DAY, nature="advertisement")
    places = {(f.start, f.end) for f in verdict.findings}
    start = len(before) + 1 + BREACH.index("永不")
    assert (start, start + 4) in places


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("热玛吉术后永\u200b不\u200d反\ufeff弹", "永\u200b不\u200d反\ufeff弹"),
        ("热玛吉术后永̶不̶反̶弹̶", "永̶不̶反̶弹̶"),
        ("👩\u200d⚕️热玛吉术后永不反弹👩\u200d⚕️", "永不反弹"),
        ("🇨🇳🇨🇳𠮷热玛吉术后永不反弹", "永不反弹"),
        ("\u202e热玛吉术后永不反弹\u202c", "永不反弹"),
        ("热玛吉術後永不反彈", "永不反彈"),
        ("שלום热玛吉术后永不反弹שלום", "永不反弹"),
        ("\ud83d热玛吉术后永不反弹\udc89", "永不反弹"),
    ],
    ids=["zero-width", "combining", "emoji-zwj", "flags", "override", "traditional", "hebrew", "surrogates"],
)
def test_places_count_original_code_points(text: str, quote: str) -> None:
    found = [f for f in check(text, as_of=DAY, nature="advertisement").findings if f.code == "AD-16-1-guarantee"]
    assert [f.quote.rstrip("\u202c") for f in found] == [quote]


# Work in proportion ----------------------------------------------------------------------------------------

NOTE = "热玛吉五代到店体验,术后皮肤紧致提升,效果因人而异,请以医师面诊为准。想了解的姐妹可以先看科普"
LONG = {
    "no stops": lambda size: "很" * size,
    "commas": lambda size: ("皮肤紧致," * size)[:size],
    "one word": lambda size: ("玻尿酸" * size)[:size],
    "pinyin": lambda size: ("boniaosuan" * size)[:size],
    "negations": lambda size: "不" * size,
    "digits": lambda size: "1" * size,
    "marks": lambda size: ("*.·-" * size)[:size],
    "invisible": lambda size: "\u200b" * size,
    "notes": lambda size: (NOTE * size)[:size],
    "breaches": lambda size: (BREACH * size)[:size],
    "open quotes": lambda size: "“" * size,
    "lines": lambda size: ("最好\n" * size)[:size],
    "breaches in sentences": lambda size: (f"{BREACH}。" * size)[:size],
    "exceptions": lambda size: ("最好先" * size)[:size],
}


@pytest.mark.parametrize("name", LONG)
def test_a_line_of_a_hundred_thousand_characters_is_cut_into_short_sentences(name: str) -> None:
    text = LONG[name](100_000)
    found = scan(engine().compiled.lexemes, [text])
    lengths = np.diff(found.sentence_ends, prepend=0)
    assert lengths.max(initial=0) <= MAX_SENTENCE + 1
    assert len(lengths) <= len(text) + 1


def calls(text: str) -> int:
    """Python and C functions called to judge a text."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    options = Options(as_of=DAY)
    item = Item.of(text, nature="advertisement")
    engine().check([item], options)  # fills the caches of look-ups
    sys.setprofile(note)
    try:
        engine().check([item], options)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", LONG)
def test_four_times_the_text_is_four_times_the_work(name: str) -> None:
    size = 4 * MAX_SENTENCE
    small, large = calls(LONG[name](size)), calls(LONG[name](4 * size))
    assert large <= 4.4 * small + 2_000


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Characters of each scan that a check makes."""
    sizes: list[int] = []

    def counted(lexemes: object, texts: list[str], disguises: bool = True) -> Scan:
        sizes.append(sum(len(text) + 1 for text in texts))
        return scan(lexemes, texts, disguises)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "scan", counted)
    yield sizes


def test_many_items_are_scanned_in_batches_of_bounded_size(scans: list[int]) -> None:
    items = [Item.of(NOTE, id=str(number)) for number in range(5_000)]
    check_all(items, as_of=DAY)
    total = 5_000 * (len(NOTE) + 1)
    assert sum(scans) == total, "every character once"
    assert max(scans) <= BATCH_CHARACTERS + len(NOTE) + 1
    assert len(scans) <= total // BATCH_CHARACTERS + 1


def test_items_are_drawn_as_they_are_needed(scans: list[int]) -> None:
    """A door may feed a folder of any size: no more than one batch is held."""
    drawn = 0

    def feed() -> Iterator[Item]:
        nonlocal drawn
        for number in range(3_000):
            drawn += 1
            assert drawn * (len(NOTE) + 1) <= (len(scans) + 1) * (BATCH_CHARACTERS + len(NOTE) + 1)
            yield Item.of(NOTE, id=str(number))

    assert len(check_all(feed(), as_of=DAY)) == 3_000
