"""Merchants and institutions that sold what is restricted: goods and services dealt with in a campaign, joined through
the accounts they were offered by to whoever the registry says these belong to."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.campaigns.figure_load import campaign_figures
from mingjian.governance.campaigns.figure_model import Figure
from mingjian.governance.campaigns.figures import held
from mingjian.governance.campaigns.service import READS, campaign_of
from mingjian.governance.campaigns.tabled import tabled
from mingjian.governance.campaigns.told import Told
from mingjian.records.clock import day
from mingjian.records.registry.model import Entity
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx

FIGURE = "merchants"


@dataclass(frozen=True, slots=True)
class Merchant:
    """One of them, by its accounts or by the goods a live room offered. ``institutions`` are those it is a branch of
    (itself, when it is one); ``accounts`` the publishers its goods were offered by; ``items`` the goods and services
    dealt with, of which on ``standing`` a measure still stands; ``families`` the kinds of rule broken."""

    entity: Entity
    institutions: tuple[Entity, ...]
    accounts: tuple[str, ...]
    items: tuple[str, ...]
    standing: int
    families: tuple[str, ...]


def merchants(
    tx: Tx, principal: Principal, campaign: str, batch: int | None = None, *, after: str = "", limit: int = 100
) -> tuple[list[Merchant], str | None]:
    """The merchants of a campaign (or a batch of it) by id, behind one; and the one to go on from."""
    demand(principal, READS)
    campaign_of(tx, campaign)
    told = held(tx, tabled(tx, campaign, batch), day(tx.now))
    figure = next((one for one in campaign_figures() if one.name == FIGURE), None)
    if figure is None:  # a deployer's file does without
        return [], None
    ids = sorted(one for one in figure.count(told) if one > after)
    shown = ids[:limit]
    entities = registry.entities_by_id(tx, shown)
    above = _institutions(tx, entities)
    made = [_merchant(entities[id], above.get(id, ()), figure, told) for id in shown if id in entities]
    return made, shown[-1] if len(ids) > limit else None


def _merchant(entity: Entity, above: tuple[Entity, ...], figure: Figure, told: Told) -> Merchant:
    accounts = {publisher for publisher, found in told.holders.items() if entity.id in found}
    items: dict[str, bool] = {}
    families: set[str] = set()
    for act in told.acts.values():
        ruling = told.rulings[act.decision]
        mine = ruling.publisher in accounts or entity.id in told.sellers.get(act.item or "", {})
        if act.item and mine and figure.takes(act, told):
            items[act.item] = items.get(act.item, False) or act.stands
            families |= ruling.families
    return Merchant(entity, above, tuple(sorted(accounts)), tuple(sorted(items)), sum(items.values()),
                    tuple(sorted(families)))  # fmt: skip


def _institutions(tx: Tx, entities: dict[str, Entity]) -> dict[str, tuple[Entity, ...]]:
    today = day(tx.now)
    links = registry.links_from(tx, list(entities), ("branch_of",))
    found = registry.entities_by_id(tx, {link.target for mine in links.values() for link in mine if link.holds(today)})
    above: dict[str, tuple[Entity, ...]] = {}
    for id, entity in entities.items():
        if entity.kind == "institution":
            above[id] = (entity,)
        else:
            above[id] = tuple(found[link.target] for link in links.get(id, ())
                              if link.target in found and found[link.target].kind == "institution")  # fmt: skip
    return above
