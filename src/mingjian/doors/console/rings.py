"""Rings as pages show them: the gallery of what was reused, the graph, the time line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.charts import Chart
from mingjian.governance.rings.model import Material, Ring, Step
from mingjian.records.clock import moment
from mingjian.records.items.model import Stored
from mingjian.records.reuse.model import Likeness
from mingjian.records.rings.model import Kept
from mingjian.records.storage import rings
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import items_by_id
from mingjian.records.storage.ring_queries import likenesses_among

EACH, DRAWN_ACCOUNTS, DRAWN_TIES, DRAWN_POSTS = 8, 60, 240, 1000
Speak = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Tile:
    """One post of a material: its item (None when it is not in the store), the file that is shown, and the likeness
    to an earlier post with the address of the comparison."""

    step: Step
    item: Stored | None
    file: str | None
    likeness: Likeness | None
    href: str | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A material with its posts; ``more`` are not shown."""

    material: Material
    tiles: tuple[Tile, ...]
    more: int


def rings_of(tx: Tx, asks: Principal, item: str) -> tuple[Kept, ...]:
    """The live rings an item belongs to; none for who may not see rings."""
    if not allowed(asks, "ring.read"):
        return ()
    inside = rings.rings_with(tx, "item", [item]).get(item, [])
    found = rings.rings_by_id(tx, inside)
    return tuple(found[id] for id in inside if id in found)


def gallery(tx: Tx, materials: Sequence[Material]) -> list[Shelf]:
    """The materials with the files that were reused and how far they differ."""
    steps = {one.original.post for one in materials} | {s.post for one in materials for s in one.steps[:EACH]}
    stored = items_by_id(tx, sorted(steps))
    pairs = likenesses_among(tx, sorted(steps))
    return [_shelf(one, stored, pairs) for one in materials]


def _shelf(material: Material, stored: Mapping[str, Stored], pairs: Sequence[Likeness]) -> Shelf:
    steps = [material.original] if not material.original_inside else []
    steps += [step for step in material.steps if step.post != material.original.post or material.original_inside]
    posts = {step.post for step in steps}
    mine = [one for one in pairs if one.matter == material.matter and one.one in posts and one.other in posts]
    files: dict[str, str] = {}
    later: dict[str, Likeness] = {}
    for one in mine:
        for side, post in (("here", one.one), ("there", one.other)):
            place = str(one.detail.get(side, {}).get("place", ""))
            if place:
                files.setdefault(post, place)
        later.setdefault(one.one, one)
    tiles = []
    for step in steps[:EACH]:
        found = later.get(step.post)
        href = None if found is None else f"/items/{step.post}/likenesses/{found.seq}-{found.number}"
        tiles.append(Tile(step, stored.get(step.post), files.get(step.post), found, href))
    return Shelf(material, tuple(tiles), max(0, len(steps) - EACH))


def graph_option(ring: Ring, speak: Speak, names: Mapping[str, str]) -> dict[str, Any]:
    """Accounts, what ties them, the marks they share and the institution they speak for."""
    drawn = ring.accounts[:DRAWN_ACCOUNTS]
    inside, core = set(drawn), set(ring.core)
    ties = [tie for tie in ring.ties if tie.one in inside and tie.other in inside][:DRAWN_TIES]
    words = [speak("核心账号"), speak("其他账号"), speak("机构")]
    nodes: list[dict[str, Any]] = [
        {
            "id": account, "name": names.get(account, account), "category": 0 if account in core else 1,
            "value": speak("账号"), "symbolSize": 24 if account in core else 16,
            "href": f"/rings?account={account}",
        }
        for account in drawn
    ]  # fmt: skip
    edges = [
        {"source": tie.one, "target": tie.other, "value": speak("{n} 份证据", n=f"{tie.weight:g}"),
         "lineStyle": {"width": min(6.0, 0.6 + tie.weight / 2)}}
        for tie in ties
    ]  # fmt: skip
    if ring.profit:
        first = ring.profit[0]
        nodes.append({"id": "institution", "name": names.get(first.institution, first.institution), "category": 2,
                      "value": speak("受益机构"), "symbolSize": 38, "symbol": "roundRect"})  # fmt: skip
        spoken = Counter(step.account for one in ring.materials for step in one.steps)
        edges += [{"source": account, "target": "institution", "value": "", "lineStyle": {"type": "dashed"}}
                  for account, _ in spoken.most_common(DRAWN_ACCOUNTS) if account in inside]  # fmt: skip
    return {
        "tooltip": {"trigger": "item", "formatter": "{b}  {c}"},
        "legend": {"top": 0, "data": words},
        "series": [
            {
                "type": "graph", "layout": "force", "roam": True, "draggable": True, "top": 40,
                "force": {"repulsion": 160, "edgeLength": [40, 120], "gravity": 0.12, "layoutAnimation": False},
                "categories": [{"name": word} for word in words], "data": nodes, "links": edges,
                "lineStyle": {"color": "--line-strong", "curveness": 0.04, "opacity": 0.8},
                "label": {"show": len(nodes) <= 30, "position": "bottom", "color": "--ink", "fontSize": 11, "width": 90,
                          "overflow": "truncate"},
                "emphasis": {"focus": "adjacency"},
            }
        ],
    }  # fmt: skip


def timeline(ring: Ring, speak: Speak, names: Mapping[str, str]) -> Chart:
    """When which account showed a material: each dot a post, its colour the material; beside it new cases a day."""
    rows = [(step, number) for number, one in enumerate(ring.materials) for step in one.steps]
    rows = sorted(rows, key=lambda row: (row[0].at, row[0].post))[:DRAWN_POSTS]
    accounts = [account for account in ring.accounts if any(step.account == account for step, _ in rows)]
    accounts = accounts[:DRAWN_ACCOUNTS]
    place = {account: number for number, account in enumerate(accounts)}
    dots = [
        {"value": [step.at // 1000, place[step.account], number + 1], "href": f"/items/{step.post}"}
        for step, number in rows if step.account in place
    ]  # fmt: skip
    days = Counter(f"{moment(one.steps[0].at):%Y-%m-%d}" for one in ring.materials)
    option = {
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 16, "top": 12, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "category", "data": [names.get(one, one) for one in accounts], "inverse": True,
                  "axisLabel": {"width": 110, "overflow": "truncate"}},
        "visualMap": {"show": False, "dimension": 2, "min": 1, "max": max(1, len(ring.materials)),
                      "inRange": {"color": ["--accent", "--f-low", "--f-medium", "--f-high", "--f-critical"]}},
        "series": [{"type": "scatter", "symbolSize": 9, "data": dots}],
    }  # fmt: skip
    table = [(day, count) for day, count in sorted(days.items())]
    return Chart(
        "timeline", speak("时间线"), option, [speak("日期"), speak("新素材")], table, tall=True, empty=not dots
    )
