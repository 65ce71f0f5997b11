"""Comment templates: near-same words from many accounts, crowded where they were paid for.

Common phrases ("求地址") are everywhere in proportion. A family of comments counts at a publisher, or on an item, where
it stands far more often than the share of all comments there lets expect, and as a whole when it stands mostly at such
places.
"""

from __future__ import annotations

import numpy as np

from mingjian.governance.engagement.alike import families
from mingjian.governance.engagement.chance import surprise
from mingjian.governance.engagement.graph import grouped
from mingjian.governance.engagement.log import Ints, Log
from mingjian.governance.engagement.model import Group
from mingjian.governance.engagement.settings import Settings

_LEAST_HERE = 3
_NOTABLE = 2.0  # surprise at one publisher below which nothing is made of it


def families_of(log: Log, settings: Settings) -> Ints:
    """Of each text of the log, its family."""
    own = settings.of("templates")
    return families(log.texts, own["likeness"], int(own["least_characters"]))


def templates(log: Log, settings: Settings) -> list[Group]:
    """Families of comments that crowd: at publishers, and on single items."""
    events = log.of("comment")
    events = events[log.text[events] >= 0]
    if not len(events):
        return []
    family = (families_of(log, settings) if log.family is None else log.family)[log.text[events]]
    if not (family >= 0).any():
        return []
    item = log.item[events]
    return [group for place in (log.owner()[item], item) for group in _crowding(log, events, family, place, settings)]


def _crowding(log: Log, events: Ints, family: Ints, place: Ints, settings: Settings) -> list[Group]:
    """Families against how much of all other comments each place has."""
    own = settings.of("templates")
    all_here = np.bincount(place)
    size = len(all_here)
    said = family >= 0
    spread = np.bincount(family[said])
    code, count = np.unique(family[said] * size + place[said], return_counts=True)
    which, where = code // size, code % size
    others = np.maximum(len(events) - spread[which], 1)
    strange = surprise(count, spread[which] * (all_here[where] - count + 1) / others)
    good = (count >= _LEAST_HERE) & (strange >= _NOTABLE)
    chosen = dict(zip(code[good].tolist(), strange[good].tolist(), strict=True))
    hits = np.flatnonzero(said & np.isin(family * size + place, code[good]))
    found = []
    for some in grouped(family[hits]):
        mine = hits[some]
        everywhere = int(spread[family[mine[0]]])
        actors = np.unique(log.actor[events[mine]])
        told = sum(chosen[one] - _NOTABLE for one in np.unique(family[mine] * size + place[mine]).tolist())
        few = len(actors) < settings.least_actors or len(mine) < own["least_comments"]
        if few or told < own["least_surprise"] or len(mine) < own["least_share"] * everywhere:
            continue
        items = np.unique(log.item[events[mine]])
        found.append(Group(
            "templates", actors, items, events[mine], float(told),
            {"action": "comment", "comments": len(mine), "actors": len(actors), "items": len(items),
             "wordings": len(np.unique(log.text[events[mine]])), "everywhere": everywhere,
             "surprise": round(float(told), 1)},
        ))  # fmt: skip
    return found
