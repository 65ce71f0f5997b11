"""An alarm as plain JSON: what the content store, the API and the command line show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.governance.engagement.model import Alarm, Method


def alarm_plain(alarm: Alarm) -> dict[str, Any]:
    """All of it. Times are microseconds, the timeline's seconds."""
    return {
        "kinds": list(alarm.kinds), "actors": list(alarm.actors), "per_actor": list(alarm.per_actor),
        "items": list(alarm.items), "per_item": list(alarm.per_item), "publishers": list(alarm.publishers),
        "actions": dict(alarm.actions), "events": alarm.events, "since": alarm.since, "until": alarm.until,
        "chance": alarm.chance, "by_times": alarm.by_times, "by_ages": alarm.by_ages,
        "methods": [method_plain(one) for one in alarm.methods], "figures": dict(alarm.figures),
        "days": [list(one) for one in alarm.days], "step": alarm.step,
        "timeline": [list(one) for one in alarm.timeline], "heat": [list(one) for one in alarm.heat],
        "samples": [list(one) for one in alarm.samples],
    }  # fmt: skip


def method_plain(method: Method) -> dict[str, Any]:
    """What one method says."""
    return {"kind": method.kind, "score": method.score, "figures": dict(method.figures), "expected": method.expected,
            "rounds": method.rounds, "share": method.share}  # fmt: skip


def joined(now: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """An alarm as it is seen now with what was seen of it before: members and days that are not in the stretch of
    time looked at now stay in it. Evidence is that of now."""
    if before is None:
        return now
    found = {**now, "since": min(now["since"], before["since"]), "until": max(now["until"], before["until"])}
    for name, counts in (("actors", "per_actor"), ("items", "per_item")):
        there = set(now[name])
        more = [(one, count) for one, count in zip(before[name], before[counts], strict=True) if one not in there]
        found[name] = now[name] + [one for one, _ in more]
        found[counts] = now[counts] + [count for _, count in more]
    found["publishers"] = sorted({*now["publishers"], *before["publishers"]})
    days = {(one[0], one[1]): one for one in before["days"]} | {(one[0], one[1]): one for one in now["days"]}
    found["days"] = [days[key] for key in sorted(days)]
    return found
