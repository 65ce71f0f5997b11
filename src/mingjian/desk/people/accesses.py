"""The log of who looked at which personal data."""

from __future__ import annotations

from collections.abc import Iterable

from mingjian.desk.people.model import Access, Principal
from mingjian.desk.people.permissions import demand
from mingjian.records.storage import accesses
from mingjian.records.storage.database import Tx


def log_access(tx: Tx, principal: Principal, what: str, subject: str, fields: Iterable[str] = ()) -> None:
    """Record a look: ``what`` was done (``item.read``) on which ``subject``; ``fields`` are kinds of data
    (``phone``, ``name``), never the data. Whoever shows personal data calls this in the same request."""
    accesses.put_access(tx, principal.actor, what, subject, sorted(set(fields)))


def list_accesses(
    tx: Tx, principal: Principal, *, actor: str | None = None, subject: str | None = None, before: int | None = None,
    limit: int = 100,
) -> list[Access]:  # fmt: skip
    """The latest first, of one actor or about one subject; ``before`` is the ``seq`` of the last one seen."""
    demand(principal, "access.read")
    return accesses.accesses(tx, actor=actor, subject=subject, before=before, limit=limit)
