"""Why an outcome is what it is: every clause that was tried, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mingjian.core.report.labels import label
from mingjian.governance.policies.conditions import FactTest, FindingTest
from mingjian.governance.policies.evaluate import NONE, PolicySet, evaluate, matching
from mingjian.governance.policies.model import Clause, Explained, Facts, Found, Policy, Step

FIELDS = {
    "kind": "内容类型", "platform": "平台", "nature": "性质", "domain": "领域", "channel": "渠道",
    "publisher_kind": "发布者类型", "value": "结论", "risk": "风险分", "risk_band": "风险等级", "strikes": "违规次数",
    "reuse": "与他人相同的内容件数", "reuse_publishers": "相同内容的其他发布者数",
}  # fmt: skip
_GROUPS = {"nature": "nature", "domain": "domain", "value": "verdict"}


def explain(policies: PolicySet, findings: Sequence[Found], facts: Facts, held: Collection[str] = NONE) -> Explained:
    """The outcome with the way to it."""
    steps: list[Step] = []
    for policy in policies.policies:
        failing = policy.applies.failing(facts)
        if failing is not None:
            steps.append(Step(policy.id, "", policy.title, False, f"不适用:{_fact(failing, policy.applies, facts)}"))
            continue
        steps += _steps(policy, findings, facts)
        return Explained(evaluate(policy, findings, facts, held), steps)
    return Explained(policies.outcome(findings, facts, held), steps)


def _steps(policy: Policy, findings: Sequence[Found], facts: Facts) -> list[Step]:
    steps = []
    for clause in policy.clauses:
        matched = matching(clause, findings, facts)
        because = _why_not(clause, findings, facts) if matched is None else _why(clause, matched)
        steps.append(Step(policy.id, clause.name, clause.title, matched is not None, because))
        if matched is not None:
            break
    return steps


def _why(clause: Clause, matched: Sequence[Found]) -> str:
    if clause.findings is None and not clause.facts:
        return "前面各条都不匹配"
    said = [f"检出 {'、'.join(dict.fromkeys(one.code for one in matched))}"] if matched else []
    return ";".join([*said, *(["事实条件全部满足"] if clause.facts else [])])


def _why_not(clause: Clause, findings: Sequence[Found], facts: Facts) -> str:
    if clause.findings is not None and not clause.findings.met_by(findings):
        return f"没有足够的检出项符合:{said_findings(clause.findings)}"
    return _fact(clause.facts.failing(facts) or "", clause.facts, facts)


def _fact(name: str, test: FactTest, facts: Facts) -> str:
    known = facts.get(name)
    here = "未知" if known is None else _word(name, str(known))
    return f"{FIELDS.get(name, name)}为{here},须{said_facts(test).get(name, '')}"


def said_facts(test: FactTest) -> dict[str, str]:
    """What a test asks of each fact, in words."""
    said = {name: "为" + "、".join(_word(name, word) for word in sorted(words)) for name, words in test.words}
    for name, least, below in test.ranges:
        said[name] = "且".join(
            [*([f"不小于 {least:g}"] if least is not None else []), *([f"小于 {below:g}"] if below is not None else [])]
        )
    return said


def said_findings(test: FindingTest) -> str:
    """What a test asks of findings, in words."""
    parts = [
        *([f"至少 {test.least} 处"] if test.least > 1 else []),
        *(["规则 " + "、".join(test.codes)] if test.codes else []),
        *(
            "、".join(label(group, word, "zh") for word in sorted(words))
            for group, words in (("family", test.families), ("status", test.statuses), ("severity", test.severities),
                                 ("confidence", test.confidences))
            if words
        ),
    ]  # fmt: skip
    return ";".join(parts) or "任何检出"


def _word(name: str, word: str) -> str:
    return label(_GROUPS[name], word, "zh") if name in _GROUPS else word
