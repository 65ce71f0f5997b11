"""Invented people and places for scope questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.rulebook.load import load
from mingjian.core.scope import Account, Held, Institution, Owner, Physician, Post, Product

SOURCES = load()
CATALOGUE = SOURCES.catalogue
LAWBOOK = Lawbook(SOURCES.instruments)
DAY = date(2026, 11, 1)
FROM, TO = date(2024, 1, 1), date(2028, 12, 31)


def licence(*scope: str, **more: Any) -> Held:
    return Held(
        "practice_licence",
        "LIC-1",
        scope or ("医疗美容科", "美容外科", "美容皮肤科"),
        FROM,
        TO,
        id="crd_licence",
        **more,
    )


def clinic(*scope: str, kind: str | None = "aesthetic_outpatient", **more: Any) -> Institution:
    return Institution("青禾医疗美容门诊部", kind, credentials=(licence(*scope),), id="ent_clinic", **more)


IPL = Product(
    "强脉冲光治疗仪", "device", (Held("device_registration", "REG-1", ("ipl",), FROM, TO, id="crd_reg"),), id="ent_ipl"
)


def doctor(*scope: str, lead: str | None = "14.03", **more: Any) -> Physician:
    papers = [Held("physician_practice", "PRA-1", scope or ("皮肤病与性病专业",), FROM, id="crd_practice")]
    if lead is not None:
        papers.append(Held("aesthetic_lead", "", (lead,), FROM, id="crd_lead"))
    return Physician(
        "林知遥", credentials=tuple(papers), posts=(Post("ent_clinic", FROM, id="lnk_post"),), id="ent_doctor", **more
    )


def account(institution: Institution | None = None, kind: str = "institution") -> Account:
    owner = Owner(kind, "青禾", institution, "ent_clinic")
    return Account("青禾官方号", owners=(owner,), id="ent_account")


def with_review(institution: Institution, *scope: str, **more: Any) -> Institution:
    review = Held(
        "ad_review", "REV-1", scope, more.pop("valid_from", FROM), more.pop("valid_to", TO), id="crd_review", **more
    )
    return replace(institution, credentials=(*(institution.credentials or ()), review))
