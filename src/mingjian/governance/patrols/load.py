"""Reading the patrols' file: the shipped one, or a deployer's in its place. All errors at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from mingjian.desk.deployed import DataFile
from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known, flag, listing, mapping, number, text, word, words
from mingjian.desk.queues.load import queues
from mingjian.desk.queues.model import Due
from mingjian.governance.patrols.calendar import EVERY, WORKING, Schedule
from mingjian.governance.patrols.model import DOES, MISSED, SUBJECTS, Patrol, Stage, Subjects
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS, ENTITY_KINDS

_PATROL = ("title", "title_en", "calendar", "subjects", "does", "missed", "grace_hours", "work_due", "queue",
           "cases", "active", "text")  # fmt: skip
_CALENDAR = ("every", "days", "at", "working")
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "expiring": ("credentials", "stages", "lookback_days"),
    "unverified": ("credentials", "months", "again_days"),
    "changed": ("entities", "credentials"),
    "sample": ("entities", "share"),
    "risk": ("entities", "scorecard", "bands", "again_days"),
    "unregistered": ("entities", "again_days"),
    "beyond_scope": ("again_days",),
    "content": ("entities", "months", "share"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def patrols() -> Mapping[str, Patrol]:
    """The patrols in force, by name, in the order of the file."""
    return PATROLS.current()


def parse_patrols(data: Any) -> Mapping[str, Patrol]:
    """The patrols of a file; Invalid with everything that is wrong with it."""
    problems: list[tuple[str, str]] = []

    def complain(field: str, message: str) -> None:
        problems.append((field, message))

    if not isinstance(data, dict):
        raise Invalid("应为映射,含 patrols", field="patrols")
    check_known(data, ("patrols",), "", complain)
    found = {}
    for name, given in mapping(data, "patrols", "", complain).items():
        where = f"patrols.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            complain(where, "巡查名应为小写英文字母开头的英文、数字、下划线,不超过 40 个字符")
        if isinstance(given, dict):
            found[str(name)] = _patrol(str(name), given, where, complain)
        else:
            complain(where, f"应为映射,可用字段:{'、'.join(_PATROL)}")
    if problems:
        raise Invalid(f"{len(problems)} 处:\n" + "\n".join(f"  {at}:{what}" for at, what in problems), field="patrols")
    return found


def _patrol(name: str, data: dict[Any, Any], path: str, complain: Complain) -> Patrol:
    check_known(data, _PATROL, path, complain)
    subjects = _subjects(mapping(data, "subjects", path, complain), f"{path}.subjects", complain)
    does = words(data, "does", path, DOES, complain, needed=subjects.kind != "expiring")
    if subjects.kind == "expiring" and data.get("does"):
        complain(f"{path}.does", "expiring 的做法写在各个 stages 里")
    queue = data.get("queue")
    if queue is not None and queue not in queues():
        complain(f"{path}.queue", f"没有队列“{queue}”。可用:{'、'.join(queues())}")
    return Patrol(
        name=name, title=text(data, "title", path, complain), title_en=text(data, "title_en", path, complain),
        schedule=_schedule(mapping(data, "calendar", path, complain), f"{path}.calendar", complain),
        subjects=subjects, does=does,
        missed=word(data, "missed", path, MISSED, complain, "merge"),
        grace_hours=number(data, "grace_hours", path, complain, 0, 24 * 31, 12),
        work_due=Due(int(number(data, "work_due", path, complain, 1, 365, 5)), "days"),
        queue=None if queue is None else str(queue),
        worse_only=word(data, "cases", path, ("worse", "any"), complain, "worse") == "worse",
        active=flag(data, "active", path, complain, usual=True), text=str(data.get("text") or ""),
    )  # fmt: skip


def _schedule(data: dict[Any, Any], path: str, complain: Complain) -> Schedule:
    check_known(data, _CALENDAR, path, complain)
    every = word(data, "every", path, EVERY, complain, "day")
    bounds = {"week": (1, 7), "month": (-1, 31)}.get(every)
    on = listing(data, "days", path, complain)
    if bounds is None and on:
        complain(f"{path}.days", "每天的巡查不写 days")
    if bounds is not None and not on:
        complain(f"{path}.days", "必填:星期几(1–7)或每月几号(1–31,-1 为月末)")
    for each in on:
        whole = isinstance(each, int) and not isinstance(each, bool)
        if bounds is not None and not (whole and bounds[0] <= each <= bounds[1] and each != 0):
            complain(f"{path}.days", f"应为 {bounds[0]} 到 {bounds[1]} 的整数,不是 {each!r}")
    return Schedule(
        every, tuple(sorted({each for each in on if isinstance(each, int)})),
        _time(data.get("at", "06:00"), f"{path}.at", complain),
        word(data, "working", path, WORKING, complain, "any"),
    )  # fmt: skip


def _time(given: Any, path: str, complain: Complain) -> time:
    try:
        return time.fromisoformat(given).replace(tzinfo=None)
    except (TypeError, ValueError):
        complain(path, f'应为带引号的时间,如 "06:00",不是 {given!r}')
        return time(6)


def _subjects(data: dict[Any, Any], path: str, complain: Complain) -> Subjects:
    kind = word(data, "kind", path, SUBJECTS, complain, None)
    check_known(data, ("kind", *_SUBJECTS.get(kind, ())), path, complain)
    stages = [_stage(entry, f"{path}.stages[{place}]", complain)
              for place, entry in enumerate(listing(data, "stages", path, complain))]  # fmt: skip
    if kind == "expiring" and not stages:
        complain(f"{path}.stages", "必填,如 - {days: 30, does: [work]}")
    if kind == "risk" and not data.get("scorecard"):
        complain(f"{path}.scorecard", "必填:哪一张评分卡")
    bands = listing(data, "bands", path, complain)
    if kind == "risk" and not bands:
        complain(f"{path}.bands", "必填:哪些等级")
    return Subjects(
        kind=kind, entities=words(data, "entities", path, ENTITY_KINDS, complain,
                                  needed=kind in ("changed", "sample", "risk", "unregistered", "content")),
        credentials=words(data, "credentials", path, CREDENTIAL_KINDS, complain,
                          needed=kind in ("expiring", "unverified", "changed")),
        stages=tuple(sorted(stages, key=lambda stage: -stage.days)),
        lookback_days=int(number(data, "lookback_days", path, complain, 0, 3660, 365)),
        months=int(number(data, "months", path, complain, 1, 120, 6)),
        share=number(data, "share", path, complain, 0.0001, 1, 1.0 if kind == "content" else 0.05),
        scorecard=str(data.get("scorecard") or ""), bands=tuple(str(band) for band in bands),
        again_days=int(number(data, "again_days", path, complain, 1, 3660, 30)),
    )  # fmt: skip


def _stage(data: Any, path: str, complain: Complain) -> Stage:
    if not isinstance(data, dict):
        complain(path, "应为映射,含 days、does")
        return Stage(0, ())
    check_known(data, ("days", "does"), path, complain)
    return Stage(int(number(data, "days", path, complain, 0, 3660, 0)),
                 words(data, "does", path, DOES, complain, needed=True))  # fmt: skip


PATROLS = DataFile("mingjian.governance", "patrols.yaml", "巡查文件", parse_patrols)
