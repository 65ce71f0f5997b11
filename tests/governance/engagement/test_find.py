"""What each method finds in a small world, what it leaves alone, and what the baselines say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mingjian.governance.engagement.baseline import by_ages, exchanged
from mingjian.governance.engagement.find import DETECTORS, find
from mingjian.governance.engagement.fraudar import densest
from mingjian.governance.engagement.log import Log, LogMaker
from mingjian.governance.engagement.model import Alarm, Group
from mingjian.governance.engagement.settings import SETTINGS
from tests.governance.engagement.made import DAY, SOLD, START, World

OURS = SETTINGS.current()
QUICK = replace(OURS, rounds=2)


def named(log: Log, groups: list[Group]) -> set[str]:
    return {log.actors[one] for group in groups for one in group.actors.tolist()}


@pytest.mark.parametrize("method", ["lockstep", "synchrotrap", "copycatch"])
def test_a_farm_is_found_and_nobody_else(method: str) -> None:
    world = World().honest(2500).likes()
    log = world.log()
    assert named(log, DETECTORS[method](log, OURS)) == world.bought


def test_the_densest_block_is_found_whatever_else_its_accounts_do() -> None:
    chance = np.random.default_rng(2)
    block = [(actor, item) for actor in range(12) for item in range(9)]
    others = zip(chance.integers(0, 300, 900).tolist(), chance.integers(9, 200, 900).tolist(), strict=True)
    actor, item = np.array(sorted({*block, *others})).T
    actors, items, density = densest(actor, item, 1 / np.log(np.bincount(item) + 5.0))
    assert actors.tolist() == list(range(12)) and items.tolist() == list(range(9))
    assert density == pytest.approx(108 / np.log(17) / 21)


def test_likes_elsewhere_hide_a_farm_from_jaccard_and_not_from_lockstep() -> None:
    world = World().honest(7000).likes()
    for one in sorted(world.bought):
        for _ in range(14):
            item = world.dice.randrange(60, 120)
            world.act(one, item, "like", world.published[item] + world.dice.expovariate(1 / DAY))
    log = world.log()
    assert not world.bought & named(log, DETECTORS["synchrotrap"](log, OURS))
    assert world.bought <= named(log, DETECTORS["lockstep"](log, OURS))


def test_honest_engagement_raises_nothing() -> None:
    assert find(World().honest().log(), QUICK) == []


def test_followers_coincide_and_exchanging_ages_explains_it() -> None:
    log = World().honest().followers().log()
    groups = DETECTORS["lockstep"](log, OURS)
    assert groups  # they do act together
    told = by_ages(log, groups[0], 1800, 50, np.random.default_rng(1))
    assert told is not None and told > 0.5
    assert find(log, QUICK) == []
    assert [one.chance > 0.05 for one in find(log, QUICK, all=True)] == [True]


def test_an_alarm_says_who_what_when_and_how_sure() -> None:
    world = World().honest(2500).likes()
    (alarm,) = find(world.log(), QUICK)
    assert set(alarm.actors) == world.bought
    assert set(alarm.items) == {"n5", "n11", "n18", "n26", "n33", "n40"}
    assert set(alarm.publishers) == {"p5", "p11", "p6", "p2", "p9", "p4"}
    assert alarm.kinds[0] == "lockstep" and alarm.actions == {"like": 120} and alarm.events == 120
    assert alarm.chance <= 0.05 and alarm.methods[0].rounds == 2
    assert sum(alarm.per_actor) == sum(alarm.per_item) == sum(day[2] for day in alarm.days) == 120
    assert all(mine <= total for _, _, mine, total in alarm.days)
    assert sum(step[1] for step in alarm.timeline) == 120 and sum(cell[2] for cell in alarm.heat) == 120


def test_the_same_log_gives_the_same_alarms_whatever_order_it_came_in() -> None:
    world = World().honest(1500).likes()

    def told(rows: World) -> list[Alarm]:
        return find(rows.log(), QUICK, seed=7)

    first = told(world)
    world.dice.shuffle(world.rows)
    second = told(world)
    assert [(set(one.actors), one.events, one.since) for one in first] == [
        (set(one.actors), one.events, one.since) for one in second
    ]


def test_new_accounts_that_burst_are_told_from_a_post_that_many_see() -> None:
    world = World().honest()
    for actor in (f"u{one}" for one in range(400)):
        world.created[actor] = START - 400 * DAY
    for one in range(0, 400, 3):
        world.act(f"u{one}", 7, "like", world.published[7] + 4 * DAY + one)
    for one in range(60):
        world.created[f"b{one}"] = START + 9 * DAY
        world.buy(f"b{one}", 20, "like", world.published[20] + 3 * DAY + one * 20)
    (alarm,) = find(world.log(), QUICK, ["bursts"])
    assert alarm.kinds == ("bursts",) and alarm.items == ("n20",)
    assert world.bought <= set(alarm.actors) and len(alarm.actors) <= 63  # who came by just then is in it
    figures = alarm.methods[0].figures
    assert float(figures["new_share"]) > 0.9 and float(figures["expected"]) < 5


def test_sold_comments_are_a_family_that_crowds() -> None:
    world = World().honest()
    for one in range(36):
        item = (63, 75, 87)[one % 3]
        words = SOLD[one % 2].replace("价格", "费用" if one % 4 else "价格") + "!" * (one % 3)
        world.buy(f"b{one}", item, "comment", world.published[item] + (one + 2) * 9000, text=words)
    found = find(world.log(), QUICK, ["templates"])
    assert {actor for alarm in found for actor in alarm.actors} == world.bought
    assert all(alarm.publishers == ("p3",) for alarm in found)
    assert all(any(words[:4] in SOLD[0] + SOLD[1] for words, _ in alarm.samples) for alarm in found)


def test_orders_from_shared_devices_without_a_look() -> None:
    world = World().honest()
    for one in range(16):
        world.buy(f"b{one}", 9, "order", world.published[9] + one * 5000, device=f"farm{one % 2}", amount=9900)
    (alarm,) = find(world.log(), QUICK, ["orders"])
    assert set(alarm.actors) == world.bought and alarm.publishers == ("p9",)
    assert alarm.figures["amount"] == 16 * 9900 and alarm.figures["devices"] == 2


def test_exchanging_actors_keeps_degrees_and_curves() -> None:
    log = World().honest(800).log()
    other = exchanged(log, np.random.default_rng(5))
    assert np.array_equal(np.sort(log.item * 10 + log.action), np.sort(other.item * 10 + other.action))
    assert np.array_equal(np.sort(log.at), np.sort(other.at))

    def busy(one: Log) -> list[int]:
        found: list[int] = np.bincount(one.actor * 10 + one.action).tolist()
        return found

    assert busy(log) == busy(other)
    assert not np.array_equal(log.actor, other.actor)


def test_an_event_told_twice_counts_once() -> None:
    maker = LogMaker()
    row = {"actor": "a", "item": "n", "action": "like", "at": 5_000_000}
    maker.add_rows([row, row, {**row, "at": 6_000_000}])
    assert len(maker.log()) == 2


def test_nothing_is_found_in_nothing() -> None:
    assert find(LogMaker().log(), OURS) == []


def test_targets_too_alike_are_flagged() -> None:
    chance = np.random.default_rng(4)
    maker = LogMaker()
    maker.add_rows({"actor": f"u{user}", "item": f"n{int(300 * chance.random() ** 3)}", "action": "follow", "at": at}
                   for at, user in enumerate(chance.integers(0, 600, 9000).tolist()))  # fmt: skip
    maker.add_rows({"actor": f"b{one}", "item": f"t{target}", "action": "follow", "at": one}
                   for one in range(12) for target in range(15))  # fmt: skip
    log = maker.log()
    assert named(log, DETECTORS["catchsync"](log, OURS)) == {f"b{one}" for one in range(12)}
