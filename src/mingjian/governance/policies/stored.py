"""Stored items as policies see them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.policies.active import read_active
from mingjian.governance.policies.explain import explain
from mingjian.governance.policies.facts import facts_of, most_strikes, strikes_of, without_shadowed
from mingjian.governance.policies.model import Explained, Facts, Found
from mingjian.governance.policies.parse import parse_policy
from mingjian.records.actions.model import Decision
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, NotFound
from mingjian.records.items.model import Stored
from mingjian.records.storage import contents, policies
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import item_by_id
from mingjian.records.storage.reuse import counts_of

_REUSE = frozenset(("reuse", "reuse_publishers"))


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding of a stored verdict."""

    code: str
    family: str
    status: str
    severity: str
    confidence: str


def opened_items(
    tx: Tx, items: Sequence[Stored], asks: Collection[str], shadowed: Collection[str]
) -> Iterator[tuple[Stored, Sequence[Found], Facts]]:
    """Judged items with their findings and facts, without the ``shadowed`` codes; ``asks`` are the facts that matter.
    Items whose words were deleted are left out."""
    verdicts = contents.get_many(tx, [item.verdict for item in items if item.verdict])
    bodies = contents.get_many(tx, [item.digest for item in items]) if "risk" in asks else {}
    times = [item.judged_at or item.submitted_at for item in items]
    like = counts_of(tx, [item.id for item in items]) if _REUSE & set(asks) else {}
    struck: Mapping[str, Sequence[Decision]] = {}
    if "strikes" in asks and items:
        struck = strikes_of(tx, (item.publisher for item in items), min(times))
    for item, at in zip(items, times, strict=True):
        if item.verdict is None or item.verdict not in verdicts or ("risk" in asks and item.digest not in bodies):
            continue
        verdict = json.loads(verdicts[item.verdict])
        found = [KeptFinding(**{name: one[name] for name in KeptFinding.__slots__}) for one in verdict["findings"]]
        seen, value = without_shadowed(found, str(item.value), verdict.get("notes") or (), shadowed)
        vouched = json.loads(bodies[item.digest])["item"].get("facts") or {} if bodies else {}
        alike = like.get(item.id)  # what the desk found, whatever the sender states
        vouched = {**vouched, "reuse": None if alike is None else {"count": alike[0], "publishers": alike[1]}}
        count = most_strikes(struck.get(item.publisher or "", ()), at) if "strikes" in asks else None
        yield item, seen, facts_of(item, item.nature, item.domain, value, vouched, count)


def explain_item(tx: Tx, principal: Principal, item: str, text: str | None = None) -> Explained:
    """What the policies that bind an item now make of its verdict, clause by clause; with ``text``, what they would
    make of it with that text in place of the live version (PolicyError when it is none). NotFound: no such item;
    Conflict: not judged, or its verdict was deleted."""
    demand(principal, "policy.read")
    stored = item_by_id(tx, item)
    if stored is None:
        raise NotFound(f"没有内容 {item}")
    active = read_active(tx, policies.book_version(tx), day(tx.now))
    chosen = active.for_item(item)
    if text is not None:
        chosen = chosen.with_(parse_policy(text))
    for _, findings, facts in opened_items(tx, [stored], chosen.asks, active.shadowed):
        return explain(chosen, findings, facts, active.held)
    raise Conflict("这条内容还没有判定,或结论原文已删除。")
