"""All likenesses among millions of texts, in bounded memory: the same comparison as online, found by sorting.

1. Every text is tokenised once; tokens and anchors (core.reuse) go to disk.
2. Anchors are sorted, shard by shard, and counted. Each text keeps those that are not its own alone, the rarest RARE of
   them (prefix filtering: Chaudhuri, Ganti, Kaushik, A primitive operator for similarity joins, ICDE 2006), and is
   linked by each to the first text that kept it and the BEFORE before: a crowd of n gives links in the order of n.
3. Links of each text are counted; the OFTEN most frequent of at least VOTES are compared anchor by anchor, and of what
   has SHARED of them in common the CLOSE closest token by token. Only pairs that pass core.reuse.liken are given out.

A text of a large ring is so tied to the ring, by a few of its members, not to every member: who needs all pairs of a
ring compares within it. Work and disk grow linearly: 1.5 to 3 KB of disk for each text of 250 characters,
the more the more alike they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from mingjian.core.reuse.align import Flat, align, portions
from mingjian.core.reuse.grams import anchors
from mingjian.core.reuse.liken import LEAST, alike, way
from mingjian.core.reuse.tokens import tokenise
from mingjian.governance.reuse.spill import U64, Spill

if TYPE_CHECKING:
    import numpy.typing as npt

I64: TypeAlias = "npt.NDArray[np.int64]"
U32: TypeAlias = "npt.NDArray[np.uint32]"
Given = TypeVar("Given")
Got = TypeVar("Got")
Progress: TypeAlias = Callable[[str, int, int], None]

RARE, BEFORE = 24, 8
CLASSES = 16
"""Of how many texts hold an anchor, by powers of two."""
VOTES, OFTEN, CLOSE = 2, 32, 4
FEW = 16
"""Anchors of a text below which one link is enough."""
SHARED = 110
"""Thousandths of the anchors of the text with fewer of them."""
SHARDS = 256
ROW_BITS = 15
ROWS = 1 << ROW_BITS
"""Later texts whose links are counted at a time."""
BLOCK = 1 << 14
"""Pairs whose anchors are compared at a time."""
BATCH = 1 << 8
"""Texts tokenised at a time: more do not fit into the processor's cache."""
NONE: I64 = np.zeros(0, np.int64)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


@dataclass(frozen=True)
class Pairs:
    """Likenesses: text ``later`` is like text ``earlier``, numbered as they came; ``overlap`` and ``jaccard`` in
    thousandths, ``how`` an index into core.reuse.liken.HOWS."""

    later: I64
    earlier: I64
    overlap: I64
    jaccard: I64
    how: I64


@dataclass(frozen=True)
class Taken:
    """Texts as they lie in the folder, mapped into memory: all tokens and anchors, where each text's begin (with the
    end), and its blanks."""

    tokens: npt.NDArray[np.uint16]
    tokens_at: I64
    anchors: U32
    anchors_at: I64
    blanks: U32

    def __len__(self) -> int:
        return len(self.blanks)

    @staticmethod
    def of(folder: Path) -> Taken:
        return Taken(*(_mapped(folder / name, kind) for name, kind in FILES.items()))


FILES = {
    "tokens.u16": np.uint16, "tokens_at.i64": np.int64, "anchors.u32": np.uint32, "anchors_at.i64": np.int64,
    "blanks.u32": np.uint32,
}  # fmt: skip


def _mapped(path: Path, kind: Any) -> Any:
    return np.memmap(path, kind, "r") if path.stat().st_size else np.zeros(0, kind)


def join_texts(
    batches: Iterable[Sequence[str]], folder: Path, *, workers: int = 1, progress: Progress | None = None
) -> Iterator[Pairs]:
    """Likenesses among the texts of ``batches`` (of any size), numbered from 0 in their order,
    which is the order of publication: of each pair the later is told first. In parts of up to ROWS later texts, in
    order. ``folder`` must be empty and is emptied. ``progress`` gets the stage (take, link, compare), done, total (0
    where it is not known)."""
    told: Progress = progress or (lambda stage, done, total: None)
    if any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty: it is emptied when the work is done")
    with ExitStack() as stack:
        stack.callback(_empty, folder)
        pool: ProcessPoolExecutor | None = None
        if workers > 1:
            pool = stack.enter_context(ProcessPoolExecutor(workers, get_context("spawn"), _follow))
        holders = Spill(folder, "anchors", SHARDS, 64 - 8)
        count = _take(batches, folder, holders, pool, told)
        chunks = -(-count // ROWS)
        links = Spill(folder, "links", max(chunks, 1), 32 + ROW_BITS)
        commonest = _commonest(holders, count, told)
        for shard in range(SHARDS):
            links.add(_links(holders.take(shard), commonest))
            told("link", SHARDS + shard + 1, 2 * SHARDS)
        links.close()
        jobs = (_worth_comparing(links.take(chunk), folder) for chunk in range(chunks))
        for done, pairs in enumerate(_through(pool, partial(_compared, folder), jobs, workers), 1):
            yield pairs
            told("compare", done, chunks)


def _follow() -> None:
    """In a worker: end with the process that started it, even where that one was killed."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _pieces(batches: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    for batch in batches:
        yield from (batch[at : at + BATCH] for at in range(0, len(batch), BATCH))


def _take(
    batches: Iterable[Sequence[str]], folder: Path, holders: Spill, pool: ProcessPoolExecutor | None, told: Progress
) -> int:
    """How many texts were written."""
    row, tokens, marks = 0, 0, 0
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in FILES}
        for name in ("tokens_at.i64", "anchors_at.i64"):
            np.zeros(1, np.int64).tofile(files[name])
        for texts, found, counts, filled in _through(pool, _prepared, _pieces(batches), 8):
            lines: tuple[Any, ...] = (texts.tokens, tokens + texts.bounds[1:], found, marks + np.cumsum(counts), filled)
            for (name, kind), line in zip(FILES.items(), lines, strict=True):
                line.astype(kind, copy=False).tofile(files[name])
            rows = np.repeat(np.arange(row, row + len(counts), dtype=np.uint64), counts)
            holders.add(found.astype(np.uint64) << HALF | rows)
            row, tokens, marks = row + len(counts), tokens + len(texts.tokens), marks + len(found)
            told("take", row, 0)
    holders.close()
    return row


def _prepared(batch: Sequence[str]) -> tuple[Flat, U32, I64, U32]:
    """Tokens, anchors, how many anchors each text has, its blanks."""
    made = tokenise(batch)
    texts = Flat(made.tokens, made.bounds)
    found, at = anchors(texts)
    counts = np.diff(at)
    counts[texts.lengths < LEAST] = 0
    found = found[np.repeat(texts.lengths >= LEAST, np.diff(at))]
    return texts, found, counts, made.blanks


def _commonest(holders: Spill, texts: int, told: Progress) -> npt.NDArray[np.uint8]:
    """The class of the commonest anchors that each text keeps."""
    counts = np.zeros(texts * CLASSES, np.uint16)
    for shard in range(SHARDS):
        held = holders.sorted(shard)
        kind = _kind(held)
        shared = kind > 0
        np.add.at(counts, (held[shared] & LOW).astype(np.int64) * CLASSES + kind[shared], np.uint16(1))
        told("link", shard + 1, 2 * SHARDS)
    kept = np.zeros(texts, np.uint8)
    for low in range(0, texts, ROWS):
        part = counts[low * CLASSES : (low + ROWS) * CLASSES].reshape(-1, CLASSES)
        kept[low : low + ROWS] = (np.cumsum(part, axis=1) < RARE).sum(axis=1)
    return kept


def _kind(held: U64) -> I64:
    """For each entry the class of its anchor: 0 held by one text alone, 1 by two or three, 2 by four to seven …"""
    return np.minimum(np.log2(_run_lengths(held >> HALF)).astype(np.int64), CLASSES - 1)


def _links(held: U64, commonest: npt.NDArray[np.uint8]) -> U64:
    """Links among the texts that keep the same anchor: later << 32 | earlier."""
    kind = _kind(held)
    held = held[(kind > 0) & (kind <= commonest[(held & LOW).astype(np.int64)])]
    return _stars(held >> HALF, held & LOW)


def _run_lengths(values: U64) -> I64:
    """For each of the sorted values how many there are of it."""
    begins = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    lengths = np.diff(np.append(begins, len(values)))
    return np.repeat(lengths, lengths)


def _stars(group: U64, row: U64) -> U64:
    """Every row of a group (equal values in a row, rows ascending) with the first of the group and BEFORE before it."""
    if len(group) < 2:
        return np.zeros(0, np.uint64)
    begins = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    first = np.repeat(begins, np.diff(np.append(begins, len(group))))
    at = np.flatnonzero(np.arange(len(group)) - first > BEFORE)
    found = [row[at] << HALF | row[first[at]]]
    for back in range(1, BEFORE + 1):
        at = np.flatnonzero(np.arange(len(group)) - first >= back)
        found.append(row[at] << HALF | row[at - back])
    return np.concatenate(found)


def _worth_comparing(links: U64, folder: Path) -> tuple[I64, I64]:
    """(later, earlier) of the most frequent links of each later text."""
    if not len(links):
        return NONE, NONE
    begins = np.flatnonzero(np.append(True, links[1:] != links[:-1]))
    votes = np.diff(np.append(begins, len(links)))
    links = links[begins]
    later = (links >> HALF).astype(np.int64)
    at = Taken.of(folder).anchors_at
    enough = votes >= np.where(at[later + 1] - at[later] < FEW, 1, VOTES)
    links, votes, later = links[enough], votes[enough], later[enough]
    order = np.lexsort((links, -votes, later))
    links, later = links[order], later[order]
    rank = np.arange(len(later)) - np.searchsorted(later, later)
    kept = rank < OFTEN
    return later[kept], (links[kept] & LOW).astype(np.int64)


def _compared(folder: Path, candidates: tuple[I64, I64]) -> Pairs:
    """The alike among the candidates. The files are mapped anew for each part, so that what was read is given back."""
    later, earlier = candidates
    parts: list[Pairs] = []
    if len(later):
        taken = Taken.of(folder)
        blocks = range(0, len(later), BLOCK)
        sharing = [_sharing(taken, later[at : at + BLOCK], earlier[at : at + BLOCK]) for at in blocks]
        kept = _closest(later, np.concatenate(sharing))
        later, earlier = later[kept], earlier[kept]
        sizes = [taken.tokens_at[rows + 1] - taken.tokens_at[rows] for rows in (later, earlier)]
        for portion in portions(np.add(*sizes)):
            parts.append(_alike(taken, later[portion], earlier[portion]))
    names = ("later", "earlier", "overlap", "jaccard", "how")
    return Pairs(*(np.concatenate([NONE, *(getattr(part, name) for part in parts)]) for name in names))


def _closest(later: I64, sharing: I64) -> I64:
    """Of each later text (ascending) the CLOSE pairs that share most, if they share enough."""
    enough = np.flatnonzero(sharing >= SHARED)
    enough = enough[np.lexsort((-sharing[enough], later[enough]))]
    rows = later[enough]
    return np.sort(enough[np.arange(len(rows)) - np.searchsorted(rows, rows) < CLOSE])


def _sharing(taken: Taken, one: I64, other: I64) -> I64:
    """Thousandths of its anchors that the text with fewer of them has in common with the other."""
    sizes, keys = [], []
    for rows in (one, other):
        size = taken.anchors_at[rows + 1] - taken.anchors_at[rows]
        pair = np.repeat(np.arange(len(rows), dtype=np.uint64), size)
        keys.append(pair << HALF | _slices(taken.anchors, taken.anchors_at[rows], size))
        sizes.append(size)
    both = np.sort(np.concatenate(keys))
    twice = both[1:][both[1:] == both[:-1]]
    common = np.bincount((twice >> HALF).astype(np.int64), minlength=len(one))
    return np.asarray(common * 1000 // np.maximum(np.minimum(*sizes), 1))


def _alike(taken: Taken, later: I64, earlier: I64) -> Pairs:
    sides = []
    for rows in (later, earlier):
        size = taken.tokens_at[rows + 1] - taken.tokens_at[rows]
        sides.append(Flat(_slices(taken.tokens, taken.tokens_at[rows], size), np.append(0, np.cumsum(size))))
    found = align(*sides)
    filled = taken.blanks[later] == taken.blanks[earlier]
    kept = np.flatnonzero(alike(found, np.minimum(sides[0].lengths, sides[1].lengths)))
    return Pairs(later[kept], earlier[kept], found.overlap[kept], found.jaccard[kept], way(found, filled)[kept])


def _slices(values: Any, begins: I64, sizes: I64) -> Any:
    """values[begins[0] : begins[0] + sizes[0]], … in a row."""
    steps = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.asarray(values[np.repeat(begins, sizes) + steps])


def _through(
    pool: ProcessPoolExecutor | None, work: Callable[[Given], Got], given: Iterable[Given], ahead: int
) -> Iterator[Got]:
    """The results in order; in other processes with at most ``ahead`` tasks under way or waiting."""
    if pool is None:
        yield from map(work, given)
        return
    waiting: list[Future[Got]] = []
    for each in given:
        waiting.append(pool.submit(work, each))
        if len(waiting) > ahead:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()
