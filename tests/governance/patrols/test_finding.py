"""What each kind of patrol finds, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

from mingjian.desk.cases.model import CaseFilter
from mingjian.desk.cases.service import list_cases
from mingjian.desk.people.model import house
from mingjian.desk.registry.service import change_state, note_check
from mingjian.governance.patrols import service
from mingjian.governance.patrols.load import PATROLS, parse_patrols
from mingjian.records.clock import SteppedClock
from mingjian.records.storage import contents, lookups, patrol_entries, patrols, rescreenings
from mingjian.records.storage.database import Database
from mingjian.records.storage.patrol_entries import EntryFilter
from tests.governance.registered import INSPECTOR, KEEPER, clinic, paper, put, to
from tests.governance.world import calm_queues


@contextmanager
def patrol(subjects: dict[str, Any], does: list[str], **more: Any) -> Iterator[None]:
    told = {"title": "巡查", "title_en": "Patrol", "calendar": {"every": "day"}, "subjects": subjects,
            **({"does": does} if does else {}), **more}  # fmt: skip
    with calm_queues(), PATROLS.using(parse_patrols({"patrols": {"one": told}})):
        yield


def run(database: Database) -> Any:
    """Run it once by hand; the run as it ended."""
    with database.write() as tx:
        id = service.run_now(tx, INSPECTOR, "one").id
    while service.advance(database):
        pass
    with database.read() as tx:
        return patrols.run_by_id(tx, id)


def why(database: Database) -> list[str]:
    with database.read() as tx:
        return [entry.why for entry in patrol_entries.list_entries(tx, EntryFilter(), None, 99)[0]]


def cases(database: Database) -> list[Any]:
    with database.read() as tx:
        return list(list_cases(tx, house("t"), CaseFilter(state="live"), None, 50).items)


class TestUnverified:
    def test_never_confirmed_or_too_long_ago(self, database: Database, clock: SteppedClock) -> None:
        fresh = clinic(database, "a")
        clinic(database, "b")
        with database.write() as tx:
            note_check(tx, KEEPER, fresh.credentials[0], "confirmed", "与官方一致")
        wanted = {"kind": "unverified", "credentials": ["practice_licence"], "months": 6, "again_days": 60}
        with patrol(wanted, ["work"]):
            assert (run(database).hits, run(database).hits) == (1, 0)  # not again within sixty days
            assert why(database) == ["还没有经官方核验"]
            clock.move(timedelta(days=190))
            assert run(database).hits == 2
            assert sorted(why(database)) == ["上次核验在 2026-03-02,已过 6 个月", "还没有经官方核验"]

    def test_it_asks_the_official_source(self, database: Database) -> None:
        (credential,) = clinic(database).credentials
        with patrol({"kind": "unverified", "credentials": ["practice_licence"]}, ["lookup"]):
            done = run(database)
        with database.read() as tx:
            (asked,) = lookups.lookups_of(tx, credential=credential)
        assert (asked.run, asked.state, asked.source, done.counts) == (done.id, "by_hand", "nhc_unit", {"lookup": 1})


class TestChanged:
    wanted: ClassVar[dict[str, Any]] = {
        "kind": "changed", "entities": ["institution"], "credentials": ["practice_licence"],
    }  # fmt: skip

    def test_first_met_is_only_remembered_then_each_change_is_found_once(self, database: Database) -> None:
        made = clinic(database, scope=["A08"])
        with patrol(self.wanted, ["work", "rescreen"]):
            assert [run(database).hits for _ in range(2)] == [0, 0]
            with database.write() as tx:
                put(tx, "institution", "clinic", credentials=[
                    paper("practice_licence", "PDY-clinic", scope=["A08", "A14"])])  # fmt: skip
            done = run(database)
            assert (done.hits, done.counts) == (1, {"work": 1, "rescreen": 1})
            assert run(database).hits == 0
            with database.write() as tx:
                change_state(tx, KEEPER, made.credentials[0], "suspended", "停业整顿")
            assert run(database).hits == 1
        with database.read() as tx:
            begun = rescreenings.list_rescreenings(tx, entity=made.entity)
        assert len(begun) == 1  # the second asks for one that goes on already

    def test_a_name_is_no_licence(self, database: Database) -> None:
        clinic(database)
        with patrol(self.wanted, ["work"]):
            run(database)
            with database.write() as tx:
                put(tx, "institution", "clinic", "改名后的门诊部")
            assert run(database).hits == 0

    def test_that_a_term_ends_is_a_change(self, database: Database, clock: SteppedClock) -> None:
        clinic(database, ends="2026-03-05")
        with patrol(self.wanted, ["work"]):
            run(database)
            clock.move(timedelta(days=5))
            assert run(database).hits == 1


class TestSample:
    def test_a_share_another_one_each_run(self, database: Database) -> None:
        with database.write() as tx:
            for number in range(200):
                put(tx, "institution", f"c{number}")
        with patrol({"kind": "sample", "entities": ["institution"], "share": 0.1}, ["work"]):
            done = run(database)
            first = {entry.entity for entry in _entries(database)}
            run(database)
            second = {entry.entity for entry in _entries(database)} - first
        assert done.seen == 200 and 8 <= len(first) <= 35 and len(first) == done.hits
        assert second


class TestRisk:
    def test_those_in_the_bands(self, database: Database) -> None:
        high, low = clinic(database, "high"), clinic(database, "low")
        with database.write() as tx:
            _score(tx, "high", "high")
            _score(tx, "low", "low")
        with patrol({"kind": "risk", "entities": ["institution"], "scorecard": "institution_risk", "bands": ["high"]},
                    ["work"]):  # fmt: skip
            assert [run(database).hits, run(database).hits] == [1, 0]
        assert [entry.entity for entry in _entries(database)] == [high.entity] != [low.entity]


class TestUnregistered:
    wanted: ClassVar[dict[str, Any]] = {"kind": "unregistered", "entities": ["device", "drug", "consumable"]}

    def test_products_sold_without_a_registration_that_holds(self, database: Database) -> None:
        with database.write() as tx:
            put(tx, "device", "none")
            put(tx, "device", "ended", credentials=[paper("device_registration", "国械注准20193130001", "2025-12-31")])
            put(tx, "drug", "good", credentials=[paper("drug_approval", "国药准字H20190001")])
            put(tx, "drug", "wrong_paper", credentials=[paper("device_filing", "京械备20190001")])
            put(tx, "device", "unknown_days", credentials=[
                paper("device_registration", "国械注准20193130002", None, None)])  # fmt: skip
            put(tx, "device", "off_sale", attributes={"on_sale": False})
            put(tx, "service", "a service")
            lies = put(tx, "device", "denied", credentials=[paper("device_registration", "国械注准20193130003")])
            note_check(tx, KEEPER, lies.credentials[0], "contradicted", "官方没有这个号码")
        with patrol(self.wanted, ["case"], queue="product"):
            done = run(database)
            assert (done.seen, done.hits, done.counts) == (7, 4, {"case": 4})
            assert run(database).hits == 0
        found = cases(database)
        assert {(case.kind, case.queue, case.origin) for case in found} == {("product", "product", "patrol")}
        assert sorted(case.reason for case in found) == [
            "巡查:没有登记注册证或备案",
            "巡查:没有登记注册证或备案",
            "巡查:注册证或备案与官方核验不符",
            "巡查:注册证或备案已于 2025-12-31 到期",
        ]


class TestBeyondScope:
    wanted: ClassVar[dict[str, Any]] = {"kind": "beyond_scope"}

    def test_without_a_certificate_or_a_lawful_place(self, database: Database) -> None:
        house_ = ("institution", "clinic")
        clinic(database)
        clinic(database, "shut", "2025-01-01")
        with database.write() as tx:
            put(
                tx,
                "physician",
                "fine",
                credentials=[paper("physician_practice", "110110000000001")],
                links=[to("practises_at", house_)],
            )
            put(tx, "physician", "none", links=[to("practises_at", house_)])
            put(
                tx,
                "physician",
                "revoked",
                credentials=[paper("physician_practice", "110110000000002", state="revoked")],
                links=[to("practises_at", house_)],
            )
            put(
                tx,
                "physician",
                "elsewhere",
                credentials=[paper("physician_practice", "110110000000003")],
                links=[to("practises_at", ("institution", "shut"))],
            )
            put(tx, "physician", "resting")  # nobody says they practise
        with patrol(self.wanted, ["case", "work"], queue="onboarding"):
            assert (run(database).hits, run(database).hits) == (3, 0)
        assert sorted(why(database)) == [
            "医师执业证书已被吊销或撤销",
            "执业机构执业许可或备案已于 2025-01-01 到期",
            "没有登记医师执业证书",
        ]
        assert {(case.kind, case.queue, case.subject) for case in cases(database)} == {
            ("actor", "onboarding", name) for name in ("none", "revoked", "elsewhere")
        }


class TestContent:
    def test_in_turn(self, database: Database, clock: SteppedClock) -> None:
        clinic(database)
        with patrol({"kind": "content", "entities": ["institution"], "months": 6, "share": 1}, ["rescreen"]):
            assert [run(database).hits for _ in range(2)] == [1, 0]
            clock.move(timedelta(days=200))
            assert run(database).hits == 1


class TestFollowing:
    def test_notice_case_and_enquiry(self, database: Database) -> None:
        made = clinic(database, ends="2026-03-05")
        stages = [{"days": 7, "does": ["notice", "case", "enquiry", "work"]}]
        with patrol({"kind": "expiring", "credentials": ["practice_licence"], "stages": stages}, []):
            done = run(database)
        assert done.counts == {"notice": 1, "case": 1, "enquiry": 1, "work": 1}
        with database.read() as tx:
            (notice,) = patrol_entries.notices_of(tx, entity=made.entity)
            words = contents.get(tx, notice.text)
        assert words is not None and "还有 3 天到期" in words.decode() and "PDY-clinic" in words.decode()
        (case,) = cases(database)
        assert (case.kind, case.subject, case.queue, case.publisher) == ("actor", "clinic", "onboarding", "clinic")

    def test_the_journal_names_nobody(self, database: Database) -> None:
        with database.write() as tx:
            put(tx, "institution", "clinic", "隐去门诊部", [paper("practice_licence", "PDY-77", "2026-03-05")])
        stages = [{"days": 7, "does": ["notice", "case", "enquiry", "work", "lookup"]}]
        with patrol({"kind": "expiring", "credentials": ["practice_licence"], "stages": stages}, []):
            run(database)
        from mingjian.records.storage.events import events_after

        with database.read() as tx:
            told = [event.text for event in events_after(tx, 0, limit=999) if event.kind.startswith(
                ("patrol.", "entry.", "lookup.", "enquiry.", "rescreening."))]  # fmt: skip
        assert len(told) >= 6
        assert not [text for text in told if "隐去" in text or "PDY-77" in text]


def _entries(database: Database) -> list[Any]:
    with database.read() as tx:
        return patrol_entries.list_entries(tx, EntryFilter(), None, 99)[0]


def _score(tx: Any, actor: str, band: str) -> None:
    from mingjian.records.storage.scores import SCORES

    tx.run(SCORES.insert(), {"card": "institution_risk", "actor": actor, "version": 1, "points": 1, "band": band,
                             "missing_share": 0, "day": 0, "since": 0, "seq": 1, "told": 1})  # fmt: skip


class TestScope:
    def test_a_service_beyond_the_institutions_licence(self, database: Database) -> None:
        from mingjian import api
        from mingjian.governance.patrols import practice

        compiled = api.engine().compiled
        practice.use_scope(compiled.catalogue, compiled.finder)
        place = ("institution", "dental")
        with database.write() as tx:
            put(tx, "institution", "dental", credentials=[paper("practice_licence", "PDY-d", scope=["12"])])
            put(
                tx,
                "physician",
                "dentist",
                links=[to("practises_at", place)],
                credentials=[
                    paper("physician_practice", "110110000000001", None),
                    paper("physician_qualification", "2015", None),
                ],
            )
            put(
                tx,
                "service",
                "s1",
                "热玛吉",
                links=[to("offered_by", place), to("performed_by", ("physician", "dentist"))],
            )
        with patrol({"kind": "beyond_scope"}, ["work"]):
            assert (run(database).hits, run(database).hits) == (1, 0)
        (told,) = why(database)
        assert "超出范围" in told and "诊疗科目" in told
