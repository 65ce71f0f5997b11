"""The data: specialties, procedures and what they need."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
import yaml

from mingjian.core.model.scope import GRADES
from mingjian.core.rulebook.audit import audit
from mingjian.core.rulebook.catalogue import parse_catalogue
from mingjian.core.rulebook.errors import Problem
from mingjian.core.scope.institution import kind_of
from tests.core.scope.cast import CATALOGUE, DAY, SOURCES


def test_there_are_many_procedures_in_all_four_fields() -> None:
    sections: dict[str, int] = {}
    for one in CATALOGUE.procedures.values():
        sections[one.section] = sections.get(one.section, 0) + 1
    assert sum(sections.values()) >= 120
    assert sections.keys() == {"surgery", "dental", "skin", "tcm"}
    assert {grade for one in CATALOGUE.procedures.values() for grade in one.grades or ()} == set(GRADES)


def test_every_procedure_says_where_it_is_from() -> None:
    assert all(one.source and one.cites and one.confidence for one in CATALOGUE.procedures.values())
    assert audit(SOURCES, DAY) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("14.01", "14.01"),
        ("A14.01", "14.01"),
        ("1403", "14.03"),
        ("美容外科", "14.01"),
        ("A02", "02"),
        ("美容皮肤科专业", "14.03"),
        ("医疗美容科-美容牙科", "14.02"),
        ("医疗美容科/美容中医科", "14.04"),
        ("口腔科", "12"),
        ("口腔正畸", "12.07"),
        ("玄学科", None),
        ("", None),
    ],
)
def test_a_specialty_however_it_is_written(written: str, code: str | None) -> None:
    assert CATALOGUE.specialty(written) == code


def test_everything_wrong_is_told_at_once() -> None:
    def row(**more: Any) -> dict[str, Any]:
        return {"code": "a", "name": "甲", "words": ["甲项目"], "specialties": ["01"], "grade": 1, **more}

    files = {
        "specialties.yaml": {
            "specialties": [{"code": "01", "name": "一"}, {"code": "01", "name": "又一", "physicians": ["none"]}],
            "institutions": [{"code": "k", "name": "某", "group": "g"}],
            "ceilings": [{"group": "x", "grade": 9}],
        },
        "procedures/surgery.yaml": {
            "procedures": [
                row(),
                row(words=["乙"]),
                row(code="b", grade=[3, 1]),
                row(code="c", specialties=["99"], oops=1),
                row(code="d", needs=["nothing"], drug="tea", confidence="sure"),
                row(code="e", grade=None),
            ],
        },
        "procedures/needs.yaml": {"needs": [{"code": "n", "name": "物", "kind": "spell", "words": []}]},
    }
    problems: list[Problem] = []
    parse_catalogue(files, problems)
    told = "\n".join(str(problem) for problem in problems)
    for word in (
        "01: is already taken",
        "a: is already taken",
        "b.grade",
        "no specialty 99",
        "c.oops",
        "no need nothing",
        "drug 'tea'",
        "confidence 'sure'",
        "e.grade: required",
        "shorter than two",
        "names b too",
        "no practice scope none",
        "unknown group",
        "kind is one of",
    ):
        assert word in told, word


@pytest.mark.parametrize("data", [None, [], "x", {"procedures": 3}, {"procedures": [1, {"code": "x", "words": "y"}]}])
def test_what_is_no_table_is_no_crash(data: Any) -> None:
    problems: list[Problem] = []
    parse_catalogue({"specialties.yaml": data, "procedures/a.yaml": data}, problems)
    assert problems


@pytest.mark.parametrize(
    ("stated", "number", "name", "code"),
    [
        (None, "MA9DEMW1399010217D1542", "某机构", "aesthetic_outpatient"),
        (None, "MA9DEMW1399010217D2162", "", "aesthetic_clinic"),
        (None, "MA9DEMW1399010217A5292", "", "aesthetic_hospital"),
        (None, "MA9DEMW1399010217A5222", "某皮肤病医院", "specialised_hospital"),
        (None, "PDY00001", "青禾医疗美容门诊部", "aesthetic_outpatient"),
        (None, "", "青禾门诊部", "outpatient"),
        ("综合医院", "", "青禾医院", "general_hospital"),
        (None, "", "青禾医院", "hospital"),
        (None, "", "青禾中心", None),
        ("城堡", "", "", None),
    ],
)
def test_the_kind_of_an_institution(stated: str | None, number: str, name: str, code: str | None) -> None:
    found = kind_of(CATALOGUE, stated, number, name)
    assert (found.code if found is not None else None) == code


def test_the_kinds_agree_with_the_table_of_licence_numbers() -> None:
    """The category codes are those that the check of licence numbers knows."""
    tables = yaml.safe_load((resources.files("mingjian.core.credentials") / "data" / "tables.yaml").read_text("utf-8"))
    named = tables["institution_category"]
    for kind in CATALOGUE.kinds:
        for segment in kind.segments:
            if len(segment) == 4:
                assert kind.name in named[segment], segment


def test_a_reference_to_law_that_is_nowhere_fails_the_audit() -> None:
    procedures = dict(CATALOGUE.procedures)
    procedures["ipl"] = replace(procedures["ipl"], cites=("cn.none/1",), unapproved="cn.none/2")
    needs = {"laser": replace(CATALOGUE.needs["laser"], cites=("cn.none/3",))}
    broken = replace(SOURCES, catalogue=replace(CATALOGUE, procedures=procedures, needs=needs))
    told = [problem.message for problem in audit(broken, DAY)]
    assert told == [f"cn.none/{n} dangles" for n in (1, 2, 3)]
