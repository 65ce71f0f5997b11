"""Write a simulated archive, block by block."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mingjian.doors.demo.simulate.cast import moment_of
from mingjian.doors.demo.simulate.engagement import Crowd
from mingjian.doors.demo.simulate.params import Params
from mingjian.doors.demo.simulate.plan import Plan
from mingjian.doors.demo.simulate.posts import Writer, slot_id
from mingjian.doors.demo.simulate.shots import Camera
from mingjian.intake.archive import ArchiveWriter
from mingjian.intake.archive.arrow import library, schema
from mingjian.intake.archive.shapes import ACTIONS, ITEMS, TRUTH

BLOCK = 8192  # items made at once: a row group
Breaches = Sequence[tuple[str, str]]
Made = tuple[Any, Any, Any]  # items, truth, engagement


class Maker:
    """Makes blocks; each process has its own, and all make the same."""

    def __init__(self, params: Params, breaches: Breaches, folder: Path) -> None:
        self.plan = Plan(params)
        self.params, self.folder = params, folder
        self.writer = Writer(self.plan, breaches)
        self.crowd = Crowd(self.plan) if params.engagement else None
        self.camera = Camera(folder, params.seed, params.skill) if params.pictures else None

    def block(self, first: int, last: int) -> Made:
        """RecordBatches of the items from one slot up to another, their truth, and what was done to them."""
        rows, truth, authors = self.writer.block(first, last, self.camera)
        engagement = None
        if self.crowd is not None:
            moments = [int(row["published_at"].timestamp() * 1e6) for row in rows]
            prices = [99 if row["kind"] == "product" else 0 for row in rows]
            engagement = self.crowd.batch(self.crowd.block(first, moments, authors, prices))
        names = [name for name in ITEMS.names if name != "item"]
        shape = library().schema([schema(ITEMS).field(name) for name in names])
        batch = library().RecordBatch.from_pylist(rows, schema=shape)
        return batch, library().RecordBatch.from_pylist(truth, schema=schema(TRUTH["items"])), engagement


_maker: Maker | None = None


def _prepare(params: Params, breaches: Breaches, folder: Path) -> None:
    global _maker
    _maker = Maker(params, breaches, folder)


def _block(first: int, last: int) -> Made:
    assert _maker is not None
    return _maker.block(first, last)


def simulate(
    folder: Path, params: Params, breaches: Breaches = (), progress: Callable[[int], object] = lambda _done: None,
    workers: int = 1,
) -> dict[str, int]:  # fmt: skip
    """Write the archive of ``params`` into ``folder`` and give the number of rows of each table.

    ``breaches``: (code of a rule, sentence that breaks it), planted into some notes. ``progress`` is told how many
    items are done. The same parameters give the same bytes, whatever the number of ``workers`` (processes)."""
    problems = params.problems()
    if problems:
        raise ValueError(";".join(problems))
    breaches = list(breaches)
    maker = Maker(params, breaches, folder)
    with ArchiveWriter(folder, f"simulated-{params.seed}", params.seed, params.shown()) as archive:
        done = 0
        for items, truth, engagement in _blocks(maker, params, breaches, folder, workers):
            archive.batch("items", items)
            archive.batch("truth/items", truth)
            if engagement is not None:
                archive.batch("engagement", engagement)
            done += items.num_rows
            progress(done)
        archive.accounts(maker.plan.cast.rows(random.Random(f"{params.seed}:accounts")))
        _tell(archive, maker)
        return archive.counts()


def _blocks(maker: Maker, params: Params, breaches: Breaches, folder: Path, workers: int) -> Iterator[Made]:
    runs = [(first, min(first + BLOCK, params.items)) for first in range(0, params.items, BLOCK)]
    if workers <= 1 or len(runs) == 1:
        yield from (maker.block(*run) for run in runs)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _prepare, (params, breaches, folder)) as pool:
        ahead = [pool.submit(_block, *run) for run in runs[: workers * 2]]
        for place in range(len(runs)):
            made = ahead.pop(0).result()
            if place + workers * 2 < len(runs):
                ahead.append(pool.submit(_block, *runs[place + workers * 2]))
            yield made


def _tell(archive: ArchiveWriter, maker: Maker) -> None:
    """The truth about rings and bought engagement."""
    plan, cast = maker.plan, maker.plan.cast
    archive.truth("rings", (
        {"ring": ring.key, "agency": ring.agency, "institution": cast.id(ring.house),
         "accounts": sorted({cast.id(plan.posts[slot].author) for slot in ring.posts}),
         "since": moment_of(min(plan.posts[slot].at for slot in ring.posts))}
        for ring in plan.rings
    ))  # fmt: skip
    archive.truth("campaigns", (
        {"campaign": one.key, "kind": one.kind, "items": [slot_id(slot) for slot in one.slots],
         "actors": sorted(map(cast.id, one.actors))}
        for one in plan.campaigns
    ))  # fmt: skip
    bought = maker.crowd.truth if maker.crowd is not None else []
    archive.truth("engagement", (
        {"campaign": campaign.key, "actor": cast.id(actor), "item": slot_id(slot), "action": ACTIONS[action],
         "at": moment_of(at)}
        for campaign, *columns in bought
        for actor, slot, action, at in zip(*(column.tolist() for column in columns[:4]), strict=True)
    ))  # fmt: skip
