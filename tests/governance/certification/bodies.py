"""A registry of invented bodies, and the people of a certification desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mingjian.core.credentials.digits import org, uscc
from mingjian.desk.people.model import Principal
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.certification.adopting import adopt, propose
from mingjian.governance.certification.batches import approve, preview
from mingjian.governance.certification.holding import take_over
from mingjian.records.certification.model import Batch
from mingjian.records.clock import day
from mingjian.records.storage.database import Database, Tx
from tests.governance.world import person

LEAD, DAN = person("lead", "desk_lead"), person("dan", "policy_deployer")
PROGRAMME = "medical_aesthetics"
STRICT, RELAXED = "public_3a_only@1", "relaxed@1"
FROM, TO = "2020-01-01", "2030-12-31"


def licence_number(number: int) -> str:
    """A 医疗机构执业许可证登记号 that is well formed."""
    body = f"MA{number:06d}"
    return f"{body}{org(body)}31010117D1102"


def credit_code(number: int) -> str:
    """A 统一社会信用代码 that is well formed."""
    body = f"MA{number:06d}"
    whole = f"91310101{body}{org(body)}"
    return whole + uscc(whole)


def clinic(number: int, *, ownership: str = "private", grade: str = "", confirmed: bool = False, to: str = TO,
           province: str = "云川省", name: str | None = None) -> Record:  # fmt: skip
    attributes = {"ownership": ownership, "province": province} | ({"grade": grade} if grade else {})
    licence = {"kind": "practice_licence", "number": licence_number(number), "scope": ["14", "14.03"],
               "valid_from": FROM, "valid_to": to}  # fmt: skip
    entity = {"kind": "institution", "key": f"inst-{number}", "name": name or f"青禾示例医疗美容诊所{number}",
              "attributes": attributes}  # fmt: skip
    return Record(entity, [licence])


def hospital(number: int) -> Record:
    return clinic(number, ownership="public", grade="三级甲等", name=f"云川示例第{number}医院")


def physician(number: int, at: str, *, scope: Sequence[str] = ("14",)) -> Record:
    entity = {"kind": "physician", "key": f"phy-{number}", "name": f"示例医师{number}"}
    paper = {"kind": "physician_practice", "number": f"110310100{number:06d}", "valid_from": FROM, "valid_to": TO}
    link = {"kind": "practises_at", "target": {"kind": "institution", "key": at}, "scope": list(scope),
            "valid_from": FROM}  # fmt: skip
    return Record(entity, [paper], [link])


def merchant(number: int) -> Record:
    entity = {"kind": "merchant", "key": f"mer-{number}", "name": f"示例医美服务平台{number}"}
    paper = {"kind": "business_licence", "number": credit_code(number), "valid_from": FROM}
    return Record(entity, [paper])


def registered(database: Database, records: Sequence[Record], by: Principal = LEAD) -> list[str]:
    """Their ids."""
    with database.write() as tx:
        return [one.entity for one in record(tx, by, records, "test")]


def certified(database: Database, records: Sequence[Record], *, to: date | None = None) -> list[str]:
    """Bodies that held a badge before; their ids."""
    ids = registered(database, records)
    with database.write() as tx:
        take_over(tx, LEAD, PROGRAMME, ids, to, "此前平台已认证")
    return ids


def in_force(database: Database, policy: str = STRICT) -> None:
    """Put a policy into force today, announced long ago."""
    with database.write() as tx:
        adopt(tx, DAN, propose(tx, LEAD, policy, day(tx.now), "治理公告", announced=date(2026, 1, 1)).id)


def approved(tx: Tx, kind: str = "revoke", policy: str = STRICT) -> Batch:
    """A batch that may run."""
    made = preview(tx, LEAD, kind, policy, "按政策调整")
    return approve(tx, DAN, made.id, made.list)
