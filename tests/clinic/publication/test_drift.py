"""What was published against what was sealed."""

from __future__ import annotations

import pytest
from hypothesis import given as given_
from hypothesis import strategies as some

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.differing import differences, normal, together
from mingjian.clinic.publication.model import DriftCheck, File, Published
from mingjian.desk.cases.service import cases_of
from mingjian.doors import cache
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.items.model import Media, Submission
from mingjian.records.items.submit import submit
from mingjian.records.storage import draft_queries
from mingjian.records.storage.database import Database
from tests.clinic.publication.people import (
    AUTHOR,
    CLEAN,
    HEAD,
    PUBLICITY,
    TITLE,
    answer,
    begin,
    given,
    sealed,
)
from tests.desk.staff import somebody

NOTICE = "仅供参考,具体请遵医嘱"
TEXT = f"本院张伟主任坐诊,挂号费25元,疗程一般为7天,多数患者不需要住院。欢迎带身份证就诊。\n\n{NOTICE}"


def check(database: Database, draft: str, text: str, who: object = PUBLICITY, **more: object) -> DriftCheck:
    with database.write() as tx:
        return publication.check_drift(tx, who, draft, Published(text, **more), judge=cache.engine())  # type: ignore[arg-type]


def kinds(database: Database, found: DriftCheck) -> list[tuple[str, str]]:
    with database.read() as tx:
        return [(one.kind, one.severity) for one in publication.differences_of(tx, PUBLICITY, found)]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"{TITLE}\n{TEXT}",
        TEXT.replace("\n\n", "\r\n"),
        TEXT.replace(",", ","),
        TEXT.replace("主任", "主\u200b任").replace("25", "25"),
        " " + TEXT.replace("。", "。 \n") + " ",
    ],
)
def test_the_same_words_match(sqlite_database: Database, text: str) -> None:
    draft = sealed(sqlite_database, given(TEXT))
    found = check(sqlite_database, draft.id, text)
    assert (found.outcome, found.severity, found.changes, found.case) == ("matched", None, 0, None)


@pytest.mark.parametrize(
    ("old", "new", "kind", "severity"),
    [
        ("25元", "15元", "price", "critical"),
        ("7天", "3天", "number", "high"),
        ("张伟主任", "张卫主任", "name", "high"),
        ("多数患者不需要", "患者不需要", "negation", "high"),
        ("不需要住院", "需要住院", "negation", "high"),
        ("欢迎带身份证", "欢迎携身份证", "words", "medium"),
        (NOTICE, "", "missing_notice", "critical"),
        ("就诊。", "就诊。术后永不反弹,放心做!", "new_violation", "critical"),
        ("欢迎带身份证就诊。", "欢迎带身份证就诊。加微信ab12345", "contact", "critical"),
    ],
)
def test_what_changed_and_how_grave(sqlite_database: Database, old: str, new: str, kind: str, severity: str) -> None:
    draft = sealed(sqlite_database, given(TEXT))
    found = check(sqlite_database, draft.id, TEXT.replace(old, new))
    seen = kinds(sqlite_database, found)
    assert (kind, severity) in seen
    assert found.outcome == "drifted" and found.changes == len(seen)
    order = ("critical", "high", "medium", "low", "info")
    assert [order.index(one) for _, one in seen] == sorted(order.index(one) for _, one in seen)
    assert found.severity == seen[0][1]


def test_a_drift_case_for_the_publicity_office(database: Database) -> None:
    draft = sealed(database, given(TEXT))
    found = check(database, draft.id, TEXT.replace("25元", "15元"), AUTHOR)
    with database.read() as tx:
        case = next(one for one in cases_of(tx, PUBLICITY, draft.id) if one.id == found.case)
        now = draft_queries.draft_by_id(tx, draft.id)
    assert (case.queue, case.origin, case.kind, case.severity) == ("publicity", "drift", "draft", "critical")
    assert now is not None and now.drift == "drifted" and now.state == "sealed"
    again = check(database, draft.id, TEXT.replace("25元", "15元"))
    assert again.case == found.case
    answered = answer(database, PUBLICITY, draft.id, "return", case=case.id, reasons=("wording",))
    assert answered.final and answered.draft.state == "sealed"
    with database.read() as tx:
        assert {one.answer for one in draft_queries.checks_of(tx, draft.id)} >= {"return"}
    assert check(database, draft.id, TEXT).outcome == "matched"
    with database.read() as tx:
        now = draft_queries.draft_by_id(tx, draft.id)
    assert now is not None and now.drift == "matched"


def test_a_mark_alone_opens_no_case(sqlite_database: Database) -> None:
    draft = sealed(sqlite_database, given(TEXT))
    found = check(sqlite_database, draft.id, TEXT.replace("就诊。", "就诊!"))
    assert (found.outcome, found.severity, found.case) == ("drifted", "info", None)


def test_an_item_of_the_platform_is_compared(database: Database) -> None:
    file = File("a" * 64, "海报.png", "picture", 10)
    draft = sealed(database, given(TEXT, media=(file,)))
    item = {
        "id": "w1",
        "platform": "wechat",
        "parts": [{"role": "title", "text": TITLE}, {"role": "body", "text": TEXT}],
    }
    with database.write() as tx:
        same = submit(tx, [Submission(item, "wechat", (Media("a" * 64, "x.png", "picture", 10),))], "key:k")[0].item.id
        other = submit(tx, [Submission({**item, "id": "w2"}, "wechat", (Media("b" * 64, "x.png", "picture", 10),))],
                       "key:k")[0].item.id  # fmt: skip
    reader = somebody("usr_reader", "publicity_officer", "analyst")
    assert check(database, draft.id, "", reader, item=same).outcome == "matched"
    assert kinds(database, check(database, draft.id, "", reader, item=other)) == [("media", "high"), ("media", "high")]
    with pytest.raises(Forbidden):
        check(database, draft.id, "", AUTHOR, item=same)
    with pytest.raises(NotFound):
        check(database, draft.id, "", reader, item="itm_none")


def test_only_sealed_drafts_by_those_concerned(sqlite_database: Database) -> None:
    draft = begin(sqlite_database)
    with pytest.raises(Conflict):
        check(sqlite_database, draft.id, CLEAN)
    done = sealed(sqlite_database)
    with pytest.raises(Forbidden):
        check(sqlite_database, done.id, CLEAN, HEAD)
    with pytest.raises(Invalid):
        check(sqlite_database, done.id, "  \n")


def test_differences_are_told_with_their_surroundings() -> None:
    (change,) = differences("疗程一般为7天。", "疗程一般为14天。")
    assert (change.before, change.after, change.left, change.right) == ("7", "14", "疗程一般为", "天。")
    assert differences("同样", "同样") == []


def test_a_long_text_is_compared_in_a_breath() -> None:
    before = "".join(f"第{n}句说的是日常护理的注意事项。" for n in range(3000))
    (change,) = differences(before, before.replace("第1500句", "第1500条"))
    assert (change.before, change.after) == ("句", "条")


def test_normal_keeps_words_of_letters_apart() -> None:
    assert normal("Botox  100 U\n注射") == normal("Botox 100 U注射") != normal("Botox100U注射")


@given_(some.text(alphabet="甲乙丙。\n1", max_size=60), some.text(alphabet="甲乙丙。\n1", max_size=60))
def test_laid_together_both_texts_can_be_read(before: str, after: str) -> None:
    laid = together(before, after)
    assert "".join(one.text for one in laid if one.kind != "in") == before
    assert "".join(one.text for one in laid if one.kind != "out") == after
