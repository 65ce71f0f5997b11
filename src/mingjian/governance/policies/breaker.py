"""The breaker: a rule or clause whose hit rate leaps against its own history loses its power to act, until a person
looks. Everything is counted from the findings and hits in the store at the moment of looking; no counter is kept.

Window and history are numbers of judged items, not hours, so that the work and the certainty are the same on a small
desk and on one with a million items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.policies.active import Active, read_active
from mingjian.governance.policies.bound import surprise
from mingjian.governance.policies.evaluate import clause_key
from mingjian.records.clock import day
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.policies.model import Rate
from mingjian.records.storage import policies, policy_hits
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

BREAKER = house("breaker")


@dataclass(frozen=True, slots=True)
class Limits:
    """The last ``window`` judged items are compared with up to ``history`` before them. It trips when there are at
    least ``least_hits``, the rate is at least ``factor`` times the former one, and so many would come by chance less
    often than ``alarm``: with 400 rules looked at every hour, once in a hundred days at 1e-6 if hits were independent.
    ``factor`` keeps calm where they are not (one publisher's burst). Nothing is said before ``least_history``."""

    window: int = 1000
    history: int = 20_000
    least_history: int = 2000
    least_hits: int = 20
    factor: float = 3.0
    alarm: float = 1e-6


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """A rate with what the breaker makes of it: ``chance`` is how likely so many hits were."""

    rate: Rate
    chance: float
    trips: bool


def watch(tx: Tx, limits: Limits = LIMITS) -> list[Reading]:
    """The duty: suspend what leaps; what tripped now. Safe to run anywhere, any number of times."""
    tripped = [reading for reading in _readings(tx, limits) if reading.trips]
    if not tripped:
        return []
    hold_head(tx)  # nobody suspends or restores meanwhile
    held = {state.subject for state in policies.rule_states(tx, ("suspended", "shadow"))}
    tripped = [reading for reading in tripped if reading.rate.subject not in held]
    start = policy_hits.judged_before(tx, limits.window)
    append_all(tx, [_suspended(reading, start) for reading in tripped])
    return tripped


def look(database: Database, limits: Limits = LIMITS) -> int:
    """``watch`` in transactions of its own, for a worker: counted while others go on writing, and written only when
    something leaps. How many tripped."""
    with database.read() as tx:
        if not any(reading.trips for reading in _readings(tx, limits)):
            return 0
    with database.write() as tx:
        return len(watch(tx, limits))


def readings(tx: Tx, principal: Principal, limits: Limits = LIMITS) -> list[Reading]:
    """The rates as they are now, the most surprising first: for pages."""
    demand(principal, "policy.read")
    return sorted(_readings(tx, limits), key=lambda one: (one.chance, one.rate.subject))


def _suspended(reading: Reading, baseline: int) -> Event:
    rate = reading.rate
    share, former = rate.hits / rate.items, rate.former_hits / rate.former_items
    reason = (
        f"命中率突增:最近 {rate.items} 条中 {rate.hits} 条({share:.1%}),此前 {rate.former_items} 条中 "
        f"{rate.former_hits} 条({former:.2%});偶然出现的概率约 {reading.chance:.1g}"
    )
    details = {**asdict(rate), "chance": f"{reading.chance:.3g}"}
    body = {"reason": reason, "baseline": baseline, "details": details}
    return Event("rule.suspended", rate.subject, body, BREAKER.actor)


def judged_rate(rate: Rate, limits: Limits = LIMITS) -> Reading:
    """What the breaker makes of a rate."""
    chance = surprise(rate.hits, rate.items, rate.former_hits, rate.former_items)
    leaps = rate.hits * rate.former_items >= limits.factor * rate.former_hits * rate.items
    enough = rate.hits >= limits.least_hits and rate.former_items >= limits.least_history
    return Reading(rate, chance, enough and leaps and chance < limits.alarm)


def _readings(tx: Tx, limits: Limits) -> list[Reading]:
    return [judged_rate(rate, limits) for rate in (*_rates_of_rules(tx, limits), *_rates_of_clauses(tx, limits))]


def _rates_of_rules(tx: Tx, limits: Limits) -> list[Rate]:
    start = policy_hits.judged_before(tx, limits.window)
    if start == 0:
        return []
    codes = policy_hits.known_codes(tx)
    hits = policy_hits.code_hits(tx, codes, start)
    states = {state.subject: state for state in policies.rule_states(tx)}
    groups: dict[int, list[str]] = {}  # where the history of these codes begins
    first = policy_hits.judged_before(tx, limits.window + limits.history)
    for code in hits:
        state = states.get(code)
        if state is None or state.state == "active":
            groups.setdefault(max(first, state.baseline if state is not None else 0), []).append(code)
    found = []
    for begins, some in groups.items():
        if begins >= start:
            continue
        former = policy_hits.code_hits(tx, some, begins, start)
        items, before = policy_hits.count_judged(tx, start), policy_hits.count_judged(tx, begins, start)
        found += [Rate(code, hits[code], items, former.get(code, 0), before) for code in some]
    return found


def _rates_of_clauses(tx: Tx, limits: Limits) -> list[Rate]:
    active = read_active(tx, policies.book_version(tx), day(tx.now))
    acting = [one for one in _acting(active) if clause_key(*one) not in active.held]
    start = policy_hits.batch_end(tx, policy_hits.judged_before(tx, limits.window)) if acting else 0
    if start == 0:
        return []
    first = policy_hits.batch_end(tx, policy_hits.judged_before(tx, limits.window + limits.history))
    staged = {one.id: one.staged_seq or 0 for one in policies.versions(tx, states=("share", "live"))}
    baselines = {state.subject: policy_hits.batch_end(tx, state.baseline) for state in policies.rule_states(tx)}
    found = []
    for policy, clause in acting:
        key = clause_key(policy, clause)
        begins = max(first, staged.get(policy, 0), baselines.get(key, 0))
        if begins >= start:
            continue
        hits = policy_hits.clause_hits(tx, policy, clause, start)
        former = policy_hits.clause_hits(tx, policy, clause, begins, start)
        items, before = policy_hits.count_judged(tx, start), policy_hits.count_judged(tx, begins, start)
        found.append(Rate(key, hits, items, former, before))
    return found


def _acting(active: Active) -> Sequence[tuple[str, str]]:
    """The clauses that take measures by themselves."""
    bound = (*active.live.policies, *(one for _, one in active.sharing))
    return [(policy.id, clause.name) for policy in bound for clause in policy.clauses if clause.then.measure]
