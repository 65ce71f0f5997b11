"""How detectors go about it: the shipped file, or a deployer's in its place. All errors at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mingjian.desk.deployed import DataFile
from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known, listing, mapping, number, words
from mingjian.records.errors import Invalid

METHODS = ("lockstep", "synchrotrap", "copycatch", "catchsync", "fraudar", "bursts", "templates", "orders")

# method → setting → (least, most, usual)
_NUMBERS: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "lockstep": {"least_items": (2, 1000, 3), "least_surprise": (1, 100, 2),
                 "most_neighbours": (10, 100_000, 200)},
    "copycatch": {"window_minutes": (1, 10080, 60), "least_items": (2, 1000, 4), "share": (0.1, 1, 0.8),
                  "seeds": (1, 100_000, 300)},
    "catchsync": {"least_targets": (2, 1000, 5), "deviations": (1, 20, 3), "grid": (4, 200, 24)},
    "fraudar": {"blocks": (1, 1000, 8), "least_items": (2, 1000, 3)},
    "bursts": {"least_events": (3, 1_000_000, 15), "least_surprise": (1, 100, 6), "new_days": (0, 3650, 14),
               "thin_events": (0, 1000, 2), "least_composition": (1, 100, 4)},
    "templates": {"least_characters": (1, 1000, 8), "likeness": (0.1, 1, 0.4), "least_comments": (2, 100_000, 6),
                  "least_surprise": (1, 100, 6), "least_share": (0, 1, 0.3)},
    "orders": {"least_orders": (2, 100_000, 8), "least_surprise": (1, 100, 6)},
}  # fmt: skip
_LISTS: Mapping[str, tuple[int, int, tuple[int, ...]]] = {
    "lockstep.windows": (1, 10_080, (60, 720)), "bursts.hours": (1, 168, (1, 6)),
}
_WHOLE: Mapping[str, tuple[float, float, float]] = {
    "rounds": (0, 1000, 5), "time_rounds": (0, 100_000, 99), "most_chance": (0.0001, 1, 0.05),
    "history_days": (1, 3660, 30), "most_events": (1000, 1_000_000_000, 5_000_000), "least_actors": (2, 100_000, 5),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """``methods``: those looked with when nobody names others. ``numbers``: method → setting → value, as in the
    file, ``lists``: "method.setting" → values; the rest as its comments say."""

    methods: tuple[str, ...]
    rounds: int
    time_rounds: int
    most_chance: float
    history_days: int
    most_events: int
    least_actors: int
    numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    lists: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def of(self, method: str) -> Mapping[str, float]:
        """The settings of a method."""
        return self.numbers[method]


def parse_settings(data: Any) -> Settings:
    """The settings of a file; Invalid with everything that is wrong with it."""
    problems: list[tuple[str, str]] = []

    def complain(field: str, message: str) -> None:
        problems.append((field, message))

    if not isinstance(data, dict):
        raise Invalid(f"应为映射,含 methods、{'、'.join((*_WHOLE, *_NUMBERS))}", field="engagement")
    check_known(data, ("methods", *_WHOLE, *_NUMBERS), "", complain)
    numbers: dict[str, dict[str, float]] = {}
    for method, known in _NUMBERS.items():
        given = mapping(data, method, "", complain)
        rows = [name.split(".")[1] for name in _LISTS if name.startswith(f"{method}.")]
        check_known(given, (*known, *rows), method, complain)
        numbers[method] = {name: number(given, name, method, complain, least, most, usual)
                           for name, (least, most, usual) in known.items()}  # fmt: skip
    whole = {name: number(data, name, "", complain, least, most, usual)
             for name, (least, most, usual) in _WHOLE.items()}  # fmt: skip
    methods = words(data, "methods", "", METHODS, complain, needed=True)
    lists = {name: _whole(data, name, complain) for name in _LISTS}
    if problems:
        raise Invalid(f"{len(problems)} 处:\n" + "\n".join(f"  {at}:{what}" for at, what in problems),
                      field="engagement")  # fmt: skip
    return Settings(
        methods, int(whole["rounds"]), int(whole["time_rounds"]), whole["most_chance"], int(whole["history_days"]),
        int(whole["most_events"]), int(whole["least_actors"]), numbers, lists,
    )  # fmt: skip


def _whole(data: dict[Any, Any], name: str, complain: Complain) -> tuple[int, ...]:
    method, setting = name.split(".")
    least, most, usual = _LISTS[name]
    given = listing(mapping(data, method, "", lambda *_: None), setting, method, complain)
    if any(not isinstance(one, int) or isinstance(one, bool) or not least <= one <= most for one in given):
        complain(name, f"应为 {least} 到 {most} 的整数的列表,不是 {given!r}")
        return usual
    return tuple(sorted(set(given))) or usual


SETTINGS = DataFile("mingjian.governance", "engagement.yaml", "异常互动参数文件", parse_settings)
