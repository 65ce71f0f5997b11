"""A small world of engagement for tests: honest people, one publisher's followers, and what was bought."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from mingjian.governance.engagement.log import Log, LogMaker
from mingjian.records.clock import moment

HOUR = 3600
DAY = 24 * HOUR
START = 1_750_003_200  # 2025-06-16 00:00 in China
PUBLISHERS, ITEMS, USERS = 12, 120, 400
SOLD = ("闺蜜介绍来的,价格透明没有隐形消费,以后会一直来", "医生特别专业,做完一点看不出来,强烈推荐姐妹们")
SAID = ("想问恢复期大概需要多久呢", "颜色看起来挺自然的收藏了",
        "同款在哪里可以做求告知一下", "这个价格在我们这算便宜吗")


@dataclass
class World:
    """Rows of engagement, times in microseconds; ``bought`` are the actors of what was put in."""

    seed: int = 3
    rows: list[dict[str, Any]] = field(default_factory=list)
    bought: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.published = [START + self.dice.randrange(10 * DAY) for _ in range(ITEMS)]
        self.created: dict[str, int] = {}

    def act(self, actor: str, item: int, action: str, at: float, **more: Any) -> None:
        row = {"actor": actor, "item": f"n{item}", "action": action, "at": int(at) * 1_000_000}
        self.rows.append({**row, **more})

    def honest(self, many: int = 4000) -> World:
        """People who look, like, comment and sometimes order, after publication."""
        for _ in range(many):
            user, item = int(USERS * self.dice.random() ** 2), int(ITEMS * self.dice.random() ** 1.5)
            at = self.published[item] + self.dice.expovariate(1 / (2 * DAY))
            self.act(f"u{user}", item, "play", at, device=f"d{user}")
            self.act(f"u{user}", item, "like", at + 30, device=f"d{user}")
            if self.dice.random() < 0.15:
                self.act(f"u{user}", item, "comment", at + 60, text=self.dice.choice(SAID), device=f"d{user}")
            if self.dice.random() < 0.05:
                self.act(f"u{user}", item, "order", at + 600, device=f"d{user}", amount=self.dice.randrange(9999))
        return self

    def followers(self, publisher: int = 1, many: int = 25) -> World:
        """Likes of one publisher's posts, soon after each."""
        for item in range(publisher, ITEMS, PUBLISHERS):
            for one in range(many):
                if self.dice.random() < 0.8:
                    self.act(f"u{300 + one}", item, "like", self.published[item] + self.dice.expovariate(1 / HOUR))
        return self

    def likes(self, many: int = 20, items: tuple[int, ...] = (5, 11, 18, 26, 33, 40), within: int = 900) -> World:
        """A farm that likes each item at a moment of its own."""
        for item in items:
            at = self.published[item] + DAY + self.dice.randrange(5 * DAY)
            for one in range(many):
                self.buy(f"b{one}", item, "like", at + self.dice.randrange(within))
        return self

    def buy(self, actor: str, item: int, action: str, at: float, **more: Any) -> None:
        self.bought.add(actor)
        self.act(actor, item, action, at, **more)

    def lines(self) -> str:
        """The rows as JSONL."""
        told = ({**row, "at": moment(row["at"]).isoformat()} for row in self.rows)
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)

    def log(self) -> Log:
        """Everything as a log, with whose the items are."""
        maker = LogMaker()
        maker.add_rows(self.rows)
        for item in range(ITEMS):
            maker.tell_item(f"n{item}", f"p{item % PUBLISHERS}", self.published[item] * 1_000_000)
        for actor, at in self.created.items():
            maker.tell_actor(actor, at * 1_000_000)
        return maker.log()
