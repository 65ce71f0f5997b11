"""What is not left to chance day by day: rings and their posts, official texts, who buys engagement for what."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from mingjian.doors.demo.simulate.calendar import DAY, SECOND, Calendar
from mingjian.doors.demo.simulate.cast import Cast
from mingjian.doors.demo.simulate.grammar import material, one_of
from mingjian.doors.demo.simulate.params import MOST_PLANNED, Params
from mingjian.doors.demo.simulate.stories import Story, handle, tell

KINDS = ("like_farm", "comment_farm", "burst", "order_brushing")
_HOUR = 3600 * SECOND


@dataclass(slots=True)
class Ring:
    """The posts of one agency for one institution. Accounts, houses by number."""

    key: str
    agency: str
    house: int
    accounts: list[int]
    since: int
    handles: list[str]
    stories: list[Story] = field(default_factory=list)
    albums: dict[str, list[str]] = field(default_factory=dict)  # story → pictures bought for it
    posts: list[int] = field(default_factory=list)  # slots


@dataclass(frozen=True, slots=True)
class Post:
    """An item that is known beforehand. ``role``: reuse, fresh (a ring's own), original (of a patient), official,
    client (bought engagement), product (brushed)."""

    at: int
    author: int
    role: str
    ring: Ring | None = None
    story: Story | None = None
    text: int = 0


@dataclass(slots=True)
class Campaign:
    """Bought engagement: ``slots`` are the targets, ``actors`` the accounts that were paid."""

    key: str
    kind: str
    slots: list[int]
    actors: list[int]


class Plan:
    """Everything planned; the same for the same parameters, wherever it is made."""

    def __init__(self, params: Params) -> None:
        self.params = params
        self.calendar = Calendar(params)
        self.cast = Cast(params, self.calendar)
        self.posts: dict[int, Post] = {}
        self.rings: list[Ring] = []
        self.campaigns: list[Campaign] = []
        self.origins: dict[str, int] = {}  # story → slot of its first telling
        self.officials: dict[int, int] = {}  # official text → slot
        rng = random.Random(f"{params.seed}:plan")
        self._room = int(params.items * MOST_PLANNED)
        self._publish_officially(rng)
        for number in range(params.agencies):
            self._agency(rng, f"agency-{number + 1:04d}", params.agencies - number)
        self._sellers(rng)

    def _put(self, at: int, post_of: Post) -> int:
        slot = self.calendar.slot(at)
        while slot in self.posts and slot < self.params.items - 1:
            slot += 1
        while slot in self.posts:
            slot -= 1
        self.posts[slot] = post_of
        self._room -= 1
        return slot

    def _publish_officially(self, rng: random.Random) -> None:
        for number in range(len(material()["official"])):
            at = self.calendar.start + int(rng.random() * 0.3 * self.params.days * DAY)
            post = Post(at, one_of(rng, self.cast.official), "official", text=number)
            self.officials[number] = self._put(at, post)

    def _agency(self, rng: random.Random, key: str, left: int) -> None:
        """An agency works for one institution, some for two with some devices in common."""
        skill = self.params.skill
        houses = rng.sample(self.cast.houses, 2 if rng.random() < 0.3 else 1)
        devices = [self.cast.new_device() for _ in range(40)]
        payment = self.cast.new_payment()
        share = int(self._room * 0.55 / left / len(houses))
        for house in houses:
            months = rng.uniform(1, min(4, self.params.days / 30 * 0.8))
            posts = max(8, min(int(self.params.cases * months), share))
            days = min(max(posts / 2, months * 30 if posts >= 30 * months else posts), self.params.days * 0.8)
            since = self.calendar.start + int(
                rng.uniform(0.02, 0.98 - days / self.params.days) * self.params.days * DAY
            )
            accounts = self._hired(rng, since, max(4, min(30, posts // 6)), devices, payment)
            handles = [handle(rng) for _ in range(1 + int(rng.random() * (2 + 2 * skill)))]
            ring = Ring(f"ring-{len(self.rings) + 1:05d}", key, house, accounts, since, handles)
            self.rings.append(ring)
            self._post(rng, ring, posts, days)

    def _hired(self, rng: random.Random, since: int, count: int, devices: list[int], payment: int) -> list[int]:
        """Accounts that look like anybody's; the less skilled the agency, the more of them on one telephone."""
        skill, hired = self.params.skill, []
        phones = max(1, round(count * (0.15 + 0.85 * skill * skill)))
        for place in range(count):
            own = rng.random() < skill
            device = self.cast.new_device() if own else devices[place % min(phones, len(devices))]
            paid = (payment,) if rng.random() < 0.7 * (1 - skill) else ()
            age = rng.uniform(3, 40 + 900 * skill)
            kind = "creator" if rng.random() < 0.12 else "person"
            hired.append(self.cast.add(rng, kind, since - int(age * DAY), (device,), paid))
        return hired

    def _post(self, rng: random.Random, ring: Ring, posts: int, days: float) -> None:
        skill = self.params.skill
        uses = 8 - 5 * skill
        count = max(2, round(posts / uses))
        popular = rng.sample(range(len(material()["procedures"])), 3)
        for number in range(count):
            key = f"{ring.key}/{number}"
            story = tell(key, one_of(rng, popular), rng)
            ring.stories.append(story)
            ring.albums[key] = [f"{key}/{place}" for place in range(2 + int(rng.random() * 3))]
        told: dict[str, int] = {}
        every = days * DAY / posts
        last = ""
        for number in range(posts):
            at = ring.since + int((number + rng.uniform(-0.4, 0.4) * skill) * every)
            if every >= 0.3 * DAY:  # posts at the two usual hours, the more loosely the more skilled
                day = (at - self.calendar.start) // DAY
                hour = (10.5, 19.5)[number % 2] + rng.gauss(0, 0.2 + 4 * skill)
                at = self.calendar.start + day * DAY + int(min(max(hour, 0.2), 23.8) * _HOUR)
            at = min(max(at, ring.since), self.calendar.end - _HOUR)
            author = one_of(rng, ring.accounts)
            if rng.random() < 0.5 * skill * skill:
                ring.posts.append(self._put(at, Post(at, author, "fresh", ring)))
                continue
            story = one_of(rng, [one for one in ring.stories if one.key != last])
            last = story.key
            if story.key not in told and rng.random() < 0.6:  # bought of a patient, who had told it first
                before = max(self.calendar.start, at - int(rng.uniform(2, 30) * DAY))
                patient = one_of(rng, self.cast.persons)
                self.origins[story.key] = self._put(before, Post(before, patient, "original", ring, story))
            told[story.key] = told.get(story.key, 0) + 1
            first = story.key not in self.origins
            slot = self._put(at, Post(at, author, "original" if first else "reuse", ring, story))
            ring.posts.append(slot)
            if first:
                self.origins[story.key] = slot

    def _sellers(self, rng: random.Random) -> None:
        """Engagement is bought for rings and for others; sellers use their bots again and again."""
        count, skill = self.params.bought_campaigns, self.params.bought_skill
        farms: list[list[int]] = []
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            if len(farms) < 1 + count // 3:
                farms.append(self._bots(rng, max(24, min(240, self.params.items // 40))))
            farm = one_of(rng, farms)
            slots = self._targets(rng, kind)
            size = int(rng.uniform(0.35, 0.8) * len(farm))
            if kind == "burst":
                actors = self._bots(rng, max(20, int(size * 0.6))) + rng.sample(farm, size // 3)
            else:
                actors = rng.sample(farm, max(10, int(size * (1 - 0.3 * skill))))
            self.campaigns.append(Campaign(f"bought-{number + 1:05d}", kind, sorted(slots), actors))

    def _targets(self, rng: random.Random, kind: str) -> list[int]:
        if kind in ("like_farm", "comment_farm") and self.rings and rng.random() < 0.6:
            ring = one_of(rng, self.rings)
            return rng.sample(ring.posts, min(len(ring.posts), rng.randrange(6, 16)))
        product = kind == "order_brushing"
        author = one_of(rng, self.cast.merchants if product else self.cast.creators)
        wanted = 1 if kind == "burst" else rng.randrange(2, 6) if product else rng.randrange(6, 14)
        first = self.calendar.start + int(rng.uniform(0.05, 0.7) * self.params.days * DAY)
        slots = []
        for number in range(wanted):
            at = min(first + int(number * rng.uniform(0.4, 3) * DAY), self.calendar.end - 2 * DAY)
            slots.append(self._put(at, Post(at, author, "product" if product else "client")))
        return slots

    def _bots(self, rng: random.Random, count: int) -> list[int]:
        """Accounts for sale: opened in a few days, some on one telephone, unless the seller is skilled."""
        skill = self.params.bought_skill
        born = self.calendar.start - int(rng.uniform(5, 200) * DAY)
        phones = [self.cast.new_device() for _ in range(max(1, count // 6))]
        made = []
        for _ in range(count):
            device = self.cast.new_device() if rng.random() < skill else one_of(rng, phones)
            created = born - int(rng.random() * (2 + 600 * skill) * DAY)
            made.append(self.cast.add(rng, "person", created, (device,)))
        return made
