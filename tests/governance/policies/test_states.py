"""The life of a policy: every step in its order, by the right hands, on the version that was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mingjian.desk.people.model import Principal
from mingjian.governance.policies.parse import PolicyError
from mingjian.governance.policies.service import (
    attach_trial,
    backtest,
    get_policy,
    install_shipped,
    list_policies,
    policy_history,
    retire,
    rollback,
    trial_of,
)
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.policies.model import PolicyVersion
from mingjian.records.storage.database import Database
from mingjian.records.storage.policies import versions
from tests.governance.policies.house import (
    AUTHOR,
    AUTHOR2,
    BAD,
    BOTH,
    DEPLOYER,
    DEPLOYER2,
    EVERYTHING,
    GOOD,
    MILD,
    TOXIC,
    House,
    written,
)
from tests.governance.world import ANN


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def small(sqlite_database: Database) -> House:
    return House(sqlite_database)


def states(house: House) -> dict[str, str]:
    with house.database.read() as tx:
        return {one.id: one.state for one in versions(tx)}


def rolled_back(house: House, by: Principal = DEPLOYER, revision: int | None = None) -> PolicyVersion:
    with house.database.write() as tx:
        live = next(one for one in versions(tx, name="content") if one.state == "live")
        return rollback(tx, by, "content", revision=revision or live.revision, reason="命中太多")


def retired(house: House, kept: PolicyVersion, by: Principal = DEPLOYER) -> PolicyVersion:
    with house.database.write() as tx:
        return retire(tx, by, kept.id, revision=kept.revision, reason="不用了")


def test_from_draft_to_live_and_back(house: House) -> None:
    house.judge(BAD, GOOD, TOXIC)
    first = house.at(written(1), "live")
    assert (first.state, first.percent, first.authors, first.staged_by) == (
        "live",
        100,
        (AUTHOR.actor,),
        DEPLOYER.actor,
    )
    second = house.at(written(2, MILD), "live")
    assert states(house) == {"content@1": "retired", "content@2": "live"}
    third = house.at(written(3, EVERYTHING), "share", percent=5)
    assert (third.state, third.percent) == ("share", 5)
    third = house.deploy(third, "share", percent=50)
    assert third.percent == 50
    house.deploy(third, "live")
    assert rolled_back(house).id == second.id
    assert states(house) == {"content@1": "retired", "content@2": "live", "content@3": "retired"}
    assert rolled_back(house).id == first.id
    with pytest.raises(Conflict, match="没有可回退的旧版本"):
        rolled_back(house)
    with house.database.read() as tx:
        before = versions(tx)
        kinds = [event.kind for event in policy_history(tx, DEPLOYER, "content@2")]
    assert kinds == ["policy.drafted", "policy.tried", "policy.deployed", "policy.deployed", "policy.deployed",
                     "policy.restored"]  # fmt: skip
    refold(house.database)
    with house.database.read() as tx:
        assert versions(tx) == before


def test_the_trial_lies_beside_the_version(house: House) -> None:
    house.judge(BAD, GOOD, TOXIC)
    kept, untried = house.tried(written(1, EVERYTHING)), house.draft(written(name="other"))
    with house.database.read() as tx:
        diff = trial_of(tx, ANN, kept.id)
        opened = get_policy(tx, ANN, kept.id)
        assert trial_of(tx, ANN, untried.id) is None
    assert diff is not None
    assert (diff.seen, diff.changed, diff.digest) == (3, 1, kept.digest)
    assert diff.changes == {("queue", "queue"): 2, ("pass", "queue"): 1}
    assert opened.text == written(1, EVERYTHING)
    assert opened.policy is not None


def test_a_draft_may_be_written_anew_and_its_trial_is_void(small: House) -> None:
    kept = small.tried(written(1))
    again = small.draft(written(1, MILD), AUTHOR2, kept.revision)
    assert (again.state, again.trial, again.authors) == ("draft", None, (AUTHOR.actor, AUTHOR2.actor))
    with pytest.raises(Conflict, match="不能直接到"):
        small.deploy(again, "shadow")
    deployed = small.deploy(small.tried(written(1, name="other")), "shadow")
    with pytest.raises(Conflict, match="改为下一个版本号"):
        small.draft(written(1, MILD, name="other"), revision=deployed.revision)


def test_a_text_that_is_no_policy_leaves_nothing(small: House) -> None:
    with pytest.raises(PolicyError):
        small.draft(written(clauses="  []\n"))
    assert states(small) == {}


@pytest.mark.parametrize("version", [2, 7])
def test_versions_are_counted_without_gaps(small: House, version: int) -> None:
    with pytest.raises(Conflict, match="应为 1"):
        small.draft(written(version))


def test_whoever_wrote_it_does_not_deploy_it(house: House) -> None:
    kept = house.tried(written(1), BOTH)
    with pytest.raises(Forbidden, match="不同的人"):
        house.deploy(kept, "shadow", BOTH)
    kept = house.deploy(kept, "shadow", DEPLOYER)
    with pytest.raises(Forbidden, match="不同的人"):
        house.deploy(kept, "share", BOTH, percent=10)
    anew = house.tried(written(1, name="other"))
    anew = house.draft(written(1, MILD, name="other"), BOTH, anew.revision)  # wrote on it later
    with pytest.raises(Forbidden, match="不同的人"):
        house.deploy(anew, "shadow", BOTH)


STEPS: list[tuple[str, Callable[[House, PolicyVersion], object], type[DeskError]]] = [
    ("an author cannot deploy", lambda house, kept: house.deploy(kept, "shadow", AUTHOR), Forbidden),
    ("a deployer cannot write", lambda house, kept: house.draft(written(2), DEPLOYER), Forbidden),
    ("a reviewer can do neither", lambda house, kept: house.deploy(kept, "shadow", ANN), Forbidden),
    ("nor stop it", lambda house, kept: retired(house, kept, ANN), Forbidden),
    ("not live at once", lambda house, kept: house.deploy(kept, "live"), Conflict),
    ("not shared at once", lambda house, kept: house.deploy(kept, "share", percent=5), Conflict),
    ("stale", lambda house, kept: house.deploy(replace(kept, revision=kept.revision - 1), "shadow"), Conflict),
    ("stale writing", lambda house, kept: house.draft(written(1), revision=kept.revision - 1), Conflict),
    ("without a reason", lambda house, kept: house.deploy(kept, "shadow", reason=" "), Invalid),
    ("no such stage", lambda house, kept: house.deploy(kept, "everywhere"), Invalid),
    ("no percentage", lambda house, kept: house.deploy(kept, "share"), Invalid),
    ("a percentage of all", lambda house, kept: house.deploy(kept, "share", percent=100), Invalid),
    ("a percentage of a shadow", lambda house, kept: house.deploy(kept, "shadow", percent=10), Invalid),
    ("no such version", lambda house, kept: house.deploy(replace(kept, id="content@9"), "shadow"), NotFound),
    ("nothing is live yet", lambda house, kept: rolled_back_to(house, kept), Conflict),
]


def rolled_back_to(house: House, kept: PolicyVersion) -> PolicyVersion:
    with house.database.write() as tx:
        return rollback(tx, DEPLOYER, kept.name, revision=kept.revision, reason="试试")


@pytest.mark.parametrize(("step", "wrong"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_steps_that_are_refused_change_nothing(
    small: House, step: Callable[[House, PolicyVersion], object], wrong: type[DeskError]
) -> None:
    kept = small.tried(written(1))
    with pytest.raises(wrong):
        step(small, kept)
    assert states(small) == {"content@1": "tried"}


def test_only_one_version_of_a_name_is_on_its_way(small: House) -> None:
    small.at(written(1), "live")
    second, third = small.at(written(2), "shadow"), small.tried(written(3))
    with pytest.raises(Conflict, match="content@2 正在“影子运行”"):
        small.deploy(third, "shadow")
    retired(small, second)
    assert small.deploy(third, "shadow", DEPLOYER2).state == "shadow"
    with pytest.raises(Conflict, match="已经停用"):
        retired(small, small.version("content@2"))


def test_nothing_binds_outside_its_days(small: House, clock: SteppedClock) -> None:
    later = small.at(written(1, from_="2026-03-05"), "shadow")
    with pytest.raises(Conflict, match="有效期是 2026-03-05"):
        small.deploy(later, "share", percent=10)
    clock.move(timedelta(days=3))
    assert small.deploy(later, "share", percent=10).state == "share"


def test_a_trial_of_another_text_or_one_that_is_not_done_does_not_count(small: House) -> None:
    small.judge(BAD, GOOD)
    kept = small.draft(written(1))
    diff = backtest(small.database, AUTHOR, kept.id)
    for other, said in (
        (replace(diff, digest="0" * 64), "另一份文本"),
        (replace(diff, done=False), "没有跑完"),
        (replace(diff, seen=0), "没有看到任何内容"),
    ):
        with small.database.write() as tx, pytest.raises(Conflict, match=said):
            attach_trial(tx, AUTHOR, kept.id, other, revision=kept.revision)
    assert states(small) == {"content@1": "draft"}


def test_the_shipped_policies_are_in_force_once(house: House) -> None:
    with house.database.write() as tx:
        assert [one.id for one in install_shipped(tx)] == ["content@1", "onboarding@1", "product@1"]
        assert install_shipped(tx) == []
        found = list_policies(tx, ANN)
    assert {one.state for one in found} == {"live"}
    assert all(one.staged_by not in one.authors for one in found)
    mine = house.draft(written(2))
    assert (mine.id, mine.state) == ("content@2", "draft")
