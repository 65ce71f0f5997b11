"""Drafts of the demonstration's hospital, one at every level of the three-level review."""

from __future__ import annotations

from collections.abc import Mapping

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.judging import Judge
from mingjian.clinic.publication.model import DraftInput
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.people.model import Principal
from mingjian.doors.demo.notes import material
from mingjian.records.storage.database import Database

# fate → the answers on the way to it: (login, queue, measure, reasons)
_HEAD, _OFFICE = ("zhuren", "department"), ("xuanchuan", "publicity")
ANSWERS: Mapping[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = {
    "writing": (),
    "department": (),
    "publicity": ((*_HEAD, "pass", ()),),
    "returned": ((*_HEAD, "return", ("effect",)),),
    "sealed": ((*_HEAD, "pass", ()), (*_OFFICE, "pass", ())),
}


def write_drafts(database: Database, staff: Mapping[str, Principal], judge: Judge) -> None:
    """Write each draft of the material and bring it to its fate."""
    author = staff["zhuangao"]
    for given in material()["drafts"]:
        wanted = DraftInput(
            title=given["title"], text=given["text"], platform="wechat_channels", channel="public",
            publisher_kind="institution", publisher_name="云杉医疗美容门诊部",
        )  # fmt: skip
        with database.write() as tx:
            draft = publication.create_draft(tx, author, wanted, judge=judge)
            if given["fate"] == "writing":
                continue
            publication.submit(tx, author, draft.id)
        for login, queue, measure, reasons in ANSWERS[given["fate"]]:
            with database.write() as tx:
                case = cases.next_case(tx, staff[login], queue)
                assert case is not None, f"no draft waits in {queue}"
                answer = ReviewInput(case.id, case.version, measure, reasons, seconds=90.0)
                publication.review_draft(tx, staff[login], answer, judge=judge)
