"""A desk with an institution on its way to a certificate, for the console's tests; everybody has a password."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.doors.desk.opening import Desk, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.accreditation import auditing
from mingjian.records.clock import SteppedClock
from mingjian.records.evidence.checkpoints import current_signer
from tests.doors.console.seeded import PASSWORD
from tests.governance.accreditation.scene import Scene
from tests.stores import all_tables


def accrediting(folder: Path, clock: SteppedClock) -> tuple[Desk, Scene]:
    """The open desk and its scene."""
    folder.mkdir(parents=True)
    given: dict[str, Any] = {"data": folder}
    desk = open_desk(DeskSettings(**given), clock=clock)
    all_tables().create_all(desk.database.engine)
    scene = Scene(desk.database, clock, current_signer(desk.database, desk.settings.secrets))
    with desk.database.write() as tx:
        for who in scene.who.values():
            people.set_password(tx, house("setup"), who.id, PASSWORD, must_change=False)
    return desk, scene


def opened(scene: Scene) -> tuple[str, str]:
    """An application whose audit began today: its id and the audit's."""
    id = scene.reviewed()
    audit = scene.plan(id, after=0)
    for name in ("ann", "bea"):
        with scene.database.write() as tx:
            auditing.declare(tx, scene.who[name], audit)
    with scene.database.write() as tx:
        auditing.begin(tx, scene.who["ann"], audit)
    return id, audit
