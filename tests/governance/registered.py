"""Registered entities for tests: invented names and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.registry.model import Record, Recorded
from mingjian.desk.registry.service import record
from mingjian.records.storage.database import Database, Tx

KEEPER = Principal("usr_keeper", "user", "keeper", ("administrator",))
INSPECTOR = Principal("usr_inspector", "user", "inspector", ("quality_inspector",))
ENQUIRER = Principal("usr_enquirer", "user", "enquirer", ("reviewer",))
OUTSIDER = Principal("usr_outsider", "user", "outsider", ("author",))


def paper(kind: str, number: str, ends: str | None = "2027-01-01", begins: str | None = "2020-01-01",
          **more: Any) -> dict[str, Any]:  # fmt: skip
    return {"kind": kind, "number": number, "valid_from": begins, "valid_to": ends, **more}


def put(
    tx: Tx, kind: str, key: str, name: str = "", credentials: Sequence[Mapping[str, Any]] = (),
    links: Sequence[Mapping[str, Any]] = (), **more: Any,
) -> Recorded:  # fmt: skip
    entity = {"kind": kind, "key": key, "name": name or f"虚构{key}", **more}
    return record(tx, KEEPER, [Record(entity, list(credentials), list(links))], "tests")[0]


def to(kind: str, target: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"kind": kind, "target": {"kind": target[0], "key": target[1]}, "valid_from": "2020-01-01", **more}


def clinic(database: Database, key: str = "clinic", ends: str | None = "2027-01-01", **more: Any) -> Recorded:
    """An institution with a practice licence."""
    with database.write() as tx:
        return put(tx, "institution", key, credentials=[paper("practice_licence", f"PDY-{key}", ends, **more)])


DAY = date(2026, 3, 2)
