"""An edition from draft to correction, on both stores."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mingjian.governance.appeals.token import Concerned
from mingjian.governance.ranking import appealing, computing, editions, entering, publishing, rating, valuing
from mingjian.governance.ranking.editions import get_edition, get_entrant
from mingjian.governance.ranking.entering import Nomination
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Forbidden
from mingjian.records.journal.append import refold
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms
from tests.governance.ranking.field import Field, doctor, key


def _computed(field: Field, count: int = 6) -> str:
    field.doctors(*[doctor(number, number % 3) for number in range(1, count + 1)])
    edition = field.edition(most=3).id
    field.enter(edition, [key(number) for number in range(1, count + 1)])
    field.rate(edition)
    field.compute(edition)
    return edition


def _whole(field: Field, edition: str) -> object:
    with field.database.read() as tx:
        return (get_edition(tx, edition), store.entrants_of(tx, edition), forms.forms_of_edition(tx, edition),
                forms.appeals_of_edition(tx, edition))  # fmt: skip


def test_an_edition_from_draft_to_page(field: Field) -> None:
    edition = _computed(field)
    published = field.publish(edition)
    assert published.state == "published" and published.seal is not None
    with field.database.read() as tx:
        ranked = store.ranked(tx, edition)
        assert [one.rank for one in ranked] == sorted(one.rank or 0 for one in ranked)
        found, told = publishing.public(tx, edition)
        for line in told["list"]:
            assert sum(part[1] for part in line["parts"]) == line["points"]
            assert line["technique"] + line["aesthetics"] + line["service"] == line["points"]
            assert line["name"].endswith("*")
        assert found.id == edition and told["figures"]["entrants"] == 6
        assert computing.recompute(tx, found)
        score, _ = computing.explain(tx, found, ranked[0])
        assert score.points == ranked[0].points == sum(part.points for part in score.contributions)


def test_refolding_gives_the_same_state(field: Field) -> None:
    edition = _computed(field)
    field.publish(edition)
    before = _whole(field, edition)
    refold(field.database)
    assert _whole(field, edition) == before


def test_who_computed_cannot_review_or_publish(small: Field) -> None:
    edition = _computed(small)
    with small.database.write() as tx, pytest.raises(Forbidden):
        publishing.review_edition(tx, small.ann, edition, "看过")
    with small.database.write() as tx:
        publishing.review_edition(tx, small.bea, edition, "看过")
    with small.database.write() as tx, pytest.raises(Forbidden):
        publishing.publish(tx, small.ann, edition)


def test_an_edition_is_not_computed_before_everybody_is_rated(small: Field) -> None:
    small.doctors(doctor(1), doctor(2))
    edition = small.edition().id
    small.enter(edition, [key(1), key(2)])
    with small.database.write() as tx:
        rating.give_out(tx, small.ann, edition, 1)
    with pytest.raises(Conflict, match="不足 3 份"):
        small.compute(edition)


def test_a_refused_entrant_appeals_and_comes_in(field: Field) -> None:
    field.doctors(*[doctor(number) for number in range(1, 4)], doctor(9, aesthetic_lead={"valid_to": "2020-01-01"}))
    edition = field.edition().id
    entrants = field.enter(edition, [key(number) for number in (1, 2, 3, 9)])
    refused = entrants[-1]
    assert refused.state == "refused"
    with field.database.write() as tx:
        appeal = appealing.lodge(tx, Concerned(refused.id), refused.id, "备案已续期,附材料")
    with field.database.write() as tx, pytest.raises(Conflict, match="已经提出过"):
        appealing.lodge(tx, Concerned(refused.id), refused.id, "再说一次")
    with field.database.write() as tx:
        appealing.decide(tx, field.olga, appeal.id, "granted", "续期属实")
        assert get_entrant(tx, refused.id).state == "eligible"
        entering.examine_entrants(tx, field.ann, edition)  # the gate does not undo it
        assert get_entrant(tx, refused.id).state == "eligible"


def test_who_had_a_hand_in_it_does_not_answer(small: Field) -> None:
    edition = _computed(small)
    small.publish(edition)
    with small.database.write() as tx:
        entrant = store.ranked(tx, edition)[-1]
        appeal = appealing.lodge(tx, Concerned(entrant.id), entrant.id, "职称有误")
        shown = appealing.get_appeal(tx, small.olga, appeal.id)
    assert {small.ann.actor, small.bea.actor, small.experts[0].actor} <= shown.barred
    assert small.olga.actor not in shown.barred


def test_a_correction_is_a_new_version(field: Field) -> None:
    edition = _computed(field)
    sealed = field.publish(edition).seal
    with field.database.write() as tx:
        worst = store.ranked(tx, edition)[-1]
        appeal = appealing.lodge(tx, Concerned(worst.id), worst.id, "病例数漏登")
        appealing.decide(tx, field.olga, appeal.id, "granted", "漏登属实")
        new = appealing.correct(tx, field.ann, edition, "补登病例数")
        with pytest.raises(Conflict):
            appealing.correct(tx, field.ann, edition, "再来一版")
    with field.database.write() as tx:
        (mine,) = [one for one in store.entrants_of(tx, new.id) if one.entity == worst.entity]
        for dimension, value in (("case-volume", 600), ("complex-share", 60), ("revision-cases", 40)):
            valuing.amend(tx, field.ann, mine.id, dimension, value, "病案科证明")
        computing.compute_edition(tx, field.ann, new.id, 3)
    field.publish(new.id)
    with field.database.read() as tx:
        before, told = publishing.public(tx, edition)
        assert (before.state, before.seal) == ("replaced", sealed)
        after, corrected = publishing.public(tx, new.id)
        assert (after.version, corrected["reason"], corrected["replaces"]) == (2, "补登病例数", edition)
        assert (get_entrant(tx, mine.id).points or 0) > (get_entrant(tx, worst.id).points or 0)
        assert told["list"] != corrected["list"]


def test_appeals_have_a_deadline(small: Field, clock: SteppedClock) -> None:
    edition = _computed(small)
    small.publish(edition)
    clock.move(timedelta(days=16))
    with small.database.write() as tx:
        entrant = store.ranked(tx, edition)[0]
        with pytest.raises(Conflict, match="期限已过"):
            appealing.lodge(tx, Concerned(entrant.id), entrant.id, "太晚了")


def test_returned_for_a_reason_and_computed_anew(small: Field) -> None:
    edition = _computed(small)
    with small.database.write() as tx:
        editions.return_edition(tx, small.bea, edition, "一位专家漏打分")
    assert small.compute(edition).state == "computed"


def test_entrants_come_by_key_or_id_once(small: Field) -> None:
    (id,) = small.doctors(doctor(1))
    edition = small.edition().id
    with small.database.write() as tx:
        rows = entering.register(tx, small.ann, edition, [Nomination(key(1)), Nomination(id), Nomination("nobody")])
    assert rows[0].entrant is not None and rows[1].entrant is not None
    assert rows[0].entrant.id == rows[1].entrant.id
    assert rows[2].entrant is None and "登记里没有" in str(rows[2].problem)


def test_the_journal_holds_no_names(small: Field) -> None:
    edition = _computed(small)
    small.publish(edition)
    with small.database.read() as tx:
        from mingjian.records.storage.events import all_events

        texts = [event.text for some in all_events(tx) for event in some]
    assert not any(name in text for text in texts for name in ("梁一舟", "沈小满", "顾长风"))


def test_the_list_of_the_test_is_not_empty(small: Field) -> None:
    """The other tests compare lists: they would say nothing of empty ones."""
    edition = _computed(small)
    small.publish(edition)
    with small.database.read() as tx:
        _, told = publishing.public(tx, edition)
    assert [line["rank"] for line in told["list"]] == [1, 2, 3]
