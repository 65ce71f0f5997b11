"""Forms: one's own only, kept as one goes, handed in whole, taken back on a conflict."""

from __future__ import annotations

import pytest

from mingjian.governance.ranking import computing, rating
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.storage import ranking_forms as forms
from mingjian.records.storage.events import events_of
from tests.governance.ranking.field import Field, doctor, key

OWN = {"A0001": "沈小满", "A0002": "顾长风"}
WORK = {"title": "沈小满作品", "text": "由顾长风主刀", "media": []}


@pytest.fixture
def edition(small: Field) -> str:
    small.doctors(doctor(1), doctor(2))
    made = small.edition().id
    small.enter(made, [key(1), key(2)], works=[WORK])
    with small.database.write() as tx:
        rating.give_out(tx, small.ann, made, 5)
    return made


def _mine(field: Field) -> tuple[int, str]:
    with field.database.read() as tx:
        for at, expert in enumerate(field.experts):
            found = rating.my_forms(tx, expert)
            if found:
                return at, found[0].id
    raise AssertionError


def test_a_form_shows_works_and_no_name(small: Field, edition: str) -> None:
    at, form = _mine(small)
    with small.database.read() as tx:
        shown = rating.show(tx, small.experts[at], form)
    assert shown.left == 30 and "作品" in str(shown.works)
    assert OWN[shown.alias] not in str(shown.works) and "■■" in str(shown.works)


def test_nobody_sees_anothers_form(small: Field, edition: str) -> None:
    at, form = _mine(small)
    other = small.experts[(at + 1) % 4]
    with small.database.write() as tx:
        for call in (lambda: rating.show(tx, other, form), lambda: rating.mark(tx, other, form, {}),
                     lambda: rating.submit(tx, other, form), lambda: rating.declare(tx, other, form, "x")):  # fmt: skip
            with pytest.raises(NotFound):
                call()
        with pytest.raises(Forbidden):
            rating.show(tx, small.olga, form)


def test_marks_are_kept_as_they_come_and_only_what_changed_is_written(small: Field, edition: str) -> None:
    at, form = _mine(small)
    expert = small.experts[at]
    with small.database.write() as tx:
        rating.mark(tx, expert, form, {"plan": 4, "operation": 0})
        rating.mark(tx, expert, form, {"plan": 4})
        rating.mark(tx, expert, form, {"plan": 5, "operation": None})
        found = forms.form_by_id(tx, form)
        assert found is not None and found.marks == {"plan": 5}
        told = [event.body["marks"] for event in events_of(tx, form) if event.kind == "form.marked"]
    assert told == [{"plan": 4, "operation": 0}, {"plan": 5, "operation": None}]


@pytest.mark.parametrize("marks", [{"plan": 6}, {"plan": -1}, {"practice-years": 3}, {"plan": True}])
def test_wrong_marks_are_refused(small: Field, edition: str, marks: dict[str, int]) -> None:
    at, form = _mine(small)
    with small.database.write() as tx, pytest.raises(Invalid):
        rating.mark(tx, small.experts[at], form, marks)


def test_handed_in_whole_or_not_at_all_and_then_not_changed(small: Field, edition: str) -> None:
    at, form = _mine(small)
    expert = small.experts[at]
    with small.database.write() as tx:
        rating.mark(tx, expert, form, {"plan": 4})
        with pytest.raises(Conflict, match="还有 29 项"):
            rating.submit(tx, expert, form)
        plan = rating.show(tx, expert, form).plan
        rating.mark(tx, expert, form, {one.key: 0 for one in plan.rated})
        assert rating.submit(tx, expert, form).state == "submitted"
        assert rating.submit(tx, expert, form).state == "submitted"
        with pytest.raises(Conflict):
            rating.mark(tx, expert, form, {"plan": 1})


def test_a_declared_conflict_is_made_up_for_by_another_rater(small: Field, edition: str) -> None:
    at, form = _mine(small)
    with small.database.write() as tx:
        rating.declare(tx, small.experts[at], form, "曾是同事")
        again = rating.give_out(tx, small.ann, edition, 6)
        assert (again.made, again.short) == (1, {})
        found = forms.forms_of_edition(tx, edition)
    gone = next(one for one in found if one.id == form)
    assert (gone.state, gone.why) == ("conflict", "曾是同事")
    others = [one.rater for one in found if one.entrant == gone.entrant and one.state == "assigned"]
    assert len(others) == 3 and small.experts[at].actor not in others


def test_too_few_raters_is_said_and_nothing_is_computed(small: Field, edition: str) -> None:
    at, form = _mine(small)
    with small.database.write() as tx:
        entrant = rating.declare(tx, small.experts[at], form, "同事").entrant
        for expert in small.experts:
            for one in rating.my_forms(tx, expert):
                if one.entrant == entrant and expert is not small.experts[at]:
                    rating.declare(tx, expert, one.id, "同事")
        again = rating.give_out(tx, small.ann, edition, 6)
        assert again.short == {entrant: 2}
        with pytest.raises(Conflict, match="不足 3 份"):
            computing.compute_edition(tx, small.ann, edition, 1)


def test_forms_of_somebody_who_is_gone_are_taken_back(small: Field, edition: str) -> None:
    at, _ = _mine(small)
    gone = small.experts[at]
    with small.database.write() as tx:
        count = len(rating.my_forms(tx, gone))
        assert rating.void(tx, small.ann, edition, gone.actor, "已退出评审") == count > 0
        assert rating.my_forms(tx, gone) == []
