"""What a simulated archive is asked to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mingjian.records.clock import CHINA

MOST_PLANNED = 0.4
"""Share of the items that agencies and buyers may take: the rest is honest."""


@dataclass(frozen=True, slots=True)
class Params:
    """``skill`` from 0 (copies as they are, from one telephone) to 1 (mostly new stories, an own device for each
    account); ``bought`` is the skill of those who sell engagement. ``campaigns``: how many were bought; ``per_item``:
    honest engagement of an item in the mean; ``cases``: posts of one ring a month (2 a day at most)."""

    items: int = 10_000
    agencies: int = 5
    skill: float = 0.5
    pictures: bool = False
    engagement: bool = True
    seed: int = 1
    last: date = date(2025, 12, 31)
    days: int = 180
    campaigns: int | None = None
    bought: float | None = None
    per_item: float = 4.0
    cases: int = 60

    def problems(self) -> list[str]:
        """What is wrong with these, all at once."""
        found = []
        if not 100 <= self.items <= 100_000_000:
            found.append(f"--items 应为 100 至 100000000:{self.items}")
        if not 0 <= self.agencies <= 10_000 or self.agencies * 40 > self.items:
            found.append(f"--agencies 应为 0 至 10000,每家至少要有 40 项内容:{self.agencies}(--items {self.items})")
        for name, value in (("--skill", self.skill), ("--bought", self.bought_skill)):
            if not 0 <= value <= 1:
                found.append(f"{name} 应为 0 至 1:{value}")
        if not 14 <= self.days <= 3650:
            found.append(f"--days 应为 14 至 3650:{self.days}")
        if not 0 <= self.bought_campaigns <= 10_000 or self.bought_campaigns * 60 > self.items:
            found.append(f"--campaigns 应为 0 至 10000,每个至少要有 60 项内容:{self.bought_campaigns}")
        if not 0 <= self.per_item <= 1000:
            found.append(f"--per-item 应为 0 至 1000:{self.per_item}")
        if not 1 <= self.cases <= 60:
            found.append(f"--cases 应为 1 至 60(每月):{self.cases}")
        return found

    @property
    def bought_campaigns(self) -> int:
        """How many campaigns of bought engagement there are."""
        if not self.engagement:
            return 0
        wanted = 2 * self.agencies if self.campaigns is None else self.campaigns
        return wanted if self.campaigns is not None else min(wanted, self.items // 60)

    @property
    def bought_skill(self) -> float:
        """The skill of the sellers of engagement."""
        return self.skill if self.bought is None else self.bought

    @property
    def start(self) -> datetime:
        """Midnight in China of the first day."""
        return datetime(self.last.year, self.last.month, self.last.day, tzinfo=CHINA) - timedelta(days=self.days - 1)

    def shown(self) -> Mapping[str, Any]:
        """For archive.json."""
        return {**asdict(self), "last": self.last.isoformat(), "campaigns": self.bought_campaigns,
                "bought": self.bought_skill}  # fmt: skip
