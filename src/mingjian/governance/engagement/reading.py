"""Engagement out of an archive, or out of a file that was pushed, as a log."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.governance.engagement.log import NONE, Coded, Ints, LogMaker
from mingjian.intake.archive.archive import Archive
from mingjian.intake.archive.arrow import library

_COLUMNS = ("actor", "item", "action", "at", "text", "device", "amount")
SUFFIXES = (".parquet", ".jsonl", ".jsonl.gz", ".ndjson")
Step = Callable[[int], None]


def gather(archive: Archive, maker: LogMaker, *, most: int | None = None, step: Step | None = None) -> int:
    """Take in the engagement of an archive, with what it says of items and accounts; how many events. Rows that
    cannot be read are told in the archive's ``problems``. ``most``: not more than so many events."""
    before = maker.count
    for batch in archive.engagement():
        if most is not None and maker.count - before + batch.num_rows > most:
            batch = batch.slice(0, most - (maker.count - before))
        columns = {name: batch.column(name) for name in _COLUMNS}
        maker.add(
            **{name: _coded(columns[name]) for name in ("actor", "item", "action", "text", "device")},
            at=_numbers(columns["at"]), amount=_numbers(columns["amount"]),
        )  # fmt: skip
        if step is not None:
            step(batch.num_rows)
        if most is not None and maker.count - before >= most:
            break
    _tell(archive, maker)
    return maker.count - before


def _tell(archive: Archive, maker: LogMaker) -> None:
    """Whose the items are and when they were published; when the accounts were made."""
    wanted = set(maker.wanted_items())
    for batch in archive.items(["id", "publisher_id", "published_at"]):
        names, publishers = batch.column("id").to_pylist(), batch.column("publisher_id").to_pylist()
        for name, publisher, at in zip(names, publishers, _numbers(batch.column("published_at")).tolist(), strict=True):
            if name in wanted:
                maker.tell_item(name, publisher, None if at == NONE else at)
    for batch in archive.accounts(["id", "created_at"]):
        for name, at in zip(batch.column("id").to_pylist(), _numbers(batch.column("created_at")).tolist(), strict=True):
            maker.tell_actor(name, None if at == NONE else at)


@contextmanager
def pushed(path: Path, suffix: str) -> Iterator[Archive]:
    """A file of engagement alone, whatever its name, as an archive; ``suffix`` is one of SUFFIXES."""
    with tempfile.TemporaryDirectory(prefix="mingjian-engagement-") as folder:
        named = Path(folder) / f"engagement{suffix}"
        named.symlink_to(path.resolve())
        yield Archive(Path(folder), {}, {"engagement": [named]})


def _coded(column: Any) -> Coded:
    encoded = column.dictionary_encode()
    return encoded.indices.fill_null(NONE).to_numpy(zero_copy_only=False).astype(np.int64), (
        encoded.dictionary.to_pylist()
    )


def _numbers(column: Any) -> Ints:
    return np.asarray(column.cast(library().int64()).fill_null(NONE).to_numpy(zero_copy_only=False), np.int64)
