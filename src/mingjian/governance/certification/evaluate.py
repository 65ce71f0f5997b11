"""Evaluating a policy: pure, three-valued, with the chain of facts. What the registry does not know is not a no."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from mingjian.governance.certification.model import Condition, Evaluation, Fact, Held, Outcome, Policy
from mingjian.records.registry.model import Credential, Link

_OUTSIDE = ("这类主体不在认证范围内", "This kind of body is outside the certification")
_WORDS = {"public": "公立", "private": "民营", "active": "正常", "suspended": "暂停", "closed": "注销"}
_BAD = ("malformed", "contradicted")


def evaluate(policy: Policy, held: Held, as_of: date) -> Evaluation:
    """What a policy says of an entity on a day."""
    condition = policy.kinds.get(held.entity.kind)
    chain: list[Fact] = []
    if condition is None:
        kind = held.entity.kind
        chain.append(Fact(False, *_OUTSIDE, f"登记类别:{kind}", f"kind: {kind}"))
        ok: bool | None = False
    else:
        ok = _judge(condition, held, as_of, chain, 0)
    outcome: Outcome = "eligible" if ok else "undetermined" if ok is None else "not"
    return Evaluation(policy.id, held.entity.id, as_of, outcome, tuple(chain))


def _judge(condition: Condition, held: Held, as_of: date, chain: list[Fact], depth: int) -> bool | None:
    place = len(chain)
    ok, because, because_en = _met(condition, held, as_of, chain, depth)
    if condition.says:
        chain.insert(place, Fact(ok, condition.says, condition.says_en, because, because_en, depth))
    return ok


def _met(condition: Condition, held: Held, as_of: date, chain: list[Fact], depth: int) -> tuple[bool | None, str, str]:
    match condition.kind:
        case "never":
            return False, "政策规定", "by the policy"
        case "attribute":
            return _attribute(condition, held)
        case "state":
            state = held.entity.state
            return state in condition.values, f"登记状态:{_WORDS.get(state, state)}", f"state: {state}"
        case "credential":
            return _credential(condition, held, as_of)
        case "link":
            return _link(condition, held, as_of, chain, depth)
    deeper = depth + 1 if condition.says else depth
    values = [_judge(part, held, as_of, chain, deeper) for part in condition.parts]
    return (all3(values) if condition.kind == "all" else any3(values)), "见下列各项", "see below"


def all3(values: Iterable[bool | None]) -> bool | None:
    """Whether all hold; a no settles it, else what is not known leaves it open."""
    listed = list(values)
    return False if False in listed else None if None in listed else True


def any3(values: Iterable[bool | None]) -> bool | None:
    """Whether any holds; a yes settles it."""
    listed = list(values)
    return True if True in listed else None if None in listed else False


def _attribute(condition: Condition, held: Held) -> tuple[bool | None, str, str]:
    value = held.entity.attributes.get(condition.name)
    if value in (None, ""):
        return condition.absent, "登记中没有这一项", "not in the registry"
    values = value if isinstance(value, list) else [value]
    ok = any(str(one) in condition.values for one in values)
    shown = "、".join(_WORDS.get(str(one), str(one)) for one in values)
    return ok, f"登记为:{shown}", f"registered as {', '.join(map(str, values))}"


def _credential(condition: Condition, held: Held, as_of: date) -> tuple[bool | None, str, str]:
    own = [one for one in held.credentials if one.kind in condition.values]
    if not own:
        return condition.absent, "登记中没有这类资质", "no such credential in the registry"
    judged = [(_holds(condition, one, as_of), one) for one in own]
    ok = any3(value for value, _ in judged)
    of = next(one for value, one in judged if value is ok)
    return ok, _why(of, as_of, "zh"), _why(of, as_of, "en")


def _holds(condition: Condition, one: Credential, as_of: date) -> bool | None:
    if one.check in _BAD:
        return False
    found = [one.holds(as_of)]
    if condition.scope:
        found.append(_in_scope(condition.scope, one.scope))
    if condition.confirmed:
        found.append(True if one.check == "confirmed" else None)
    return all3(found)


def _why(one: Credential, as_of: date, lang: str) -> str:
    """The credential by its kind and days. Its number is left out: a physician's is personal."""
    checks = {"unverified": ("未核验", "not verified"), "well_formed": ("编号格式正确", "well-formed number"),
              "malformed": ("编号格式错误", "malformed number"), "confirmed": ("已核实", "confirmed"),
              "contradicted": ("核验不符", "contradicted")}  # fmt: skip
    at = 1 if lang == "en" else 0
    first, last = one.valid_from or ("unknown" if at else "不明"), one.valid_to or ("open" if at else "长期")
    holds = one.holds(as_of)
    words = {True: ("在有效期内", "in force"), False: ("不在有效期内或已失效", "not in force"),
             None: ("有效期不明", "term not known")}  # fmt: skip
    comma = ", " if at else ","
    return comma.join((f"{first} – {last}", words[holds][at], checks[one.check][at]))


def _link(condition: Condition, held: Held, as_of: date, chain: list[Fact], depth: int) -> tuple[bool | None, str, str]:
    best: tuple[bool | None, str, list[Fact]] | None = None
    for link, other in held.links:
        if link.kind != condition.name or not link.holds(as_of):
            continue
        below: list[Fact] = []
        values = [_judge(part, other, as_of, below, depth + 1) for part in condition.parts]
        if condition.scope:
            values.append(_in_scope(condition.scope, link.scope))
            said = f"登记科目:{'、'.join(link.scope) or '不明'}"
            said_en = f"registered specialties: {', '.join(link.scope) or 'unknown'}"
            below.insert(0, Fact(values[-1], "在要求的科目执业", "In a specialty asked for", said, said_en, depth + 1))
        ok = all3(values)
        if best is None or _order(ok) > _order(best[0]):
            best = (ok, _other(link, other), below)
    if best is None:
        return condition.absent, "登记中没有在期的这类关系", "no such link in the registry on that day"
    chain += best[2]
    return best[0], best[1], best[1]


def _other(link: Link, other: Held) -> str:
    return other.entity.name or link.target


def _order(ok: bool | None) -> int:
    return {False: 0, None: 1, True: 2}[ok]


def _in_scope(wanted: Sequence[str], given: Sequence[str]) -> bool | None:
    """Whether one of the codes given is one of those wanted or below it (14.03 is below 14)."""
    if not given:
        return None
    return any(code == one or code.startswith(f"{one}.") for one in wanted for code in given)
