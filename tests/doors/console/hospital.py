"""A hospital's people on the console's desk, and drafts brought where a test needs them."""

from __future__ import annotations

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.model import DraftInput
from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.cases.service import take_case
from mingjian.desk.people import service as people
from mingjian.desk.people.model import Principal, house
from tests.doors.console.seeded import PASSWORD, Seeded

STAFF = {
    "writer": ("沈撰稿", ("author",), "皮肤科"),
    "head": ("顾主任", ("department_head",), "皮肤科"),
    "dental": ("牙主任", ("department_head",), "口腔科"),
    "office": ("宣传科小何", ("publicity_officer",), None),
    "audit": ("审计员", ("auditor",), None),
}
NOTICE = "仅供参考,具体请遵医嘱"
TEXT = f"带状疱疹的治疗方法包括抗病毒和止痛,疗程一般为7天。\n\n{NOTICE}"


def hire(full: Seeded) -> dict[str, Principal]:
    """The hospital's accounts, by login."""
    made: dict[str, Principal] = {}
    with full.desk.database.write() as tx:
        for login, (name, roles, department) in STAFF.items():
            user = people.create_user(tx, house("setup"), login, name, roles, department=department)
            people.set_password(tx, house("setup"), user.id, PASSWORD, must_change=False)
            made[login] = user.principal()
    return made


def draft(
    full: Seeded, staff: dict[str, Principal], text: str = TEXT, *, levels: int = 0, title: str = "带状疱疹"
) -> str:
    """A draft: 0 written, 1 handed in, 2 passed by the department, 3 sealed."""
    given = DraftInput(
        title, text, platform="wechat", nature="education", domain="medical", publisher_kind="institution"
    )
    engine = full.desk.engine
    with full.desk.database.write() as tx:
        id = publication.create_draft(tx, staff["writer"], given, judge=engine).id
        if levels:
            publication.submit(tx, staff["writer"], id)
    for who in ("head", "office")[: max(0, levels - 1)]:
        with full.desk.database.write() as tx:
            case = take_case(tx, staff[who], publication.get_draft(tx, staff[who], id).case or "")
            publication.review_draft(tx, staff[who], ReviewInput(case.id, case.version, "pass"), judge=engine)
    return id
