"""A room's lines: steps performed at their times, and the trade's talk, comments and pictures around them."""

from __future__ import annotations

import random
from bisect import bisect_left
from typing import Any

from mingjian.doors.demo.simulate.grammar import one_of
from mingjian.doors.demo.stage.material import loaded, talk
from mingjian.doors.demo.stage.model import Line, Part
from mingjian.doors.demo.stage.planting import SCREEN, Step

SECONDS_A_CHARACTER = 0.22
_STEERS = ("扣", "敲", "打在公屏", "公屏打", "打出来", "刷")
_ANSWERS = ("1", "1", "1", "11", "111", "要", "扣了", "来了", "666", "要要")
_STAYS = {"board": (40.0, 120.0), "sticker": (20.0, 60.0), "sign": (5.0, 12.0), "subtitle": (3.0, 8.0)}
_PICTURES = (("board", "screen", 150.0), ("subtitle", "screen", 60.0), ("cards", "product", 240.0),
             ("house", "comment", 120.0), ("pinned", "pinned", 600.0))  # fmt: skip
"""What comes up by itself, its channel, and every how many seconds in the mean."""
_STANDS = (180.0, 900.0)
"""Seconds that words stay on the picture, and some boards stand."""


class Talk:
    """Collects the lines of one room."""

    def __init__(self, rng: random.Random, part: Part, trade: str, length: float) -> None:
        self.rng, self.part, self.length = rng, part, length
        known = loaded("honest")
        self._trade: dict[str, Any] = known["trades"][trade][part]
        everywhere = known["common"][part]
        if known["trades"][trade].get("shop"):
            everywhere = {name: [*texts, *known["shop"][part][name]] for name, texts in everywhere.items()}
        self._common: dict[str, Any] = everywhere
        self._says = talk(part)
        self._spoken: list[tuple[float, float]] = []
        self._audience = rng.randint(60, 900)
        self.lines: list[Line] = []

    def perform(self, step: Step) -> None:
        """One step at its time, or as soon as the host is silent."""
        text, mark = step.texts[0], step.mark
        if step.who == "host":
            self._say(step.at, text, mark)
        elif step.who in SCREEN:
            end = step.at + (step.stays or self._stays(step.who))
            self._add(step.at, end, "screen", None, text, place=step.who, mark=mark)
        elif step.who in ("viewer", "viewers"):
            at = step.at
            for text in step.texts:
                self._comment(at, text, mark)
                at += self.rng.uniform(0.1, 1.2)
        elif step.who in ("house", "pinned"):
            channel = "comment" if step.who == "house" else "pinned"
            self._add(step.at, step.at, channel, "house", text, account="house", mark=mark)
        else:
            channel = "product" if step.who == "card" else "title"
            self._add(step.at, step.at, channel, None, text, ref=self._card(step.who), mark=mark)

    def chatter(self, comments: float) -> None:
        """All the rest: what is said between, what is shown, what viewers write."""
        self._fill_speech()
        self._fill_pictures()
        rng = self.rng
        at = rng.expovariate(comments) if comments > 0 else self.length
        while at < self.length:
            share = self._trade if rng.random() < 0.2 else self._common
            self._comment(at, self._said(share["comments"]))
            at += rng.expovariate(comments)

    def _fill_speech(self) -> None:
        rng, at = self.rng, 1.0
        taken = sorted(self._spoken)
        place = 0
        while at < self.length - 8:
            text = self._said(self._trade["host"] if rng.random() < 0.62 else self._common["host"])
            lasts = 0.3 + SECONDS_A_CHARACTER * len(text)
            while place < len(taken) and taken[place][1] <= at:
                place += 1
            if place < len(taken) and at + lasts > taken[place][0]:
                at = taken[place][1] + 0.3
                continue
            self._add(at, at + lasts, "speech", "host", text)
            self._answer(at + lasts, text)
            if rng.random() < 0.1:
                self._add(at, at + lasts, "screen", None, text, place="subtitle")
            at += lasts + rng.expovariate(0.5)

    def _fill_pictures(self) -> None:
        rng, trade = self.rng, self._trade
        for name, channel, mean in _PICTURES:
            at = rng.uniform(0.5, mean)
            while at < self.length:
                own = trade.get(name) or ()
                texts = [*own, *self._common.get(name, ())]
                if texts:
                    self._picture(name, channel, at, self._said(texts))
                at += 5 + rng.expovariate(1 / mean)

    def _picture(self, name: str, channel: str, at: float, text: str) -> None:
        if channel == "screen":
            self._add(at, at + self._stays(name), channel, None, text, place=name)
        elif channel == "product":
            self._add(at, at, channel, None, text, ref=self._card("card"))
        else:
            self._add(at, at, channel, "house", text, account="house")

    def _stays(self, place: str) -> float:
        low, high = _STANDS if place == "board" and self.rng.random() < 0.4 else _STAYS[place]
        return self.rng.uniform(low, high)

    def _card(self, who: str) -> dict[str, Any]:
        if who != "card":
            return {}
        number = self.rng.randrange(10_000)
        return {"product": f"sp{number:04d}", "price": self.rng.choice((1990, 3990, 5990, 9900, 12900, 19900, 39900))}

    def _say(self, at: float, text: str, mark: str | None) -> None:
        lasts = 0.2 + SECONDS_A_CHARACTER * len(text)
        at = self._silent(at, lasts)
        self._spoken.append((at, at + lasts))
        self._spoken.sort()
        self._add(at, at + lasts, "speech", "host", text, mark=mark)
        self._answer(at + lasts, text)

    def _silent(self, at: float, lasts: float) -> float:
        """When the host can say it: not while saying something else of a step."""
        place = max(bisect_left(self._spoken, (at, at)) - 1, 0)
        for begin, end in self._spoken[place:]:
            if begin < at + lasts and at < end:
                at = end + 0.1
        return at

    def _answer(self, at: float, text: str) -> None:
        """Viewers do as they are told."""
        if any(word in text for word in _STEERS) and self.rng.random() < 0.7:
            for _ in range(self.rng.randint(2, 7)):
                self._comment(at + self.rng.uniform(0.8, 8), one_of(self.rng, _ANSWERS))

    def _comment(self, at: float, text: str, mark: str | None = None) -> None:
        viewer = int(self._audience * self.rng.random() ** 2)
        self._add(at, at, "comment", "viewer", text, account=f"u{viewer:04d}", mark=mark)

    def _said(self, texts: Any) -> str:
        return self._says.say(one_of(self.rng, texts), self.rng, {}).text()

    def _add(self, at: float, end: float, channel: str, speaker: str | None, text: str, *, account: str | None = None,
             place: str | None = None, ref: dict[str, Any] | None = None, mark: str | None = None) -> None:  # fmt: skip
        if at < self.length:
            id = f"{channel[0]}{len(self.lines) + 1}"
            line = Line(id, at, min(end, self.length), channel, speaker, text, account, place, ref or {}, mark)
            self.lines.append(line)
