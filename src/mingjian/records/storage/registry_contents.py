"""Contents of records on their way into the store: many at once, and still at hand when their event is folded."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from mingjian.records.canonical import canonical, digest
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import insert_rows
from mingjian.records.storage.database import Tx

_COLUMNS = ("digest", "body", "size", "at")
_LEVEL = 1
_FRESH: WeakKeyDictionary[Tx, dict[str, Any]] = WeakKeyDictionary()
"""What a transaction has just put: folding it need not read and parse it again."""


def put_records(tx: Tx, records: Sequence[Any]) -> list[str]:
    """Keep new contents, none of which was ever kept before (each holds the id and version of what it is of); their
    digests in order."""
    names, rows = [], []
    for record in records:
        content = canonical(record)
        name = digest(content)
        names.append(name)
        rows.append((name, zlib.compress(content, _LEVEL), len(content), tx.now))
    insert_rows(tx, contents.CONTENTS, _COLUMNS, rows)
    _FRESH.setdefault(tx, {}).update(zip(names, records, strict=True))
    return names


def get_records(tx: Tx, names: Iterable[str]) -> dict[str, Any]:
    """Contents by digest, parsed; those that were deleted are left out."""
    wanted = list(names)
    fresh = _FRESH.get(tx, {})
    found = {name: fresh[name] for name in wanted if name in fresh}
    missing = [name for name in wanted if name not in found]
    found |= {name: json.loads(body) for name, body in contents.get_many(tx, missing).items()}
    return found


def forget_fresh(tx: Tx) -> None:
    """The events are folded: nothing is needed any more."""
    _FRESH.pop(tx, None)


def delete_contents(tx: Tx, names: Iterable[str]) -> None:
    """Delete contents for ever; their digests stay."""
    for name in dict.fromkeys(names):
        contents.delete_content(tx, name)
