"""Reading policies: every mistake at once, with its line and what is allowed."""

from __future__ import annotations

from datetime import date

import pytest

from mingjian.governance.policies.automatic import parse_automatic
from mingjian.governance.policies.model import Then
from mingjian.governance.policies.parse import PolicyError, parse_policy, read_policy
from tests.governance.policies.house import CLAUSES, REST, written


def problems(text: str) -> dict[str, tuple[int | None, str]]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "test")
    return {field: (line, message) for line, field, message in caught.value.problems}


def test_a_policy_is_read_whole() -> None:
    made = parse_policy(written(until="2026-12-31", order="7", applies="{kind: [note, video]}"))
    assert (made.id, made.since, made.until, made.order) == ("content@1", date(2026, 1, 1), date(2026, 12, 31), 7)
    assert made.applies.words == (("kind", frozenset({"note", "video"})),)
    assert [clause.then for clause in made.clauses] == [Then("limit", 3, True), Then(None, None, True), Then()]
    assert [made.in_effect(date(2026, month, 31)) for month in (1, 12)] == [True, True]
    assert not made.in_effect(date(2027, 1, 1))


def clause(**fields: str) -> str:
    given = {"name": "one", "title": "一", "then": "{queue: auto}", "reason": "因为"} | fields
    return "  - {" + ", ".join(f"{name}: {value}" for name, value in given.items() if value) + "}\n" + REST


SURE = "{families: [toxic_drug_ad], status: violation, severity: {at_least: high}, confidence: {at_least: high}}"


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        (written(name="Content"), "name", "小写英文字母"),
        (written(from_="昨天"), "from", "2026-01-01"),
        (written(until="2025-12-31"), "until", "不早于"),
        (written(order="1001"), "order", "0 到 1000"),
        (written(colour="red"), "colour", "没有这个字段"),
        (written(applies="{risk: {at_least: 0.5}}"), "applies.risk", "没有这个字段"),
        (written(clauses=CLAUSES), "clauses[1].when", "最后一条不能带条件"),
        (written(clauses="  []\n"), "clauses", "1 至 100"),
        (written(clauses=REST + REST), "clauses[1].name", "用过了"),
        (written(clauses=clause(then="fail")), "clauses[0].then", "pass"),
        (written(clauses=clause(then="{days: 3}")), "clauses[0].then", "至少写"),
        (written(clauses=clause(reason="")), "clauses[0].reason", "除放行外必填"),
        (written(clauses=clause(then="{queue: nowhere}")), "clauses[0].then.queue", "content"),
        (written(clauses=clause(then="{queue: product, about: publisher}")), "clauses[0].then.queue", "onboarding"),
        (written(clauses=clause(then="{queue: auto, about: me}")), "clauses[0].then.about", "publisher"),
        (written(clauses=clause(then="{measure: ban, days: 3}")), "clauses[0].then.measure", "limit"),
        (written(clauses=clause(then="{measure: limit}")), "clauses[0].then.days", "1 至 7"),
        (written(clauses=clause(then="{measure: limit, days: 8}")), "clauses[0].then.days", "1 到 7"),
        (written(clauses=clause(then="{measure: limit, days: 3}")), "clauses[0].when.findings", "必须依据检出项"),
        (written(clauses=clause(then="{measure: limit, days: 3}", when="{findings: {status: violation}}")),
         "clauses[0].when.findings.families", "toxic_drug_ad(72%)"),
        (written(clauses=clause(then="{measure: limit, days: 3}",
                                when=f"{{findings: {SURE.replace('high', 'medium')}}}")),
         "clauses[0].when.findings.confidence", "at_least: high"),
        (written(clauses=clause(when="{findings: {family: privacy}}")), "clauses[0].when.findings.family", "families"),
        (written(clauses=clause(when="{findings: {families: [lies]}}")), "clauses[0].when.findings.families", "“lies”"),
        (written(clauses=clause(when="{findings: {at_least: 0}}")), "clauses[0].when.findings.at_least", "1 到 1000"),
        (written(clauses=clause(when="{findings: {severity: {below: high}}}")), "clauses[0].when.findings.severity",
         "at_least"),
        (written(clauses=clause(when="{facts: {value: violation}}")), "clauses[0].when.facts.value", "at_least"),
        (written(clauses=clause(when="{facts: {risk: 0.5}}")), "clauses[0].when.facts.risk", "at_least: 数"),
        (written(clauses=clause(when="{facts: {risk: {below: 2}}}")), "clauses[0].when.facts.risk.below", "0 到 1"),
        (written(clauses=clause(when="{facts: {weather: fine}}")), "clauses[0].when.facts.weather", "strikes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_what_is_allowed(text: str, field: str, said: str) -> None:
    found = problems(text)
    assert said in found[field][1]


def test_all_mistakes_come_at_once_each_with_its_line() -> None:
    text = written(title_en='""', order="-1", clauses=clause(then="{measure: ban, days: 3}", title="", colour="red"))
    found = problems(text)
    lines = text.splitlines()
    assert {"title_en", "order", "clauses[0].then.measure", "clauses[0].title", "clauses[0].colour"} <= set(found)
    for field in ("title_en", "order", "clauses[0].then.measure"):
        line = found[field][0]
        assert line is not None
        assert field.rsplit(".", 1)[-1] in lines[line - 1]


def test_a_clause_on_findings_may_not_stand_before_a_stronger_one() -> None:
    turned = CLAUSES.split("  - name: violation")
    swapped = "\n  - name: violation" + turned[1] + turned[0].lstrip("\n") + REST.lstrip("\n")
    assert "从重到轻" in problems(written(clauses=swapped))["clauses[0]"][1]
    exempt = "  - {name: state, title: 政府发布, when: {facts: {publisher_kind: government}}, then: pass}\n"
    assert parse_policy(written(clauses=exempt + CLAUSES.lstrip("\n") + REST)).clauses[0].name == "state"


@pytest.mark.parametrize("text", ["", "[]", "a: [", "a: &x 1\nb: *x", "name: a\nname: b", "- 1", "x" * 100_001])
def test_what_is_no_policy_at_all_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        parse_policy(text)


def test_a_kept_policy_that_lost_its_power_opens_cases_instead() -> None:
    none = parse_automatic(
        {"measures": {"limit": {"most_days": 7}}, "confidence": "high", "severity": "high",
         "families": {"privacy": 0.9}}
    )  # fmt: skip
    made, wrong = read_policy(written(), allowed=none)
    assert made is not None
    assert [clause.then.word for clause in made.clauses] == ["queue", "queue", "pass"]
    assert [field for _, field, _ in wrong] == ["clauses[0].when.findings.families"]


@pytest.mark.parametrize("measure", ["suspend", "ban", "nothing"])
def test_no_measure_on_a_publisher_is_ever_automatic(measure: str) -> None:
    with pytest.raises(ValueError, match=measure):
        parse_automatic(
            {"measures": {measure: {"most_days": 7}}, "confidence": "high", "severity": "high", "families": {}}
        )
