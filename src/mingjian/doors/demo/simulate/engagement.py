"""Who liked what and when: honest people with their fans, circles and sudden fame, and those who were paid."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from mingjian.doors.demo.simulate.calendar import SECOND
from mingjian.doors.demo.simulate.grammar import grammar, material, one_of
from mingjian.doors.demo.simulate.plan import Campaign, Plan
from mingjian.doors.demo.simulate.posts import slot_id
from mingjian.doors.demo.simulate.stories import subject
from mingjian.intake.archive.shapes import ACTIONS

LIKE, FAVOURITE, REPOST, COMMENT, PLAY, FOLLOW, ORDER = range(len(ACTIONS))
_HOUR = 3600 * SECOND
_MIX = np.cumsum([0.30, 0.10, 0.03, 0.07, 0.46, 0.04])  # of honest engagement, in the order of ACTIONS
FANS, CIRCLE = 60, 12
SAID = 6000  # different honest comments


class Act:
    """Columns of engagement under way: numbers only, turned to strings at the end."""

    def __init__(self) -> None:
        self.parts: list[tuple[Any, ...]] = []

    def add(self, actor: Any, slot: Any, action: Any, at: Any, text: Any, amount: Any) -> None:
        """Some rows; text −1 and amount −1 for none."""
        count = len(actor)
        wide = [np.broadcast_to(np.asarray(one), (count,)).astype(np.int64) for one in (slot, action, at, text, amount)]
        self.parts.append((np.asarray(actor, dtype=np.int64), *wide))

    def columns(self) -> tuple[Any, ...]:
        """actor, slot, action, at, text, amount."""
        if not self.parts:
            return tuple(np.zeros(0, dtype=np.int64) for _ in range(6))
        return tuple(np.concatenate(column) for column in zip(*self.parts, strict=True))


class Crowd:
    """Makes the engagement of blocks of items."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.cast, self.params = plan, plan.cast, plan.params
        rng = random.Random(f"{self.params.seed}:said")
        words, entry = grammar(), material()
        said = [words.say(one_of(rng, entry["comments"]), rng, {}).text() for _ in range(SAID)]
        self._bought, self.truth = self._buy(said)
        self.said = said
        codes = {"person": 0, "creator": 1}
        self._codes = np.array([codes.get(kind, 2) for kind in self.cast.kinds], dtype=np.int64)

    def block(self, first: int, moments: Any, authors: Sequence[int], prices: Sequence[int]) -> tuple[Any, ...]:
        """Columns of everything done to the items from slot ``first`` on, in order of time. ``prices`` in yuan, 0
        for what is not sold."""
        rng = np.random.default_rng([self.params.seed, first])
        act = Act()
        self._honest(rng, act, first, np.asarray(moments), np.asarray(authors), np.asarray(prices))
        bought = self._bought
        low, high = np.searchsorted(bought[1], [first, first + len(authors)])
        if high > low:
            act.add(*(column[low:high] for column in bought))
        found = act.columns()
        keep = found[3] < self.plan.calendar.end
        order = np.lexsort((found[0][keep], found[3][keep]))
        return tuple(column[keep][order] for column in found)

    def _honest(self, rng: Any, act: Act, first: int, moments: Any, authors: Any, prices: Any) -> None:
        count = len(authors)
        kinds = self._kinds(authors)
        factor = np.where(kinds == 1, 2.5, np.where(kinds == 2, 0.6, 1.0))
        mean = self.params.per_item * 0.55 * factor * (0.3 + np.minimum(rng.pareto(2.0, count), 40))
        many = rng.poisson(mean)
        item = np.repeat(np.arange(count), many)
        total = len(item)
        actor = self._anyone(rng, total)
        fans = (kinds[item] == 1) & (rng.random(total) < 0.35)
        actor[fans] = self._fan(authors[item[fans]], rng.integers(0, FANS, int(fans.sum())))
        action = np.searchsorted(_MIX, rng.random(total) * _MIX[-1])
        sold = (prices[item] > 0) & (rng.random(total) < 0.3)
        action[sold] = ORDER
        at = moments[item] + (rng.lognormal(np.log(8), 1.6, total) * _HOUR).astype(np.int64)
        text = np.where(action == COMMENT, rng.integers(0, SAID, total), -1)
        amount = np.where(action == ORDER, prices[item] * 100 * rng.integers(1, 4, total), -1)
        act.add(actor, first + item, action, at, text, amount)
        self._circles(rng, act, first, moments, authors, kinds)
        self._fame(rng, act, first, moments)

    def _circles(self, rng: Any, act: Act, first: int, moments: Any, authors: Any, kinds: Any) -> None:
        """Colleagues and families like what one of them posts, within hours: honest, and in step."""
        chosen = np.flatnonzero((kinds == 0) & (rng.random(len(authors)) < 0.06))
        item = np.repeat(chosen, CIRCLE)
        mates = (authors[item] // CIRCLE) * CIRCLE + np.tile(np.arange(CIRCLE), len(chosen))
        keep = (rng.random(len(item)) < 0.45) & (mates != authors[item]) & (mates < len(self.cast.persons))
        item, mates = item[keep], mates[keep]
        at = moments[item] + (rng.exponential(5, len(item)) * _HOUR).astype(np.int64)
        act.add(mates, first + item, np.where(rng.random(len(item)) < 0.8, LIKE, PLAY), at, -1, -1)

    def _fame(self, rng: Any, act: Act, first: int, moments: Any) -> None:
        """Somebody well known passes it on, and strangers come all at once."""
        for item in np.flatnonzero(rng.random(len(moments)) < 0.0015):
            count = int(rng.integers(40, 160))
            at = (
                moments[item]
                + int(rng.exponential(20) * _HOUR)
                + (rng.exponential(1.5, count) * _HOUR).astype(np.int64)
            )
            action = np.searchsorted(_MIX, rng.random(count) * _MIX[-1])
            text = np.where(action == COMMENT, rng.integers(0, SAID, count), -1)
            act.add(self._anyone(rng, count), first + item, action, at, text, -1)

    def _anyone(self, rng: Any, count: int) -> Any:
        return (len(self.cast.persons) * rng.random(count) ** 1.6).astype(np.int64)

    def _fan(self, author: Any, number: Any) -> Any:
        return (author * 7919 + number * 104_729) % len(self.cast.persons)

    def _kinds(self, authors: Any) -> Any:
        """0 person, 1 creator, 2 others, of account numbers."""
        return self._codes[authors]

    def _buy(self, said: list[str]) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
        """Columns of all bought engagement by slot, and the truth of it: (campaign, its columns)."""
        act, truth = Act(), []
        for number, campaign in enumerate(self.plan.campaigns):
            rng = np.random.default_rng([self.params.seed, 77, number])
            own = Act()
            self._campaign(rng, own, campaign, said)
            found = own.columns()
            keep = found[3] < self.plan.calendar.end
            found = tuple(column[keep] for column in found)
            truth.append((campaign, *found))
            act.parts.append(found)
            self._hide(rng, act, campaign)
        found = act.columns()
        order = np.argsort(found[1], kind="stable")
        return tuple(column[order] for column in found), truth

    def _campaign(self, rng: Any, act: Act, campaign: Campaign, said: list[str]) -> None:
        skill, actors = self.params.bought_skill, np.array(campaign.actors)
        phrases = self._phrases(rng, said, int(4 + 60 * skill)) if campaign.kind == "comment_farm" else np.zeros(1)
        for slot in campaign.slots:
            post = self.plan.posts[slot]
            begin = post.at + int(rng.uniform(0.2, 8) * _HOUR)
            if campaign.kind == "burst":
                count = len(actors)
                at = begin + (rng.random(count) * (0.4 + 10 * skill) * _HOUR).astype(np.int64)
                act.add(actors, slot, np.where(rng.random(count) < 0.6, PLAY, LIKE), at, -1, -1)
                continue
            there = actors[rng.random(len(actors)) < 0.95 - 0.5 * skill]
            at = begin + (rng.random(len(there)) * (0.15 + 30 * skill) * _HOUR).astype(np.int64)
            if campaign.kind == "order_brushing":
                times = rng.integers(1, 3, len(there))
                there = np.repeat(there, times)
                at = begin + (rng.random(len(there)) * (1 + 60 * skill) * _HOUR).astype(np.int64)
                price = 19_900 + int(rng.integers(0, 30)) * 1000
                act.add(there, slot, ORDER, at, -1, price + rng.integers(0, int(1 + 4000 * skill), len(there)))
            elif campaign.kind == "comment_farm":
                act.add(there, slot, COMMENT, at, phrases[rng.integers(0, len(phrases), len(there))], -1)
                act.add(there, slot, LIKE, at + rng.integers(1, 60, len(there)) * SECOND, -1, -1)
            else:
                action = np.searchsorted([0.7, 0.95], rng.random(len(there)))
                act.add(there, slot, action, at, -1, -1)

    def _phrases(self, rng: Any, said: list[str], count: int) -> Any:
        """Texts that a seller hands out: few for a cheap one."""
        chance = random.Random(int(rng.integers(0, 2**31)))
        given = subject(int(chance.random() * len(material()["procedures"])), chance)
        first = len(said)
        these = chance.sample(material()["bought_comments"], 3)
        said += [grammar().say(one_of(chance, these), chance, given).text() for _ in range(count)]
        return np.arange(first, len(said))

    def _hide(self, rng: Any, act: Act, campaign: Campaign) -> None:
        """Bots do ordinary things too, to look like people: more the more skilled the seller."""
        actors = np.repeat(np.array(campaign.actors), int(1 + 10 * self.params.bought_skill))
        count = len(actors)
        slot = np.sort((self.params.items * rng.random(count)).astype(np.int64))
        planned = np.array([one in self.plan.posts for one in slot.tolist()], dtype=bool)
        slot, actors = slot[~planned], actors[~planned]
        at = self.plan.calendar.moments(slot) + (rng.lognormal(np.log(8), 1.6, len(slot)) * _HOUR).astype(np.int64)
        keep = at < self.plan.calendar.end
        action = np.where(rng.random(len(slot)) < 0.5, PLAY, LIKE)
        act.add(actors[keep], slot[keep], action[keep], at[keep], -1, -1)

    def batch(self, columns: tuple[Any, ...]) -> Any:
        """A RecordBatch of engagement."""
        from mingjian.intake.archive.arrow import library, schema
        from mingjian.intake.archive.shapes import ENGAGEMENT

        arrow = library()
        actor, slot, action, at, text, amount = columns
        ids, devices = self._ids()
        said = arrow.array(self.said)
        rows = [
            ids.take(arrow.array(actor)), arrow.array([slot_id(one) for one in slot.tolist()], arrow.string()),
            arrow.array(ACTIONS).take(arrow.array(action)), arrow.array(at, arrow.timestamp("us", tz="UTC")),
            said.take(arrow.array(text, mask=text < 0)), devices.take(arrow.array(actor)),
            arrow.array(amount, mask=amount < 0),
        ]  # fmt: skip
        return arrow.record_batch(rows, schema(ENGAGEMENT))

    def _ids(self) -> tuple[Any, Any]:
        if not hasattr(self, "_held"):
            from mingjian.intake.archive.arrow import library

            cast, arrow = self.cast, library()
            ids = arrow.array([cast.id(number) for number in range(len(cast.kinds))])
            devices = arrow.array([cast.mark("d", these[0]) for these in cast.devices])
            self._held = ids, devices
        return self._held
