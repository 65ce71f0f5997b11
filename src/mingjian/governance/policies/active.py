"""The policies that count now, compiled once and kept until the journal says that something about them changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mingjian.governance.policies.evaluate import PolicySet, in_share
from mingjian.governance.policies.model import Policy
from mingjian.governance.policies.parse import Problem, read_policy
from mingjian.records.clock import day
from mingjian.records.policies.model import PolicyVersion
from mingjian.records.storage import contents, policies
from mingjian.records.storage.database import Tx


@dataclass(slots=True)
class Active:
    """``live`` binds; each of ``sharing`` binds instead of its former version for its percentage of the items;
    ``shadows`` only say what they would do. ``held`` codes and clauses may not act, ``shadowed`` codes are not seen.
    ``problems``: policy → what no longer holds of its text. ``version`` is the journal's."""

    version: int
    day: date
    live: PolicySet
    sharing: tuple[tuple[int, Policy], ...] = ()
    shadows: tuple[Policy, ...] = ()
    held: frozenset[str] = frozenset()
    shadowed: frozenset[str] = frozenset()
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    _sets: dict[tuple[str, ...], PolicySet] = field(default_factory=dict)

    def for_item(self, item: str) -> PolicySet:
        """The policies that bind an item: the live ones, with those instead that it falls to by its share."""
        return self._with(self.live, [one for percent, one in self.sharing if in_share(one.name, item, percent)])

    def shadowing(self, base: PolicySet, shadow: Policy) -> PolicySet:
        """What would bind if a policy were live."""
        return self._with(base, [shadow])

    @property
    def asks(self) -> frozenset[str]:
        """The facts that anything of it looks at."""
        return self.live.asks | PolicySet.of(one for _, one in self.sharing).asks | PolicySet.of(self.shadows).asks

    def _with(self, base: PolicySet, others: Sequence[Policy]) -> PolicySet:
        if not others:
            return base
        key = tuple(policy.id for policy in (*base.policies, *others))
        if key not in self._sets:
            made = base
            for policy in others:
                made = made.with_(policy)
            self._sets[key] = made
        return self._sets[key]


class Kept:
    """The active policies as last read. Threads may share it: at worst two of them read the same thing."""

    def __init__(self) -> None:
        self._active: Active | None = None

    def now(self, tx: Tx) -> Active:
        """Those of this transaction: read anew when a policy or rule changed, or another day began."""
        version, today = policies.book_version(tx), day(tx.now)
        kept = self._active
        if kept is None or (kept.version, kept.day) != (version, today):
            kept = self._active = read_active(tx, version, today)
        return kept


def read_active(tx: Tx, version: int, today: date) -> Active:
    """From the store."""
    found = policies.versions(tx, states=("shadow", "share", "live"))
    texts = contents.get_many(tx, [one.digest for one in found])
    problems: dict[str, list[Problem]] = {}
    read: list[tuple[PolicyVersion, Policy]] = []
    for one in found:
        made, wrong = read_policy(texts[one.digest].decode()) if one.digest in texts else (None, [])
        if made is None or wrong:
            problems[one.id] = wrong or [(None, "", "策略原文已不在")]
        if made is not None:
            read.append((one, made))
    states = policies.rule_states(tx, ("shadow", "suspended"))
    return Active(
        version,
        today,
        PolicySet.of(made for one, made in read if one.state == "live" and made.in_effect(today)),
        tuple((one.percent, made) for one, made in read if one.state == "share" and made.in_effect(today)),
        tuple(made for one, made in read if one.state == "shadow"),
        frozenset(state.subject for state in states if state.state == "suspended"),
        frozenset(state.subject for state in states if state.state == "shadow"),
        problems,
    )
