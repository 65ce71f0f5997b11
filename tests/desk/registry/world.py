"""A small register for tests: invented names only."""

from __future__ import annotations

from typing import Any

from mingjian.desk.people.model import Principal, house
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.records.storage.database import Database

CLERK = Principal("clerk", "user", "登记员", ("desk_lead",))
READER = Principal("reader", "user", "审核员", ("reviewer",))
OUTSIDER = Principal("writer", "user", "撰稿人", ("author",))
HOUSE = house("patrol")


def clinic(key: str = "PDY00001", name: str = "云杉医疗美容门诊部", **more: Any) -> Record:
    return Record({"kind": "institution", "key": key, "name": name, "attributes": {"ownership": "private"}}, **more)


def licence(number: str = "PDY00001", **more: Any) -> dict[str, Any]:
    return {"kind": "practice_licence", "number": number, "issuer": "青浦区卫生健康委员会", "scope": ["A02", "A08"],
            "valid_from": "2021-03-01", "valid_to": "2026-02-28", **more}  # fmt: skip


def surgeon(key: str = "110000000000001", at: str = "PDY00001", **more: Any) -> Record:
    link = {"kind": "practises_at", "target": {"kind": "institution", "key": at}, "scope": ["整形外科"],
            "valid_from": "2022-01-01", **more}  # fmt: skip
    return Record({"kind": "physician", "key": key, "name": "林知遥"}, links=[link])


def account(key: str = "xhs:9001", owner: str = "PDY00001") -> Record:
    link = {"kind": "belongs_to", "target": {"kind": "institution", "key": owner}}
    return Record({"kind": "account", "key": key, "name": "云杉医美"}, links=[link])


def put(database: Database, *records: Record) -> list[str]:
    with database.write() as tx:
        return [one.entity for one in record(tx, CLERK, records, "test")]
