"""What follows from findings and facts: tables, and what must hold for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.core.model import CONFIDENCES, FAMILIES, OUTCOMES, SEVERITIES, VERDICT_VALUES
from mingjian.governance.policies.conditions import covers
from mingjian.governance.policies.evaluate import PolicySet, evaluate, in_share
from mingjian.governance.policies.explain import explain
from mingjian.governance.policies.model import Facts
from mingjian.governance.policies.parse import parse_policy, strength
from mingjian.governance.policies.shipped import shipped
from tests.governance.policies.house import CLAUSES, EVERYTHING, MILD, REST, Sign, written

POISON = Sign("TOX-5-sale", "toxic_drug_ad", severity="critical", confidence="high")
POISON2 = replace(POISON, code="TOX-9-named")
PROMISE, PAPERS = Sign(), Sign("AD-46-medical", "unreviewed_ad", "needs_evidence")
SHIPPED = PolicySet.of(shipped())


def facts(*findings: Sign, **more: Any) -> Facts:
    value = max((one.status for one in findings), key=VERDICT_VALUES.index, default="clean")
    return {"value": value, "nature": "advertisement"} | more


@pytest.mark.parametrize(
    ("findings", "more", "clause", "word"),
    [
        ((), {}, "content@1/otherwise", "pass"),
        ((POISON, PROMISE), {}, "content@1/toxic-drug", "limit+queue"),
        ((POISON,), {"nature": "education"}, "content@1/grave", "queue"),
        ((replace(POISON, confidence="medium"),), {}, "content@1/grave", "queue"),
        ((replace(POISON, status="needs_evidence"),), {}, "content@1/evidence", "queue"),
        ((PROMISE,), {}, "content@1/violation", "queue"),
        ((PAPERS,), {}, "content@1/evidence", "queue"),
        ((), {"value": "undetermined"}, "content@1/undetermined", "queue"),
        ((replace(PROMISE, status="advice"),), {}, "content@1/otherwise", "pass"),
        ((), {"kind": "product"}, "product@1/otherwise", "pass"),
        ((PROMISE,), {"kind": "product"}, "product@1/violation", "queue:product"),
        ((), {"kind": "profile"}, "onboarding@1/otherwise", "queue:onboarding"),
    ],
)
def test_the_shipped_policies(findings: tuple[Sign, ...], more: dict[str, Any], clause: str, word: str) -> None:
    outcome = SHIPPED.outcome(findings, facts(*findings, **more))
    assert (f"{outcome.policy}/{outcome.clause}", outcome.word) == (clause, word)
    assert explain(SHIPPED, findings, facts(*findings, **more)).outcome == outcome


def test_where_no_policy_speaks_people_look_at_what_is_not_clean() -> None:
    assert PolicySet().outcome((), facts()).word == "pass"
    assert PolicySet().outcome((PROMISE,), facts(PROMISE)).word == "queue"


def test_the_outcome_cites_the_codes_that_met_the_clause() -> None:
    policy = parse_policy(written())
    assert evaluate(policy, (PROMISE, POISON, POISON2), facts(POISON)).codes == ("TOX-5-sale", "TOX-9-named")


@pytest.mark.parametrize(
    ("held", "word", "codes", "stopped"),
    [
        ((), "limit+queue", ("TOX-5-sale", "TOX-9-named"), ()),
        (("TOX-5-sale",), "limit+queue", ("TOX-9-named",), ()),
        (("TOX-5-sale", "TOX-9-named"), "queue", ("TOX-5-sale", "TOX-9-named"), ("TOX-5-sale", "TOX-9-named")),
        (("content@1/toxic",), "queue", ("TOX-5-sale", "TOX-9-named"), ("content@1/toxic",)),
        (("content@2/toxic",), "limit+queue", ("TOX-5-sale", "TOX-9-named"), ()),
    ],
)
def test_what_is_held_opens_cases_only(
    held: tuple[str, ...], word: str, codes: tuple[str, ...], stopped: tuple[str, ...]
) -> None:
    outcome = evaluate(parse_policy(written()), (POISON, POISON2), facts(POISON), held)
    assert (outcome.word, outcome.codes, outcome.held) == (word, codes, stopped)


def test_conditions_on_facts_and_numbers() -> None:
    when = "{facts: {platform: [douyin], risk: {at_least: 0.5, below: 0.9}, strikes: {at_least: 2}}}"
    text = f"  - {{name: one, title: 一, when: {when}, then: {{queue: auto}}, reason: 因为}}\n{REST}"
    policy = parse_policy(written(clauses=text))
    known: dict[str, Any] = {"platform": "douyin", "risk": 0.5, "strikes": 2}
    assert evaluate(policy, (), known).word == "queue"
    for worse in ({"platform": "x"}, {"risk": 0.9}, {"risk": None}, {"strikes": 1}, {"strikes": True}):
        assert evaluate(policy, (), known | worse).word == "pass"


def test_so_many_findings_are_counted() -> None:
    text = (
        "  - {name: many, title: 多, when: {findings: {codes: [TOX], at_least: 2}}, then: {queue: auto}, reason: 因}\n"
    )
    policy = parse_policy(written(clauses=text + REST))
    assert [evaluate(policy, [POISON] * many, {}).word for many in (1, 2)] == ["pass", "queue"]


@pytest.mark.parametrize(
    ("beginning", "code", "met"),
    [("AD-16", "AD-16", True), ("AD-16", "AD-16-1", True), ("AD-16", "AD-160", False), ("AD-16-1", "AD-16", False)],
)
def test_a_code_covers_those_below_it(beginning: str, code: str, met: bool) -> None:
    assert covers(beginning, code) is met


def test_the_smaller_order_speaks_and_a_new_version_takes_the_place_of_its_own() -> None:
    first = parse_policy(written(order="5", name="first", clauses=EVERYTHING, applies="{platform: douyin}"))
    policies = PolicySet.of([parse_policy(written(order="9")), first])
    assert policies.outcome((), {"platform": "douyin"}).policy == "first@1"
    assert policies.outcome((), {"platform": "x"}).policy == "content@1"
    mild = policies.with_(parse_policy(written(2, MILD)))
    assert [one.id for one in mild.policies] == ["first@1", "content@2"]


def test_an_explanation_names_every_clause_on_the_way() -> None:
    explained = explain(SHIPPED, (PAPERS,), facts(PAPERS))
    assert [(step.clause, step.matched) for step in explained.steps if step.policy == "content@1"] == [
        ("toxic-drug", False), ("grave", False), ("violation", False), ("evidence", True),
    ]  # fmt: skip
    assert "内容类型为未知" in explained.steps[0].because
    assert explained.steps[-1].because == "检出 AD-46-medical"
    turned_down = explain(SHIPPED, (POISON,), facts(POISON, nature="education")).steps
    assert "性质为科普" in next(step.because for step in turned_down if step.clause == "toxic-drug")


signs = st.builds(
    Sign,
    code=st.sampled_from(["TOX-5-sale", "TOX-9-named", "AD-46-medical", "AD-16-1"]),
    family=st.sampled_from(FAMILIES),
    status=st.sampled_from(OUTCOMES),
    severity=st.sampled_from(SEVERITIES),
    confidence=st.sampled_from(CONFIDENCES),
)
situations = st.fixed_dictionaries(
    {"nature": st.sampled_from(["advertisement", "education"])},
    optional={"kind": st.sampled_from(["note", "product", "profile"]), "publisher_kind": st.just("government")},
)
EXEMPT = "  - {name: state, title: 政府, when: {facts: {publisher_kind: government}}, then: pass}\n"
MANY = PolicySet.of([*shipped()[1:], parse_policy(written(clauses=EXEMPT + CLAUSES.lstrip("\n") + REST))])


@given(st.lists(signs, max_size=6), signs, situations, st.sampled_from([SHIPPED, MANY]))
@settings(max_examples=400, deadline=None)
def test_one_more_finding_never_leads_to_less(
    findings: list[Sign], more: Sign, about: dict[str, Any], policies: PolicySet
) -> None:
    before = policies.outcome(findings, facts(*findings, **about))
    after = policies.outcome([*findings, more], facts(*findings, more, **about))
    assert strength(after.then) >= strength(before.then)


@given(st.lists(signs, max_size=6), st.sets(st.sampled_from(["TOX-5-sale", "TOX-9-named", "content@1/toxic-drug"])))
@settings(max_examples=200, deadline=None)
def test_held_codes_never_act_and_nothing_else_changes(findings: list[Sign], held: set[str]) -> None:
    free, bound = (SHIPPED.outcome(findings, facts(*findings), which) for which in ((), held))
    assert (free.policy, free.clause) == (bound.policy, bound.clause)
    assert bound.then.case >= free.then.case
    if bound.then.measure is not None:
        assert not held & {*bound.codes, f"{bound.policy}/{bound.clause}"}
        assert bound.then == free.then


@given(st.text(min_size=1, max_size=20), st.integers(1, 99), st.integers(1, 99))
def test_a_share_is_stable_and_only_grows(item: str, one: int, other: int) -> None:
    assert in_share("content", item, one) == in_share("content", item, one)
    assert in_share("content", item, 100)
    if one <= other and in_share("content", item, one):
        assert in_share("content", item, other)


@pytest.mark.parametrize("percent", [1, 5, 20, 50, 99])
def test_a_share_is_near_its_percentage_and_apart_from_others(percent: int) -> None:
    many = 20_000
    ours = {number for number in range(many) if in_share("content", f"itm_{number}", percent)}
    deviation = (percent / 100 * (1 - percent / 100) / many) ** 0.5
    assert abs(len(ours) / many - percent / 100) < 4 * deviation
    theirs = {number for number in range(many) if in_share("product", f"itm_{number}", percent)}
    assert abs(len(ours & theirs) / many - (percent / 100) ** 2) < 4 * deviation
