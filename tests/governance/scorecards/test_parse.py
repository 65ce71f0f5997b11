"""A card's mistakes are told all at once, each with its place; the shipped cards have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.governance.scorecards.limits import check_band, read_limits
from mingjian.governance.scorecards.model import MICRO
from mingjian.governance.scorecards.parse import ScorecardError, load_scorecard, parse_scorecard, read_scorecard
from mingjian.governance.scorecards.shipped import shipped, shipped_texts, use_folder
from mingjian.governance.scorecards.sources import check, read_sources
from mingjian.governance.scorecards.sources import shipped as shipped_sources
from mingjian.records.errors import Invalid
from tests.governance.scorecards.cards import CARD, made


def test_the_card_of_the_tests_reads() -> None:
    card = made()
    assert card.weight == (30 + 20 + 30 + 20) * MICRO
    assert card.feature("complaints").points == 30 * MICRO  # type: ignore[union-attr]
    assert card.bands[2].does.suspend == ("listing", "commerce")
    assert [band.name for points in (0, 20, 39, 40) if (band := card.band_at(points * MICRO))] == [
        "low", "middle", "middle", "high"]  # fmt: skip


def test_every_shipped_card_is_whole() -> None:
    found = shipped()
    assert {"user_risk", "institution_risk", "merchant_risk"} <= {card.name for card in found}
    for card in found:
        assert all(one.why and one.basis for one in card.features), card.name
        assert card.bands[0].since == card.low


@pytest.mark.parametrize("text", shipped_texts(), ids=lambda text: text.split("name: ", 1)[1].split("\n", 1)[0])
def test_what_shipped_bands_do_is_allowed(text: str) -> None:
    assert read_scorecard(text, check=check, check_band=check_band)[1] == []


MISTAKES = [
    ("good: low", "good: middling", "", "good"),
    ("version: 1", "version: none", "", "version"),
    ("source: decisions", "source: dreams", "strikes", "source"),
    ("measure: upheld", "measure: sung", "complaints", "measure"),
    ("where: {origins: [review, manual]", "where: {origins: [gods]", "strikes", "where.origins"),
    ("[[0, 0], [0.6, 10]", "[[0, 0], [0.6, -10]", "strikes", "bins"),
    ("half_life_days: 10", "half_life_days: 0", "strikes", "half_life_days"),
    ("of: judged, ", "", "share", "of"),
    ("cap: 6, ", "", "complaints", "cap"),
    ("missing: neutral, neutral: 4", "missing: neutral, neutral: 40", "fake", "neutral"),
    ("missing: neutral, neutral: 4", "missing: guess", "fake", "missing"),
    ("weight: 5,", "weight: 5, bins: [[0, 0]],", "complaints", ""),
    ("window_days: 60, ", "", "share", "window_days"),
    ("from: 20", "from: 50", "high", "from"),
    ("from: 0}", "from: 5}", "low", "from"),
    ("label_days: 10", "label_days: 900", "high", "does.label_days"),
    ("suspend: [listing, commerce]", "suspend: [posting]", "high", "does.suspend"),
    (", suspend_days: 30", "", "high", "does.suspend_days"),
    ("does: {case: true, reason: 请复核}", "does: {case: true}", "middle", "does.reason"),
]


@pytest.mark.parametrize(("right", "wrong", "whose", "field"), MISTAKES, ids=lambda one: str(one)[:24])
def test_each_mistake_is_named(right: str, wrong: str, whose: str, field: str) -> None:
    assert right in CARD
    _, problems = read_scorecard(CARD.replace(right, wrong, 1), "机构.yaml", check=check, check_band=check_band)
    found = [one for one in problems if (one.feature, one.field) == (whose, field)]
    assert found, problems
    assert found[0].file == "机构.yaml"
    assert found[0].card == "clinic"
    assert found[0].line


TOGETHER = [one for one in MISTAKES[:10] if one[3] != "source"]


def test_all_mistakes_come_at_once() -> None:
    text = CARD
    for right, wrong, _, _ in TOGETHER:
        text = text.replace(right, wrong, 1)
    with pytest.raises(ScorecardError) as caught:
        load_scorecard(text, "机构.yaml", check=check)
    fields = {(one.feature, one.field) for one in caught.value.problems}
    assert {(whose, field) for _, _, whose, field in TOGETHER} <= fields
    assert "机构.yaml,clinic,strikes" in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "a: [", "name: x\nname: y", "x: &a 1\ny: *a"])
def test_what_is_no_card_is_told(text: str) -> None:
    made_of, problems = read_scorecard(text, "x.yaml")
    assert problems
    assert made_of is None or problems


def test_plain_data_without_knowing_sources() -> None:
    problems: list[object] = []
    data = {"name": "n", "version": 1, "title": "t", "title_en": "t", "good": "high", "features": [
        {"name": "a", "title": "a", "title_en": "a", "source": "forms", "measure": "a", "missing": "worst", "why": "w",
         "straight": {"from": 0, "to": 10, "points": 5}}]}  # fmt: skip
    card = parse_scorecard(data, problems)  # type: ignore[arg-type]
    assert card is not None
    assert problems == []


def test_what_cannot_be_counted_exactly_is_refused() -> None:
    wide = "straight: {from: 0, to: 8999999999, points: 19.999999}"
    text = CARD.replace("straight: {from: 0, to: 1, points: 20}", wide)
    _, problems = read_scorecard(text, check=check)
    assert any("精确" in one.message for one in problems)


def test_a_deployers_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CARD, "utf-8")
    (tmp_path / "b.yaml").write_text(CARD.replace("good: low", "good: x"), "utf-8")
    with pytest.raises(ScorecardError) as caught:
        use_folder(tmp_path)
    assert {one.file for one in caught.value.problems} == {"b.yaml"}
    with pytest.raises(Invalid):
        use_folder(_unreadable(tmp_path))


def _unreadable(folder: Path) -> Path:
    made_here = folder / "other"
    made_here.mkdir()
    (made_here / "x.yaml").write_bytes(b"\xff\xfe\x00")
    return made_here


def test_outside_sources_are_checked() -> None:
    assert {"complaints", "engagement", "rings"} <= set(shipped_sources())
    with pytest.raises(Invalid) as caught:
        read_sources("sources:\n  items: {title: x, measures: {a: {title: b}}}\n  y: {measures: {}}\n", "o.yaml")
    assert "items" in str(caught.value)
    assert "y" in str(caught.value)


@pytest.mark.parametrize("text", ["x", "label: {most_days: 0}", "label: {most_days: a}"])
def test_limits_are_checked(text: str) -> None:
    with pytest.raises(Invalid):
        read_limits(text)
