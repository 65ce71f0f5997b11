"""What the program prints is what the published schema says, for real verdicts of every kind of input."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from mingjian import Item, Verdict, check, check_all
from mingjian.core.model.verdict import DOMAIN_SOURCES, NATURE_SOURCES
from mingjian.core.report import json_, labels
from mingjian.intake import read

DEMO = Path(__file__).parents[1] / "demo" / "clinic"
SCHEMA = json.loads((DEMO.parents[1] / "docs" / "schema" / "finding.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
DAY = date(2026, 11, 1)


@cache
def demo() -> list[Verdict]:
    """Verdicts on everything in the demonstration folder."""
    items = [item for item in read([DEMO]) if isinstance(item, Item)]
    assert len(items) > len(list(DEMO.iterdir())), "files of several items among them"
    return check_all(items, as_of=DAY)


def complaints(verdict: Verdict) -> list[str]:
    line = json.loads(json_.line(verdict))
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(line)]


def test_every_line_of_the_demonstration_is_valid() -> None:
    assert {verdict.id: found for verdict in demo() if (found := complaints(verdict))} == {}


def test_the_demonstration_shows_what_the_schema_must_describe() -> None:
    findings = [finding for verdict in demo() for finding in verdict.findings]
    assert {finding.status for finding in findings} >= {"violation", "needs_evidence"}
    assert any(finding.words for finding in findings), "a finding of the classifier"
    assert any(verdict.nature.evidence for verdict in demo())


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("", {}),
        ("\ud800热玛吉术后永不反弹", {}),
        ("玻尿酸体验价仅需99元,加微信预约", {"nature": "education"}),
        ("热玛吉术后永不反弹", {"facts": {"unread": ["第2页没有文字层,未读取"]}}),
    ],
    ids=["empty", "surrogate", "contradiction", "unread"],
)
def test_edges_are_valid_too(text: str, context: dict[str, object]) -> None:
    assert complaints(check(text, as_of=DAY, **context)) == []


def test_the_schema_is_not_a_sieve() -> None:
    line = json.loads(json_.line(check("热玛吉术后永不反弹", as_of=DAY)))
    assert line["findings"]
    for broken in (
        line | {"domain": "medical"},
        line | {"nature": line["nature"] | {"source": "guess"}},
        line | {"findings": [line["findings"][0] | {"words": [["永不", 1.0]]}]},
        {key: value for key, value in line.items() if key != "rulebook"},
    ):
        assert not VALIDATOR.is_valid(broken)


def test_every_source_has_a_name_for_readers() -> None:
    assert set(labels.NATURE_SOURCE) == set(NATURE_SOURCES)
    assert set(DOMAIN_SOURCES) >= {verdict.domain.source for verdict in demo()}
