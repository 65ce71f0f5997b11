"""The vocabulary: which spellings stand for which word, and where a spelling does not count."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.core.engine.scan import scan
from mingjian.core.engine.vocabulary import ANCHOR, EXCEPT, PLAIN, SLANG, SPELLED, Lexemes, Vocabulary
from mingjian.core.rulebook.lexicon import parse_lexicon


def vocabulary(*terms: Any, name: str = "words", variants: bool = False, **fields: Any) -> Vocabulary:
    problems: list[Any] = []
    lexicon = parse_lexicon(
        {"name": name, "title": name, "terms": list(terms), "variants": variants, **fields}, name, problems
    )
    assert lexicon is not None and not problems
    built = Vocabulary()
    built.add_lexicon(lexicon)
    return built


def found(lexemes: Lexemes, text: str) -> list[tuple[str, str | None]]:
    return [(lexemes.words[hit.word], hit.disguise) for hit in scan(lexemes, [text]).hits(0)]


def test_terms_are_folded_as_texts_are() -> None:
    lexemes = vocabulary("ＴＨＥＲＭＡＧＥ", "玻尿酸（进口）").freeze()
    assert lexemes.words == ("thermage", "玻尿酸(进口)")
    assert found(lexemes, "Thermage與玻尿酸（進口）") == [("thermage", None), ("玻尿酸(进口)", None)]


def test_every_name_of_a_term_is_its_own_word() -> None:
    built = vocabulary({"term": "热玛吉", "aliases": ["热玛吉五代"], "slang": ["吉吉"], "except": ["热玛吉娜"]})
    kinds = {spelling: entries[0].kind for spelling, entries in built.patterns.items()}
    assert kinds == {"热玛吉": PLAIN, "热玛吉五代": PLAIN, "吉吉": SLANG, "热玛吉娜": EXCEPT}
    assert built.members == [["热玛吉", "热玛吉五代", "吉吉"]]


def test_what_is_not_hidden_has_no_disguises() -> None:
    assert set(vocabulary("玻尿酸").patterns) == {"玻尿酸"}
    hidden = vocabulary("玻尿酸", variants=True)
    assert {"玻尿酸", "bns", "坡尿酸"} <= set(hidden.patterns)
    assert {e.kind for spelling, entries in hidden.patterns.items() for e in entries if spelling != "玻尿酸"} == {
        SPELLED
    }


@pytest.mark.parametrize(
    ("term", "sounded", "paired"), [("玻尿酸", True, False), ("根治", False, True), ("BOTOX", False, False)]
)
def test_short_names_are_not_heard_only_pulled_apart(term: str, sounded: bool, paired: bool) -> None:
    built = vocabulary(term, variants=True)
    assert (bool(built.sounds), bool(built.pairs)) == (sounded, paired)


def test_the_plainest_reading_of_a_spelling_wins() -> None:
    built = vocabulary("坡尿酸", "玻尿酸", variants=True)  # one is the look-alike of the other
    assert [entry.kind for entry in built.patterns["坡尿酸"]] == [PLAIN]


def test_one_spelling_may_belong_to_several_classes() -> None:
    built = vocabulary("水光针", name="one")
    built.add_words("two", ["水光针"])
    built.add_words("anchors", ["水光针"], anchors=True)
    assert [(e.lexicon, e.kind) for e in built.patterns["水光针"]] == [(0, PLAIN), (1, PLAIN), (2, ANCHOR)]
    lexemes = built.freeze()
    assert [lexemes.names[hit.lexicon] for hit in scan(lexemes, ["打水光针"]).hits(0)] == ["one", "two"]


def test_a_class_is_added_once() -> None:
    built = vocabulary("水光针", name="one")
    assert built.add_words("one", ["瘦脸针"]) == 0
    assert built.names == ["one"]


@pytest.mark.parametrize(
    ("text", "hit"),
    [("做oligio吧", True), ("oligio", True), ("OLIGIO900", True), ("xoligio", False), ("oligiox", False)],
)
def test_a_latin_word_is_no_piece_of_a_longer_one(text: str, hit: bool) -> None:
    assert bool(found(vocabulary("oligio").freeze(), text)) is hit


def test_an_exception_covers_only_itself() -> None:
    lexemes = vocabulary({"term": "保证", "except": ["保证金"]}).freeze()
    assert [hit.start for hit in scan(lexemes, ["保证金先付,保证好看"]).hits(0)] == [6]


def test_an_empty_vocabulary_finds_nothing() -> None:
    assert found(Vocabulary().freeze(), "玻尿酸") == []
