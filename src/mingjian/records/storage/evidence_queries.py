"""What proving asks of the store: contents hashed again, contents that are gone, stretches of the chain, samples."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from mingjian.records.canonical import digest
from mingjian.records.items.model import Stored
from mingjian.records.journal.model import GENESIS, leaf
from mingjian.records.storage.contents import CONTENTS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import EVENTS
from mingjian.records.storage.items import ITEMS, items_by_id

_BATCH = 500
_MOST = 100


def damaged(tx: Tx, sample: int | None, *, start: str = "") -> tuple[int, list[str]]:
    """Hash contents again, ``sample`` of them from the digest ``start`` on (and round the end), or all (None): how many
    were looked at, and the digests of those whose bytes are others."""
    looked, bad = 0, []
    for name, body, size in _round(tx, start, sample):
        looked += 1
        if not _whole(name, body, size):
            bad.append(name)
    return looked, bad


def _round(tx: Tx, start: str, most: int | None) -> Iterator[tuple[str, bytes, int]]:
    """Contents in the order of their digests from ``start`` on, then those before it; up to ``most``."""
    asked = sa.select(CONTENTS.c.digest, CONTENTS.c.body, CONTENTS.c.size).where(CONTENTS.c.body.is_not(None))
    left = most
    for last_part in (False, True):
        after = "" if last_part else start
        while left is None or left > 0:
            some = asked.where(CONTENTS.c.digest > after)
            some = some.where(CONTENTS.c.digest <= start) if last_part else some
            limit = _BATCH if left is None else min(_BATCH, left)
            rows = tx.rows(some.order_by(CONTENTS.c.digest).limit(limit))
            if not rows:
                break
            yield from ((row.digest, row.body, row.size) for row in rows)
            after = rows[-1].digest
            left = None if left is None else left - len(rows)


def _whole(name: str, body: bytes, size: int) -> bool:
    plain = zlib.decompressobj()
    try:
        content = plain.decompress(body, size + 1)  # no more, whatever it would swell to
    except zlib.error:
        return False
    return plain.eof and not plain.unused_data and len(content) == size and digest(content) == name


def missing_contents(tx: Tx) -> list[tuple[int, str]]:
    """Items whose words or verdict are not even there as deleted: (event number, digest), the first 100."""
    found: list[tuple[int, str]] = []
    for column in (ITEMS.c.digest, ITEMS.c.verdict):
        there = sa.exists().where(CONTENTS.c.digest == column)
        asked = sa.select(ITEMS.c.seq, column).where(column.is_not(None), ~there).order_by(ITEMS.c.seq).limit(_MOST)
        found += [(int(row[0]), str(row[1])) for row in tx.rows(asked)]
    return found


def hash_at(tx: Tx, seq: int) -> bytes:
    """The chain's hash at an event; the genesis at 0."""
    return bytes(tx.scalar(sa.select(EVENTS.c.hash).where(EVENTS.c.seq == seq))) if seq else GENESIS


def leaves(tx: Tx, after: int, until: int) -> list[bytes]:
    """The leaves of the events behind ``after`` up to and with ``until``."""
    columns = [EVENTS.c[name] for name in ("seq", "at", "kind", "subject", "actor", "body")]
    asked = sa.select(*columns).where(EVENTS.c.seq > after, EVENTS.c.seq <= until).order_by(EVENTS.c.seq)
    return [leaf(*row) for row in tx.rows(asked)]


def judged_items(tx: Tx, *, below: int | None = None, limit: int = _BATCH) -> list[Stored]:
    """Judged items, newest first, those before the sequence number ``below``."""
    asked = sa.select(ITEMS.c.id).where(ITEMS.c.state == "judged").order_by(ITEMS.c.seq.desc()).limit(limit)
    if below is not None:
        asked = asked.where(ITEMS.c.seq < below)
    return list(items_by_id(tx, [row.id for row in tx.rows(asked)]).values())


def judged_ids(tx: Tx) -> Sequence[str]:
    """The ids of all judged items, in the order of arrival."""
    return [row.id for row in tx.rows(sa.select(ITEMS.c.id).where(ITEMS.c.state == "judged").order_by(ITEMS.c.seq))]
