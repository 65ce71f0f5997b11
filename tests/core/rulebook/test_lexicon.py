"""Lexicon files: words, aliases, slang, exceptions; what is wrong is told with file and field."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.core.model import DOMAINS
from mingjian.core.rulebook.errors import Problem
from mingjian.core.rulebook.lexicon import Lexicon, parse_lexicon


def parse(data: Any) -> tuple[Lexicon | None, list[str]]:
    problems: list[Problem] = []
    return parse_lexicon(data, "lexicons/x.yaml", problems), [str(problem) for problem in problems]


def lexicon(**fields: Any) -> dict[str, Any]:
    return {"name": "x", "title": "词", "terms": ["玻尿酸"], **fields}


def test_a_term_is_a_word_or_a_mapping() -> None:
    full = {
        "term": "热玛吉",
        "aliases": ["Thermage"],
        "slang": ["吉吉"],
        "except": ["热玛吉娜"],
        "attrs": {"class": "III"},
    }
    parsed, problems = parse(
        lexicon(terms=["玻尿酸", full, 12306], variants=True, domain="medical_aesthetics", field=True)
    )
    assert parsed is not None and problems == []
    plain, rich, number = parsed.terms
    assert (plain.text, plain.aliases, plain.variants) == ("玻尿酸", (), True)
    assert (rich.aliases, rich.slang, rich.excepts, rich.attrs) == (
        ("Thermage",),
        ("吉吉",),
        ("热玛吉娜",),
        {"class": "III"},
    )
    assert number.text == "12306"
    assert (parsed.domain, parsed.field, parsed.variants) == ("medical_aesthetics", True, True)


def test_a_term_decides_about_its_own_disguises() -> None:
    parsed, _ = parse(lexicon(terms=[{"term": "玻尿酸", "variants": False}, "水光针"], variants=True))
    assert parsed is not None
    assert [term.variants for term in parsed.terms] == [False, True]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, ["terms: a lexicon is a mapping with name, title and a list of terms"]),
        ({"name": "x", "terms": "玻尿酸"}, ["terms: a lexicon is a mapping with name, title and a list of terms"]),
        (lexicon(colour=1, size=2), ["colour: unknown field", "size: unknown field"]),
        (lexicon(domain="food"), [f"domain: 'food' is not one of {', '.join(DOMAINS)}"]),
        (lexicon(terms=[{"aliases": ["甲乙"]}]), ["terms[0]: a term is a word, or a mapping with the field `term`"]),
        (lexicon(terms=["玻尿酸", ["水光"]]), ["terms[1]: a term is a word, or a mapping with the field `term`"]),
        (lexicon(terms=[{"term": "玻尿酸", "alias": ["x"]}]), ["terms[0].alias: unknown field"]),
        (lexicon(terms=["针"]), ["terms[0]: '针' is shorter than two characters"]),
        (lexicon(terms=[{"term": "水光针", "slang": ["水 "]}]), ["terms[0]: '水 ' is shorter than two characters"]),
    ],
)
def test_what_is_wrong_is_told_with_its_field(data: Any, told: list[str]) -> None:
    assert parse(data)[1] == [f"lexicons/x.yaml: {line}" for line in told]
