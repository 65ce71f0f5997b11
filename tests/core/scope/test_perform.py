"""May this physician perform this procedure at this institution on this day?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mingjian.core.scope import Answer, Held, Institution, Post, Product, may_perform
from tests.core.scope.cast import CATALOGUE, DAY, IPL, LAWBOOK, clinic, doctor, licence

PROCEDURES = CATALOGUE.procedures


def values(answer: Answer) -> dict[str, str]:
    return {step.what: step.value for step in answer.steps}


def ask(code: str, institution: Institution | None = None, who: object = doctor(), **more: object) -> Answer:
    return may_perform(CATALOGUE, who, PROCEDURES[code], institution or clinic(products=(IPL,)), DAY, **more)  # type: ignore[arg-type]


def test_yes_with_every_link_of_the_chain() -> None:
    found = ask("ipl")
    assert found.value == "yes" and found.missing == ()
    assert list(values(found)) == [
        "licence",
        "specialty",
        "grade",
        "qualification",
        "practice",
        "practice_scope",
        "post",
        "lead",
        "products",
    ]
    assert {"ent_clinic", "crd_licence", "crd_practice", "lnk_post", "crd_lead", "crd_reg"} <= {
        id for step in found.steps for id in step.ids
    }
    assert not found.verified  # nobody has confirmed these papers


def test_verified_when_every_paper_was_confirmed() -> None:
    def confirmed(held: tuple[Held, ...] | None) -> tuple[Held, ...]:
        return tuple(replace(one, check="confirmed") for one in held or ())

    device = replace(IPL, credentials=confirmed(IPL.credentials))
    place = clinic(products=(device,))
    place = replace(place, credentials=confirmed(place.credentials))
    who = doctor()
    assert ask("ipl", place, replace(who, credentials=confirmed(who.credentials))).verified


@pytest.mark.parametrize(
    ("code", "scope", "value"),
    [
        ("double-eyelid", ("14", "14.03"), "no"),
        ("double-eyelid", ("14", "14.01"), "yes"),
        ("double-eyelid", ("医疗美容科;美容外科",), "yes"),
        ("double-eyelid", ("医疗美容科",), "undetermined"),  # no second-level specialty is written
        ("double-eyelid", ("外科",), "undetermined"),
        ("double-eyelid", ("12",), "no"),
        ("double-eyelid", ("12", "美丽科"), "undetermined"),  # something there is in no list
        ("clear-aligner", ("12",), "yes"),
        ("clear-aligner", ("14", "14.01"), "no"),
        ("implant", ("14", "14.02"), "undetermined"),
        ("ipl", ("13",), "undetermined"),
        ("ipl", ("12",), "no"),
        ("thread-lift", ("14", "14.03"), "undetermined"),  # not in the national catalogue: never no
        ("thread-lift", ("12",), "undetermined"),
        ("eye-bag", ("10",), "undetermined"),
    ],
)
def test_the_specialties_of_the_licence(code: str, scope: tuple[str, ...], value: str) -> None:
    found = ask(code, clinic(*scope), None)
    assert values(found)["specialty"] == value, found.steps


@pytest.mark.parametrize(
    ("code", "kind", "level", "scope", "value"),
    [
        ("double-eyelid", "clinic", None, ("14.01",), "yes"),
        ("breast-augmentation", "clinic", None, ("14.01",), "no"),
        ("breast-augmentation", "outpatient", None, ("14.01",), "no"),
        ("breast-augmentation", "outpatient", None, ("14.01", "26"), "yes"),
        ("breast-augmentation", "general_hospital", "一级", ("14.01",), "no"),
        ("breast-augmentation", "general_hospital", "二级", ("14.01",), "yes"),
        ("breast-augmentation", "general_hospital", None, ("14.01",), "undetermined"),
        ("full-facelift", "aesthetic_hospital", None, ("14.01",), "yes"),
        ("mandible-angle", "aesthetic_hospital", None, ("14.01",), "no"),
        ("mandible-angle", "plastic_hospital", "三级", ("14.01",), "yes"),
        ("mandible-angle", "plastic_hospital", None, ("14.01",), "undetermined"),
        ("mandible-angle", "general_hospital", "三级", ("04.08",), "yes"),
        ("mandible-angle", "specialised_hospital", None, ("14.01",), "undetermined"),
        ("mandible-angle", None, None, ("14.01",), "undetermined"),
        ("liposuction", "clinic", None, ("14.01",), "undetermined"),  # the volume decides
        ("liposuction", "aesthetic_hospital", None, ("14.01",), "yes"),
        ("liposuction-3", "outpatient", None, ("14.01", "26"), "no"),
        ("thread-lift", "clinic", None, ("14.01",), "undetermined"),
        ("rib-rhinoplasty", "clinic", None, ("14.01",), "undetermined"),  # provinces differ
        ("rib-rhinoplasty", "general_hospital", "三级", ("14.01",), "yes"),  # whatever the grade
        ("ipl", "clinic", None, ("14.03",), "yes"),  # listed, and graded by nobody
    ],
)
def test_grade_and_kind(code: str, kind: str | None, level: str | None, scope: tuple[str, ...], value: str) -> None:
    found = ask(code, clinic(*scope, kind=kind, level=level), None)
    assert values(found)["grade"] == value, found.steps


@pytest.mark.parametrize(
    ("paper", "value", "says"),
    [
        (licence(), "yes", "有效"),
        (licence(state="revoked"), "no", "吊销"),
        (licence(state="suspended"), "no", "暂停"),
        (licence(check="contradicted"), "no", "不符"),
        (licence(check="malformed"), "undetermined", "编号"),
        (replace(licence(), valid_to=date(2026, 10, 31)), "no", "期满"),
        (replace(licence(), valid_to=DAY), "yes", "有效"),
        (replace(licence(), valid_from=date(2026, 11, 2)), "no", "起才有效"),
        (replace(licence(), valid_from=None, valid_to=None), "undetermined", "起止"),
        (None, "undetermined", "没有登记"),
    ],
)
def test_the_licence_on_the_day(paper: Held | None, value: str, says: str) -> None:
    place = replace(clinic(), credentials=None if paper is None else (paper,))
    step = ask("ipl", place, None).steps[0]
    assert step.what == "licence" and step.value == value and says in step.why


def test_of_several_licences_the_one_that_holds() -> None:
    old = replace(licence("14.02"), state="revoked")
    place = replace(clinic(), credentials=(old, licence("14.03")))
    assert values(ask("ipl", place, None)) | {"products": ""} == {
        "licence": "yes",
        "specialty": "yes",
        "grade": "yes",
        "products": "",
    }


def test_a_closed_institution() -> None:
    assert ask("ipl", clinic(state="closed")).value == "no"


def test_the_physician() -> None:
    assert values(ask("ipl", who=doctor("口腔专业")))["practice_scope"] == "no"
    assert values(ask("ipl", who=doctor("外科专业", lead=None)))["practice_scope"] == "undetermined"
    assert values(ask("ipl", who=doctor("外科专业")))["practice_scope"] == "yes"  # filed as lead of the field
    assert values(ask("ipl", who=doctor("占星专业")))["practice_scope"] == "undetermined"
    assert values(ask("ipl", who=replace(doctor(), state="suspended")))["practice"] == "no"
    assert values(ask("ipl", who=replace(doctor(), credentials=None)))["practice"] == "undetermined"


def test_where_the_physician_works() -> None:
    def post(institution: str, valid_to: date | None = None) -> Post:
        return Post(institution, valid_to=valid_to)

    def of(*posts: Post) -> str:
        return values(ask("ipl", who=replace(doctor(), posts=posts)))["post"]

    assert of(post("ent_other"), post("ent_clinic")) == "yes"  # several places
    assert of(post("ent_clinic", valid_to=date(2026, 10, 31))) == "no"
    assert of(post("ent_other")) == "undetermined"  # a second place may not have been recorded
    assert of() == "undetermined"


def test_the_lead_physician() -> None:
    unled = ask("ipl", who=doctor(lead=None))
    assert values(unled)["lead"] == "undetermined" and unled.missing == ("physician.lead", "supervision")
    assert ask("ipl", who=doctor(lead=None, supervised=True)).value == "yes"
    assert values(ask("ipl", who=doctor(lead="14.01")))["lead"] == "undetermined"  # lead of another field
    assert values(ask("ipl", who=doctor(assistant=True)))["lead"] == "undetermined"
    dentist = doctor("口腔专业", lead=None)
    assert "lead" not in values(ask("clear-aligner", clinic("12"), dentist))  # orthodontics of a dental department
    assert "lead" in values(ask("clear-aligner", clinic("14", "14.02"), dentist))


def test_devices_and_drugs() -> None:
    assert values(ask("ipl", clinic(products=())))["products"] == "undetermined"
    gone = replace(IPL, credentials=(replace((IPL.credentials or ())[0], state="revoked"),))
    assert values(ask("ipl", clinic(products=(gone,))))["products"] == "no"
    assert values(ask("ipl", clinic(products=(gone, IPL))))["products"] == "yes"
    other = replace(IPL, credentials=(replace((IPL.credentials or ())[0], scope=("hair-removal",)),))
    assert values(ask("ipl", product=other))["products"] == "undetermined"
    assert values(ask("ipl", product=Product("无证设备", "device")))["products"] == "undetermined"


def test_models_of_a_device_are_no_indication() -> None:
    models = replace(IPL, credentials=(replace((IPL.credentials or ())[0], scope=("M-22", "强脉冲光治疗")),))
    assert values(ask("ipl", product=models))["products"] == "yes"
    only = replace(IPL, credentials=(replace((IPL.credentials or ())[0], scope=("M-22",)),))
    step = next(step for step in ask("ipl", product=only).steps if step.what == "products")
    assert step.value == "undetermined" and "没有登记适用范围" in step.why


def test_practice_scopes_in_one_cell() -> None:
    assert values(ask("ipl", who=doctor("外科专业;皮肤病与性病专业")))["practice_scope"] == "yes"


def test_what_is_approved_nowhere() -> None:
    found = ask("whitening-injection")
    assert found.value == "no" and values(found)["approved"] == "no"


def test_a_restricted_technology_must_be_filed() -> None:
    place = clinic("04.08", kind="general_hospital", level="三级")
    assert values(ask("gender-surgery", place, None))["restricted"] == "undetermined"
    filed = replace(
        place, credentials=(*(place.credentials or ()), Held("other", "F-1", ("gender-surgery",), date(2025, 1, 1)))
    )
    assert values(ask("gender-surgery", filed, None))["restricted"] == "yes"


def test_a_procedure_nobody_knows_is_no_no() -> None:
    found = may_perform(CATALOGUE, None, "月光疗法", clinic(), DAY)
    assert found.value == "undetermined" and found.missing == ("procedure",)
    assert may_perform(CATALOGUE, None, PROCEDURES["ipl"], None, DAY).missing[0] == "institution"


def test_every_step_cites_law_in_force() -> None:
    for code in PROCEDURES:
        for step in ask(code).steps:
            assert step.cites and step.title and step.why
            assert any(LAWBOOK.cite(ref, DAY) for ref in step.cites), (code, step)
            assert all(ref in LAWBOOK for ref in step.cites), (code, step)
