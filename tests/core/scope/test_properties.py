"""What holds of every answer: more knowledge never turns an answer round, and the day decides by terms alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.core.scope import Account, Held, Institution, Owner, Physician, Post, Product, may_advertise, may_perform
from mingjian.core.scope.model import UNDETERMINED, VALUES
from tests.core.scope.cast import CATALOGUE, DAY

CODES = sorted(CATALOGUE.procedures)
DAYS = st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31))
SCOPES = ("14", "14.01", "14.03", "12", "26", "13", "医疗美容科;美容外科", "奇怪科")
STATES = st.sampled_from(("valid", "valid", "valid", "suspended", "revoked"))
CHECKED = st.sampled_from(("unverified", "confirmed", "malformed", "contradicted"))


def papers(kind: str, scopes: tuple[str, ...]) -> st.SearchStrategy[Held]:
    scope = st.lists(st.sampled_from(scopes), max_size=3).map(tuple) if scopes else st.just(())
    return st.builds(Held, st.just(kind), st.just("N"), scope, DAYS, DAYS, STATES, CHECKED, st.just("crd"))


LICENCES = st.none() | st.lists(papers("practice_licence", SCOPES), min_size=1, max_size=2).map(tuple)
REVIEWS = papers("ad_review", ("ipl", "14.03"))
DEVICES = st.builds(
    Product,
    st.sampled_from(("强脉冲光治疗仪", "射频治疗仪", "注射用A型肉毒毒素")),
    st.sampled_from(("device", "drug")),
    st.none() | st.lists(papers("device_registration", ("ipl",)), min_size=1, max_size=1).map(tuple),
)
CLINICS = st.builds(
    Institution,
    st.just("青禾"),
    st.none() | st.sampled_from([kind.code for kind in CATALOGUE.kinds]),
    st.none() | st.sampled_from(("一级", "二级", "三级")),
    st.just("active"),
    LICENCES,
    st.none() | st.lists(DEVICES, max_size=2).map(tuple),
    st.just("ent_clinic"),
)
DOCTOR_PAPERS = st.tuples(
    papers("physician_practice", ("外科专业", "皮肤病与性病专业", "口腔专业", "奇怪专业")),
    papers("aesthetic_lead", ("14.01", "14.03")),
)
DOCTORS = st.none() | st.builds(
    Physician,
    st.just("林"),
    st.just("active"),
    st.none() | DOCTOR_PAPERS,
    st.none()
    | st.lists(st.builds(Post, st.sampled_from(("ent_clinic", "ent_other")), DAYS, DAYS), max_size=2).map(tuple),
    st.sampled_from((None, False)),
    st.sampled_from((None, True, False)),
    st.just("ent_doctor"),
)


def forgetting(thing: Any) -> list[Any]:
    """The same with one known fact forgotten, in every way."""
    return [
        replace(thing, **{one.name: None})
        for one in fields(thing)
        if one.name in ("kind", "level", "credentials", "products", "posts", "supervised", "owners")
        and getattr(thing, one.name) is not None
    ]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CODES), CLINICS, DOCTORS)
def test_a_missing_fact_never_turns_an_answer_round(code: str, clinic: Institution, doctor: Physician | None) -> None:
    procedure = CATALOGUE.procedures[code]
    whole = may_perform(CATALOGUE, doctor, procedure, clinic, DAY)
    assert whole.value in VALUES and (whole.value != UNDETERMINED or whole.missing)
    known = {step.what: step.value for step in whole.steps}
    fewer = [(doctor, less) for less in forgetting(clinic)]
    fewer += [(less, clinic) for less in (forgetting(doctor) if doctor is not None else [])]
    for who, where in fewer:
        less = may_perform(CATALOGUE, who, procedure, where, DAY)
        for step in less.steps:
            if step.value != UNDETERMINED and step.what in known:
                assert known[step.what] == step.value, (step, known)
        if less.value != UNDETERMINED and set(known) <= {step.what for step in less.steps}:
            assert less.value == whole.value


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CODES), CLINICS, st.none() | REVIEWS, st.sampled_from((None, "institution", "creator")))
def test_the_same_of_advertising(code: str, clinic: Institution, review: Held | None, kind: str | None) -> None:
    procedure = CATALOGUE.procedures[code]
    if review is not None:
        clinic = replace(clinic, credentials=(*(clinic.credentials or ()), review))
    owners = None if kind is None else (Owner(kind, "青禾", clinic if kind == "institution" else None, "ent_clinic"),)
    account = Account("号", owners=owners)
    whole = may_advertise(CATALOGUE, account, procedure, DAY)
    assert whole.value != UNDETERMINED or whole.missing
    for less in forgetting(account):
        found = may_advertise(CATALOGUE, less, procedure, DAY)
        assert UNDETERMINED in (found.value, whole.value) or found.value == whole.value


@settings(max_examples=200, deadline=None)
@given(papers("practice_licence", SCOPES), st.dates(date(2024, 6, 1), date(2028, 6, 1)), st.integers(1, 400))
def test_a_term_holds_through_without_gaps(held: Held, first: date, days: int) -> None:
    """Where a licence holds on two days it holds on every day between; once over it stays over."""
    last = first + timedelta(days=days)
    middle = first + timedelta(days=days // 2)
    if held.holds(first) and held.holds(last):
        assert held.holds(middle)
    if held.valid_to is not None and held.holds(first) is False and first > held.valid_to:
        assert held.holds(last) is False


def test_the_same_question_gives_the_same_answer() -> None:
    clinic = Institution("青禾", "clinic", None, "active", (Held("practice_licence", "N", ("14.01",), DAY),), None, "e")
    asked = [may_perform(CATALOGUE, None, CATALOGUE.procedures[code], clinic, DAY) for code in CODES]
    assert asked == [may_perform(CATALOGUE, None, CATALOGUE.procedures[code], clinic, DAY) for code in CODES]
