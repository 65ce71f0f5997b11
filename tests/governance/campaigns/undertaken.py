"""A campaign with something of every kind in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mingjian.desk.people.model import Principal
from mingjian.governance.campaigns import service
from mingjian.records.campaigns.model import Campaign
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from tests.governance.world import LEAD, World

PURPOSE = "清理以笔记引流的医美营销"


@dataclass
class Undertaken:
    """What was made, by name."""

    world: World
    campaign: Campaign
    items: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def link(self, *links: tuple[str, str], by: Principal = LEAD) -> None:
        with self.world.database.write() as tx:
            service.link(tx, by, self.campaign.id, links, "本批处理")

    def close_batch(self) -> int:
        with self.world.database.write() as tx:
            return service.close_batch(tx, LEAD, self.campaign.id).number


def opened(world: World, **scope: list[str]) -> Undertaken:
    """An empty campaign."""
    with world.database.write() as tx:
        made = service.open_campaign(tx, LEAD, "医美引流专项", date(2026, 3, 1), PURPOSE, scope=scope)
    return Undertaken(world, made)


def undertaken(world: World) -> Undertaken:
    """With two notes, a product and an account dealt with by a decision, a case, a sweep and a ring."""
    made = opened(world)
    for name, kind in (("direct", "note"), ("case", "note"), ("goods", "product"), ("swept", "note"), ("ring", "note")):
        made.items[name] = world.item(kind=kind, publisher=f"acc-{name}")
    for name in ("direct", "goods", "swept", "ring"):
        made.decisions[name] = world.decide("take_down", made.items[name]).decision.id
    made.decisions["account"] = world.decide("ban", publisher="acc-direct").decision.id
    made.cases["case"] = world.case(made.items["case"]).id
    settled = world.review(made.cases["case"], LEAD, "demote")
    assert settled.decision is not None
    made.decisions["case"] = settled.decision.id
    sweep(world, "swp_one", [(made.items["swept"], made.decisions["swept"])])
    ring(world, "rng_one", [made.decisions["ring"]])
    alarm(world, "alm_one", "confirmed")
    alarm(world, "alm_two", "dismissed")
    made.link(("decision", made.decisions["direct"]), ("decision", made.decisions["goods"]),
              ("decision", made.decisions["account"]), ("case", made.cases["case"]), ("sweep", "swp_one"),
              ("ring", "rng_one"), ("alarm", "alm_one"), ("alarm", "alm_two"))  # fmt: skip
    return made


def sweep(world: World, id: str, taken: list[tuple[str, str]], judged: int = 1000) -> None:
    """A sweep that judged so many items and acted on these (item, decision)."""
    body = {"name": "回查", "policy": "p@1", "rulebook": "0" * 64, "as_of": "2026-03-02", "plan": "0" * 64,
            "manifest": "0" * 64, "source_kind": "archive", "source": "x", "rows": judged, "chunks": 1,
            "stages": ["100%"], "reason": "x"}  # fmt: skip
    counts = {"result": "0" * 64, "judged": judged, "bad": 3, "empty": 0, "acting": len(taken), "counts": {}}
    items = [[row, item, "take_down", "acted", decision, None] for row, (item, decision) in enumerate(taken)]
    with world.database.write() as tx:
        append(
            tx, Event("sweep.planned", id, body),
            Event("sweep.listed", id, {"first": 0, "pieces": [["a", 0, judged, None]]}),
            Event("sweep.judged", id, {"place": 0, **counts}),
            Event("sweep.took", id, {"place": 0, "stage": 0, "row": len(items), "items": items}),
        )  # fmt: skip


def ring(world: World, id: str, decisions: list[str]) -> None:
    """A ring that was found and acted on."""
    told = {"story": "0" * 64, "accounts": 3, "items": 9, "materials": 2, "confidence": 900, "since": 1, "until": 2}
    acted = {"work": f"{id}-work", "measure": "take_down", "on": "item", "reason": "x", "decisions": decisions}
    with world.database.write() as tx:
        append(tx, Event("ring.found", id, told), Event("ring.acted", id, acted))


def alarm(world: World, id: str, verdict: str) -> None:
    """An alarm about engagement that people answered."""
    raised = {"kinds": ["lockstep"], "content": "0" * 64, "load": "lod_x", "actors": 5, "items": 3, "events": 15,
              "since": 1, "until": 2, "chance": 0.01}  # fmt: skip
    with world.database.write() as tx:
        append(tx, Event("engagement.alarm", id, raised), Event(f"engagement.{verdict}", id, {"reason": "x"}))
