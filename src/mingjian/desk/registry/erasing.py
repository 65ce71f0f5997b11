"""Taking somebody out of the registry for good. The journal stays whole: it holds ids and digests only."""

from __future__ import annotations

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage.actions import actions_on_publishers
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.registry import entities_by_id
from mingjian.records.storage.registry_contents import delete_contents
from mingjian.records.storage.registry_history import contents_of


def erase(tx: Tx, principal: Principal, entity: str, reason: str) -> None:
    """Delete an entity with its credentials, its links, their former versions and all contents that tell of them.
    NotFound; Conflict while a measure on it is in force: the evidence must be there as long."""
    demand(principal, "registry.write")
    demand(principal, "item.erase")
    if not reason.strip():
        raise Invalid("请写明原因。", field="reason")
    hold_head(tx)
    found = entities_by_id(tx, [entity]).get(entity)
    if found is None:
        raise NotFound(f"没有这个登记对象:{entity}")
    names = [found.key, entity, *([found.key.partition(":")[2]] if found.kind == "account" else [])]
    if actions_on_publishers(tx, names):
        raise Conflict("这个对象上有处置在执行,证据须保留;请先撤销处置或等它期满。")
    digests, links = contents_of(tx, entity)
    delete_contents(tx, digests)
    append(tx, Event("entity.erased", entity, {"reason": reason.strip(), "links": links}, principal.actor))
