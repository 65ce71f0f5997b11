"""Invented institutions and physicians of the simulated year, sound ones and others. The numbers are well formed and
nobody's: the region is one that was never given out."""

from __future__ import annotations

from datetime import date, timedelta

from mingjian.core.credentials.digits import org
from mingjian.desk.registry.service import Record

REGION = "990101"
_NAMES = ("云杉", "青禾", "星野", "澄湖", "松果", "木棉", "白露", "远山", "知夏", "安和")
_SURNAMES = "沈林陆何顾方乔叶石唐白苏程江周李"
_GIVEN = ("清", "一", "明远", "白", "圆", "正", "青", "磊", "简", "禾", "澄", "若安")
SURGERY, SKIN = "14.01", "14.03"  # 美容外科, 美容皮肤科
PROCEDURE = "double-eyelid"
"""What every physician here is asked about: a first-grade operation of 美容外科."""
FAULTS = ("revoked", "expired", "left", "specialty")
"""Why a physician may not: the certificate was revoked; it ran out; they no longer work there; the institution is not
registered for it."""


def institution_key(number: int) -> str:
    """The 22-character registration number of the institution with this number: a 门诊部, private."""
    code = f"MA{number:06d}"
    return f"{code}{org(code)}{REGION}17D1502"


def institution(number: int, opened: date, ended: date | None, scope: tuple[str, ...] = ("14", SURGERY)) -> Record:
    """An institution whose licence began on one day and, where it is not sound, ended on another."""
    key = institution_key(number)
    name = f"{_NAMES[number % len(_NAMES)]}{number:06d}医疗美容门诊部"
    licence = {"kind": "practice_licence", "number": key, "issuer": "示例区卫生健康局", "scope": list(scope),
               "valid_from": opened.isoformat(),
               "valid_to": (ended or opened + timedelta(days=365 * 15)).isoformat()}  # fmt: skip
    attributes = {"ownership": "private", "province": "示例省", "type": "aesthetic_outpatient"}
    return Record({"kind": "institution", "key": key, "name": name, "attributes": attributes}, [licence])


def physician_key(number: int) -> str:
    """The 15 digits of a physician's practising certificate."""
    return f"110{REGION}{number:06d}"


def physician(number: int, at: int, opened: date, fault: str | None, by: date) -> Record:
    """A physician at the institution ``at``; ``fault`` holds from the day before ``by``."""
    key = physician_key(number)
    name = _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number % len(_GIVEN)]
    ended = (by - timedelta(days=1)).isoformat()
    until = ended if fault == "expired" else (opened + timedelta(days=365 * 30)).isoformat()
    certificate = {"kind": "physician_practice", "number": key, "issuer": "示例区卫生健康局", "scope": ["surgery"],
                   "valid_from": opened.isoformat(), "state": "revoked" if fault == "revoked" else "valid",
                   "valid_to": until}  # fmt: skip
    post = {"kind": "practises_at", "target": {"kind": "institution", "key": institution_key(at)},
            "valid_from": opened.isoformat()}  # fmt: skip
    if fault == "left":
        post["valid_to"] = ended
    return Record({"kind": "physician", "key": key, "name": name}, [certificate], [post])
