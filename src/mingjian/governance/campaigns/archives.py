"""Samples from an archive: rows drawn without reading more than they are stratified by, then taken into the desk so
that people can be asked about them. Taking in a sample's items never acts on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.governance.campaigns.sampling import LEAST, MOST, draw, record
from mingjian.governance.campaigns.service import campaign_of
from mingjian.governance.screening.service import Screening, no_policy
from mingjian.intake.archive import Archive, row_item
from mingjian.records.campaigns.model import Drawn, Sample, SampleRow
from mingjian.records.clock import CHINA
from mingjian.records.errors import Invalid
from mingjian.records.items.model import Submission
from mingjian.records.storage.campaign_samples import hidden_among
from mingjian.records.storage.database import Database

BY = ("platform", "kind", "channel", "publisher_kind", "month")
"""What a sample of an archive may be stratified by."""
_ROWS, _PIECE = 8192, 100
_COLUMNS = {"platforms": "platform", "kinds": "kind", "channels": "channel", "publisher_kinds": "publisher_kind"}


@dataclass(frozen=True, slots=True)
class Wish:
    """A sample to draw. ``origin`` is the source its items are known under in the desk (what a sweep over the archive
    uses); ``since`` and ``until`` are days of publication."""

    campaign: str
    side: str
    number: int
    origin: str
    by: tuple[str, ...] = ("platform",)
    seed: str | None = None
    since: str | None = None
    until: str | None = None


def draw_from_archive(
    database: Database, screening: Screening, principal: Principal, archive: Archive, wish: Wish,
    told: Callable[[int], object] = lambda rows: None,
) -> Sample:  # fmt: skip
    """Draw, take in, record. Items the desk has taken down under ``origin`` are not seen by anybody and not drawn."""
    unknown = sorted(set(wish.by) - set(BY))
    if unknown:
        raise Invalid(f"档案只能按这些分层:{'、'.join(BY)}", field="by")
    if not LEAST <= wish.number <= MOST:
        raise Invalid(f"样本量应为 {LEAST} 到 {MOST}", field="number")
    with database.read() as tx:
        campaign = campaign_of(tx, wish.campaign)
        seed = wish.seed or tx.new_id("smp")
    scope = {_COLUMNS[name]: frozenset(words) for name, words in campaign.scope.items() if name in _COLUMNS}
    left_out = sorted(set(campaign.scope) - set(_COLUMNS))
    if left_out:
        raise Invalid(f"档案没有判定过领域,范围里的 {'、'.join(left_out)} 不能用于抽样", field="scope")
    chosen, strata = draw(lambda: _frame(database, archive, wish, scope, told), wish.number, seed)
    kept = _taken_in(screening, archive, chosen, wish.origin, principal.actor)
    with database.write() as tx:
        return record(tx, principal, campaign, wish.side, wish.origin, wish.by, seed, kept, _of(strata, kept))


def _frame(database: Database, archive: Archive, wish: Wish, scope: Mapping[str, frozenset[str]],
           told: Callable[[int], object]) -> Iterator[SampleRow]:  # fmt: skip
    columns = ["id", "platform", "kind", "channel", "publisher_kind", "published_at"]
    done = 0
    for number, chunk in enumerate(archive.chunks(_ROWS)):
        batch = archive.read(chunk, columns)
        rows = [row for row in batch.to_pylist() if _within(row, wish, scope)]
        with database.read() as tx:
            hidden = hidden_among(tx, wish.origin, [row["id"] for row in rows])
        for row in rows:
            if row["id"] not in hidden:
                yield SampleRow(row["id"], "/".join(_stratum(row, name) for name in wish.by), None, {"chunk": number})
        done += batch.num_rows
        told(done)


def _within(row: Mapping[str, Any], wish: Wish, scope: Mapping[str, frozenset[str]]) -> bool:
    if any(words and row[name] not in words for name, words in scope.items()):
        return False
    if wish.since is None and wish.until is None:
        return True
    if row["published_at"] is None:
        return False
    on = row["published_at"].astimezone(CHINA).date().isoformat()
    return (wish.since is None or on >= wish.since) and (wish.until is None or on <= wish.until)


def _stratum(row: Mapping[str, Any], name: str) -> str:
    if name == "month":
        return "-" if row["published_at"] is None else f"{row['published_at'].astimezone(CHINA):%Y-%m}"
    return str(row[name] or "-")


def _taken_in(screening: Screening, archive: Archive, chosen: Sequence[SampleRow], origin: str,
              actor: str) -> list[SampleRow]:  # fmt: skip
    """The rows with the desk's own ids and the engine's verdicts, in the order drawn."""
    chunks = archive.chunks(_ROWS)
    wanted = {row.item for row in chosen}
    items: dict[str, dict[str, Any]] = {}
    for number in sorted({row.more["chunk"] for row in chosen}):
        for row in archive.read(chunks[number]).to_pylist():
            if row["id"] in wanted:
                items[row["id"]] = row_item(row)
    calm = replace(screening, apply=no_policy)
    kept: list[SampleRow] = []
    for first in range(0, len(chosen), _PIECE):
        piece = [row for row in chosen[first : first + _PIECE] if row.item in items]
        taken = calm.check_now([Submission(items[row.item], origin) for row in piece], actor)
        for row, (one, _) in zip(piece, taken, strict=True):
            kept.append(SampleRow(one.item.id, row.stratum, one.item.value == "violation" if one.item.value else None))
    return kept


def _of(strata: Sequence[Drawn], kept: Sequence[SampleRow]) -> list[Drawn]:
    """How many of each stratum were kept: rows that cannot be read as items are not."""
    counted: dict[str, int] = {}
    for row in kept:
        counted[row.stratum] = counted.get(row.stratum, 0) + 1
    return [replace(one, drawn=counted.get(one.name, 0)) for one in strata]
