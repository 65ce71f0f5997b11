"""The shipped standard, the parser that tells all errors at once, the sum of a sheet, days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mingjian.governance.accreditation.load import StandardFileError, read_standard, standards
from mingjian.governance.accreditation.parse import parse_standard
from mingjian.governance.accreditation.scoring import totals
from mingjian.governance.accreditation.standard import Days
from mingjian.governance.accreditation.timing import due, months_on
from mingjian.governance.decisions.law import packaged_basis
from mingjian.governance.scorecards.model import MICRO
from mingjian.records.accreditation.model import MARKS, Mark
from mingjian.records.clock import micros, moment
from tests.governance.accreditation.scene import STANDARD


def _data() -> Any:
    return yaml.safe_load(STANDARD.text)


def _marks(words: dict[str, str]) -> dict[str, Mark]:
    return {code: Mark("s", code, word, None, (), "user:x", 0, 1) for code, word in words.items()}


def test_the_shipped_standard_is_ours_and_cites_what_is_in_force() -> None:
    assert len(STANDARD.clauses) >= 60
    assert "示范标准" in STANDARD.mark
    assert "不是国家、行业或者地方标准" in STANDARD.notice
    resolve = packaged_basis().resolve
    cited = {name for clause in STANDARD.clauses.values() for name in clause.law}
    assert {name for name in cited if resolve(name, date(2026, 3, 2)) is None} == set()
    assert {name for clause in STANDARD.clauses.values() for name in clause.source} == set(STANDARD.sources)
    assert STANDARD.card.weight == 100 * MICRO


def test_all_errors_are_told_at_once() -> None:
    data = _data()
    data["bands"][1]["from"] = 0
    data["days"]["review"] = "soon"
    data["surveillance_months"] = [24, 12]
    data["colour"] = "red"
    first = data["chapters"][0]["clauses"]
    first[0].update(code="9.1", weight=7)
    first[1]["law"] = ["cn.no-such-law/1"]
    first[2]["source"] = ["hearsay"]
    first[3].pop("law")
    first[4]["code"] = first[5]["code"]
    problems: list[tuple[str, str]] = []
    parse_standard(data, lambda field, told: problems.append((field, told)), known=frozenset(("cn.x/1",)))
    fields = {field for field, _ in problems}
    assert {"bands", "days.review", "surveillance_months", "colour", "chapters[0].clauses[0].code",
            "chapters[0].clauses[0].weight", "chapters[0].clauses[1].law", "chapters[0].clauses[2].source",
            "chapters[0].clauses[3]", "chapters"} <= fields  # fmt: skip


@pytest.mark.parametrize("content", [b"[1, 2]", b"\xff\xfe", b"a: [", b"name: x"])
def test_what_is_no_standard_is_refused(content: bytes) -> None:
    with pytest.raises(StandardFileError):
        read_standard(content, "test")


def test_a_standard_is_read_back_from_its_own_text() -> None:
    assert read_standard(STANDARD.text).clauses == STANDARD.clauses
    assert STANDARD in standards().values()


@given(st.lists(st.sampled_from(MARKS), min_size=len(STANDARD.clauses), max_size=len(STANDARD.clauses)))
def test_contributions_add_up_to_the_points(words: list[str]) -> None:
    made = totals(STANDARD, _marks(dict(zip(STANDARD.clauses, words, strict=True))))
    assert sum(one.points for one in made.score.contributions) == made.points
    assert 0 <= made.points <= 100 * MICRO
    failed = {code for code, word in zip(STANDARD.clauses, words, strict=True) if word == "not"}
    assert set(made.blocking) == {code for code in failed if STANDARD.clauses[code].critical}


def test_what_does_not_apply_is_carried_by_the_others() -> None:
    words = dict.fromkeys(STANDARD.clauses, "met")
    assert totals(STANDARD, _marks(words)).points == 100 * MICRO
    words["1.7"] = "na"
    assert totals(STANDARD, _marks(words)).points == 100 * MICRO
    whole = totals(STANDARD, _marks(words | {"2.5": "not"})).points
    without = totals(STANDARD, _marks(words | {"2.5": "not", "1.7": "met"})).points
    assert whole < without  # one clause fewer: each of the others weighs more
    assert totals(STANDARD, {}).level is None


def test_days() -> None:
    friday = micros(datetime(2026, 3, 6, 2, tzinfo=UTC))
    assert moment(due(friday, Days(1, working=True))).date() == date(2026, 3, 9)
    assert moment(due(friday, Days(1))).isoformat() == "2026-03-07T23:59:59+08:00"
    assert months_on(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_on(date(2026, 12, 15), 36) == date(2029, 12, 15)
    assert months_on(date(2026, 1, 15), -1) == date(2025, 12, 15)
