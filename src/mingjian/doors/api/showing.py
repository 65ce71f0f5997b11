"""What somebody may see of an item: its words masked unless their role needs them, and then on the access log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mingjian.desk.people.accesses import log_access
from mingjian.desk.people.masking import kinds, mask, masked_item
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.records.errors import NotFound
from mingjian.records.items.model import Stored
from mingjian.records.storage import contents, items
from mingjian.records.storage.database import Database

_Content = dict[str, Any]


def opened(database: Database, principal: Principal, id: str) -> tuple[Stored, _Content | None, _Content | None]:
    """An item, its content (``{"item", "media"}``) and its verdict as this person may see them; None for what is not
    there (any more). NotFound; Forbidden. Whoever sees personal data uncovered is on the access log before they do."""
    demand(principal, "item.read")
    with database.read() as tx:
        item = items.item_by_id(tx, id)
        if item is None:
            raise NotFound(f"没有这项内容:{id}")
        bodies = contents.get_many(tx, [item.digest, item.verdict or ""])
    content = json.loads(bodies[item.digest]) if item.digest in bodies else None
    verdict = json.loads(bodies[item.verdict]) if item.verdict and item.verdict in bodies else None
    if allowed(principal, "personal.read"):
        found = kinds(_texts(content["item"])) if content is not None else ()
        if found:
            with database.write() as tx:
                log_access(tx, principal, "item.read", id, found)
        return item, content, verdict
    if verdict is not None:
        verdict = _masked_verdict(verdict, _texts(content["item"]) if content is not None else [])
    if content is not None:
        content = {**content, "item": masked_item(content["item"])}
    return item, content, verdict


def _texts(item: Mapping[str, Any]) -> list[str]:
    if "text" in item:
        return [str(item["text"])]
    return [str(part["text"]) for part in item.get("parts", ())]


def _masked_verdict(verdict: _Content, texts: list[str]) -> _Content:
    """Quotes covered as they are in the text: a phone number cut in two by a quote is still one there."""
    covered = [mask(text) for text in texts]

    def quoted(entry: Mapping[str, Any]) -> dict[str, Any]:
        quote, part = str(entry["quote"]), int(entry["part"])
        shown = covered[part][entry["start"] : entry["end"]] if part < len(covered) else mask(quote)
        told = {**entry, "quote": shown}
        if "message" in entry and quote:
            told["message"] = str(entry["message"]).replace(quote, shown)
        return told

    nature = verdict["nature"]
    return {
        **verdict,
        "findings": [quoted(finding) for finding in verdict["findings"]],
        "nature": {**nature, "evidence": [quoted(entry) for entry in nature["evidence"]]},
    }
