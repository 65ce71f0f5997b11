"""The people of the demonstration's desk, one for each role."""

from __future__ import annotations

from mingjian.desk.people.model import Principal, User, house
from mingjian.desk.people.service import create_user, set_password
from mingjian.records.storage.database import Tx

# login, name, roles, department
STAFF: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("admin", "管理员", ("administrator",), None),
    ("zuzhang", "审核组长 沈清", ("desk_lead",), None),
    ("zuzhang2", "审核组长 陆远", ("desk_lead",), None),
    ("shenhe1", "审核员 林一", ("reviewer",), None),
    ("shenhe2", "审核员 陆二", ("reviewer",), None),
    ("shenhe3", "审核员 何三", ("reviewer",), None),
    ("zhuanjia", "专家 顾白", ("expert",), None),
    ("zhijian", "质检员 方圆", ("quality_inspector",), None),
    ("shensu", "申诉复核员 乔正", ("appeal_officer",), None),
    ("celue", "策略编写 叶青", ("policy_author",), None),
    ("fabu", "策略发布 石磊", ("policy_deployer",), None),
    ("fenxi", "分析员 唐明", ("analyst",), None),
    ("shenji", "审计员 白简", ("auditor",), None),
    ("zhuangao", "撰稿人 苏禾", ("author",), "皮肤科"),
    ("zhuren", "科室主任 程远", ("department_head",), "皮肤科"),
    ("xuanchuan", "宣传科 江澄", ("publicity_officer",), None),
)


def hire(tx: Tx, password: str) -> dict[str, Principal]:
    """Make the accounts, all with one password; by login."""
    setup = house("setup")
    made: dict[str, User] = {}
    for login, name, roles, department in STAFF:
        user = create_user(tx, setup, login, name, roles, department=department)
        made[login] = set_password(tx, setup, user.id, password, must_change=False)
    return {login: user.principal() for login, user in made.items()}
