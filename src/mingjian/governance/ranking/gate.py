"""Who may enter: each requirement asked of the facts, with what was found. A fact that is missing makes an entrant
*undetermined*, never refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.governance.ranking.measures import MEASURES, Facts, current, of_kind
from mingjian.governance.ranking.model import Requirement
from mingjian.governance.ranking.scope import Scope
from mingjian.records.registry.model import Credential

_NAMES = {
    "physician_qualification": "医师资格证书",
    "physician_practice": "医师执业证书",
    "aesthetic_lead": "主诊医师资格",
    "practice_licence": "医疗机构执业许可证",
    "clinic_filing": "诊所备案凭证",
    "training": "培训证明",
}
_STATES = {"valid": "状态有效", "suspended": "被暂停", "revoked": "被吊销"}
_CHECKS = {"unverified": "未核验", "well_formed": "编号结构合格", "malformed": "编号有误", "confirmed": "官方查询证实",
           "contradicted": "官方查询不符"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One requirement with its answer: True, False, or None where ``missing`` facts are wanted. ``facts`` are what was
    read, in words."""

    key: str
    title: str
    title_en: str
    ok: bool | None
    why: str
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {"key": self.key, "title": self.title, "title_en": self.title_en, "ok": self.ok, "why": self.why,
                "facts": list(self.facts), "missing": list(self.missing), "cites": list(self.cites)}  # fmt: skip


Found = tuple[bool | None, str, tuple[str, ...], tuple[str, ...]]


def examine(
    eligibility: Sequence[Requirement], facts: Facts, penalties: Sequence[str], scope: Scope | None = None
) -> tuple[str, tuple[Step, ...]]:
    """(eligible | refused | undetermined, the chain). ``penalties`` are measures in force, in words; ``scope`` is what
    the chain of scope answers says, where the ranking asks for it."""
    steps = []
    for one in eligibility:
        ok, why, read, missing = _ask(one, facts, penalties, scope)
        steps.append(Step(one.key, one.title, one.title_en, ok, why, read, missing, one.cites))
    if any(step.ok is False for step in steps):
        return "refused", tuple(steps)
    return "eligible" if all(step.ok for step in steps) else "undetermined", tuple(steps)


def _ask(one: Requirement, facts: Facts, penalties: Sequence[str], scope: Scope | None) -> Found:
    if one.key == "entity":
        return _entity(facts)
    if one.key == "scope":
        return _scope(scope)
    if one.key == "institution":
        return _institution(one, facts)
    if one.key == "years":
        return _years(one, facts)
    if one.key == "penalty":
        return _penalty(facts, penalties)
    kinds = {
        "qualification": ("physician_qualification", "医师资格证书"),
        "practice": ("physician_practice", "医师执业证书"),
        "lead": ("aesthetic_lead", "主诊医师资格或备案"),
    }
    kind, name = kinds[one.key]
    return held(of_kind(facts, kind), facts.as_of, name)


def _entity(facts: Facts) -> Found:
    if facts.entity.kind != "physician":
        return False, "登记的不是医师", (facts.entity.kind,), ()
    if facts.entity.state != "active":
        return False, "登记状态不正常", (facts.entity.state,), ()
    return True, "登记为医师,状态正常", (), ()


def held(found: Sequence[Credential], as_of: date, name: str) -> Found:
    """Whether one of these credentials holds on the day."""
    if not found:
        return None, f"没有登记{name}", (), (name,)
    told = tuple(describe(one) for one in found)
    answers = [_holds(one, as_of) for one in found]
    if True in answers:
        return True, f"{name}在当日有效", (told[answers.index(True)],), ()
    if None in answers:
        return None, f"{name}的期限或编号须核对", told, (f"{name}的有效期限", f"{name}的核验")
    return False, f"{name}在当日无效", told, ()


def _holds(one: Credential, as_of: date) -> bool | None:
    if one.check == "contradicted":
        return False
    answer = one.holds(as_of)
    return None if answer and one.check == "malformed" else answer


def describe(one: Credential) -> str:
    """A credential in words: what, its days, its state, how far it was verified."""
    days = f"{one.valid_from or '起始日不明'} 至 {one.valid_to or '长期'}"
    return f"{_NAMES.get(one.kind, one.kind)},{days},{_STATES[one.state]},{_CHECKS[one.check]}"


def _scope(scope: Scope | None) -> Found:
    if scope is None:
        return None, "没有问过执业范围", (), ("执业范围",)
    return {"yes": True, "no": False}.get(scope.value), scope.why, scope.facts, scope.missing


def _institution(wanted: Requirement, facts: Facts) -> Found:
    places = current(facts)
    if not facts.practice:
        return None, "没有登记执业机构", (), ("执业机构",)
    if not places:
        return False, "当日没有执业机构", tuple(f"{link.valid_from}~{link.valid_to}" for link in facts.practice), ()
    answers: list[Found] = []
    for place in places:
        licences = facts.licences.get(place.id, ())
        ok, why, told, missing = held(licences, facts.as_of, "机构执业许可")
        if place.state != "active":
            ok, why, missing = False, "机构已停业或被暂停", ()
        elif ok:
            ok, why, missing = _department(wanted, licences, facts.as_of)
        answers.append((ok, why, (place.key, *told), missing))
    for answer in (True, None):
        if chosen := next((found for found in answers if found[0] is answer), None):
            return chosen
    return answers[0]


def _department(
    wanted: Requirement, licences: Sequence[Credential], as_of: date
) -> tuple[bool | None, str, tuple[str, ...]]:
    if not wanted.departments:
        return True, "在取得许可的机构执业", ()
    valid = [one for one in licences if one.holds(as_of)]
    codes = {code for one in valid for code in one.scope}
    if not codes:
        return None, "机构许可没有登记诊疗科目", ("机构的诊疗科目",)
    if codes & set(wanted.departments):
        return True, "在登记医疗美容科目的机构执业", ()
    return False, "执业机构没有登记医疗美容科目", ()


def _years(wanted: Requirement, facts: Facts) -> Found:
    years = MEASURES["practice_years"](facts)
    if years is None:
        return None, "不知道从何时起执业", (), ("首次执业注册日期",)
    told = (f"{years:.1f} 年",)
    least = f"{wanted.least:g} 年"
    return (True, f"执业满 {least}", told, ()) if years >= wanted.least else (False, f"执业不满 {least}", told, ())


def _penalty(facts: Facts, penalties: Sequence[str]) -> Found:
    stopped = [describe(one) for one in facts.credentials if one.state in ("suspended", "revoked")]
    if penalties or stopped:
        return False, "有执行中的停权、封禁,或证照被暂停、吊销", (*penalties, *stopped), ()
    return True, "没有执行中的停权、封禁,证照没有被暂停、吊销", (), ()


def steps_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """A chain as it was kept."""
    return tuple(
        Step(one["key"], one["title"], one["title_en"], one["ok"], one["why"], tuple(one["facts"]),
             tuple(one["missing"]), tuple(one["cites"]))
        for one in kept
    )  # fmt: skip
