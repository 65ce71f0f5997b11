"""Roles, ours and a deployer's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.desk.people.permissions import allowed, demand, granted, permissions, roles, use_roles
from mingjian.desk.people.roles import MANAGES, packaged, roles_over
from mingjian.records.errors import Forbidden, Invalid
from tests.desk.people.matrix import PERMISSIONS, ROLES, holders, outsiders, program, somebody


@pytest.fixture
def ours_afterwards() -> Iterator[None]:
    yield
    use_roles(None)


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "roles.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_deployer_replaces_adds_and_takes_away(tmp_path: Path, ours_afterwards: None) -> None:
    given = _file(tmp_path, """
roles:
  reviewer: {title: 初审, title_en: First reviewer, allows: [item.read, personal.read]}
  nurse: {title: 护士, title_en: Nurse, allows: [item.read]}
  everything: {title: 全部, title_en: All, allows: "*"}
  analyst: null
""")  # fmt: skip
    use_roles(given)
    assert allowed(somebody("reviewer"), "personal.read")
    assert not allowed(somebody("reviewer"), "case.review")
    assert granted(somebody("nurse")) == {"item.read"}
    assert granted(somebody("everything")) == set(permissions())
    assert "analyst" not in roles()
    assert roles()["expert"] == packaged().roles["expert"]
    use_roles(None)
    assert roles() == packaged().roles


def test_every_mistake_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    before = roles()
    wrong = _file(tmp_path, """
permissions: {item.fly: 飞}
roles:
  1: {title: 数, title_en: N, allows: []}
  reviewer: {title: "", title_en: Reviewer, allows: [case.reveiw, item.read]}
  nurse: {titel: 护士, title: 护士, title_en: Nurse, allows: item.read}
  ghost: null
  list: [item.read]
  administrator: {title: 管理员, title_en: Administrator, allows: [item.read]}
""")  # fmt: skip
    with pytest.raises(Invalid) as told:
        use_roles(wrong)
    for said in ("permissions", "roles.1", "roles.reviewer.title", "case.reveiw,是不是 case.review", "titel",
                 "roles.nurse.allows", "roles.ghost", "roles.list", MANAGES, "9 处"):  # fmt: skip
        assert said in told.value.message, said
    assert roles() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("roles: [", "不是合格的 YAML"),
        ("roles:\n  nurse: null\n  nurse: null\n", "写了两次"),
        ("- roles", "应为映射"),
        ("", "应为映射"),
        ("roles: 7", "roles:应为"),
        ("role: {}", "缺少 roles"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        roles_over(_file(tmp_path, text))


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="读不到"):
        roles_over(tmp_path / "none.yaml")
    (tmp_path / "roles.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="YAML"):
        roles_over(tmp_path / "roles.yaml")


def test_every_permission_is_held_by_some_role_and_refused_to_another() -> None:
    # The house alone erases: no role comes with it, a deployer may give it to one.
    assert {permission for permission in PERMISSIONS if not holders(permission)} <= {"item.erase"}
    assert all(outsiders(permission) for permission in PERMISSIONS)


def test_who_writes_policies_does_not_deploy_them_and_who_manages_people_does_not_judge() -> None:
    for role in ROLES:
        held = granted(somebody(role))
        assert not {"policy.author", "policy.deploy"} <= held, role
        assert not {MANAGES, "case.review"} <= held, role
        assert not {MANAGES, "personal.read"} <= held, role


def test_queues_narrow_a_permission() -> None:
    narrow = somebody("reviewer", queues=("product",))
    demand(narrow, "case.review")
    demand(narrow, "case.review", "product")
    with pytest.raises(Forbidden, match="审核案件\\(队列 content\\)"):
        demand(narrow, "case.review", "content")
    demand(somebody("reviewer"), "case.review", "content")


def test_an_unknown_role_gives_nothing_and_an_unknown_permission_is_our_mistake() -> None:
    assert granted(somebody("no_such_role")) == frozenset()
    with pytest.raises(ValueError, match="unknown permission"):
        allowed(program("item.read"), "item.fly")
