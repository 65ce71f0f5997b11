"""The queue file: what is shipped, what a deployer may write, and how mistakes are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mingjian import governance
from mingjian.core.model import NATURES, PUBLISHER_KINDS, SEVERITIES, VERDICT_VALUES
from mingjian.desk.cases.model import CASE_KINDS, MEASURES, ORIGINS, PRIORITIES, CaseRequest
from mingjian.desk.cases.service import route
from mingjian.desk.queues.load import QueueFileError, book, queues, read_book, use_book, using
from mingjian.records.clock import moment
from mingjian.records.errors import Invalid, NotFound
from tests.desk.staff import certain, read, shipped
from tests.stores import START

MONDAY = int(START.timestamp() * 1_000_000)


def test_four_desks_and_the_hospitals_chain_are_shipped() -> None:
    assert [*queues()][:4] == ["onboarding", "product", "content", "quality"]
    department, publicity = queues()["department"], queues()["publicity"]
    assert (department.onward, department.onward_measures) == ("publicity", ("pass",))
    assert publicity.onward is None
    assert (department.permission, publicity.permission) == ("draft.department", "draft.publicity")
    assert all(queue.title and queue.title_en and queue.measures for queue in queues().values())
    assert queues()["content"].label() == "内容审核"
    assert queues()["content"].label("en") == "Content"


@pytest.mark.parametrize(
    ("request_", "queue"),
    [
        (CaseRequest("actor", "pub_1"), "onboarding"),
        (CaseRequest("product", "prd_1"), "product"),
        (CaseRequest("item", "itm_1", {"nature": "advertisement", "severity": "high"}), "content"),
        (CaseRequest("item", "itm_1", {"publisher_kind": "merchant", "families": ["lure_price"]}), "product"),
        (CaseRequest("item", "itm_1", origin="sample"), "quality"),
        (CaseRequest("draft", "drf_1"), "department"),
        (CaseRequest("draft", "drf_1", origin="drift"), "publicity"),
        (CaseRequest("appeal", "apl_1"), "appeals"),
        (CaseRequest("item", "itm_1", queue="product"), "product"),
    ],
)
def test_where_cases_go(request_: CaseRequest, queue: str) -> None:
    assert route(request_) == queue


@given(
    st.sampled_from(CASE_KINDS),
    st.sampled_from([origin for origin in ORIGINS if origin != "sample"]),
    st.fixed_dictionaries(
        {},
        optional={
            "nature": st.sampled_from(NATURES),
            "severity": st.sampled_from(SEVERITIES),
            "value": st.sampled_from(VERDICT_VALUES),
            "publisher_kind": st.sampled_from(PUBLISHER_KINDS),
            "platform": st.text(max_size=20),
            "risk": st.floats(0, 1),
        },
    ),
)
def test_every_case_has_a_queue_that_takes_it(kind: str, origin: str, facts: dict[str, Any]) -> None:
    queue = book().queue(route(CaseRequest(kind, "x_1", facts, origin)))
    assert kind in queue.kinds
    priority, due_at = book().urgency(queue, {**facts, "kind": kind, "origin": origin}, MONDAY)
    assert 0 <= priority < len(PRIORITIES)
    assert due_at > MONDAY


def test_the_graver_goes_first_and_is_due_sooner() -> None:
    held = certain()
    content = held.queue("content")
    urgent, due = held.urgency(content, {"kind": "item", "severity": "critical"}, MONDAY)
    assert (PRIORITIES[urgent], f"{moment(due):%m-%d %H:%M}") == ("urgent", "03-02 10:00")
    usual, due = held.urgency(content, {"kind": "item", "severity": "medium"}, MONDAY)
    assert (PRIORITIES[usual], f"{moment(due):%m-%d %H:%M}") == ("normal", "03-02 18:00")


def test_wrong_requests_are_told_what_is_allowed() -> None:
    with pytest.raises(NotFound, match=r"nowhere.*onboarding"):
        route(CaseRequest("item", "itm_1", queue="nowhere"))
    with pytest.raises(Invalid, match="不收 draft"):
        route(CaseRequest("draft", "drf_1", queue="content"))


def test_a_deployers_file_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "queues.yaml"
    file.write_text(
        """
queues:
  all:
    title: 全部
    title_en: All
    kinds: [item, actor, product, draft, appeal]
    measures: [pass, return]
    due: {days: 1}
routes:
  - {when: {}, queue: all}
""",
        "utf-8",
    )
    made = read_book(file)
    assert [*made.queues] == ["all"]
    with using(made):
        assert route(CaseRequest("draft", "drf_1")) == "all"
    assert route(CaseRequest("draft", "drf_1")) == "department"
    use_book(made)
    try:
        assert [*queues()] == ["all"]
    finally:
        use_book(read_book())


def test_all_errors_are_told_at_once_with_field_and_what_is_allowed() -> None:
    data = shipped()
    content = data["queues"]["content"]
    content["kinds"] = ["item", "song"]
    content["priority"] = "soon"
    content["due"] = {"weeks": 1}
    content["lease_minutes"] = 0
    content["colour"] = "red"
    content["urgency"][0]["when"] = {"mood": "bad", "severity": "worst", "risk": {"at_least": 7}}
    data["queues"]["product"]["samples"] = {"share": 2, "queue": "nowhere"}
    data["queues"]["publicity"]["onward"] = {"queue": "department", "measures": ["pass"]}
    data["queues"]["quality"]["acts"] = "no"
    data["queues"]["appeals"]["title"] = ""
    data["reasons"]["effect"]["note"] = 1
    data["hours"] = {"opens": "18:00", "closes": "9 Uhr"}
    data["routes"] = [{"when": {"kind": "item"}, "queue": "onboarding"}, {"when": {"kind": "actor"}, "queue": "no"}]
    _, problems = read(data)
    told = {
        "queues.content.kinds": "song.*item",
        "queues.content.priority": "soon.*urgent",
        "queues.content.due": "hours.*days",
        "queues.content.lease_minutes": "1 到 1440",
        "queues.content.colour": "没有这个字段.*title",
        "queues.content.urgency[0].when.mood": "没有这个字段.*severity",
        "queues.content.urgency[0].when.severity": "worst.*critical",
        "queues.content.urgency[0].when.risk.at_least": "0 到 1",
        "queues.product.samples.share": "0 到 1",
        "queues.product.samples.queue": "没有队列.*nowhere.*content",
        "queues.publicity.onward.queue": "department → publicity|publicity → department",
        "queues.quality.acts": "true 或 false",
        "queues.appeals.title": "必填",
        "reasons.effect.note": "true 或 false",
        "hours.closes": "09:00",
        "routes[0].queue": "不收 item",
        "routes[1].queue": "no.*onboarding",
        "routes": "draft|appeal|product",
    }
    for field, message in told.items():
        assert field in problems, field
        with pytest.raises(AssertionError, match=message):
            raise AssertionError(problems[field])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("queues: [", "不是合法的 YAML"),
        ("- 1", "应为映射"),
        ("", "应为映射"),
        ("queues: {}", "至少要有一个队列"),
        ("queues: [1]", "应为映射"),
        ("queues: {a: 1, 2: {}, b-c: {kinds: 3, second: [], due: {hours: .nan}}}\nroutes: {}", "应为映射"),
        ("hours: 9\nreasons: [x]\nroutes: [1, {when: 2, extra: 3}]", "应为映射"),
    ],
)
def test_a_file_that_is_none_is_an_error_and_nothing_else(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "queues.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(QueueFileError, match=told) as raised:
        read_book(file)
    assert str(file) in raised.value.message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(QueueFileError, match="读不了"):
        read_book(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QueueFileError, match="读不了"):
        read_book(tmp_path / "latin.yaml")


def test_measures_are_the_words_of_governance() -> None:
    file = Path(governance.__path__[0]) / "data" / "measures.yaml"
    assert set(MEASURES) == set(yaml.safe_load(file.read_text("utf-8"))["measures"])
