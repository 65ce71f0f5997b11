"""A hospital's people and short ways to bring a draft where a test needs it."""

from __future__ import annotations

from typing import Any

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.model import Draft, DraftInput, Reviewed
from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.cases.service import take_case
from mingjian.desk.registry.service import note_check
from mingjian.doors import cache
from mingjian.records.storage.database import Database
from mingjian.records.storage.registry import credentials_of
from tests.desk.registry.world import HOUSE, clinic, licence, put
from tests.desk.staff import somebody

AUTHOR = somebody("usr_author", "author", department="皮肤科")
HEAD = somebody("usr_head", "department_head", department="皮肤科")
OTHER_HEAD = somebody("usr_other", "department_head", department="口腔科")
PUBLICITY = somebody("usr_pub", "publicity_officer")
AUDITOR = somebody("usr_audit", "auditor")
STRANGER = somebody("usr_strange", "author", department="皮肤科")

TITLE = "带状疱疹的治疗"
CLEAN = "带状疱疹的治疗方法包括抗病毒和止痛,疗程一般为7天。\n\n仅供参考,具体请遵医嘱"
BROKEN = "术后永不反弹,放心做!\n\n仅供参考,具体请遵医嘱"


def given(text: str = CLEAN, title: str = TITLE, **more: Any) -> DraftInput:
    """A version of an educational note by the hospital, unless said otherwise."""
    setting = {"platform": "wechat", "nature": "education", "domain": "medical", "publisher_kind": "institution"}
    return DraftInput(title, text, **{**setting, **more})


def begin(database: Database, content: DraftInput | None = None, who: Any = AUTHOR, **more: Any) -> Draft:
    """A new draft."""
    with database.write() as tx:
        return publication.create_draft(tx, who, content or given(), judge=cache.engine(), **more)


def save(database: Database, draft: str, content: DraftInput, who: Any = AUTHOR, **more: Any) -> Draft:
    """A saved version."""
    with database.write() as tx:
        return publication.save_version(tx, who, draft, content, judge=cache.engine(), **more)


def hand_in(database: Database, draft: str, who: Any = AUTHOR) -> Draft:
    """Submitted."""
    with database.write() as tx:
        return publication.submit(tx, who, draft)


def answer(database: Database, who: Any, draft: str, measure: str = "pass", **more: Any) -> Reviewed:
    """The draft's case taken and answered."""
    with database.write() as tx:
        found = publication.get_draft(tx, who, draft)
        case = take_case(tx, who, more.pop("case", None) or found.case or "")
        if measure == "return":
            more.setdefault("reasons", ("wording",))
        return publication.review_draft(tx, who, ReviewInput(case.id, case.version, measure, **more),
                                        judge=cache.engine())  # fmt: skip


def sealed(database: Database, content: DraftInput | None = None) -> Draft:
    """A draft that went all the way."""
    draft = begin(database, content)
    hand_in(database, draft.id)
    answer(database, HEAD, draft.id)
    return answer(database, PUBLICITY, draft.id).draft


def registered(database: Database) -> None:
    """The clinic PDY00001 is known, and an official source confirmed its licence, which is for skin."""
    wanted = clinic(credentials=[licence(scope=["14.03"], valid_from="2021-03-01", valid_to="2036-02-28")])
    (id,) = put(database, wanted)
    with database.write() as tx:
        note_check(tx, HOUSE, credentials_of(tx, [id])[id][0].id, "confirmed", "见于官方查询页")
