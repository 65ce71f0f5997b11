"""A policy's text → a policy. Goes on after an error, so that all are told at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import yaml

from mingjian.core.model import CONFIDENCES, SEVERITIES
from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known, listing, mapping, number, text
from mingjian.desk.queues.load import queues
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.policies.automatic import Automatic, automatic
from mingjian.governance.policies.evaluate import without_measure
from mingjian.governance.policies.model import Clause, Policy, Then
from mingjian.governance.policies.parse_conditions import parse_facts, parse_findings
from mingjian.governance.policies.places import places
from mingjian.records.errors import Invalid

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_POLICY = ("name", "version", "title", "title_en", "from", "until", "order", "applies", "clauses")
_CLAUSE = ("name", "title", "when", "then", "reason")
_THEN = ("queue", "about", "measure", "days")
_MOST_CLAUSES, _MOST_BYTES = 100, 100_000
PASS, ROUTES = "pass", "auto"


Problem = tuple[int | None, str, str]
"""Line (from 1, None for the whole text), field, what is wrong and what is allowed."""


class PolicyError(Invalid):
    """The text is no policy; ``problems`` are all that is wrong with it."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        lines = "\n".join(
            "  " + ",".join([*([f"第 {line} 行"] if line else []), *([field] if field else [])]) + f":{message}"
            for line, field, message in problems
        )
        super().__init__(f"策略 {source} 有 {len(problems)} 处错误:\n{lines}", field="policy")
        self.problems = problems


def parse_policy(content: str, source: str = "", *, allowed: Automatic | None = None) -> Policy:
    """The policy of a YAML text; PolicyError with everything that is wrong with it."""
    made, problems = read_policy(content, allowed=allowed)
    if made is None or problems:
        raise PolicyError(source, problems)
    return made


def read_policy(content: str, *, allowed: Automatic | None = None) -> tuple[Policy | None, list[Problem]]:
    """As much of a policy as the text gives, and what is wrong with it. A policy that was right when it was written
    goes on with what is left of it: where it may no longer act, or its queue is gone, a case is opened by the routes.
    None when the text is not even a mapping."""
    found: list[tuple[str, str]] = []
    if len(content.encode()) > _MOST_BYTES:
        return None, [(None, "", f"太长,最多 {_MOST_BYTES} 字节")]
    try:
        lines, data = places(content), yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        return None, [(line, "", f"不是合法的 YAML:{getattr(error, 'problem', None) or error}")]
    made = _policy(data, allowed or automatic(), lambda field, message: found.append((field, message)))
    return made, [(lines.line(field), field, message) for field, message in found]


def _policy(data: Any, allowed: Automatic, complain: Complain) -> Policy | None:
    if not isinstance(data, dict):
        complain("", f"应为映射,含 {'、'.join(_POLICY)}")
        return None
    check_known(data, _POLICY, "", complain)
    name = data.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        complain("name", "必填,小写英文字母开头的英文、数字、连字符,不超过 40 个字符")
    if data.get("version") is None:
        complain("version", "必填,从 1 起的整数")
    since, until = _day(data, "from", complain), _day(data, "until", complain, needed=False)
    if since and until and until < since:
        complain("until", f"应不早于 from({since})")
    return Policy(
        name=str(name),
        version=_whole(data, "version", "", complain, 1, 1_000_000, 1),
        title=text(data, "title", "", complain),
        title_en=text(data, "title_en", "", complain),
        since=since or date.min,
        until=until,
        order=_whole(data, "order", "", complain, 0, 1000, 100),
        applies=parse_facts(mapping(data, "applies", "", complain), "applies", complain, item_only=True),
        clauses=_clauses(data, allowed, complain),
    )


def _clauses(data: dict[Any, Any], allowed: Automatic, complain: Complain) -> tuple[Clause, ...]:
    given = listing(data, "clauses", "", complain)
    if not 0 < len(given) <= _MOST_CLAUSES:
        complain("clauses", f"应有 1 至 {_MOST_CLAUSES} 条")
    made: list[Clause] = []
    for place, entry in enumerate(given[:_MOST_CLAUSES]):
        path = f"clauses[{place}]"
        if isinstance(entry, dict):
            made.append(_clause(entry, path, allowed, complain))
            if made[-1].name in {clause.name for clause in made[:-1]}:
                complain(f"{path}.name", f"“{made[-1].name}”用过了,每条的名称不能相同")
        else:
            complain(path, f"应为映射,可用字段:{'、'.join(_CLAUSE)}")
    if made and (made[-1].findings is not None or made[-1].facts):
        complain(f"clauses[{len(given) - 1}].when", "最后一条不能带条件:没有别的条款匹配时由它决定")
    _check_order(made, complain)
    return tuple(made)


def _clause(data: dict[Any, Any], path: str, allowed: Automatic, complain: Complain) -> Clause:
    check_known(data, _CLAUSE, path, complain)
    name = data.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        complain(f"{path}.name", "必填,小写英文字母开头的英文、数字、连字符,不超过 40 个字符")
    when = mapping(data, "when", path, complain)
    check_known(when, ("findings", "facts"), f"{path}.when", complain)
    found, facts = when.get("findings"), mapping(when, "facts", f"{path}.when", complain)
    then = _then(data.get("then"), f"{path}.then", allowed, complain)
    reason = data.get("reason", "")
    if not isinstance(reason, str) or len(reason) > 500 or (not reason.strip() and then.word != PASS):
        complain(f"{path}.reason", "除放行外必填,不超过 500 字;会写进案件和处置决定")
    made = Clause(
        name=str(name),
        title=text(data, "title", path, complain),
        then=then,
        reason=str(reason).strip(),
        findings=None if found is None else parse_findings(found, f"{path}.when.findings", complain),
        facts=parse_facts(facts, f"{path}.when.facts", complain),
    )
    if then.measure is not None and not _has_power(made, path, allowed, complain):
        return replace(made, then=without_measure(then))
    return made


def _then(data: Any, path: str, allowed: Automatic, complain: Complain) -> Then:
    if data == PASS:
        return Then()
    if not isinstance(data, dict) or not data:
        complain(path, f"应为 {PASS},或映射,含 {'、'.join(_THEN)}")
        return Then()
    check_known(data, _THEN, path, complain)
    measure, queue, about = data.get("measure"), data.get("queue"), data.get("about", "item")
    if measure is None and queue is None:
        complain(path, "至少写 queue(交给人)或 measure(自动处置)")
    if measure is not None and measure not in allowed.measures:
        complain(f"{path}.measure", f"“{measure}”不能自动执行。可用:{'、'.join(allowed.measures)};其余须由人决定")
        measure, queue = None, queue or ROUTES
    days = _whole(data, "days", path, complain, 1, allowed.measures.get(str(measure), 3650), 0) or None
    if measure is not None and data.get("days") is None:
        complain(f"{path}.days", f"自动处置必须有期限:1 至 {allowed.measures[measure]} 天")
    if measure is None and days is not None:
        complain(f"{path}.days", "没有 measure 就没有期限")
    kinds = {"item": "item", "publisher": "actor"}
    if about not in kinds:
        complain(f"{path}.about", "应为 item(内容)或 publisher(发布者)")
        about = "item"
    if queue not in (None, ROUTES):
        takes = [name for name, one in queues().items() if kinds[about] in one.kinds]
        if queue not in takes:
            complain(f"{path}.queue", f"应为 {ROUTES}(按路线)或这些队列之一:{'、'.join(takes)},不是 {queue!r}")
            queue = ROUTES
    return Then(measure, days, queue is not None, None if queue in (None, ROUTES) else str(queue), about == "publisher")


def _has_power(clause: Clause, path: str, allowed: Automatic, complain: Complain) -> bool:
    """Whether a clause that acts asks for findings that are sure enough."""
    test, here = clause.findings, f"{path}.when.findings"
    if test is None:
        complain(here, "自动处置必须依据检出项,请写明条件")
        return False
    wrong: list[tuple[str, str]] = []
    if not test.families or not test.families <= set(allowed.families):
        families = "、".join(f"{name}({share:.0%})" for name, share in allowed.families.items())
        wrong.append(("families", f"自动处置只限查准率经过测量的类别:{families}"))
    if not _grave(test.confidences, allowed.confidence, CONFIDENCES):
        wrong.append(("confidence", f"自动处置须写 {{at_least: {allowed.confidence}}}"))
    if not _grave(test.severities, allowed.severity, SEVERITIES):
        wrong.append(("severity", f"自动处置须写 {{at_least: {allowed.severity}}} 或更高"))
    if test.statuses != {"violation"}:
        wrong.append(("status", "自动处置只限 violation"))
    for field, message in wrong:
        complain(f"{here}.{field}", message)
    return not wrong


def _grave(given: frozenset[str], least: str, order: Sequence[str]) -> bool:
    return bool(given) and given <= set(order[order.index(least) :])


def strength(then: Then) -> tuple[int, bool]:
    """How much follows: by the measure's rank, then by whether a person looks as well."""
    return book_in_force().rank(then.measure) if then.measure else 0, then.case


def _check_order(clauses: list[Clause], complain: Complain) -> None:
    """A clause that depends on findings never stands before a stronger one: so more findings never lead to less."""
    for place, clause in enumerate(clauses):
        if clause.findings is None and "value" not in clause.facts.asks:
            continue
        for later in clauses[place + 1 :]:
            if strength(later.then) > strength(clause.then):
                complain(
                    f"clauses[{place}]",
                    f"“{clause.title}”({clause.then.word})排在更重的“{later.title}”({later.then.word})之前:"
                    "看检出项的条款应从重到轻排列,否则检出越多反而越轻",
                )
                break


def _day(data: dict[Any, Any], name: str, complain: Complain, *, needed: bool = True) -> date | None:
    value = data.get(name)
    if value is None and not needed:
        return None
    if isinstance(value, date) and not hasattr(value, "hour"):
        return value
    complain(name, f"应为日期,如 2026-01-01,不是 {value!r}")
    return None


def _whole(data: dict[Any, Any], name: str, path: str, complain: Complain, least: int, most: int, usual: int) -> int:
    value = data.get(name)
    if value is None:
        return usual
    if type(value) is not int:
        complain(f"{path}.{name}" if path else name, f"应为 {least} 到 {most} 之间的整数,不是 {value!r}")
        return usual
    return int(number(data, name, path, complain, least, most, usual))
