"""A draft goes up the levels: versions locked, nobody approves his own, what is sealed stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.chain import Chain, chain, using_chain
from mingjian.clinic.publication.model import DraftFilter, File, Perceived, Published
from mingjian.clinic.publication.proof import holds, proof_of
from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.cases.service import get_case, next_case, take_case
from mingjian.desk.people.model import house
from mingjian.doors import cache
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import projections
from mingjian.records.storage import draft_queries
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_of
from tests.clinic.publication.people import (
    AUDITOR,
    AUTHOR,
    BROKEN,
    CLEAN,
    HEAD,
    OTHER_HEAD,
    PUBLICITY,
    STRANGER,
    answer,
    begin,
    given,
    hand_in,
    save,
    sealed,
)
from tests.desk.staff import somebody


def rows(database: Database) -> dict[str, list[Any]]:
    """Everything the folds made."""
    with database.read() as tx:
        return {table.name: sorted(map(repr, tx.rows(sa.select(table)))) for table in projections()}


def test_all_three_levels_and_the_seal(database: Database) -> None:
    draft = begin(database)
    assert (draft.state, draft.version, draft.department, draft.locked) == ("writing", 1, "皮肤科", False)
    waiting = hand_in(database, draft.id)
    assert (waiting.state, waiting.level, waiting.locked) == ("review", "department", True)
    first = answer(database, HEAD, draft.id)
    assert first.final and first.seal is None and first.draft.level == "publicity"
    last = answer(database, PUBLICITY, draft.id)
    assert last.draft.state == "sealed" and last.seal is not None and last.seal.digest == draft.digest
    evidence = last.seal.evidence
    assert [(step["level"], step["reviewer"]) for step in evidence["approvals"]] == [
        ("department", HEAD.actor), ("publicity", PUBLICITY.actor)]  # fmt: skip
    assert evidence["rulebook"] == cache.engine().rulebook and evidence["notices"] == ["medical_advice"]
    with database.read() as tx:
        assert [event.kind for event in events_of(tx, draft.id)] == [
            "draft.created", "draft.saved", "draft.submitted", "draft.reviewed", "draft.reviewed", "draft.sealed",
        ]  # fmt: skip


def test_refolding_gives_the_same_tables(database: Database) -> None:
    draft = sealed(database)
    other = begin(database, given(BROKEN))
    with database.write() as tx:
        publication.comment(tx, AUTHOR, other.id, "这里要改", anchor={"part": 1, "start": 2, "end": 6})
    hand_in(database, other.id)
    answer(database, HEAD, other.id, "return", note="删去保证")
    save(database, other.id, given())
    with database.write() as tx:
        publication.check_drift(tx, PUBLICITY, draft.id, Published(CLEAN.replace("7天", "3天")), judge=cache.engine())
    before = rows(database)
    refold(database)
    assert rows(database) == before


def test_a_version_handed_in_never_changes(database: Database) -> None:
    draft = begin(database)
    save(database, draft.id, given(CLEAN + "。"))
    with database.read() as tx:
        assert [one.number for one in draft_queries.versions_of(tx, draft.id)] == [1]
    hand_in(database, draft.id)
    with database.read() as tx:
        before = draft_queries.versions_of(tx, draft.id)[0]
        case = draft_queries.draft_by_id(tx, draft.id)
    assert case is not None and case.case is not None
    edited = save(database, draft.id, given(CLEAN + "\n补充一句。"))
    assert (edited.state, edited.version, edited.locked, edited.case) == ("writing", 2, False, None)
    with database.read() as tx:
        assert draft_queries.versions_of(tx, draft.id)[0] == before
        assert get_case(tx, house("t"), case.case).state == "closed"
    with pytest.raises(Conflict):
        answer(database, HEAD, draft.id, case=case.case)


def test_saving_the_same_again_is_no_event(database: Database) -> None:
    draft = begin(database)
    save(database, draft.id, given())
    with database.read() as tx:
        assert [event.kind for event in events_of(tx, draft.id)] == ["draft.created", "draft.saved"]


def test_an_edit_from_an_old_copy_is_refused(database: Database) -> None:
    draft = begin(database)
    save(database, draft.id, given("甲"), base=draft.digest)
    with pytest.raises(Conflict, match="别处改过"):
        save(database, draft.id, given("乙"), base=draft.digest)


def test_a_returned_draft_starts_where_the_chain_says(database: Database) -> None:
    draft = begin(database)
    hand_in(database, draft.id)
    answer(database, HEAD, draft.id)
    back = answer(database, PUBLICITY, draft.id, "return").draft
    assert (back.state, back.resume) == ("returned", "department")
    save(database, draft.id, given(CLEAN + "。"))
    assert hand_in(database, draft.id).level == "department"
    shipped = chain()
    with using_chain(Chain(shipped.first, shipped.approves, {"publicity": "publicity"}, "draft.publicity", 30, 180)):
        answer(database, HEAD, draft.id)
        answer(database, PUBLICITY, draft.id, "return")
        save(database, draft.id, given(CLEAN))
        assert hand_in(database, draft.id).level == "publicity"
        done = answer(database, PUBLICITY, draft.id)
    assert done.seal is not None
    assert [step["version"] for step in done.seal.evidence["approvals"]] == [2, 3]


def test_nobody_reviews_his_own_draft_or_another_department(database: Database) -> None:
    both = somebody("usr_both", "author", "department_head", "publicity_officer", department="皮肤科")
    draft = begin(database, who=both)
    hand_in(database, draft.id, both)
    for who in (both, OTHER_HEAD, AUTHOR, AUDITOR, STRANGER):
        with pytest.raises(DeskError):
            answer(database, who, draft.id)
    with database.write() as tx:
        assert next_case(tx, both, "department") is None
        assert next_case(tx, OTHER_HEAD, "department") is None
    answer(database, HEAD, draft.id)
    with pytest.raises(Forbidden):
        answer(database, both, draft.id)
    assert answer(database, PUBLICITY, draft.id).draft.state == "sealed"


def test_who_approved_below_does_not_approve_above(database: Database) -> None:
    two = somebody("usr_two", "department_head", "publicity_officer", department="皮肤科")
    draft = begin(database)
    hand_in(database, draft.id)
    answer(database, two, draft.id)
    with pytest.raises(Forbidden):
        answer(database, two, draft.id)


def test_a_violation_stops_the_seal_until_it_is_waived(database: Database, clock: SteppedClock) -> None:
    draft = begin(database, given(BROKEN, nature="advertisement", certificate=None, domain="other"))
    assert draft.violations and draft.value == "violation"
    save(database, draft.id, given("【广告】\n" + BROKEN, nature="advertisement", domain="other"))
    hand_in(database, draft.id)
    answer(database, HEAD, draft.id)
    with pytest.raises(Conflict, match="未改也未放行"):
        answer(database, PUBLICITY, draft.id)
    with database.read() as tx:
        found = publication.get_draft(tx, AUTHOR, draft.id)
        said = publication.judged_now(tx, found, found.version, cache.engine())
    assert found.state == "review" and found.level == "publicity"

    def waive(who: Any, finding: Any, reason: str = "审查样件原文如此", days: int | None = None) -> None:
        with database.write() as tx:
            publication.waive(tx, who, draft.id, finding["code"], finding["quote"], reason, judge=cache.engine(),
                              days=days)  # fmt: skip

    for who, error in ((HEAD, Forbidden), (AUTHOR, Forbidden)):
        with pytest.raises(error):
            waive(who, said.violations[0])
    with pytest.raises(Invalid):
        waive(PUBLICITY, said.violations[0], "好")
    with pytest.raises(Invalid):
        waive(PUBLICITY, said.violations[0], days=10_000)
    with pytest.raises(Conflict):
        waive(PUBLICITY, {"code": said.violations[0]["code"], "quote": "别的字"})
    for finding in said.violations:
        waive(PUBLICITY, finding, days=1)
    clock.move(timedelta(days=2))
    with pytest.raises(Conflict, match="未改也未放行"):
        answer(database, PUBLICITY, draft.id)
    for finding in said.violations:
        waive(PUBLICITY, finding)
    done = answer(database, PUBLICITY, draft.id)
    assert done.seal is not None
    with database.read() as tx:
        ids = {one.id for one in draft_queries.waivers_of(tx, draft.id)}
    named = [one["waiver"] for one in done.seal.evidence["findings"] if one["status"] == "violation"]
    assert named and set(named) <= ids


@pytest.mark.parametrize("words", ["激光祛斑,欢迎加微信预约,立减500元。", "激光祛斑术后永不反弹,放心做!全国第一。"])
def test_calling_an_advertisement_education_does_not_let_it_through(database: Database, words: str) -> None:
    draft = begin(database, given(words + "\n\n仅供参考,具体请遵医嘱"))
    assert draft.violations and draft.value == "violation" and draft.nature == "education"
    hand_in(database, draft.id)
    answer(database, HEAD, draft.id)
    with pytest.raises(Conflict, match="未改也未放行"):
        answer(database, PUBLICITY, draft.id)


def test_a_missing_notice_stops_the_seal(database: Database) -> None:
    draft = begin(database, given("带状疱疹的治疗方法包括抗病毒和止痛。"))
    hand_in(database, draft.id)
    answer(database, HEAD, draft.id)
    with pytest.raises(Conflict, match="诊疗内容提示"):
        answer(database, PUBLICITY, draft.id)
    assert answer(database, PUBLICITY, draft.id, "return").draft.state == "returned"


def test_sealed_and_withdrawn_drafts_stay(database: Database) -> None:
    done = sealed(database)
    with pytest.raises(Conflict):
        save(database, done.id, given("改了"))
    with pytest.raises(Conflict):
        hand_in(database, done.id)
    with database.write() as tx, pytest.raises(Conflict):
        publication.withdraw(tx, AUTHOR, done.id, "不发了")
    draft = begin(database)
    hand_in(database, draft.id)
    with database.write() as tx, pytest.raises(Forbidden):
        publication.withdraw(tx, HEAD, draft.id, "不发了")
    with database.write() as tx:
        gone = publication.withdraw(tx, AUTHOR, draft.id, "不发了")
    assert gone.state == "withdrawn" and gone.case is None
    with pytest.raises(Conflict):
        save(database, draft.id, given("再写"))


def test_an_answer_can_be_taken_back_until_others_went_on(database: Database) -> None:
    draft = begin(database)
    hand_in(database, draft.id)
    answer(database, HEAD, draft.id)
    with database.write() as tx, pytest.raises(Forbidden):
        publication.undo_draft_review(tx, PUBLICITY, draft.id, "看错了")
    with database.write() as tx:
        back = publication.undo_draft_review(tx, HEAD, draft.id, "看错了")
    assert (back.state, back.level) == ("review", "department")
    assert answer(database, HEAD, draft.id, "return").draft.state == "returned"
    save(database, draft.id, given(CLEAN + "。"))
    with database.write() as tx, pytest.raises(Conflict):
        publication.undo_draft_review(tx, HEAD, draft.id, "看错了")
    hand_in(database, draft.id)
    answer(database, HEAD, draft.id)
    answer(database, PUBLICITY, draft.id)
    with database.write() as tx, pytest.raises(Conflict):
        publication.undo_draft_review(tx, PUBLICITY, draft.id, "看错了")


def test_who_sees_which_drafts(database: Database) -> None:
    draft = begin(database)
    other = begin(database, who=somebody("usr_dent", "author", department="口腔科"))

    def seen(who: Any) -> set[str]:
        with database.read() as tx:
            return {one.id for one in publication.list_drafts(tx, who, DraftFilter()).items}

    assert seen(AUTHOR) == seen(HEAD) == {draft.id}
    assert seen(OTHER_HEAD) == {other.id}
    assert seen(PUBLICITY) == seen(AUDITOR) == {draft.id, other.id}
    assert seen(STRANGER) == set()
    with database.read() as tx:
        for call in (publication.get_draft, publication.open_version, publication.threads, publication.timeline):
            with pytest.raises(NotFound):
                call(tx, STRANGER, draft.id)
        with pytest.raises(Forbidden):
            publication.list_drafts(tx, somebody("usr_none"), DraftFilter())
        page = publication.list_drafts(tx, PUBLICITY, DraftFilter(), limit=1)
        rest = publication.list_drafts(tx, PUBLICITY, DraftFilter(), page.next, limit=1)
    assert [one.id for one in (*page.items, *rest.items)] == [other.id, draft.id] and rest.next is None


def test_only_authors_write_and_only_for_their_department(database: Database) -> None:
    for who in (AUDITOR, PUBLICITY):
        with pytest.raises(Forbidden):
            begin(database, who=who)
    with pytest.raises(Forbidden, match="其他科室"):
        begin(database, department="口腔科")
    free = somebody("usr_free", "author")
    draft = begin(database, who=free)
    with pytest.raises(Invalid, match="科室"):
        hand_in(database, draft.id, free)
    assert hand_in(database, begin(database, who=free, department="口腔科").id, free).level == "department"


@pytest.mark.parametrize(
    "content",
    [given(title="甲" * 201), given(title="甲\n乙"), given("甲" * 50_001), given(nature="nonsense"),
     given(publisher_kind="nonsense"), given(media=(File("0" * 64, "a", "picture", 1),) * 31)],
)  # fmt: skip
def test_what_cannot_be_a_draft_is_refused(sqlite_database: Database, content: Any) -> None:
    with pytest.raises(Invalid):
        begin(sqlite_database, content)


def test_nothing_empty_is_handed_in(sqlite_database: Database) -> None:
    draft = begin(sqlite_database, given(" ", ""))
    with pytest.raises(Invalid, match="空"):
        hand_in(sqlite_database, draft.id)


def test_two_reviewers_on_one_version(database: Database) -> None:
    draft = begin(database)
    case = hand_in(database, draft.id).case or ""
    second = somebody("usr_head2", "department_head", department="皮肤科")
    with database.write() as tx:
        held = take_case(tx, HEAD, case)
    with database.write() as tx, pytest.raises(Conflict):
        publication.review_draft(tx, second, ReviewInput(case, held.version, "pass"), judge=cache.engine())
    with database.write() as tx, pytest.raises(Conflict):
        publication.review_draft(tx, HEAD, ReviewInput(case, held.version - 1, "pass"), judge=cache.engine())


def test_the_proof_vouches_for_the_words(database: Database) -> None:
    draft = sealed(database)
    with database.read() as tx:
        proof = json.loads(json.dumps(proof_of(tx, AUTHOR, draft.id)))
        with pytest.raises(NotFound):
            proof_of(tx, STRANGER, draft.id)
    assert holds(proof)
    forged = json.loads(json.dumps(proof))
    forged["content"]["parts"][1]["text"] += "永不反弹"
    assert not holds(forged)
    forged = json.loads(json.dumps(proof))
    forged["events"][3]["actor"] = "user:usr_mallory"
    assert not holds(forged)
    forged = json.loads(json.dumps(proof))
    forged["sealed"]["approvals"][0]["reviewer"] = "user:usr_mallory"
    assert not holds(forged)


def test_the_journal_holds_no_words_of_the_draft(database: Database) -> None:
    secret = "患者张三丰的病历"
    draft = begin(database, given(secret + CLEAN, secret))
    with database.write() as tx:
        publication.comment(tx, AUTHOR, draft.id, f"删去{secret}", anchor={"part": 1, "start": 0, "end": 5})
    with database.read() as tx:
        assert not any("张三丰" in event.text for event in events_of(tx, draft.id))


def test_a_file_nobody_could_read_is_not_taken_for_clean(sqlite_database: Database) -> None:
    picture = File("a" * 64, "海报.png", "picture", 10)
    read = begin(sqlite_database, given(media=(picture,)))
    unread = begin(sqlite_database, given(media=(picture,), perceived=Perceived((), ("海报.png",))))
    assert read.value == "clean" and unread.value == "undetermined"
    seen = ({"role": "ocr", "text": "术后永不反弹,立减500元"},)
    assert begin(sqlite_database, given(nature="advertisement", media=(picture,), perceived=Perceived(seen))).violations
