"""The gate: each fact that is wrong refuses, each that is missing is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingjian.governance.ranking.gate import examine, steps_of
from mingjian.governance.ranking.load import shipped
from mingjian.governance.ranking.measures import Facts
from mingjian.governance.ranking.scope import Scope
from mingjian.records.registry.model import Credential, Entity, Link

AS_OF = date(2026, 3, 2)
ELIGIBILITY = shipped("physicians").eligibility
YES = Scope("yes", "可以")


def _cred(kind: str, **change: Any) -> Credential:
    given: dict[str, Any] = {"valid_from": date(2012, 1, 1), "number": "x"} | change
    return Credential(f"crd_{kind}", "ent_d", kind, given.pop("number"), **given)


def facts(**change: Any) -> Facts:
    place = Entity("ent_i", "institution", "i", "云杉示例门诊部")
    made = Facts(
        Entity("ent_d", "physician", "110110105000001", "梁一舟", attributes={"level": "主任医师"}), AS_OF,
        (_cred("physician_qualification"), _cred("physician_practice"), _cred("aesthetic_lead")),
        (Link("lnk", "practises_at", "ent_d", "ent_i"),), {"ent_i": place},
        {"ent_i": (_cred("practice_licence", scope=("14.01",), valid_to=date(2030, 1, 1)),)},
    )  # fmt: skip
    return replace(made, **change)


def _without(kind: str, *more: Credential) -> tuple[Credential, ...]:
    return (*(one for one in facts().credentials if one.kind != kind), *more)


def answer(given: Facts, key: str, penalties: tuple[str, ...] = (), scope: Scope | None = YES) -> tuple[str, Any]:
    state, steps = examine(ELIGIBILITY, given, penalties, scope)
    assert steps_of([one.plain() for one in steps]) == steps
    return state, next(step for step in steps if step.key == key)


def test_everything_in_order() -> None:
    state, steps = examine(ELIGIBILITY, facts(), (), YES)
    assert state == "eligible" and all(step.ok for step in steps) and len(steps) == 8


REFUSED: dict[str, tuple[str, Facts]] = {
    "a nurse": ("entity", facts(entity=replace(facts().entity, kind="nurse"))),
    "suspended": ("entity", facts(entity=replace(facts().entity, state="suspended"))),
    "licence to practise over": ("practice", facts(credentials=_without(
        "physician_practice", _cred("physician_practice", valid_to=date(2025, 1, 1))))),
    "not yet valid": ("practice", facts(credentials=_without(
        "physician_practice", _cred("physician_practice", valid_from=date(2027, 1, 1))))),
    "contradicted": ("qualification", facts(credentials=_without(
        "physician_qualification", _cred("physician_qualification", check="contradicted")))),
    "revoked lead": ("lead", facts(credentials=_without("aesthetic_lead", _cred("aesthetic_lead", state="revoked")))),
    "left the place": ("institution", facts(practice=(Link(
        "lnk", "practises_at", "ent_d", "ent_i", valid_to=date(2025, 1, 1)),))),
    "place closed": ("institution", facts(institutions={"ent_i": Entity("ent_i", "institution", "i", "x", "closed")})),
    "licence of the place over": ("institution", facts(licences={"ent_i": (
        _cred("practice_licence", scope=("14",), valid_to=date(2025, 1, 1)),)})),
    "no such department": ("institution", facts(licences={"ent_i": (_cred("practice_licence", scope=("03",)),)})),
    "too young": ("years", facts(credentials=_without(
        "physician_practice", _cred("physician_practice", valid_from=date(2023, 1, 1))))),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    key, given = REFUSED[name]
    state, step = answer(given, key)
    assert (state, step.ok) == ("refused", False) and step.why


WANTED: dict[str, tuple[str, Facts]] = {
    "no qualification known": ("qualification", facts(credentials=_without("physician_qualification"))),
    "no lead known": ("lead", facts(credentials=_without("aesthetic_lead"))),
    "no days": ("practice", facts(credentials=_without(
        "physician_practice", _cred("physician_practice", valid_from=None)))),
    "number malformed": ("practice", facts(credentials=_without(
        "physician_practice", _cred("physician_practice", check="malformed")))),
    "no place known": ("institution", facts(practice=())),
    "place without a licence known": ("institution", facts(licences={"ent_i": ()})),
    "departments not known": ("institution", facts(licences={"ent_i": (_cred("practice_licence"),)})),
}  # fmt: skip


@pytest.mark.parametrize("name", WANTED)
def test_what_is_missing_is_asked_for_and_refuses_nobody(name: str) -> None:
    key, given = WANTED[name]
    state, step = answer(given, key)
    assert (state, step.ok) == ("undetermined", None) and step.missing


def test_a_penalty_in_force_refuses() -> None:
    assert answer(facts(), "penalty", ("suspend posting act_1",))[0] == "refused"
    revoked = facts(credentials=(*facts().credentials, _cred("training", state="revoked")))
    assert answer(revoked, "penalty")[1].ok is False


@pytest.mark.parametrize(("scope", "state"), [
    (Scope("no", "都不能"), "refused"), (Scope("undetermined", "?", missing=("执业范围",)), "undetermined"),
    (None, "undetermined"), (YES, "eligible"),
])  # fmt: skip
def test_scope_decides_with_the_rest(scope: Scope | None, state: str) -> None:
    assert answer(facts(), "scope", scope=scope)[0] == state


def test_one_refusal_outweighs_what_is_missing() -> None:
    given = facts(credentials=_without("aesthetic_lead"), entity=replace(facts().entity, state="closed"))
    assert examine(ELIGIBILITY, given, (), YES)[0] == "refused"
