"""The shipped classifier: its heads, its reasons, and that it says the same alone and in company."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mingjian.api import engine
from mingjian.core.engine.classify import Model, load_model
from mingjian.core.engine.classifying import COMPANY, COMPANY_FLOOR, in_company
from mingjian.core.engine.options import Options
from mingjian.core.model import FAMILIES, NATURES, Item
from mingjian.core.text.views import Batch, normalise
from tests.core.engine.fixtures import DAY, OPTIONS

CLAIMS = (
    "背影是姐姐,正脸成阿姨,再不打就来不及了",
    "二十年的老烟枪,一次就洗出了干净的肺",
    "打一次年轻十岁,永不反弹",
)
LAWFUL = (
    "效果因人而异,请到正规医院由医师面诊",
    "今天天气不错,我们去公园放风筝",
)


@pytest.fixture(scope="module")
def model() -> Model:
    loaded = load_model()
    assert loaded is not None
    return loaded


def test_a_missing_model_is_none_not_an_error(tmp_path: Path) -> None:
    assert load_model(tmp_path / "none.npz") is None


def test_heads_are_words_of_the_house(model: Model) -> None:
    families, natures = set(model.columns("family")), set(model.columns("nature"))
    assert families - {"any"} <= set(FAMILIES) and len(families) > 10
    assert natures <= {*NATURES, "other"}
    assert {f"family:{name}" for name in families} <= set(model.thresholds)
    assert all(0 < point < 1 for point in model.thresholds.values())
    assert model.grams[0].any() == 0, "unknown grams weigh nothing"


def test_the_version_of_the_rulebook_names_the_model(model: Model) -> None:
    assert engine().rulebook.endswith(f"+{model.version}")


@pytest.mark.parametrize("text", CLAIMS)
def test_reasons_are_pieces_of_the_text_strongest_first(model: Model, text: str) -> None:
    view = Batch([text]).folded
    column = model.columns("family")["any"]
    pieces = model.words(view.text, view.array, 0, len(view.text) - 1, column)
    assert pieces
    weights = [weight for _, _, weight in pieces]
    assert weights == sorted(weights, reverse=True) and min(weights) > 0
    assert all(0 <= start < end < len(view.text) for start, end, _ in pieces)
    spans = sorted((start, end) for start, end, _ in pieces)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_classifier_finding_explains_itself_with_words_of_its_sentence() -> None:
    verdicts = engine().check([Item.of(text, domain="medical") for text in CLAIMS], OPTIONS)
    assert [text for text, verdict in zip(CLAIMS, verdicts, strict=True) if verdict.value != "violation"] == []
    explained = [(text, f) for text, v in zip(CLAIMS, verdicts, strict=True) for f in v.findings if f.words]
    assert explained, "at least one claim no list of words holds"
    for text, finding in explained:
        assert all(word.strip() and word in normalise(text) and weight > 0 for word, weight in finding.words)


def test_without_the_classifier_nothing_is_explained_by_it() -> None:
    verdicts = engine().check([Item.of(text) for text in CLAIMS], Options(as_of=DAY, classifier=False))
    assert all(not finding.words for verdict in verdicts for finding in verdict.findings)
    assert all(verdict.nature.source != "classifier" for verdict in verdicts)


def test_a_sentence_among_explaining_ones_must_be_surer() -> None:
    odds = np.array([2.0, -6.0, -6.0, 2.0, 3.0, 1.0], dtype=np.float32)
    lengths, firsts = np.array([10, 10, 10, 10, 10, 0]), np.array([0, 3, 5])
    taken = in_company(odds, lengths, firsts)
    assert taken[:3] == pytest.approx([COMPANY * -10 / 3] * 3)
    assert taken[3:] == pytest.approx([0.0, 0.0, 0.0])


def test_no_company_takes_more_than_the_floor() -> None:
    taken = in_company(np.array([3.0, -50.0], dtype=np.float32), np.array([10, 10]), np.array([0]))
    assert taken == pytest.approx([COMPANY * COMPANY_FLOOR] * 2)


def test_company_changes_nothing() -> None:
    items = [Item.of(text, id=str(number)) for number, text in enumerate((*CLAIMS, "", "好", *LAWFUL) * 3)]
    alone = [engine().check([item], OPTIONS)[0] for item in items]
    assert engine().check(items, OPTIONS) == alone


@pytest.mark.parametrize("text", LAWFUL)
def test_lawful_text_stays_silent(text: str) -> None:
    assert engine().check([Item.of(text)], OPTIONS)[0].value == "clean"


@pytest.mark.parametrize("text", ["五代热玛吉", "双眼皮", "样例医美\n五代热玛吉\n门诊时间见公示"])
def test_a_mere_name_is_no_claim(text: str) -> None:
    verdict = engine().check([Item.of(text, domain="medical_aesthetics", nature="advertisement")], OPTIONS)[0]
    assert [f.quote for f in verdict.findings if f.words] == []
