"""The queue file as data → a book. Goes on after an error, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from mingjian.desk.cases.model import APPEAL_ANSWERS, CASE_KINDS, MEASURES, PRIORITIES
from mingjian.desk.people.permissions import permissions
from mingjian.desk.queues.conditions import Complain, parse_condition
from mingjian.desk.queues.fields import check_known, flag, listing, mapping, number, share, text, word, words
from mingjian.desk.queues.model import Book, Due, Queue, Reason, Route, SecondReview, Urgency

_ANSWERS = (*MEASURES, *APPEAL_ANSWERS)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BOOK = ("hours", "reasons", "queues", "routes")
_REASON = ("title", "title_en", "note")
_QUEUE = (
    "title", "title_en", "kinds", "permission", "measures", "reasons", "reasons_for", "priority", "due", "urgency",
    "lease_minutes", "undo_minutes", "second", "samples", "golden", "onward", "own_department", "acts",
)  # fmt: skip
_DAY = 24 * 60


def parse_book(data: Any, complain: Complain) -> Book | None:
    """The book; None when the file is not even a mapping. What is wrong is complained of."""
    if not isinstance(data, dict):
        complain("", f"应为映射,含 {'、'.join(_BOOK)}")
        return None
    check_known(data, _BOOK, "", complain)
    opens, closes = _hours(mapping(data, "hours", "", complain), complain)
    reasons = _reasons(mapping(data, "reasons", "", complain), complain)
    given = mapping(data, "queues", "", complain)
    if not given:
        complain("queues", "至少要有一个队列")
    found: dict[str, Queue] = {}
    for name, queue in given.items():
        path = f"queues.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            complain(path, "队列名应为小写英文字母开头的英文、数字、下划线,不超过 40 个字符")
        if isinstance(queue, dict):
            found[str(name)] = _queue(str(name), queue, path, reasons, complain)
        else:
            complain(path, f"应为映射,可用字段:{'、'.join(_QUEUE)}")
    _check_links(found, complain)
    return Book(found, _routes(data.get("routes"), found, complain), opens, closes)


def _queue(name: str, data: dict[Any, Any], path: str, reasons: Mapping[str, Reason], complain: Complain) -> Queue:
    check_known(data, _QUEUE, path, complain)
    measures = words(data, "measures", path, _ANSWERS, complain, needed=True)
    second = mapping(data, "second", path, complain)
    check_known(second, ("share", "measures", "when"), f"{path}.second", complain)
    samples = mapping(data, "samples", path, complain)
    check_known(samples, ("share", "queue"), f"{path}.samples", complain)
    golden = mapping(data, "golden", path, complain)
    check_known(golden, ("share",), f"{path}.golden", complain)
    onward = mapping(data, "onward", path, complain)
    check_known(onward, ("queue", "measures"), f"{path}.onward", complain)
    return Queue(
        name=name,
        title=text(data, "title", path, complain),
        title_en=text(data, "title_en", path, complain),
        kinds=words(data, "kinds", path, CASE_KINDS, complain, needed=True),
        permission=word(data, "permission", path, tuple(permissions()), complain, "case.review"),
        measures=measures,
        reasons=tuple(
            reasons[word] for word in words(data, "reasons", path, tuple(reasons), complain) if word in reasons
        ),
        reasons_for=words(data, "reasons_for", path, measures, complain),
        priority=_priority(data, path, complain) or 0,
        due=_due(data.get("due"), f"{path}.due", complain),
        urgency=tuple(
            _urgency(entry, f"{path}.urgency[{place}]", complain)
            for place, entry in enumerate(listing(data, "urgency", path, complain))
        ),
        lease_minutes=int(number(data, "lease_minutes", path, complain, 1, _DAY, 30)),
        undo_minutes=int(number(data, "undo_minutes", path, complain, 0, 7 * _DAY, 10)),
        second=SecondReview(
            share(second, f"{path}.second", complain),
            words(second, "measures", f"{path}.second", measures, complain),
            tuple(
                parse_condition(entry, f"{path}.second.when[{place}]", complain)
                for place, entry in enumerate(listing(second, "when", f"{path}.second", complain))
            ),
        ),
        sample_share=share(samples, f"{path}.samples", complain),
        sample_queue=text(samples, "queue", f"{path}.samples", complain) if samples else None,
        golden_share=share(golden, f"{path}.golden", complain),
        onward=text(onward, "queue", f"{path}.onward", complain) if onward else None,
        onward_measures=words(onward, "measures", f"{path}.onward", measures, complain, needed=bool(onward)),
        own_department=flag(data, "own_department", path, complain),
        acts=flag(data, "acts", path, complain, usual=True),
    )


def _check_links(queues: Mapping[str, Queue], complain: Complain) -> None:
    for name, queue in queues.items():
        for field, other in (("samples.queue", queue.sample_queue), ("onward.queue", queue.onward)):
            if not other:
                continue
            path, target = f"queues.{name}.{field}", queues.get(other)
            if target is None:
                complain(path, f"没有队列“{other}”。可用:{'、'.join(queues)}")
            elif not set(queue.kinds) <= set(target.kinds):
                complain(path, f"队列“{other}”不收:{'、'.join(sorted(set(queue.kinds) - set(target.kinds)))}")
            elif field == "samples.queue" and not set(queue.measures) <= set(target.measures):
                missing = "、".join(sorted(set(queue.measures) - set(target.measures)))
                complain(path, f"队列“{other}”的 measures 里缺:{missing}")
        seen = [name]
        while (last := queues.get(seen[-1])) and last.onward:
            if last.onward in seen:
                complain(f"queues.{name}.onward.queue", f"绕成了圈:{' → '.join([*seen, last.onward])}")
                break
            seen.append(last.onward)


def _routes(data: Any, queues: Mapping[str, Queue], complain: Complain) -> tuple[Route, ...]:
    found: list[Route] = []
    open_kinds = set(CASE_KINDS)  # kinds that no route without further conditions has taken yet
    for place, entry in enumerate(listing({"routes": data}, "routes", "", complain)):
        path = f"routes[{place}]"
        if not isinstance(entry, dict):
            complain(path, "应为映射,含 when、queue")
            continue
        check_known(entry, ("when", "queue"), path, complain)
        route = Route(
            parse_condition(entry.get("when", {}), f"{path}.when", complain),
            word(entry, "queue", path, tuple(queues), complain, None),
        )
        found.append(route)
        named = dict(route.when.words)
        kinds = named.pop("kind", frozenset(CASE_KINDS))
        if queues.get(route.queue) is not None and "kind" in dict(route.when.words):
            for kind in sorted(kinds - set(queues[route.queue].kinds)):
                complain(f"{path}.queue", f"队列“{route.queue}”不收 {kind}(见它的 kinds)")
        if not named and not route.when.ranges:
            open_kinds -= kinds
    for kind in CASE_KINDS:
        if kind in open_kinds:
            complain("routes", f"缺一条 {{when: {{kind: {kind}}}, queue: …}}:没有别的路线匹配时 {kind} 无处可去")
    return tuple(found)


def _urgency(data: Any, path: str, complain: Complain) -> Urgency:
    if not isinstance(data, dict):
        complain(path, "应为映射,含 when、priority、due")
        data = {"when": {}, "priority": PRIORITIES[0]}
    check_known(data, ("when", "priority", "due"), path, complain)
    if "priority" not in data and "due" not in data:
        complain(path, "至少写 priority 或 due")
    return Urgency(
        parse_condition(data.get("when"), f"{path}.when", complain),
        _priority(data, path, complain) if "priority" in data else None,
        _due(data["due"], f"{path}.due", complain) if "due" in data else None,
    )


def _priority(data: dict[Any, Any], path: str, complain: Complain) -> int | None:
    named = word(data, "priority", path, PRIORITIES, complain, "normal")
    return PRIORITIES.index(named) if named in PRIORITIES else None


def _due(data: Any, path: str, complain: Complain) -> Due:
    if isinstance(data, dict) and len(data) == 1:
        if "hours" in data:
            return Due(number(data, "hours", path, complain, 0.05, 2000, 1), "hours")
        if "days" in data:
            days = number(data, "days", path, complain, 1, 365, 1)
            if days != int(days):
                complain(f"{path}.days", "应为整数个工作日")
            return Due(int(days), "days")
    complain(path, "应为 {hours: 工作小时} 或 {days: 工作日},只写一个")
    return Due(1, "hours")


def _hours(data: dict[Any, Any], complain: Complain) -> tuple[time, time]:
    check_known(data, ("opens", "closes"), "hours", complain)
    found: list[time] = []
    for name, usual in (("opens", time(9)), ("closes", time(18))):
        given = data.get(name, usual.isoformat("minutes"))
        try:
            if not isinstance(given, str):
                raise ValueError
            found.append(time.fromisoformat(given).replace(tzinfo=None))
        except ValueError:
            complain(f"hours.{name}", f'应为带引号的时间,如 "09:00",不是 {given!r}')
            found.append(usual)
    if found[0] >= found[1]:
        complain("hours", "opens 应早于 closes")
    return found[0], found[1]


def _reasons(data: dict[Any, Any], complain: Complain) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for name, entry in data.items():
        path = f"reasons.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            complain(path, "理由名应为小写英文字母开头的英文、数字、下划线,不超过 40 个字符")
        if not isinstance(entry, dict):
            complain(path, "应为映射,含 title、title_en")
            continue
        check_known(entry, _REASON, path, complain)
        found[str(name)] = Reason(
            str(name),
            text(entry, "title", path, complain),
            text(entry, "title_en", path, complain),
            flag(entry, "note", path, complain),
        )
    return found
