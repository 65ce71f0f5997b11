"""Governing on the demonstration's desk: rings found and acted on, alarms looked at, a sweep carried through, and the
campaign they belong to with its announcement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from importlib.util import find_spec

from mingjian.desk.people.model import Principal
from mingjian.doors.demo.archive import engagement_file, make_archive, notes
from mingjian.doors.demo.measuring import Measuring
from mingjian.doors.desk.engagement import take_in
from mingjian.doors.desk.opening import Desk
from mingjian.doors.sweeps import JUDGES, folder_of
from mingjian.governance.campaigns import announcing
from mingjian.governance.campaigns import service as campaigns
from mingjian.governance.engagement import service as alarms
from mingjian.governance.engagement.loads import work as look_through
from mingjian.governance.rings import acting, marking
from mingjian.governance.rings import service as rings
from mingjian.governance.sweeps import service as sweeps
from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.engines import Engine
from mingjian.governance.sweeps.sources import archive_source, open_source
from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock, day, moment
from mingjian.records.items.submit import submit
from mingjian.records.storage import sweeps as sweep_store
from mingjian.records.storage.engagement import AlarmFilter, list_alarms
from mingjian.records.storage.rings import RingFilter, list_rings

NEEDED = ("pyarrow", "scipy", "PIL")
CITES = ("cn.advertising-law/14.1",)


def can_govern() -> bool:
    """Whether what archives and pictures need is installed; without it the demonstration has neither."""
    return all(find_spec(name) is not None for name in NEEDED)


class Governing:
    """Notes of rings come in by the day; at the end people govern. ``desk`` is one over the demonstration's
    store and clock."""

    def __init__(self, desk: Desk, clock: SteppedClock, staff: Mapping[str, Principal], days: int) -> None:
        self._desk, self._clock, self._staff = desk, clock, staff
        rules = desk.engine.compiled.rules
        last = moment(clock.now()).date() + timedelta(days=days)
        self._archive = make_archive(desk.settings.data, last, rules)
        self._notes = notes(last, rules)
        self._each = -(-len(self._notes) // days)

    def on(self, number: int) -> None:
        """What comes in on a day."""
        blobs = Blobs(self._desk.settings.blobs)
        for note in self._notes[number * self._each : (number + 1) * self._each]:
            with self._desk.database.write() as tx:
                submit(tx, [note.submission(blobs, day(self._clock.now()))], "key:demo")
            self._clock.move(timedelta(minutes=17))
        while self._desk.screening.work():
            pass

    def finish(self) -> None:
        """People work on what was found, and say so in public."""
        campaign = self._opened()
        measuring = Measuring(self._desk.screening, self._staff, self._archive)
        measuring.draw(campaign, "before")
        sweep = self._sweep()
        found = [("sweep", sweep)]
        found += [("ring", id) for id in self._rings()]
        found += [("alarm", id) for id in self._alarms()]
        measuring.clear(sweep)
        measuring.draw(campaign, "after")
        measuring.answer()
        self._announce(campaign, found)

    def _rings(self) -> list[str]:
        """Rings are found; the largest is acted on, the others wait for people."""
        database, lead = self._desk.database, self._staff["zuzhang"]
        while marking.mark_items(database, self._desk.secret):
            pass
        rings.recount(database)
        with database.write() as tx:
            found, _ = list_rings(tx, RingFilter(), None, 5)
            if found:
                largest = max(found, key=lambda one: (one.items, one.id))
                acting.act(tx, lead, largest.id, "take_down", "同一组照片和经历换名重复发布,未标明广告", cites=CITES)
        return [one.id for one in found]

    def _alarms(self) -> list[str]:
        """Engagement is pushed and looked through; the alarm about most items is confirmed, a lesser one dismissed."""
        database, lead = self._desk.database, self._staff["zuzhang"]
        with engagement_file(self._archive).open("rb") as file:
            take_in(self._desk, lead, "engagement.parquet", file)
        while look_through(database, Blobs(self._desk.settings.blobs)):
            pass
        with database.write() as tx:
            found, _ = list_alarms(tx, AlarmFilter(), None, 20)
            by_items = sorted(found, key=lambda one: (-one.items, one.id))
            if found:
                alarms.confirm(tx, lead, by_items[0].id, "账号、目标和时间高度一致,置换检验下几乎不会偶然发生。")
            if len(found) > 1:
                alarms.dismiss(tx, self._staff["zhijian"], by_items[-1].id, "有名人转发,是一时涌来的真实访客。")
        return [one.id for one in found]

    def _sweep(self) -> str:
        """The archive is swept: planned by the lead, looked at, begun by somebody else, carried to its end."""
        database, lead, admin = self._desk.database, self._staff["zuzhang"], self._staff["admin"]
        source = archive_source(self._archive)
        manifest = open_source(source).manifest(200)
        wish = sweeps.Wish(
            "content", source, "演示档案回查", "专项治理:已发布笔记里的疑似营销", ("10%", "100%"), rows=200
        )
        with database.write() as tx:
            id = sweeps.plan(tx, lead, wish, manifest, self._desk.engine.rulebook).id
            sweeps.begin(tx, lead, id)
        screening = self._desk.screening
        driver = Driver(database, screening, folder_of(self._desk.settings.data), Engine("inline"), JUDGES)
        driver.finish(id)
        with database.write() as tx:
            looked, _ = sweep_store.samples(tx, id, limit=6)
            for one in looked:
                sweeps.answer(tx, self._staff["zhijian"], id, one.number, "right")
        for _ in wish.stages:
            with database.write() as tx:
                sweeps.start_stage(tx, admin, id)
            driver.finish(id)
            self._clock.move(timedelta(hours=1))
        return id

    def _opened(self) -> str:
        with self._desk.database.write() as tx:
            since = moment(tx.now).date() - timedelta(days=14)
            purpose = "清理代运营换名重复发布的案例和买来的互动,回查已发布的笔记。"
            lead = self._staff["zuzhang"]
            return campaigns.open_campaign(tx, lead, "医美内容专项治理(演示)", since, purpose).id

    def _announce(self, id: str, found: list[tuple[str, str]]) -> None:
        lead, other = self._staff["zuzhang"], self._staff["zuzhang2"]
        with self._desk.database.write() as tx:
            campaigns.link(tx, lead, id, found, "本批发现和处置的对象")
            batch = campaigns.close_batch(tx, lead, id).number
            content, lists = announcing.prepare(tx, lead, id, batch)
            drafted = announcing.draft(tx, lead, content, lists)
            announcing.publish(tx, other, drafted.id, drafted.seal)
