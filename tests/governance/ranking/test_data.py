"""The shipped ranking: exactly 101 dimensions, every law it cites is in the lawbook, every mistake is told at once."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
import yaml

from mingjian import api
from mingjian.governance.ranking.load import RankingFileError, read_ranking, shipped, shipped_texts
from mingjian.governance.ranking.measures import MEASURES
from mingjian.governance.ranking.model import DIMENSIONS, FIELDS, SOURCES, WEIGHTS
from mingjian.governance.ranking.parse import parse_ranking
from mingjian.governance.scorecards.model import MICRO


@pytest.fixture
def data() -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(yaml.safe_load(shipped_texts()["physicians"]))
    return found


def _problems(data: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    parse_ranking(data, lambda field, message: found.append((field, message)))
    return found


def test_it_has_three_fields_and_101_dimensions() -> None:
    plan = shipped("physicians")
    assert len(plan.dimensions) == DIMENSIONS == 101
    assert tuple(one.key for one in plan.fields) == FIELDS
    assert sum(len(plan.of_field(field)) for field in FIELDS) == 101
    assert len({one.key for one in plan.dimensions}) == 101
    assert {one.source for one in plan.dimensions} == set(SOURCES)
    assert sum(one.weight for one in plan.dimensions) == WEIGHTS


def test_the_card_goes_from_nothing_to_a_hundred_points() -> None:
    card = shipped("physicians").card
    assert sum(one.most_points for one in card.features) == 100 * MICRO == card.high


def test_every_dimension_says_what_it_is() -> None:
    for one in shipped("physicians").dimensions:
        assert one.title and one.title_en and one.evidence and one.note
        assert one.measure is None or one.measure in MEASURES
        assert one.measure is not None or one.source not in ("registry", "decisions")
    assert set(MEASURES) == {one.measure for one in shipped("physicians").dimensions if one.measure}


def test_what_it_cites_is_law() -> None:
    lawbook = api.engine().compiled.lawbook
    plan = shipped("physicians")
    rows = [*(one.cites for one in plan.dimensions), *(one.cites for one in plan.eligibility)]
    cited = {cite for row in rows for cite in row}
    known = {f"{law.slug}/{provision.id}" for law in lawbook.instruments.values() for provision in law.provisions}
    assert cited and cited <= known
    assert _known_complaint(data_of(), known - {"cn.physicians-law/13"})


def data_of() -> Any:
    return yaml.safe_load(shipped_texts()["physicians"])


def _known_complaint(data: Any, provisions: set[str]) -> bool:
    found: list[str] = []
    parse_ranking(data, lambda _, message: found.append(message), provisions)
    return "法规库里没有 cn.physicians-law/13" in found


def test_representative_procedures_are_in_the_catalogue() -> None:
    (scope,) = [one for one in shipped("physicians").eligibility if one.key == "scope"]
    assert set(scope.procedures) <= set(api.engine().compiled.catalogue.procedures)


@pytest.mark.parametrize("count", [-1, 1])
def test_one_dimension_more_or_less_is_refused(data: dict[str, Any], count: int) -> None:
    rows = data["fields"][0]["dimensions"]
    if count < 0:
        rows.pop()
    else:
        rows.append({**rows[0], "key": "another"})
    told = " ".join(message for _, message in _problems(data))
    assert f"应正好 101 个,现在有 {101 + count} 个" in told and "权重之和应为 1000" in told


@pytest.mark.parametrize(("change", "where", "what"), [
    ({"source": "rumour"}, "source", "不在可用的值里"),
    ({"measure": None}, "measure", "要有口径"),
    ({"measure": "charm"}, "measure", "没有口径"),
    ({"direction": "down"}, "bins", "起点应递增"),
    ({"bins": [[0, 0], [0, 100]]}, "bins", "起点应递增"),
    ({"bins": [[0, 0], [5, 90]]}, "bins", "最好的一档应为 100"),
    ({"bins": [[0, 0]]}, "bins", "至少两档"),
    ({"bins": [["x", 0], [1, 100]]}, "bins[0]", "应为 [起点"),
    ({"linear": {"from": 0, "to": 1, "steps": 5}}, "", "只写一个"),
    ({"weight": 0}, "weight", "应为 1 到"),
    ({"missing": 101}, "missing", "应为 0 到 100"),
    ({"key": "Bad Key"}, "key", "小写英文字母开头"),
    ({"title": ""}, "title", "必填"),
    ({"note": None}, "note", "必填"),
    ({"colour": "red"}, "colour", "没有这个字段"),
])  # fmt: skip
def test_what_is_wrong_with_a_dimension_is_told_with_its_place(
    data: dict[str, Any], change: dict[str, Any], where: str, what: str
) -> None:
    data["fields"][0]["dimensions"][0] |= change
    path = "fields[0].dimensions[0]" + (f".{where}" if where else "")
    assert any(field == path and what in message for field, message in _problems(data)), _problems(data)


@pytest.mark.parametrize(("change", "what"), [
    ({"marks": [5, 1]}, "递增的整数"),
    ({"raters": 2}, "应为 3 到 15"),
    ({"ties": ["luck"]}, "不在可用的值里"),
    ({"eligibility": []}, "至少要有 entity 和 practice"),
    ({"from": "soon"}, "应为日期"),
    ({"list": {"most": 0}}, "应为 1 到"),
    ({"fields": []}, "应依次为"),
])  # fmt: skip
def test_what_is_wrong_with_a_ranking(data: dict[str, Any], change: dict[str, Any], what: str) -> None:
    assert any(what in message for _, message in _problems(data | change))


def test_all_mistakes_come_in_one_error() -> None:
    with pytest.raises(RankingFileError) as caught:
        read_ranking("name: x\nversion: y\n", "x.yaml")
    assert len(caught.value.problems) > 10 and "x.yaml" in caught.value.message
    with pytest.raises(RankingFileError, match="不是合法的 YAML"):
        read_ranking("{", "x.yaml")
    with pytest.raises(RankingFileError, match="应为映射"):
        read_ranking("- 1", "x.yaml")


def test_the_sources_are_balanced() -> None:
    """The golden count: a change of it is a change of the ranking's version."""
    plan = shipped("physicians")
    assert plan.version == 1
    assert Counter(one.source for one in plan.dimensions) == {
        "expert": 30, "registry": 17, "cases": 17, "reviews": 12, "decisions": 10, "complaints": 8, "stated": 7,
    }  # fmt: skip
