"""What the person concerned is told. Read the golden files: they are what people get."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from mingjian.desk.people.model import Principal
from mingjian.governance.actions.book import packaged
from mingjian.governance.appeals.service import decide_appeal, lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.model import Made
from mingjian.governance.decisions.service import reverse
from mingjian.governance.statements.model import Statement
from mingjian.governance.statements.service import statement
from mingjian.records.errors import Forbidden, Invalid, NotFound
from mingjian.records.storage.contents import delete_content
from tests.governance.world import ANN, LAW, LEAD, OTTO, POLICY, World, person

Golden = Callable[[str, str], str]
TEXT = "做完皮肤紧致永不反弹,保证有效。患者李女士电话13812345678"
CODE = "AD-16-1-no-relapse"


def told(world: World, made: Made, lang: str = "zh", who: Principal | Concerned | None = None) -> Statement:
    with world.database.read() as tx:
        return statement(tx, who or Concerned(made.decision.id), made.decision.id, lang,
                         link="https://desk.example/appeal/…")  # fmt: skip


def settled_text(made: Statement, *ids: str) -> str:
    """Its text without what differs from run to run and from one rulebook to the next."""
    text = made.text
    for id in (made.decision, *ids):
        text = text.replace(id, "dec_…")
    text = text.replace(packaged().version, "measures@…")
    text = re.sub(r"(规则集版本:|Rulebook version: )\S+", r"\1…", text)
    return re.sub(r"\b[0-9a-f]{64}\b", "…", text)


def taken_down(world: World) -> Made:
    item = world.item(TEXT, published_at="2026-03-01")
    return world.decide("take_down", item, codes=(CODE,), cites=(LAW,), reasons=("effect", "图文均承诺永久有效"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_item_taken_down(small: World, golden: Golden, lang: str) -> None:
    text = settled_text(told(small, taken_down(small), lang))
    assert text == golden(f"taken_down.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_policy_did_by_itself(small: World, golden: Golden, lang: str) -> None:
    made = small.decide("limit", small.item("保证有效,永不反弹", platform=None), by=POLICY,
                        codes=(CODE,), policy="guarantee@2", reasons=("检出功效保证",))  # fmt: skip
    text = settled_text(told(small, made, lang))
    assert text == golden(f"by_policy.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_third_strike(small: World, golden: Golden, lang: str) -> None:
    for _ in range(2):
        small.decide("take_down", small.item(nature="education"))
    made = small.decide("limit", small.item("保证有效,永不反弹", platform=None),
                        codes=(CODE,), policy="guarantee@2", reasons=("检出功效保证",))  # fmt: skip
    text = settled_text(told(small, made, lang))
    assert text == golden(f"third_strike.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_publisher_suspended_and_varied_on_appeal(small: World, golden: Golden, lang: str) -> None:
    made = small.decide("suspend", right="live", days=30)
    small.clock.move(timedelta(days=1))
    with small.database.write() as tx:
        appeal = lodge(tx, Concerned(made.decision.id), made.decision.id, "已整改")
        terms = {"measure": "suspend", "right": "live", "days": 3}
        done = decide_appeal(tx, OTTO, appeal.id, "varied", "初犯且已整改", **terms)  # type: ignore[arg-type]
    first, id = told(small, made, lang), done.replaced_by or ""
    with small.database.read() as tx:
        second = statement(tx, Concerned(id), id, lang)
    text = settled_text(first) + "\n----\n\n" + settled_text(second, made.decision.id)
    assert text == golden(f"varied.{lang}.txt", text)


def test_the_same_decision_gives_the_same_statement_whatever_the_rulebook_says_later(small: World) -> None:
    made = taken_down(small)
    before = told(small, made)
    small.clock.move(timedelta(days=400))
    assert told(small, made) == before
    assert [section.key for section in before.sections] == [
        "decision", "facts", "evidence", "law", "measures", "appeal",
    ]  # fmt: skip


def test_the_person_sees_their_words_and_staff_see_them_masked(small: World) -> None:
    item = small.item("预约电话13812345678,保证有效")
    made = small.decide("take_down", item, cites=(LAW,), reasons=("联系人 13812345678",))
    assert "13812345678" in told(small, made).text
    assert "13812345678" not in told(small, made, who=ANN).text
    assert "13812345678" in told(small, made, who=LEAD).text  # may see personal data


def test_it_is_for_the_person_concerned_and_for_who_may_see_cases(small: World) -> None:
    made = taken_down(small)
    with small.database.read() as tx:
        with pytest.raises(NotFound):
            statement(tx, Concerned("dec_other"), made.decision.id)
        with pytest.raises(Forbidden):
            statement(tx, person("a", "author"), made.decision.id)
        with pytest.raises(NotFound):
            statement(tx, LEAD, "dec_none")
        with pytest.raises(Invalid):
            statement(tx, LEAD, made.decision.id, "fr")


def test_what_is_not_in_force_any_more_says_so(small: World) -> None:
    made = taken_down(small)
    with small.database.write() as tx:
        reverse(tx, LEAD, made.actions[0].id, "误判")
    text = told(small, made).text
    assert "本决定现已不再执行(已撤销" in text
    assert "已于 2026-03-02 09:00 结束(已撤销)" in text


def test_deleted_content_is_not_quoted(small: World) -> None:
    made = taken_down(small)
    assert "永不反弹" in told(small, made).text
    with small.database.write() as tx:
        delete_content(tx, made.decision.verdict or "")
    text = told(small, made).text
    assert "永不反弹" not in text
    assert "内容原文已依法或依申请删除" in text


def test_a_rule_the_reviewer_adds_is_named_without_a_quotation(small: World) -> None:
    item = small.item("今天天气很好")
    made = small.decide("limit", item, codes=(CODE,))
    (evidence,) = [section for section in told(small, made).sections if section.key == "evidence"]
    assert [(row.label, row.quote) for row in evidence.rows] == [("另认定违反", None)]


def test_a_pass_withholds_nothing(small: World) -> None:
    made = small.decide("pass", small.item("今天天气很好"), reasons=())
    text = told(small, made).text
    assert "放行没有限制您的权利" in text
    assert "本决定不以违反法条为前提" in text


def test_words_heard_are_placed_in_time(small: World) -> None:
    parts = [{"role": "speech", "text": "做完保证有效", "places": [{"start": 0, "end": 6, "time": [12.0, 15.5]}]}]
    item = small.item("", parts=parts)
    made = small.decide("take_down", item, cites=(LAW,))
    assert "00:12" in told(small, made).text
