"""A policy says eligible, not, or undetermined, with the chain of facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingjian.governance.certification.evaluate import all3, any3, evaluate
from mingjian.governance.certification.load import packaged, read_shelf
from mingjian.governance.certification.model import Held, thawed
from mingjian.governance.certification.parse import PolicyError, parse_policy
from mingjian.governance.decisions.law import packaged_basis
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import Credential, Entity, Link

DAY = date(2026, 3, 2)
LICENSED, STRICT, RELAXED = (packaged().policies[f"{name}@1"] for name in
                             ("licensed_institutions", "public_3a_only", "relaxed"))  # fmt: skip


def paper(kind: str = "practice_licence", **more: Any) -> Credential:
    given: dict[str, Any] = {"scope": ("14.03",), "valid_from": date(2020, 1, 1), "valid_to": date(2030, 1, 1)}
    return Credential("crd_1", "ent_1", kind, "N1", **given | more)


def clinic(*papers: Credential, state: str = "active", **attributes: str) -> Held:
    entity = Entity("ent_1", "institution", "k", "青禾示例诊所", state, attributes)
    return Held(entity, papers or (paper(),))


def doctor(at: Held, *, scope: tuple[str, ...] = ("14",), to: date | None = None, certified: bool = True) -> Held:
    link = Link("lnk_1", "practises_at", "ent_2", "ent_1", scope, date(2020, 1, 1), to)
    papers = (paper("physician_practice", scope=()),) if certified else ()
    return Held(Entity("ent_2", "physician", "p", "示例医师"), papers, ((link, at),))


HOSPITAL = clinic(ownership="public", grade="三级甲等")
PRIVATE = clinic(ownership="private")


@pytest.mark.parametrize(
    ("held", "licensed", "strict", "relaxed"),
    [
        (HOSPITAL, "eligible", "eligible", "eligible"),
        (PRIVATE, "eligible", "not", "undetermined"),  # whether the authority confirmed it is not known
        (clinic(paper(check="confirmed"), ownership="private"), "eligible", "not", "eligible"),
        (clinic(paper(check="contradicted"), ownership="public", grade="三级甲等"), "not", "not", "not"),
        (clinic(ownership="public", grade="二级"), "eligible", "not", "eligible"),
        (clinic(ownership="public"), "eligible", "undetermined", "eligible"),
        (clinic(paper(valid_to=date(2025, 1, 1)), ownership="public", grade="三级甲等"), "not", "not", "not"),
        (clinic(paper(scope=("13",))), "not", "not", "not"),
        (clinic(paper(scope=())), "undetermined", "undetermined", "undetermined"),
        (clinic(paper(valid_from=None, valid_to=None)), "undetermined", "undetermined", "undetermined"),
        (clinic(state="suspended", ownership="public", grade="三级甲等"), "not", "not", "not"),
        (doctor(HOSPITAL), "eligible", "eligible", "eligible"),
        (doctor(HOSPITAL, scope=("13",)), "not", "not", "not"),
        (doctor(HOSPITAL, scope=()), "undetermined", "undetermined", "undetermined"),
        (doctor(HOSPITAL, to=date(2026, 3, 1)), "undetermined", "undetermined", "undetermined"),
        (doctor(PRIVATE), "eligible", "not", "undetermined"),
        (doctor(HOSPITAL, certified=False), "undetermined", "undetermined", "undetermined"),
        (Held(Entity("ent_3", "merchant", "m", "示例平台"), (paper("business_licence"),)), "eligible", "not", "not"),
        (Held(Entity("ent_4", "creator", "c", "示例作者")), "not", "not", "not"),
    ],
)
def test_the_variants(held: Held, licensed: str, strict: str, relaxed: str) -> None:
    assert [evaluate(one, held, DAY).outcome for one in (LICENSED, STRICT, RELAXED)] == [licensed, strict, relaxed]


def test_the_chain_says_what_stands_in_the_way_and_is_kept_whole() -> None:
    found = evaluate(STRICT, doctor(PRIVATE), DAY)
    assert "由公立机构举办" in [one.says for one in found.against]
    assert "青禾示例诊所" in " ".join(one.because for one in found.chain)
    assert any(one.told("en") == "Publicly owned (registered as private)" for one in found.chain)
    assert thawed(found.plain()) == found


def test_of_several_places_the_best_counts() -> None:
    both = doctor(PRIVATE)
    other = doctor(HOSPITAL).links[0]
    assert evaluate(STRICT, replace(both, links=(*both.links, other)), DAY).outcome == "eligible"


def test_three_values() -> None:
    assert [all3([True, None]), all3([None, False]), all3([]), all3([True])] == [None, False, True, True]
    assert [any3([False, None]), any3([None, True]), any3([]), any3([False])] == [None, True, False, False]


def test_every_shipped_policy_rests_on_law_in_force() -> None:
    basis = packaged_basis()
    for policy in packaged().policies.values():
        assert any(basis.resolve(ref, DAY) is not None for ref in policy.cites)
        assert all(basis.resolve(ref, DAY) is not None for ref in policy.cites), policy.id


def test_everything_wrong_is_told_at_once() -> None:
    text = STRICT.text.replace("version: 1", "version: 0").replace("attribute: ownership", "attribut: ownership")
    text = text.replace("state: active", "state: asleep", 1).replace("link: practises_at", "link: lives_at")
    with pytest.raises(PolicyError) as caught:
        parse_policy(text + "more: 1\n")
    where = [one for one, _ in caught.value.problems]
    assert {"more", "version", "kinds.institution.all.0.state", "kinds.physician.all.2.link"} <= set(where)
    assert any("attribut" in one or "all.2" in one for one in where)
    for broken in ("[", "3", "name: [1]"):
        with pytest.raises(PolicyError):
            parse_policy(broken)


def test_a_deployers_folder_takes_the_place_of_ours(tmp_path: Any) -> None:
    (tmp_path / "programmes.yaml").write_text("medical_aesthetics: {title: 甲, title_en: A}\n", "utf-8")
    (tmp_path / "mine.yaml").write_text(STRICT.text.replace("public_3a_only", "mine"), "utf-8")
    assert list(read_shelf(tmp_path).policies) == ["mine@1"]
    (tmp_path / "same.yaml").write_text(STRICT.text.replace("public_3a_only", "mine"), "utf-8")
    (tmp_path / "worse.yaml").write_text("name: x\n", "utf-8")
    with pytest.raises(Invalid, match=r"mine@1 有两份[\s\S]*worse.yaml"):
        read_shelf(tmp_path)
