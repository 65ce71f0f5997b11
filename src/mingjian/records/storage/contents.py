"""Content by its digest: items as submitted, verdicts as given. The journal names digests only, so that a person's
words can be deleted while the chain stays whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from mingjian.records.canonical import digest
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import Hot, adding, within
from mingjian.records.storage.metadata import Micros, metadata

CONTENTS = sa.Table(
    "contents",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=True),  # zlib; NULL once deleted
    sa.Column("size", sa.BigInteger, nullable=False),  # of the plain bytes
    sa.Column("at", Micros, nullable=False),
    sa.Column("deleted_at", Micros, nullable=True),
)
_PUT = adding(CONTENTS, ("digest", "body", "size", "at"), once="digest")
_GET = Hot(
    lambda dialect: sa.select(CONTENTS.c.digest, CONTENTS.c.body).where(within(dialect, CONTENTS.c.digest, "names"))
)
_LEVEL = 1  # a third of the size for a twentieth of a millisecond


def put(tx: Tx, contents: Iterable[bytes]) -> list[str]:
    """Keep contents; their digests in order. What is kept already stays as it is."""
    digests: list[str] = []
    rows: dict[str, tuple[object, ...]] = {}
    for content in contents:
        name = digest(content)
        digests.append(name)
        if name not in rows and name not in tx.kept:
            rows[name] = name, zlib.compress(content, _LEVEL), len(content), tx.now
    if rows:
        # In one order: two who put the same ones wait for each other one way only.
        tx.put(_PUT, [rows[name] for name in sorted(rows)])
        tx.kept.update(rows)
    return digests


def get(tx: Tx, name: str) -> bytes | None:
    """A content, or None when there is none or it was deleted."""
    return get_many(tx, [name]).get(name)


def get_many(tx: Tx, names: Iterable[str]) -> Mapping[str, bytes]:
    """Contents by digest; those that are gone are left out."""
    wanted = list(dict.fromkeys(names))
    found: dict[str, bytes] = {}
    for first in range(0, len(wanted), 500):
        rows = tx.ask(_GET, {"names": wanted[first : first + 500]})
        found |= {name: zlib.decompress(body) for name, body in rows if body is not None}
    return found


def delete_content(tx: Tx, name: str) -> bool:
    """Delete a content's bytes for ever; its digest and the journal stay. False when there was nothing."""
    tx.kept.discard(name)
    gone = CONTENTS.update().where(CONTENTS.c.digest == name, CONTENTS.c.body.is_not(None))
    return bool(tx.run(gone, {"body": None, "deleted_at": tx.now}))
