"""The shipped measures and ladders, and what a deployer may get wrong in theirs."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from mingjian.desk.cases.model import MEASURES
from mingjian.governance.actions.book import packaged, read_book
from mingjian.governance.decisions.law import packaged_basis

DATA = resources.files("mingjian.governance") / "data"
MEASURES_YAML = (DATA / "measures.yaml").read_text("utf-8")
LADDERS_YAML = (DATA / "ladders.yaml").read_text("utf-8")


def test_the_measures_are_the_words_reviewers_answer_with_and_each_has_its_reverse() -> None:
    book = packaged()
    assert set(book.measures) == set(MEASURES)
    reverses = [measure.reverse_word(lang) for measure in book.measures.values() for lang in ("zh", "en")]
    assert all(reverses)
    assert len(set(reverses)) == len(reverses)


def test_strength_goes_from_pass_to_ban() -> None:
    book = packaged()
    assert book.strongest(["label", "take_down", "limit"]) == "take_down"
    assert book.strongest(["pass"]) == "pass"
    assert book.strongest([]) is None
    assert book.strongest(["nothing we know", "pass"]) == "pass"
    assert book.rank("ban") == max(book.rank(name) for name in book.measures)


def test_every_ladder_rests_on_law_in_force() -> None:
    basis = packaged_basis()
    for ladder in basis.book.ladders.values():
        for ref in ladder.cites:
            assert basis.resolve(ref, date(2026, 3, 2)) is not None, ref


def test_the_version_changes_with_the_data() -> None:
    changed = read_book(MEASURES_YAML.replace("appeal_days: 15", "appeal_days: 30"), LADDERS_YAML)
    assert changed.appeal_days == 30
    assert changed.version != packaged().version
    assert read_book(MEASURES_YAML, LADDERS_YAML).version == packaged().version


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("appeal_days: 15", "appeal_days: 0", "appeal_days"),
        ("undo_minutes: 15", "undo_minutes: soon", "undo_minutes"),
        ("target: publisher, serious: true, law: true, appeal: true, days: 7", "target: publisher, days: 7", "suspend"),
        ("target: item, serious: false, law: false", "target: page, serious: false, law: false", "target"),
        ("measures:", "measure:", "shape"),
        ("days: 30, most_days: 3650", "days: -1, most_days: 3650", "days"),
        ("inherited: [posting", "inherited: [flying", "inherited: no right flying"),
        ("right: certification}", "right: flying}", "decertify: right"),
    ],
)
def test_a_wrong_file_of_measures_is_named(old: str, new: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_book(MEASURES_YAML.replace(old, new), LADDERS_YAML)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("right: live", "right: flying", "live: right"),
        ("window_days: 180", "window_days: 0", "window_days"),
        ("strikes: 3, measure: suspend, days: 3}", "strikes: 9, measure: suspend, days: 3}", "posting: steps"),
        ("channels: [live]", "weather: [rain]", "live: counts"),
        ("measures: [interrupt, take_down]", "measures: [frown]", "counts.measures"),
        ("strikes: 12, measure: ban", "strikes: 12, measure: pass", "steps.measure"),
        ("measure: suspend, days: 1}", "measure: suspend}", "steps.days"),
        ("steps:", "stairs:", "shape"),
        ("conditions: [training]}", "conditions: [dancing]}", "group_buying: steps.conditions"),
        ("earlier: 1, repeat: true", "earlier: 1", "group_buying: steps.earlier"),
        ("within_days: 7,", "within_days: 700,", "group_buying: steps.within_days"),
        ("early_days: 30}", "early_days: -1}", "group_buying: steps.early_days"),
        ("when: {severities", "when: {weather", "group_buying: steps.when"),
        ("name: grave", "name: again", "group_buying: steps"),
        ("name: grave", "nam: grave", "group_buying: steps: unknown nam"),
        ("subject: institution", "subject: planet", "listing: subject"),
        ("history_days: 730", "history_days: 0", "group_buying: history_days"),
        ("how: 完成平台", "who: 完成平台", "conditions: training"),
    ],
)
def test_a_wrong_file_of_ladders_is_named(old: str, new: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_book(MEASURES_YAML, LADDERS_YAML.replace(old, new))
