"""Evidence that was joined before the check is found where the fact says it stands, and nowhere else."""

from __future__ import annotations

from datetime import date
from typing import Any

from mingjian.api import engine
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Part

CODE = "LEC-33-live-joined"
DAY = Options(as_of=date(2026, 11, 1))


def codes(parts: list[Part], joined: Any, channel: str = "live") -> list[tuple[str, str]]:
    item = Item("1", tuple(parts), channel=channel, facts={"live_joined": joined})
    return [(f.quote, f.message) for f in engine().check([item], DAY)[0].findings if f.code == CODE]


def test_a_joined_place_is_found_in_its_part_with_its_reason() -> None:
    parts = [Part("看我身后的背景板", "speech"), Part("🌟 水光💉 199", "background")]
    entry = {"part": 1, "start": 2, "end": 5, "quote": "水光💉", "why": "口播“看我身后”与画面文字"}
    assert codes(parts, [entry]) == [("水光💉", "“水光💉”:口播“看我身后”与画面文字")]


def test_nothing_is_found_outside_live_rooms_or_where_the_words_do_not_stand() -> None:
    part = Part("水光针 199", "background")
    good = {"part": 0, "start": 0, "end": 3, "quote": "水光针", "why": ""}
    assert codes([part], [good]) and not codes([part], [good], "public")
    for wrong in ({"part": 1}, {"start": 1}, {"end": 40}, {"quote": "光子"}, {"part": "0"}, {"start": -1}):
        assert codes([part], [good | wrong]) == []
    assert codes([part], "水光针") == codes([part], [3, None]) == codes([part], None) == []
