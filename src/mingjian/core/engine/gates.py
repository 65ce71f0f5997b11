"""The gates of a rule: who speaks, what of, through which channel, on which platform, in what nature."""

from __future__ import annotations

from typing import NamedTuple

from mingjian.core.model.item import Item
from mingjian.core.model.rule import Rule


class Setting(NamedTuple):
    """What the gates look at, decided once an item."""

    nature: str
    domain: str
    channel: str
    publisher: str | None
    platform: str | None
    topical: bool

    @classmethod
    def of(cls, item: Item, nature: str, domain: str, topical: bool) -> Setting:
        """``topical``: the text speaks of medicine, health or looks, or the caller says that it does."""
        stated = item.domain not in (None, "other")
        return cls(
            nature, domain, item.channel or "public", item.publisher.kind, item.platform, topical or stated
        )


DEPICTED = "depicted"  # seen, not said: only rules that ask for it look at it


def passes(rule: Rule, setting: Setting, role: str) -> bool:
    """Whether every gate of a rule lets this setting through. Unknown publisher or platform passes open gates only."""
    gates = rule.applies
    return (
        (not gates.natures or setting.nature in gates.natures)
        and (not gates.channels or setting.channel in gates.channels)
        and (not gates.domains or setting.domain in gates.domains)
        and (not gates.publishers or setting.publisher in gates.publishers)
        and (not gates.platforms or setting.platform in gates.platforms)
        and (role in gates.roles if gates.roles else role != DEPICTED)
    )
