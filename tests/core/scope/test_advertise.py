"""May this account advertise this procedure or product on this day?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mingjian.core.scope import Account, Answer, Held, Owner, Product, may_advertise
from tests.core.scope.cast import CATALOGUE, DAY, FROM, LAWBOOK, TO, account, clinic, with_review

IPL = CATALOGUE.procedures["ipl"]


def values(answer: Answer) -> dict[str, str]:
    return {step.what: step.value for step in answer.steps}


def test_yes() -> None:
    found = may_advertise(CATALOGUE, account(with_review(clinic(), "ipl")), IPL, DAY)
    assert found.value == "yes"
    assert list(values(found)) == ["owner", "licence", "specialty", "grade", "review", "sample"]
    assert all(any(LAWBOOK.cite(ref, DAY) for ref in step.cites) for step in found.steps)


@pytest.mark.parametrize(
    ("days", "value"),
    [
        ({"valid_to": date(2026, 10, 31)}, "no"),
        ({"valid_from": date(2026, 11, 2)}, "no"),
        ({"valid_from": None, "valid_to": None}, "undetermined"),
        ({"state": "revoked"}, "no"),
        ({}, "yes"),
    ],
)
def test_the_certificate_on_the_day(days: dict[str, object], value: str) -> None:
    found = may_advertise(CATALOGUE, account(with_review(clinic(), "ipl", **days)), IPL, DAY)
    assert values(found)["review"] == value


def test_a_certificate_is_for_its_sample() -> None:
    assert values(may_advertise(CATALOGUE, account(with_review(clinic())), IPL, DAY))["sample"] == "undetermined"
    other = may_advertise(CATALOGUE, account(with_review(clinic(), "美容皮肤科")), IPL, DAY)
    assert values(other)["sample"] == "undetermined" and other.missing == ("review.sample",)


@pytest.mark.parametrize("kind", ["physician", "creator", "agency", "merchant"])
def test_only_an_institution_advertises_medicine(kind: str) -> None:
    found = may_advertise(CATALOGUE, account(None, kind), IPL, DAY)
    assert found.value == "no" and values(found) == {"owner": "no"}


def test_an_agency_may_run_the_account_but_is_not_the_advertiser() -> None:
    run = replace(account(with_review(clinic(), "ipl")), operators=(Owner("agency", "某代理", id="ent_agency"),))
    found = may_advertise(CATALOGUE, run, IPL, DAY)
    assert found.value == "yes" and values(found)["operator"] == "yes"


def test_the_account_of_another_institution() -> None:
    mine = with_review(clinic(), "ipl")
    assert may_advertise(CATALOGUE, account(mine), IPL, DAY, mine).value == "yes"
    found = may_advertise(CATALOGUE, account(mine), IPL, DAY, replace(mine, id="ent_other", name="别家"))
    assert found.value == "no" and "不属于别家" in found.steps[0].why


def test_nobody_knows_whose_it_is() -> None:
    found = may_advertise(CATALOGUE, Account("某号"), IPL, DAY)
    assert found.value == "undetermined" and "account.owner" in found.missing
    assert may_advertise(CATALOGUE, replace(account(clinic()), state="closed"), IPL, DAY).value == "no"


@pytest.mark.parametrize("code", ["botulinum", "slimming-injection"])
def test_toxic_and_prescription_drugs(code: str) -> None:
    found = may_advertise(CATALOGUE, account(with_review(clinic(), code)), CATALOGUE.procedures[code], DAY)
    assert found.value == "no" and values(found)["category"] == "no"
    assert any(ref.startswith("cn.advertising-law/15") for step in found.steps for ref in step.cites)


def test_beyond_the_licence() -> None:
    found = may_advertise(
        CATALOGUE, None, CATALOGUE.procedures["double-eyelid"], DAY, with_review(clinic("14.03"), "double-eyelid")
    )
    assert found.value == "no" and values(found)["specialty"] == "no"


def test_products() -> None:
    papers = (Held("device_registration", "R", (), FROM, TO), Held("ad_review", "A", (), FROM, TO))
    device = Product("家用射频仪", "device", papers)
    assert may_advertise(CATALOGUE, None, device, DAY).value == "yes"
    assert may_advertise(CATALOGUE, None, replace(device, credentials=papers[:1]), DAY).missing == ("review",)
    drug = Product("某药", "drug", (Held("drug_approval", "D", (), FROM, TO), papers[1]))
    assert may_advertise(CATALOGUE, None, drug, DAY).value == "undetermined"
    assert may_advertise(CATALOGUE, None, replace(drug, drug="otc"), DAY).value == "yes"
    assert may_advertise(CATALOGUE, None, replace(drug, drug="prescription"), DAY).value == "no"


def test_a_name_that_is_no_procedure() -> None:
    assert may_advertise(CATALOGUE, account(clinic()), "月光疗法", DAY).missing == ("procedure",)
