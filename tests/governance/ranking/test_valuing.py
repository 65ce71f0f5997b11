"""Values: measured from the store, brought in by rows, put right for a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mingjian.governance.ranking import entering, valuing
from mingjian.governance.ranking.entering import Nomination
from mingjian.governance.ranking.load import shipped
from mingjian.governance.ranking.measures import MEASURES, Facts
from mingjian.governance.ranking.valuing import ValueRow
from mingjian.governance.scorecards.observing import observe
from mingjian.records.actions.model import Decision
from mingjian.records.clock import CHINA, micros
from mingjian.records.errors import Forbidden, Invalid
from mingjian.records.registry.model import Credential, Entity, Link
from mingjian.records.storage import ranking as store
from tests.governance.ranking.field import SETUP, Field, doctor, key

AS_OF = date(2026, 3, 2)
ENTITY = Entity("ent_d", "physician", "k", "梁一舟", attributes={"level": "副主任医师"})


def _cred(kind: str, **change: Any) -> Credential:
    return Credential(change.pop("id", f"crd_{kind}"), "ent_d", kind, "n", **change)


def _decision(days: int, measure: str = "take_down", cites: tuple[str, ...] = ("cn.advertising-law/16.1.1",),
              codes: tuple[str, ...] = ("AD-16-1-guarantee",)) -> Decision:  # fmt: skip
    at = micros(datetime(2026, 3, 2, 12, tzinfo=CHINA) - timedelta(days=days))
    return Decision(f"dec_{days}", days, None, "p", measure, "review", None, "", "user:x", at, "2026-01-01", None, None,
                    "", cites, codes, ())  # fmt: skip


def value(name: str, **given: Any) -> float | None:
    return MEASURES[name](Facts(ENTITY, AS_OF, **given))


def test_of_nothing_known_nothing_is_said() -> None:
    bare = Facts(Entity("e", "physician", "k", "n"), AS_OF)
    assert {name for name, measure in MEASURES.items() if measure(bare) is not None} == {"completeness"}


@pytest.mark.parametrize(("name", "given", "wanted"), [
    ("practice_years", {"credentials": [_cred("physician_practice", valid_from=date(2016, 3, 2))]}, 10.0),
    ("title_level", {}, 3.0),
    ("practice_verified", {"credentials": [_cred("physician_practice", check="confirmed")]}, 2.0),
    ("qualification_verified", {"credentials": [_cred("physician_qualification")]}, 0.0),
    ("lead_years", {"credentials": [_cred("aesthetic_lead", valid_from=date(2024, 3, 2))]}, 2.0),
    ("lead_specialties", {"credentials": [_cred("aesthetic_lead", scope=("14.01", "14.03"))]}, 2.0),
    ("training_count", {"credentials": [_cred("training", valid_from=date(2025, 1, 1)),
                                        _cred("training", id="b", valid_from=date(2020, 1, 1))]}, 1.0),
    ("training_recent", {"credentials": [_cred("training", valid_from=date(2025, 3, 2))]}, 12.0),
    ("ethics_training", {"credentials": [_cred("training", valid_from=date(2025, 1, 1),
                                               attributes={"topic": "law"})]}, 1.0),
    ("practice_continuity", {"practice": [Link("l", "practises_at", "e", "i", valid_from=date(2023, 9, 1))]}, 50.0),
    ("institution_grade", {"practice": [Link("l", "practises_at", "e", "i")], "institutions": {
        "i": Entity("i", "institution", "k", "n", attributes={"grade": "三级甲等"})}}, 3.0),
    ("scope_breadth", {"credentials": [_cred("physician_practice", scope=("外科", "皮肤科"))]}, 2.0),
    ("teaching", {"credentials": [_cred("training", attributes={"teaching": True})]}, 1.0),
    ("sites", {"practice": [Link("l", "practises_at", "e", "i")], "institutions": {
        "i": Entity("i", "institution", "k", "n")}, "licences": {"i": [
            _cred("practice_licence", valid_to=date(2030, 1, 1))]}}, 100.0),
    ("accounts", {"accounts": [Link("l", "belongs_to", "a", "e"), Link("m", "belongs_to", "b", "e", state="revoked")]},
     50.0),
    ("lapses", {"credentials": [_cred("physician_practice", valid_from=date(2015, 1, 1), valid_to=date(2025, 1, 1)),
                                _cred("physician_practice", id="b", valid_from=date(2025, 6, 1))]}, 1.0),
    ("lapses", {"credentials": [_cred("physician_practice", valid_from=date(2015, 1, 1), valid_to=date(2025, 1, 1)),
                                _cred("physician_practice", id="b", valid_from=date(2025, 1, 2))]}, 0.0),
    ("ad_violations", {"published": True, "decisions": [_decision(10), _decision(900)]}, 1.0),
    ("guarantees", {"published": True, "decisions": [_decision(10)]}, 1.0),
    ("medical_violations", {"published": True, "decisions": [_decision(10)]}, 0.0),
    ("beyond_scope", {"published": True,
                      "decisions": [_decision(9, cites=("cn.aesthetic-services-measures/17",))]}, 1.0),
    ("patient_images", {"published": True, "decisions": [_decision(9, cites=("cn.civil-code/1019",))]}, 1.0),
    ("serious_measures", {"published": True, "decisions": [_decision(9, "suspend")]}, 1.0),
    ("limits", {"published": True, "decisions": [_decision(9, "limit"), _decision(8)]}, 1.0),
    ("clean_months", {"published": True}, 24.0),
    ("clean_months", {"published": True, "decisions": [_decision(365)]}, 12.0),
    ("repeats", {"published": True, "decisions": [_decision(10), _decision(20)]}, 1.0),
    ("appeals_lost", {"published": True, "lost": 2}, 2.0),
    ("ad_violations", {"decisions": []}, None),
    ("review_volume", {"reported": {("reviews", "count"): 40.0}}, 40.0),
    ("review_low", {"reported": {("reviews", "count"): 40.0, ("reviews", "bad"): 2.0}}, 5.0),
    ("review_low", {"reported": {("reviews", "count"): 9.0, ("reviews", "bad"): 2.0}}, None),
    ("complaint_rate", {"reported": {("orders", "count"): 500.0, ("complaints", "received"): 4.0}}, 8.0),
    ("complaint_rate", {"reported": {("orders", "count"): 49.0, ("complaints", "received"): 4.0}}, None),
])  # fmt: skip
def test_measures(name: str, given: dict[str, Any], wanted: float | None) -> None:
    found = value(name, **given)
    assert found == (None if wanted is None else pytest.approx(wanted, abs=0.15 if wanted > 20 else 0.05))


def test_values_keep_source_and_day_and_what_was_brought_stays(field: Field) -> None:
    field.doctors(doctor(1))
    edition = field.edition().id
    (entrant,) = field.enter(edition, [key(1)])
    rows = [ValueRow("1", "case-volume", 120, "2026-02-28", "手术登记汇总"),
            ValueRow(key(1), "complaint-rate", 2.5, "2026-02-28", "投诉登记"),
            ValueRow("1", "practice-years", 99, "2026-02-28", "口述"),
            ValueRow("1", "plan", 5, "2026-02-28", "口述"),
            ValueRow("9", "case-volume", 1, "2026-02-28", "x"),
            ValueRow("1", "charm", 1, "2026-02-28", "x"),
            ValueRow("1", "case-volume", 1, "last week", "x"),
            ValueRow("1", "case-volume", 1, "2026-02-28", " ")]  # fmt: skip
    with field.database.write() as tx:
        told = valuing.bring(tx, field.ann, edition, rows)
        valuing.collect(tx, field.ann, edition)
        found = valuing.values_of(tx, store.entrants_of(tx, edition))[entrant.id]
    assert told[:2] == [None, None] and all(told[2:])
    assert found["case-volume"] == {"value": 120.0, "source": "cases", "on": "2026-02-28", "evidence": "手术登记汇总"}
    assert found["practice-years"]["source"] == "registry" and found["practice-years"]["on"] == "2026-03-02"
    assert found["title-level"]["value"] == 3.0 and "ad-violations" not in found


def test_a_value_put_right_is_not_measured_over(small: Field) -> None:
    small.doctors(doctor(1))
    edition = small.edition().id
    (entrant,) = small.enter(edition, [key(1)])
    with small.database.write() as tx:
        valuing.amend(tx, small.ann, entrant.id, "title-level", 4, "职称证书已更新")
        valuing.collect(tx, small.ann, edition)
        found = valuing.values_of(tx, store.entrants_of(tx, edition))[entrant.id]
        assert (found["title-level"]["value"], found["title-level"]["evidence"]) == (4.0, "职称证书已更新")
        assert "title-level" not in valuing.amend(tx, small.ann, entrant.id, "title-level", None, "证书存疑")
        with pytest.raises(Invalid):
            valuing.amend(tx, small.ann, entrant.id, "plan", 5, "x")
        with pytest.raises(Invalid):
            valuing.amend(tx, small.ann, entrant.id, "title-level", 5, " ")


@pytest.mark.parametrize(("given", "what"), [
    ({"values": {"case-volume": {"value": 1, "evidence": "x"}}}, "不是可以自报"),
    ({"values": {"publications": {"value": -1, "evidence": "x"}}}, "不小于 0"),
    ({"values": {"publications": {"value": 1, "evidence": ""}}}, "证明材料"),
    ({"works": [{"title": "x"}] * 21}, "最多 20 件"),
    ({"works": [{"text": "x" * 4001}]}, "最多 4000 字"),
    ({"works": [{"media": "x"}]}, "摘要的列表"),
])  # fmt: skip
def test_what_is_wrong_with_a_nomination(small: Field, given: dict[str, Any], what: str) -> None:
    small.doctors(doctor(1))
    edition = small.edition().id
    with small.database.write() as tx:
        (row,) = entering.register(tx, small.ann, edition, [Nomination(key(1), **given)])
        assert row.entrant is None and what in str(row.problem)
        with pytest.raises(Forbidden):
            entering.register(tx, small.olga, edition, [])


def test_dimensions_that_may_be_stated_are_those_of_the_plan() -> None:
    assert {one.key for one in shipped("physicians").dimensions if one.source == "stated"} >= {"publications", "works"}


def test_what_outside_sources_reported_is_measured_and_what_was_brought_in_goes_before(field: Field) -> None:
    field.doctors(doctor(1), doctor(2))
    edition = field.edition().id
    entrants = field.enter(edition, [key(1), key(2)])
    told = [{"source": "reviews", "actor": key(number), "kind": "physician", "day": day,
             "values": {"count": 30, "stars": 140, "bad": 3}}
            for number in (1, 2) for day in ("2026-01-10", "2025-12-10", "2024-01-10")]  # fmt: skip
    with field.database.write() as tx:
        assert observe(tx, SETUP, told).wrong == ()
        valuing.bring(tx, field.ann, edition, [ValueRow("2", "review-volume", 7, "2026-02-01", "平台导出")])
        for _ in range(2):
            valuing.collect(tx, field.ann, edition)
        found = valuing.values_of(tx, store.entrants_of(tx, edition))
    first, second = (found[one.id] for one in entrants)
    assert (first["review-volume"]["value"], first["service-low"]["value"]) == (60.0, 10.0)
    assert first["review-volume"]["source"] == "reviews" and "complaint-rate" not in first
    assert second["review-volume"]["value"] == 7.0 and second["service-low"]["value"] == 10.0
