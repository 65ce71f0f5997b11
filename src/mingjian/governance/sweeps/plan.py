"""What a sweep freezes: the policy's very text, the rulebook, the day, the source, what may act and how."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from mingjian.governance.policies.active import Active
from mingjian.governance.policies.evaluate import PolicySet
from mingjian.governance.policies.model import Policy
from mingjian.governance.policies.parse import parse_policy
from mingjian.governance.sweeps.stages import Stage, read_stages
from mingjian.records.canonical import canonical

SCHEMA = "mingjian.sweep/1"
ROWS = 8192  # of a piece: one row group of an archive of ours


@dataclass(frozen=True)
class Plan:
    """A frozen plan. ``policy`` is name@version, ``text`` its words; ``held`` and ``shadowed`` what had no power to
    act, or was not seen, on the day of the plan. ``source`` says where the rows are: ``kind`` and ``address``, of a
    database also ``table`` or ``query`` and ``key``. ``origin`` is the system the items are taken in under.
    ``measures``: clause → measure that a person takes for all its items at once, in place of the policy's own.
    ``least`` samples of each clause must have been looked at before the first stage, of which at most ``most_wrong``
    (thousandths) may have been wrong."""

    policy: str
    text: str
    rulebook: str
    as_of: str
    source: Mapping[str, str]
    origin: str = "archive"
    stages: tuple[str, ...] = ()
    rows: int = ROWS
    held: tuple[str, ...] = ()
    shadowed: tuple[str, ...] = ()
    measures: Mapping[str, str] = field(default_factory=dict)
    least: int = 0
    most_wrong: int = 100

    @cached_property
    def read(self) -> Policy:
        """The policy."""
        return parse_policy(self.text, self.policy)

    @cached_property
    def day(self) -> date:
        """The day whose law binds what carries no date."""
        return date.fromisoformat(self.as_of)

    @cached_property
    def steps(self) -> tuple[Stage, ...]:
        """The stages, read."""
        return read_stages(self.stages)

    def active(self, held: Sequence[str] = ()) -> Active:
        """The policy as the only one that binds; ``held`` has lost its power since."""
        return Active(0, self.day, PolicySet.of([self.read]), held=frozenset((*self.held, *held)),
                      shadowed=frozenset(self.shadowed))  # fmt: skip

    def body(self) -> bytes:
        """As it is kept and named by its digest."""
        return canonical({"schema": SCHEMA, **asdict(self)})

    @classmethod
    def from_body(cls, body: bytes) -> Plan:
        """From what ``body`` gave."""
        data: dict[str, Any] = json.loads(body)
        del data["schema"]
        lists = {name: tuple(data[name]) for name in ("stages", "held", "shadowed")}
        return cls(**data | lists)
