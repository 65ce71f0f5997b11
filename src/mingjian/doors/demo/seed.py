"""`mingjian serve --demo`: an empty store is filled with a few weeks of work, once."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mingjian.doors.demo.accreditation import Accreditations
from mingjian.doors.demo.certification import Certifications
from mingjian.doors.demo.drafts import write_drafts
from mingjian.doors.demo.governing import Governing, can_govern
from mingjian.doors.demo.history import Weeks
from mingjian.doors.demo.live import LiveRooms
from mingjian.doors.demo.notes import breaches, submissions
from mingjian.doors.demo.patrols import Patrols
from mingjian.doors.demo.ranking import write_rankings
from mingjian.doors.demo.scores import Scores
from mingjian.doors.demo.staff import STAFF, hire
from mingjian.doors.demo.year import STARTED, Plan, Year
from mingjian.doors.desk.opening import Desk
from mingjian.governance.policies.shipped import install_shipped
from mingjian.records.blobs import Blobs
from mingjian.records.clock import CHINA, SteppedClock, moment
from mingjian.records.errors import Conflict
from mingjian.records.evidence.checkpoints import current_signer
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import cursor_of, move_cursor
from mingjian.records.storage.people import any_user, user_by_login

DAYS, LAST = 24, 48  # days, and items that come in at the end and still wait
A_DAY = (8, 12, 16, 20, 24)  # items
SEED = 20220214


def seed(desk: Desk, say: Callable[[str], object], days: int = DAYS) -> None:
    """Fill the store unless it holds accounts already, and say how to sign in."""
    path = desk.settings.secrets / "demo-password"
    with desk.database.read() as tx:
        known = any_user(tx)
    if not known:
        say("正在准备演示数据 Preparing the demonstration …")
        _play(desk, _password(path), days)
    if not path.exists():
        say("这个数据文件夹不是演示用的,按原样打开。 This folder is not a demonstration; opened as it is.")
        return
    say("")
    say("  演示账号 Accounts: " + " ".join(login for login, *_ in STAFF))
    say(f"  密码 Password:     {path.read_text('ascii')}")
    say("")


def play_year(desk: Desk, scale: float, year: int, progress: Callable[[int, str], object]) -> None:
    """Fill the store with a simulated year, or go on with one that was interrupted. Conflict when the store is in
    use by something else."""
    with desk.database.read() as tx:
        begun, known = cursor_of(tx, STARTED), any_user(tx)
    plan = Plan(year, scale)
    if known and begun != plan.mark:
        raise Conflict("这个数据文件夹里已有别的数据(或另一年、另一规模的模拟),请换一个空的文件夹。")
    clock = SteppedClock(plan.monday(0) - timedelta(days=2))
    database = Database(desk.settings.database_url, clock=clock)
    try:
        with database.write() as tx:
            if not known:
                install_shipped(tx)
                hire(tx, _password(desk.settings.secrets / "demo-password"))
                move_cursor(tx, STARTED, plan.mark)
            lead = user_by_login(tx, "zuzhang")
        assert lead is not None
        rules = {rule.code: rule for rule in desk.engine.compiled.rules}
        screening = replace(desk.screening, database=database)
        Year(screening, clock, lead.principal(), plan, rules, desk.engine.compiled.catalogue).play(progress)
    finally:
        database.close()


def _password(path: Path) -> str:
    """A password of this folder's own: the demonstration may be reachable from elsewhere."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = f"demo-{secrets.token_hex(5)}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(made)
    return made


def _play(desk: Desk, password: str, days: int) -> None:
    now = moment(desk.database.clock.now())
    first = (now - timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=CHINA)
    clock = SteppedClock(first)
    database = Database(desk.settings.database_url, clock=clock)
    try:
        with database.write() as tx:  # all on the demonstration's own clock: the journal's time never goes back
            install_shipped(tx)
            staff = hire(tx, password)
        rng = random.Random(SEED)
        items = submissions(rng, breaches({rule.code: rule for rule in desk.engine.compiled.rules}))
        signer = current_signer(database, desk.settings.secrets)
        accreditations = Accreditations(database, staff, Blobs(desk.settings.blobs), signer)
        screening = replace(desk.screening, database=database)
        weeks = Weeks(screening, clock, staff, items, rng)
        scores = Scores(database, SEED)
        certifications = Certifications(database, replace(desk.screening, database=database), staff)
        patrols = Patrols(database, screening, staff, Blobs(desk.settings.blobs), now.date())
        mine = replace(desk, database=database, screening=screening)
        governing = Governing(mine, clock, staff, days) if can_govern() else None
        patrols.register()
        for number in range(days):
            clock.move(first + timedelta(days=number) - moment(clock.now()))
            patrols.go_round()
            if number == days - 2:
                patrols.widen()
            weeks.play(rng.choice(A_DAY), share=0.8 if number < days - 1 else 0.4)
            accreditations.on(number)
            scores.on(number)
            certifications.on(number)
            if governing is not None:
                governing.on(number)
        patrols.go_round()
        patrols.finish()
        certifications.finish()
        if governing is not None:
            governing.finish()
        write_drafts(database, staff, desk.engine)
        write_rankings(database, staff, password)
        weeks.arrive(LAST)
        weeks.arrive_with_files(Blobs(desk.settings.blobs))
        LiveRooms(mine, clock, staff).play(now)
    finally:
        database.close()
