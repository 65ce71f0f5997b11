"""The file of escalation: ours, or a deployer's in its place. All mistakes at once, each with its line and field."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from mingjian.core.model import NATURES, SEVERITIES
from mingjian.desk.queues.fields import check_known, flag, listing, mapping, number, text, word, words
from mingjian.governance.live.escalation import Escalation, Risk, Step
from mingjian.governance.policies.places import places
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Invalid
from mingjian.records.live.model import MEASURES

Complain = Callable[[str, str], None]
_NAME = "live_escalation.yaml"
_FILE = ("grace_seconds", "automatic", "cites", "limits", "acknowledge", "evidence", "risk", "steps")
_STEP = ("name", "title", "title_en", "measure", "when", "at_once", "confirm", "within_seconds", "unanswered", "reason",
         "reason_en")  # fmt: skip
_WHEN = ("severity", "status", "natures", "kinds", "warnings", "masks", "since_warning")
_COUNTS = ("warnings", "masks", "since_warning")
_RISK = ("half_life_minutes", *SEVERITIES, "ignored", "waiting")
_STATUSES = ("violation", "needs_evidence")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_in_force: list[Escalation] = []  # the last one counts


def escalation() -> Escalation:
    """What is in force: ours where no door chose another."""
    return _in_force[-1] if _in_force else _shipped()


def use_escalation(path: Path | None) -> None:
    """Let this process go by a deployer's file, or (None) by ours. Invalid with every mistake of the file."""
    _in_force[:] = [] if path is None else [read_escalation(path)]


def read_escalation(path: Path) -> Escalation:
    """What a file holds; Invalid with every mistake."""
    try:
        written = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"直播处置升级文件 {path} 读不了:{error}。应为 UTF-8 编码的 YAML 文件。") from error
    return parse_escalation(written, str(path))


@contextlib.contextmanager
def using(other: Escalation) -> Iterator[None]:
    """Put another in force for a while."""
    _in_force.append(other)
    try:
        yield
    finally:
        _in_force.remove(other)


@cache
def _shipped() -> Escalation:
    file = resources.files("mingjian.governance") / "data" / _NAME
    return parse_escalation(file.read_text("utf-8"), _NAME)


def parse_escalation(written: str, name: str = _NAME) -> Escalation:
    """The escalation of a file's text; Invalid with every mistake, its line and field."""
    try:
        where = places(written)
        data: Any = yaml.safe_load(written)
    except yaml.YAMLError as error:
        raise Invalid(f"直播处置升级文件 {name} 不是合法的 YAML:{error}") from error
    problems: list[tuple[str, str]] = []

    def complain(field: str, message: str) -> None:
        problems.append((field, message))

    found = _parsed(data, complain) if isinstance(data, dict) else None
    if found is None:
        complain("", f"应为映射,含 {'、'.join(_FILE)}")
    if found is None or problems:
        lines = "\n".join(f"  第 {where.line(field) or 1} 行 {field}:{message}" for field, message in problems)
        raise Invalid(f"直播处置升级文件 {name} 有 {len(problems)} 处错误:\n{lines}", field="live_escalation")
    return found


def _parsed(data: dict[Any, Any], complain: Complain) -> Escalation:
    check_known(data, _FILE, "", complain)
    limits = mapping(data, "limits", "", complain)
    check_known(limits, MEASURES, "limits", complain)
    again = mapping(data, "acknowledge", "", complain)
    check_known(again, ("within_seconds", "tries"), "acknowledge", complain)
    around = mapping(data, "evidence", "", complain)
    check_known(around, ("before_seconds", "after_seconds"), "evidence", complain)
    automatic = frozenset(words(data, "automatic", "", MEASURES, complain))
    steps = [
        _step(entry, f"steps[{place}]", automatic, complain)
        for place, entry in enumerate(listing(data, "steps", "", complain))
    ]
    if not steps:
        complain("steps", "至少要有一步")
    names = [one.name for one in steps]
    for place, one in enumerate(names):
        if one in names[:place]:
            complain(f"steps[{place}].name", f"“{one}”重复")
    ranks = [MEASURES.index(one.measure) for one in steps if one.measure in MEASURES]
    if ranks != sorted(ranks, reverse=True):
        complain("steps", f"各步须从硬到软排列:{'、'.join(reversed(MEASURES))}")
    return Escalation(
        tuple(steps), automatic, tuple(_text(one, f"cites[{place}]", complain)
                                       for place, one in enumerate(listing(data, "cites", "", complain))),
        {one: int(number(limits, one, "limits", complain, 1, 1000, 10)) for one in MEASURES},
        number(data, "grace_seconds", "", complain, 0, 3600, 20),
        number(again, "within_seconds", "acknowledge", complain, 1, 3600, 10),
        int(number(again, "tries", "acknowledge", complain, 1, 100, 5)),
        number(around, "before_seconds", "evidence", complain, 0, 600, 30),
        number(around, "after_seconds", "evidence", complain, 0, 600, 20),
        _risk(mapping(data, "risk", "", complain), complain),
        "live-escalation@" + digest(canonical(data))[:12],
    )  # fmt: skip


def _step(entry: Any, path: str, automatic: frozenset[str], complain: Complain) -> Step:
    if not isinstance(entry, dict):
        complain(path, f"应为映射,可用字段:{'、'.join(_STEP)}")
        entry = {}
    check_known(entry, _STEP, path, complain)
    name = text(entry, "name", path, complain)
    if name and not _WORD.fullmatch(name):
        complain(f"{path}.name", "应为小写英文字母开头的英文、数字、下划线,不超过 40 个字符")
    measure = word(entry, "measure", path, MEASURES, complain, None)
    confirm = flag(entry, "confirm", path, complain)
    if measure and not confirm and measure not in automatic:
        complain(f"{path}.confirm", f"{measure} 不在 automatic 之中,须 confirm: true")
    when = mapping(entry, "when", path, complain)
    check_known(when, _WHEN, f"{path}.when", complain)
    return Step(
        name, text(entry, "title", path, complain), text(entry, "title_en", path, complain), measure,
        text(entry, "reason", path, complain), text(entry, "reason_en", path, complain),
        confirm=confirm, at_once=flag(entry, "at_once", path, complain),
        within_seconds=int(number(entry, "within_seconds", path, complain, 5, 86_400, 120)),
        unanswered=word(entry, "unanswered", path, ("lapse", "queue"), complain, "lapse"),
        **_when(when, f"{path}.when", complain),
    )  # fmt: skip


def _when(when: Mapping[Any, Any], path: str, complain: Complain) -> dict[str, Any]:
    severity = mapping(when, "severity", path, complain)
    check_known(severity, ("at_least",), f"{path}.severity", complain)
    found: dict[str, Any] = {
        "severity": word(severity, "at_least", f"{path}.severity", SEVERITIES, complain, None) if severity else None,
        "status": word(when, "status", path, _STATUSES, complain, None) if "status" in when else None,
        "natures": frozenset(words(when, "natures", path, NATURES, complain)),
        "kinds": frozenset(_text(one, f"{path}.kinds[{place}]", complain)
                           for place, one in enumerate(listing(when, "kinds", path, complain))),
    }  # fmt: skip
    for name in _COUNTS:
        given = mapping(when, name, path, complain)
        check_known(given, ("at_least",), f"{path}.{name}", complain)
        found[name] = int(number(given, "at_least", f"{path}.{name}", complain, 0, 1000, 0))
    return found


def _risk(data: Mapping[Any, Any], complain: Complain) -> Risk:
    check_known(data, _RISK, "risk", complain)
    points = {name: number(data, name, "risk", complain, 0, 100, 0) for name in SEVERITIES}
    half = number(data, "half_life_minutes", "risk", complain, 1, 1440, 20)
    ignored, waiting = (number(data, name, "risk", complain, 0, 100, 0) for name in ("ignored", "waiting"))
    return Risk(half, points, ignored, waiting)


def _text(value: Any, path: str, complain: Complain) -> str:
    if not isinstance(value, str) or not value.strip():
        complain(path, "应为文字")
        return ""
    return value.strip()
