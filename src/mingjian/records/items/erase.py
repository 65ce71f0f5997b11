"""Deleting a person's words and pictures. The journal stays whole: it holds digests, and now says that the content
is gone, by whose hand and why."""

from __future__ import annotations

from mingjian.records.errors import Conflict, NotFound
from mingjian.records.items.model import Stored
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, items, live_incidents, media_uses, reuse_prints
from mingjian.records.storage.appeals import grounds_about
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of, hold_head
from mingjian.records.storage.item_pages import others_with


def erase(tx: Tx, id: str, actor: str, reason: str) -> tuple[Stored, list[str]]:
    """Delete an item's content, what was read of it, its verdict (which quotes it) and the grounds of appeals about it,
    unless another item holds the very same; the item as it is then, and the digests of media files that nothing
    names any more, which the caller deletes before the transaction ends. An erased item stays erased. NotFound;
    Conflict while a measure on it is in force or under appeal: the evidence must be there as long."""
    hold_head(tx)
    found = items.item_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这项内容:{id}")
    if found.state == "erased":
        return found, []
    if found.standing is not None:
        raise Conflict("这项内容上有处置在执行,证据须保留;请先撤销处置或等它期满。")
    same_content, same_verdict = others_with(tx, found)
    names = []
    if not same_content:
        judged = [event for event in events_of(tx, id) if event.kind in ("item.judged", "item.rejudged")]
        later = [event.body["verdict"] for event in judged if event.kind == "item.rejudged"]
        names += [found.digest, *(event.body["read"] for event in judged)]
        names += [name for name in later if name != found.verdict]
    if found.verdict is not None and not same_verdict:
        names.append(found.verdict)
    names += live_incidents.contents_about(tx, id)  # a live room's words, kept as evidence
    names += grounds_about(tx, id)  # what the person concerned wrote speaks of it
    for name in dict.fromkeys(names):
        contents.delete_content(tx, name)
    reuse_prints.drop_prints(tx, [id])
    files = media_uses.drop_uses(tx, id)
    append(tx, Event("item.erased", id, {"reason": reason}, actor))
    after = items.item_by_id(tx, id)
    assert after is not None
    return after, files
