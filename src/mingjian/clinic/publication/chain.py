"""The levels a draft goes up, as data: where it begins, what approves, where an edited version starts again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from mingjian.desk.people.permissions import permissions
from mingjian.desk.queues.load import book
from mingjian.desk.queues.model import Queue
from mingjian.records.errors import Invalid

START = "start"


@dataclass(frozen=True, slots=True)
class Chain:
    """``first`` is the first level's queue; ``approves`` the answers that pass a level; ``resume`` level → where a new
    version starts after that level gave the draft back (``start`` or a level)."""

    first: str
    approves: tuple[str, ...]
    resume: Mapping[str, str]
    waiver_permission: str
    waiver_days: int
    waiver_most_days: int

    def levels(self) -> tuple[Queue, ...]:
        """The queues in the order a draft passes them: the first, and onward from each."""
        known, found = book().queues, []
        name: str | None = self.first
        while name is not None and name in known and known[name] not in found:
            found.append(known[name])
            name = known[name].onward
        return tuple(found)

    def resumed(self, level: str | None) -> str:
        """The level of the next submission after ``level`` gave the draft back."""
        wanted = self.resume.get(level or "", START)
        return self.first if wanted == START else wanted


_in_force: list[Chain] = []  # the last one counts


def chain() -> Chain:
    """The chain in force: the shipped one where no door chose another."""
    return _in_force[-1] if _in_force else _shipped()


def use_chain(path: Path | None) -> None:
    """Let this process go by a deployer's file, or (None) by ours. Invalid with what is wrong in it."""
    _in_force[:] = [] if path is None else [parse_chain(yaml.safe_load(path.read_text("utf-8")))]


@contextlib.contextmanager
def using_chain(other: Chain) -> Iterator[Chain]:
    """Put a chain in force for a while."""
    _in_force.append(other)
    try:
        yield other
    finally:
        _in_force.remove(other)


@cache
def _shipped() -> Chain:
    return parse_chain(yaml.safe_load((resources.files("mingjian.clinic") / "data" / "chain.yaml").read_text("utf-8")))


def parse_chain(data: Any) -> Chain:
    """A chain from its data; Invalid naming the field that is wrong."""
    try:
        waiver = data["waiver"]
        made = Chain(str(data["first"]), tuple(data["approves"]), dict(data["resume"]), str(waiver["permission"]),
                     int(waiver["days"]), int(waiver["most_days"]))  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"审级文件缺少或写错了:{error}。", field="chain") from error
    queues = {queue.name for queue in made.levels()}
    for level, target in made.resume.items():
        if level not in queues or target not in (START, *queues):
            raise Invalid(f"审级文件 resume.{level}: {target} 不对,可用:{START}、{'、'.join(sorted(queues))}。",
                          field="chain")  # fmt: skip
    if not queues or made.waiver_permission not in permissions() or not 0 < made.waiver_days <= made.waiver_most_days:
        raise Invalid("审级文件的 first、waiver.permission 或 waiver.days 不对。", field="chain")
    return made
