"""Random samples of what people can see, drawn so that anybody can draw them again.

Each item's lot is the SHA-256 of seed and id; of each stratum those with the smallest lots are drawn, which is simple
random sampling without replacement. The seed is named with the sample."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.campaigns.planning import allot
from mingjian.governance.campaigns.service import MANAGES, READS, campaign_of
from mingjian.governance.decisions.words import required
from mingjian.records.campaigns.model import SIDES, Campaign, Drawn, Sample, SampleRow
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import campaign_samples as stored
from mingjian.records.storage.database import Tx

LEAST, MOST = 10, 20_000
"""How many may be drawn."""
_LISTED = 500  # items in one event
_COLUMNS = {"platforms": "platform", "kinds": "kind", "channels": "channel", "publisher_kinds": "publisher_kind",
            "domains": "domain"}  # fmt: skip
Frame = Callable[[], Iterable[SampleRow]]
"""The same rows each time it is asked: looked through once to count, once to draw."""


def lot(seed: str, item: str) -> int:
    """Where an item stands in the draw."""
    return int.from_bytes(hashlib.sha256(f"{seed}\n{item}".encode()).digest()[:16], "big")


def draw(frame: Frame, number: int, seed: str) -> tuple[list[SampleRow], tuple[Drawn, ...]]:
    """``number`` rows of a frame, shared out over its strata by size, in the order of their lots; and the strata."""
    sizes: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for row in frame():
        sizes[row.stratum] += 1
        if row.flagged is not None:
            judged[row.stratum] += 1
            flagged[row.stratum] += row.flagged
    share = allot(sizes, number)
    heaps: dict[str, list[tuple[int, str, SampleRow]]] = {name: [] for name in sizes}
    for row in frame():
        heap, mine = heaps[row.stratum], lot(seed, row.item)
        entry = (-mine, row.item, row)
        if len(heap) < share[row.stratum]:
            heapq.heappush(heap, entry)
        elif heap and -heap[0][0] > mine:
            heapq.heapreplace(heap, entry)
    chosen = sorted((one for heap in heaps.values() for one in heap), key=lambda one: -one[0])
    strata = tuple(Drawn(name, sizes[name], share[name], flagged[name], judged[name]) for name in sorted(sizes))
    return [row for _, _, row in chosen], strata


def draw_from_desk(
    tx: Tx, principal: Principal, campaign: str, side: str, number: int, *, by: Sequence[str] = ("platform",),
    seed: str | None = None, since: str | None = None, until: str | None = None,
) -> Sample:  # fmt: skip
    """Draw from what the desk holds and people can still see, within the campaign's scope. ``since`` and ``until``
    narrow to days of publication."""
    demand(principal, MANAGES)
    unknown = sorted(set(by) - set(stored.STRATIFY))
    if unknown:
        raise Invalid(f"只能按这些分层:{'、'.join(stored.STRATIFY)}", field="by")
    found = campaign_of(tx, campaign)
    scope = {_COLUMNS[name]: tuple(words) for name, words in found.scope.items()}
    return keep(tx, principal, found, side, "desk", number, by,
                lambda: stored.visible_items(tx, scope, by, since, until), seed)  # fmt: skip


def keep(
    tx: Tx, principal: Principal, campaign: Campaign, side: str, frame: str, number: int, by: Sequence[str],
    rows: Frame, seed: str | None = None,
) -> Sample:  # fmt: skip
    """Draw from any frame whose rows name items of the desk, and record the sample."""
    demand(principal, MANAGES)
    if not LEAST <= number <= MOST:
        raise Invalid(f"样本量应为 {LEAST} 到 {MOST}", field="number")
    _check(tx, campaign, side)
    id = tx.new_id("smp")
    seed = seed or id
    chosen, strata = draw(rows, number, seed)
    return record(tx, principal, campaign, side, frame, by, seed, chosen, strata, id=id)


def record(
    tx: Tx, principal: Principal, campaign: Campaign, side: str, frame: str, by: Sequence[str], seed: str,
    chosen: Sequence[SampleRow], strata: Sequence[Drawn], *, id: str | None = None,
) -> Sample:  # fmt: skip
    """Record a sample that was drawn (``draw``): each row names an item of the desk."""
    demand(principal, MANAGES)
    _check(tx, campaign, side)
    if not chosen:
        raise Invalid("范围内没有可抽的内容", field="scope")
    id = id or tx.new_id("smp")
    items: list[list[Any]] = [[row.item, row.stratum, row.flagged] for row in chosen]
    body = {
        "campaign": campaign.id, "side": side, "frame": frame, "as_of": day(tx.now).isoformat(), "by": list(by),
        "seed": seed, "list": list_digest(items), "number": len(items), "strata": [asdict(one) for one in strata],
    }  # fmt: skip
    pieces = [Event("prevalence_sample.listed", id, {"first": at, "items": items[at : at + _LISTED]}, principal.actor)
              for at in range(0, len(items), _LISTED)]  # fmt: skip
    append_all(tx, [Event("prevalence_sample.drawn", id, body, principal.actor), *pieces])
    return sample_of(tx, id)


def list_digest(items: Sequence[Sequence[Any]]) -> str:
    """The digest of a sample's list of [item, stratum, flagged]."""
    return digest(canonical([list(one) for one in items]))


def drop(tx: Tx, principal: Principal, id: str, reason: str) -> Sample:
    """A sample of which nobody was asked is dropped; another may be drawn in its place."""
    demand(principal, MANAGES)
    reason = required(reason)
    found = sample_of(tx, id)
    if found.state == "dropped":
        return found
    if found.state != "drawn":
        raise Conflict("样本已经送去标注,不能作废")
    append_all(tx, [Event("prevalence_sample.dropped", id, {"reason": reason}, principal.actor)])
    return sample_of(tx, id)


def samples(tx: Tx, principal: Principal, campaign: str) -> list[Sample]:
    """A campaign's samples in order, dropped ones included."""
    demand(principal, READS)
    campaign_of(tx, campaign)
    return stored.samples_of(tx, campaign)


def sample_of(tx: Tx, id: str) -> Sample:
    """The sample, or NotFound."""
    found = stored.sample_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有样本 {id}")
    return found


def in_force(found: Iterable[Sample]) -> Mapping[str, Sample]:
    """The last sample of each side that was not dropped."""
    return {one.side: one for one in found if one.state != "dropped"}


def _check(tx: Tx, campaign: Campaign, side: str) -> None:
    if side not in SIDES:
        raise Invalid(f"只能是:{'、'.join(SIDES)}", field="side")
    if side in in_force(stored.samples_of(tx, campaign.id)):
        raise Conflict("这一侧已有样本;要重抽,请先作废还没有送去标注的样本")
