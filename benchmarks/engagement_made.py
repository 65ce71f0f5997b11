"""Made engagement: honest people with tastes, fans and viral posts; bought engagement put in, with the truth beside it.

``skill`` is how well the sellers hide (0 to 1): their windows widen, fewer of their accounts take each task, the
accounts age and do other things in between, share devices less and vary their words more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mingjian.governance.engagement.log import ACTIONS, Ints, Log

DAY = 86_400
START = 1_735_689_600  # 2025-01-01 UTC
CODE = {name: place for place, name in enumerate(ACTIONS)}
_HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 12, 11, 9, 8, 8, 9, 10, 13, 15, 14, 10, 5], float)
_PHRASES = ("求地址", "蹲一个后续", "好看", "价格多少呀", "太美了吧", "同款求分享", "恢复期多久", "姐妹在哪里做的",
            "码住了", "已关注等更新", "请问疼不疼", "效果自然吗")  # fmt: skip
_HEADS = ("我", "本人", "昨天", "上周", "第一次", "朋友", "陪闺蜜", "纠结了很久", "看了好多家", "被同事推荐", "终于")
_MIDDLES = ("来做了皮肤", "去问了双眼皮", "咨询了隆鼻", "约了牙齿矫正", "做完光子", "打了针", "面诊了两次", "看了案例",
            "问了价格", "对比了三家", "聊了半小时")  # fmt: skip
_TAILS = ("感觉还可以", "还在考虑中", "有点贵", "医生挺耐心", "恢复得一般般", "下次再看看", "等肿消了再说", "不太敢做",
          "有没有人一起", "希望不踩雷", "想听听大家意见")  # fmt: skip
_SOLD = ("{}的医生真的很专业,做完完全看不出来,强烈推荐给姐妹们", "在{}做的太满意了,自然到同事都没发现,环境也好",
         "闺蜜介绍来{}的,价格透明没有隐形消费,会一直来", "{}效果惊艳,恢复特别快,三天就能上班了",
         "对比了很多家最后选了{},没有让我失望,值得信赖")  # fmt: skip
KINDS = ("like_farm", "comment_farm", "burst", "order_brushing")


@dataclass
class Made:
    """``campaign`` of each event of the log (-1: honest), ``kinds`` of each campaign."""

    log: Log
    campaign: Ints
    kinds: tuple[str, ...]


@dataclass
class _Rows:
    actor: list[Ints] = field(default_factory=list)
    item: list[Ints] = field(default_factory=list)
    action: list[Ints] = field(default_factory=list)
    at: list[Ints] = field(default_factory=list)
    text: list[Ints] = field(default_factory=list)
    device: list[Ints] = field(default_factory=list)
    amount: list[Ints] = field(default_factory=list)
    campaign: list[Ints] = field(default_factory=list)

    def add(self, actor: Ints, item: Ints, action: str, at: npt.NDArray[np.floating] | Ints, device: Ints,
            campaign: int = -1, text: Ints | None = None, amount: Ints | None = None) -> None:  # fmt: skip
        size, none = len(actor), np.full(len(actor), -1)
        for name, values in (("actor", actor), ("item", item), ("action", np.full(size, CODE[action])),
                             ("at", np.asarray(at).astype(np.int64)), ("text", none if text is None else text),
                             ("device", device), ("amount", none if amount is None else amount),
                             ("campaign", np.full(size, campaign))):  # fmt: skip
            getattr(self, name).append(np.asarray(values, np.int64))


def make(users: int = 20_000, items: int = 3_000, acts: int = 300_000, days: int = 30, campaigns: int = 12,
         skill: float = 0.5, seed: int = 1) -> Made:  # fmt: skip
    """A log of ``acts`` honest acts and so many campaigns of every kind in turn."""
    return _Maker(users, items, acts, days, skill, np.random.default_rng(seed)).made(campaigns)


class _Maker:
    def __init__(self, users: int, items: int, acts: int, days: int, skill: float, rng: np.random.Generator) -> None:
        self.rng, self.skill, self.days, self.acts = rng, skill, days, acts
        self.publishers = max(20, items // 8)
        self.owner = rng.integers(0, self.publishers, items)
        self.fame = rng.lognormal(0, 1.5, self.publishers)[self.owner] * rng.lognormal(0, 1, items)
        self.published = START + (rng.random(items) * days * DAY).astype(np.int64)
        self.activity = rng.pareto(1.3, users) + 0.3
        self.created = START - (rng.random(users) ** 2 * 1500 * DAY).astype(np.int64) + 5 * DAY
        self.device = np.arange(users)
        shared = rng.random(users) < 0.05  # families, shops: some honest accounts share a device
        self.device[shared] = rng.integers(0, users, int(shared.sum()))
        self.follows = rng.integers(0, self.publishers, (users, 4))
        self.rows = _Rows()
        self.texts: list[str] = []
        self.places: dict[str, int] = {}
        self.kinds: list[str] = []

    def text(self, words: str) -> int:
        if words not in self.places:
            self.places[words] = len(self.texts)
            self.texts.append(words)
        return self.places[words]

    def made(self, campaigns: int) -> Made:
        self.honest()
        self.fans()
        self.viral()
        for number in range(campaigns):
            self.kinds.append(KINDS[number % len(KINDS)])
            getattr(self, KINDS[number % len(KINDS)])(number)
        columns = {name: np.concatenate(getattr(self.rows, name)) for name in _Rows.__dataclass_fields__}
        keep = columns["at"] < START + self.days * DAY
        order = np.argsort(columns["at"][keep], kind="stable")
        columns = {name: values[keep][order] for name, values in columns.items()}
        campaign = columns.pop("campaign")
        users = len(self.created)
        log = Log(**columns, actors=[f"a{one}" for one in range(users)],
                  items=[f"n{one}" for one in range(len(self.owner))], texts=self.texts,
                  devices=[f"d{one}" for one in range(int(columns["device"].max()) + 1)], publisher=self.owner,
                  publishers=[f"p{one}" for one in range(self.publishers)], published=self.published,
                  created=self.created)  # fmt: skip
        return Made(log, campaign, tuple(self.kinds))

    def moments(self, item: Ints, mean_hours: float) -> Ints:
        """Times after publication: most soon, some much later, few at night."""
        rng = self.rng
        age = rng.exponential(mean_hours * 3600, len(item)) * rng.choice([0.2, 1, 6], len(item), p=[0.3, 0.5, 0.2])
        day = (self.published[item] + age) // DAY
        hour = rng.choice(24, len(item), p=_HOURS / _HOURS.sum())
        drawn = day * DAY + ((hour - 8) % 24) * 3600 + rng.random(len(item)) * 3600
        soonest = self.published[item] + rng.random(len(item)) * 7200
        return np.asarray(np.maximum(drawn, soonest), np.int64)

    def honest(self) -> None:
        rng, size = self.rng, self.acts
        actor = rng.choice(len(self.activity), size, p=self.activity / self.activity.sum())
        item = rng.choice(len(self.owner), size, p=self.fame / self.fame.sum())
        by_publisher = np.argsort(self.owner, kind="stable")
        ends = np.searchsorted(self.owner[by_publisher], np.arange(self.publishers + 1))
        liked = self.follows[actor, rng.integers(0, 4, size)]
        loyal = (rng.random(size) < 0.4) & (ends[liked + 1] > ends[liked])
        place = ends[liked] + (rng.random(size) * (ends[liked + 1] - ends[liked])).astype(np.int64)
        item = np.where(loyal, by_publisher[np.minimum(place, len(self.owner) - 1)], item)
        at = self.moments(item, 30)
        self.rows.add(actor, item, "play", at, self.device[actor])
        for action, share, wait in (("like", 0.35, 30), ("favourite", 0.12, 60), ("repost", 0.04, 90)):
            chosen = np.flatnonzero(rng.random(size) < share)
            self.rows.add(actor[chosen], item[chosen], action, at[chosen] + rng.exponential(wait, len(chosen)),
                          self.device[actor[chosen]])  # fmt: skip
        chosen = np.flatnonzero(rng.random(size) < 0.08)
        said = np.array([self.text(self.honest_words()) for _ in chosen], np.int64)
        self.rows.add(actor[chosen], item[chosen], "comment", at[chosen] + rng.exponential(120, len(chosen)),
                      self.device[actor[chosen]], text=said)  # fmt: skip
        chosen = np.flatnonzero((rng.random(size) < 0.03) & (self.owner[item] % 3 == 0))
        self.rows.add(actor[chosen], item[chosen], "order", at[chosen] + rng.exponential(DAY, len(chosen)),
                      self.device[actor[chosen]], amount=rng.integers(50, 4000, len(chosen)) * 100)  # fmt: skip

    def honest_words(self) -> str:
        rng = self.rng
        if rng.random() < 0.4:
            return str(rng.choice(_PHRASES))
        tail = "" if rng.random() < 0.5 else "," + str(rng.choice(_TAILS))
        return f"{rng.choice(_HEADS)}{rng.choice(_MIDDLES)}{rng.choice(_TAILS)}{tail}"

    def fans(self) -> None:
        """Honest communities that like whatever their publisher posts, soon after it is posted."""
        rng = self.rng
        for publisher in rng.choice(self.publishers, min(8, self.publishers), replace=False):
            theirs = rng.choice(len(self.activity), 60, replace=False)
            for item in np.flatnonzero(self.owner == publisher):
                who = theirs[rng.random(60) < 0.5]
                at = self.published[item] + rng.exponential(3 * 3600, len(who))
                self.rows.add(who, np.full(len(who), item), "like", at, self.device[who])

    def viral(self) -> None:
        """Honest bursts: posts that are suddenly seen by everybody, new accounts among them."""
        rng = self.rng
        for item in rng.choice(len(self.owner), 10, replace=False):
            many = int(rng.integers(150, 800))
            who = rng.choice(len(self.activity), many, replace=False, p=_tempered(self.activity))
            at = self.published[item] + rng.exponential(20 * 3600) + rng.exponential(3 * 3600, many)
            self.rows.add(who, np.full(many, item), "play", at, self.device[who])
            self.rows.add(who, np.full(many, item), "like", at + 20, self.device[who])

    def accounts(self, many: int, fresh: bool = False) -> Ints:
        """Accounts for sale: some of a farm's own making, with a past to hide behind when skilled."""
        rng, skill = self.rng, self.skill
        first = len(self.created)
        age = rng.random(many) * (20 + 600 * skill) * DAY
        since = np.full(many, START) if not fresh else START + (rng.random(many) * 3 * DAY).astype(np.int64)
        self.created = np.concatenate((self.created, (since - age * (0 if fresh and skill < 0.5 else 1)).astype(int)))
        spread = max(1, round(many * (0.1 + 0.9 * skill**2)))
        devices = int(self.device.max()) + 1 + rng.integers(0, spread, many)
        self.device = np.concatenate((self.device, devices))
        who = np.arange(first, first + many)
        hidden = rng.poisson(4 * skill if fresh else 25 * skill, many)  # what they do besides
        actor = np.repeat(who, hidden)
        item = rng.choice(len(self.owner), len(actor), p=self.fame / self.fame.sum())
        at = self.moments(item, 30)
        self.rows.add(actor, item, "play", at, self.device[actor])
        self.rows.add(actor, item, "like", at + 30, self.device[actor])
        return who

    def tasks(self, who: Ints, items: Ints, take: float) -> tuple[Ints, Ints, Ints]:
        """(actor, item, time): each item ordered at some moment, worked off within the seller's window."""
        rng, skill = self.rng, self.skill
        window = 600 + skill**2 * 12 * 3600
        actors, places, times = [], [], []
        for item in items:
            begun = self.published[item] + rng.random() * max(START + self.days * DAY - self.published[item] - DAY, 1)
            some = who[rng.random(len(who)) < take]
            actors.append(some)
            places.append(np.full(len(some), item))
            times.append((begun + rng.random(len(some)) * window).astype(np.int64))
        return np.concatenate(actors), np.concatenate(places), np.concatenate(times)

    def targets(self, many: int) -> Ints:
        early = np.flatnonzero(self.published < START + (self.days - 2) * DAY)
        return np.asarray(self.rng.choice(early, many, replace=False), np.int64)

    def like_farm(self, number: int) -> None:
        rng = self.rng
        who = self.accounts(int(rng.integers(30, 150)))
        actor, item, at = self.tasks(who, self.targets(int(rng.integers(8, 25))), 1 - 0.5 * self.skill)
        self.rows.add(actor, item, "like", at, self.device[actor], number)
        also = rng.random(len(actor)) < 0.5
        self.rows.add(actor[also], item[also], "favourite", at[also] + 20, self.device[actor[also]], number)

    def comment_farm(self, number: int) -> None:
        rng = self.rng
        who = self.accounts(int(rng.integers(15, 60)))
        actor, item, at = self.tasks(who, self.targets(int(rng.integers(6, 15))), 0.6 - 0.3 * self.skill)
        told = [str(rng.choice(_SOLD)).format(f"机构{self.owner[one] % 97}") for one in item]
        said = np.array([self.text(self.varied(words)) for words in told], np.int64)
        self.rows.add(actor, item, "comment", at, self.device[actor], number, text=said)

    def varied(self, words: str) -> str:
        """Other characters here and there, as rewriting tools do."""
        chars = list(words)
        for place in range(len(chars)):
            if self.rng.random() < 0.25 * self.skill:
                chars[place] = str(self.rng.choice(list("的了很真好呀啊哦呢吧超特")))
        return "".join(chars)

    def burst(self, number: int) -> None:
        """Accounts used once each: many likes and plays on few items, nothing else."""
        rng = self.rng
        for item in self.targets(3):
            who = self.accounts(int(rng.integers(60, 200)), fresh=True)
            actor, place, at = self.tasks(who, np.array([item]), 1.0)
            self.rows.add(actor, place, "play", at, self.device[actor], number)
            self.rows.add(actor, place, "like", at + 10, self.device[actor], number)

    def order_brushing(self, number: int) -> None:
        rng = self.rng
        who = self.accounts(int(rng.integers(20, 60)))
        publisher = int(self.owner[self.targets(1)[0]]) // 3 * 3
        items = np.flatnonzero(self.owner == publisher)[:4]
        if not len(items):
            items = self.targets(2)
        actor, item, at = self.tasks(who, np.repeat(items, 2), 0.8)
        looked = rng.random(len(actor)) < self.skill
        self.rows.add(actor[looked], item[looked], "play", at[looked] - 300, self.device[actor[looked]], number)
        self.rows.add(actor, item, "order", at, self.device[actor], number,
                      amount=rng.choice([19_900, 29_900, 39_900], len(actor)))  # fmt: skip


def _tempered(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    flat = np.sqrt(weights)
    return np.asarray(flat / flat.sum())
