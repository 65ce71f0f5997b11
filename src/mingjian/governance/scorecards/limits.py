"""What bands may do by themselves, and when acting stops until a person looks (governance/data/bands.yaml)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.desk.queues.load import queues
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.scorecards.model import Band
from mingjian.records.errors import Invalid

FILE = "bands.yaml"
_in_force: list[Limits] = []


@dataclass(frozen=True, slots=True)
class Limits:
    """``label_days`` and ``suspend_days`` are the longest terms, ``rights`` what may be suspended. The breaker: more
    than ``least`` and than ``share`` of all in ``hours``, and more than ``factor`` times the usual of the
    ``history_days`` before."""

    label_days: int
    rights: tuple[str, ...]
    suspend_days: int
    hours: int
    least: int
    share: float
    factor: float
    history_days: int


def limits() -> Limits:
    """Those in force."""
    return _in_force[-1] if _in_force else _shipped()


def use_limits(found: Limits) -> None:
    """Put a deployer's in force for this process."""
    _in_force[:] = [found]


@cache
def _shipped() -> Limits:
    return read_limits((resources.files("mingjian.governance") / "data" / FILE).read_text("utf-8"))


def read_limits(text: str, file: str = FILE) -> Limits:
    """Of a YAML text; Invalid when it is not of this shape."""
    try:
        data: Any = yaml.safe_load(text)
        breaker, suspend = data["breaker"], data["suspend"]
        made = Limits(
            int(data["label"]["most_days"]), tuple(str(one) for one in suspend["rights"]), int(suspend["most_days"]),
            int(breaker["hours"]), int(breaker["least"]), float(breaker["share"]), float(breaker["factor"]),
            int(breaker["history_days"]),
        )  # fmt: skip
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        fields = "label.most_days、suspend.rights、suspend.most_days、breaker"
        raise Invalid(f"{file} 有误:应含 {fields}。{error!r}") from error
    if min(made.label_days, made.suspend_days, made.hours, made.least, made.history_days) < 1 or made.factor <= 0:
        raise Invalid(f"{file} 有误:天数、小时数、least 应为正整数,factor 应大于 0")
    return made


def check_band(band: Band, complain: Callable[[str, str], None]) -> None:
    """What is wrong with what a band does: for ``read_scorecard(check_band=…)``."""
    held, does = limits(), band.does
    if does.label_days is not None and does.label_days > held.label_days:
        complain("does.label_days", f"自动加标最多 {held.label_days} 天")
    wrong = [right for right in does.suspend if right not in held.rights]
    if wrong:
        complain("does.suspend", f"不能自动暂停{'、'.join(wrong)}。可用:{'、'.join(held.rights)};其余须由人决定")
    if does.suspend_days is not None and does.suspend_days > held.suspend_days:
        complain("does.suspend_days", f"自动暂停最多 {held.suspend_days} 天")
    known = book_in_force().rights
    for right in does.suspend:
        if right in held.rights and right not in known:
            complain("does.suspend", f"没有权限“{right}”。可用:{'、'.join(known)}")
    takes = [name for name, one in queues().items() if "actor" in one.kinds]
    if does.queue is not None and does.queue not in takes:
        complain("does.queue", f"应为收主体案件的队列之一:{'、'.join(takes)},不是 {does.queue!r}")
    if (does.label_days is not None or does.suspend) and not does.cites:
        complain("does.cites", "自动处置必须引用法条")
