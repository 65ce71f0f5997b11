"""Procedures named in a text."""

from __future__ import annotations

import pickle

import pytest

from mingjian.core.scope.finding import Finder
from mingjian.core.text.views import normalise
from tests.core.scope.cast import CATALOGUE

FINDER = Finder(CATALOGUE)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("周年庆双眼皮立减", ["double-eyelid"]),
        ("玻尿酸隆鼻", ["hyaluronic"]),
        ("假体隆鼻和玻尿酸填充", ["rhinoplasty", "hyaluronic"]),
        ("双眼皮贴、贴面礼", []),
        ("自体脂肪隆胸", ["fat-breast"]),
        ("PRP注射", ["prp"]),
        ("XPRP注射", []),
        ("埋线减肥不是面部埋线", ["acupoint-thread", "thread-lift"]),
        ("今天天气很好", []),
    ],
)
def test_what_is_named(text: str, codes: list[str]) -> None:
    assert [one.procedure for one in FINDER.find(normalise(text))] == codes


def test_every_word_finds_its_own_procedure() -> None:
    wrong = {
        word: found
        for one in CATALOGUE.procedures.values()
        for word in one.words
        if (found := [named.procedure for named in FINDER.find(normalise(word))]) != [one.code]
    }
    assert wrong == {}


def test_it_pickles() -> None:
    again: Finder = pickle.loads(pickle.dumps(FINDER))
    assert again.find("双眼皮") == FINDER.find("双眼皮")
