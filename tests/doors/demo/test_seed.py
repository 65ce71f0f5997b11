"""The demonstration: a few weeks of work that hold together, made once."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from mingjian.desk.cases.service import count_queues
from mingjian.desk.people.model import house
from mingjian.desk.people.signing import verify_login
from mingjian.doors.demo.notes import breaches, submissions
from mingjian.doors.demo.seed import seed
from mingjian.doors.demo.staff import STAFF
from mingjian.doors.desk.opening import install, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.campaigns.prevalence import prevalence
from mingjian.intake.item_schema import parse_item
from mingjian.records.journal.append import refold
from mingjian.records.journal.verify import verify
from mingjian.records.storage.campaigns import announcements
from mingjian.records.storage.events import all_events
from mingjian.records.storage.migrate import migrate


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a desk with three days of work."""
    folder = tmp_path_factory.mktemp("demo")
    with closing(open_desk(DeskSettings(data=folder))) as desk:
        migrate(desk.database)
        seed(desk, lambda _line: None, days=3)
        install(desk)
    return folder


def test_everything_has_happened(data: Path) -> None:
    with closing(open_desk(DeskSettings(data=data))) as desk:
        with desk.database.read() as tx:
            kinds = Counter(event.kind for batch in all_events(tx) for event in batch)
            waiting = {one.queue: one.open for one in count_queues(tx, house("test"))}
        assert kinds["item.judged"] == kinds["item.submitted"] > 90
        for kind in ("case.reviewed", "decision.made", "action.taken", "draft.sealed", "policy.deployed",
                     "credential.checked", "certification.applied", "ring.acted", "engagement.confirmed",
                     "sweep.finished", "prevalence_sample.asked", "announcement.published"):  # fmt: skip
            assert kinds[kind], kind
        assert waiting["content"]
        assert waiting["department"]
        assert waiting["publicity"]
        assert verify(desk.database).whole
        assert refold(desk.database) == sum(kinds.values())


def test_its_announcement_tells_how_common_violations_were_and_are(data: Path) -> None:
    with closing(open_desk(DeskSettings(data=data))) as desk, desk.database.read() as tx:
        (public,) = announcements(tx, state="published")
        found = prevalence(tx, house("test"), public.campaign)
    assert found.complete and found.fall is not None and found.fall.value > 0
    before, after = (found.sides[side].by_people.interval for side in ("before", "after"))
    assert before.low < before.value < before.high and after.value < before.value


def test_its_people_can_sign_in_and_a_second_start_changes_nothing(data: Path) -> None:
    password = (data / "secrets" / "demo-password").read_text("ascii")
    said: list[str] = []
    with closing(open_desk(DeskSettings(data=data))) as desk:
        with desk.database.read() as tx:
            before = sum(len(batch) for batch in all_events(tx))
        seed(desk, lambda line: said.append(str(line)), days=3)
        with desk.database.read() as tx:
            assert sum(len(batch) for batch in all_events(tx)) == before
        assert any(password in line for line in said)
        assert verify_login(desk.database, STAFF[1][0], password, "127.0.0.1").name == STAFF[1][1]


def test_its_items_are_of_the_public_schema(data: Path) -> None:
    with closing(open_desk(DeskSettings(data=data))) as desk:
        bad = breaches({rule.code: rule for rule in desk.engine.compiled.rules})
    made = submissions(random.Random(1), bad)
    for _, submission in (next(made) for _ in range(60)):
        assert not parse_item(submission.item).problems
