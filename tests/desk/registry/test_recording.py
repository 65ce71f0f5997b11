"""Recording, changing, looking back, asking and erasing: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import (
    change_state,
    erase,
    neighbours,
    note_check,
    owners_of,
    publisher_entities,
    publisher_entity,
    record,
    record_each,
    search,
)
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import fold
from mingjian.records.registry.changes import changes_of
from mingjian.records.storage.contents import CONTENTS
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import all_events, events_of
from mingjian.records.storage.registry import (
    awaited,
    changed_since,
    count_entities,
    credentials_of,
    credentials_with_number,
    entities_by_id,
    entity_by_key,
    expiring,
    history_of,
    links_from,
    links_to,
)
from mingjian.records.storage.registry_history import checks_of
from mingjian.records.storage.registry_rows import TABLES
from mingjian.records.storage.registry_tables import VERSIONS
from tests.desk.registry.world import CLERK, OUTSIDER, READER, account, clinic, licence, put, surgeon

DAY = timedelta(days=1)


def everything(tx: Tx) -> list[list[tuple[Any, ...]]]:
    tables = (*TABLES.values(), VERSIONS)
    return [sorted((tuple(row) for row in tx.rows(sa.select(table))), key=repr) for table in tables]


def test_a_record_is_there_with_all_it_says(database: Database) -> None:
    clinic_id, doctor = put(database, clinic(credentials=[licence()]), surgeon())
    with database.read() as tx:
        found = entity_by_key(tx, "institution", "PDY00001")
        assert found is not None and found.id == clinic_id and found.attributes == {"ownership": "private"}
        (held,) = credentials_of(tx, [clinic_id])[clinic_id]
        assert (held.number, held.scope, held.valid_to) == ("PDY00001", ("A02", "A08"), date(2026, 2, 28))
        (link,) = links_from(tx, [doctor])[doctor]
        assert (link.target, link.scope, link.valid_from) == (clinic_id, ("整形外科",), date(2022, 1, 1))
        assert links_to(tx, [clinic_id], ["practises_at"])[clinic_id] == [link]
        assert links_to(tx, [clinic_id], ["belongs_to"]) == {}
        assert count_entities(tx) == {"institution": 1, "physician": 1}
        assert [one.entity for one in credentials_with_number(tx, "PDY00001")] == [clinic_id]


def test_what_changes_nothing_writes_nothing(database: Database) -> None:
    put(database, clinic(credentials=[licence()]), surgeon())
    with database.read() as tx:
        before, events = everything(tx), [event for some in all_events(tx) for event in some]
    with database.write() as tx:
        again = record(tx, CLERK, [clinic(credentials=[licence()]), surgeon()], "test")
    assert [one.changed for one in again] == [(), ()] and not any(one.fresh for one in again)
    with database.read() as tx:
        assert everything(tx) == before
        assert [event for some in all_events(tx) for event in some] == events


def test_a_link_waits_for_its_other_end(database: Database) -> None:
    (own,) = put(database, account())
    with database.read() as tx:
        (waiting,) = awaited(tx, [own])
        assert (waiting.kind, waiting.key) == ("institution", "PDY00001")
        assert links_from(tx, [own]) == {} and owners_of(tx, own, date(2026, 3, 2)) == []
    (clinic_id,) = put(database, clinic())
    with database.read() as tx:
        assert awaited(tx) == []
        assert [one.id for one in owners_of(tx, own, date(2026, 3, 2))] == [clinic_id]


def test_changed_fields_make_a_version_and_days_tell_which_speaks(database: Database, clock: SteppedClock) -> None:
    (id,) = put(database, clinic(credentials=[licence()]))
    clock.move(40 * DAY)  # 2026-04-11
    with database.write() as tx:
        (told,) = record(tx, CLERK, [clinic(name="云杉整形门诊部", credentials=[licence(scope=["A02"])])], "test")
    assert told.changed == ("entity.name", "credential.scope")
    with database.read() as tx:
        now = credentials_of(tx, [id])[id][0]
        assert (now.version, now.scope, now.effective) == (2, ("A02",), date(2026, 4, 11))
        assert credentials_of(tx, [id], as_of=date(2026, 4, 10))[id][0].scope == ("A02", "A08")
        assert credentials_of(tx, [id], as_of=date(2026, 4, 11))[id][0].scope == ("A02",)
        assert entities_by_id(tx, [id], as_of=date(2020, 1, 1))[id].name == "云杉医疗美容门诊部"
        history = history_of(tx, id)
    assert [(one.noun, one.version, one.changed) for one in history] == [
        ("entity", 2, ("name",)), ("credential", 2, ("scope",)), ("entity", 1, ()), ("credential", 1, ()),
    ]  # fmt: skip
    assert {one.actor for one in history} == {CLERK.actor}


@pytest.mark.parametrize(
    ("given", "effective"),
    [
        ({"scope": ["A02"]}, date(2026, 3, 3)),  # changed: from the day it became known
        ({"valid_to": "2025-12-31"}, None),  # days put right: the days speak for themselves
        ({"valid_from": "2026-03-01", "valid_to": "2031-02-28"}, date(2026, 3, 1)),  # renewed: from its first day
        ({"evidence": "a" * 64}, None),  # only completed
    ],
)
def test_from_which_day_a_change_speaks(
    database: Database, clock: SteppedClock, given: dict[str, Any], effective: date | None
) -> None:
    (id,) = put(database, clinic(credentials=[licence()]))
    clock.move(DAY)
    put(database, clinic(credentials=[licence(**given)]))
    with database.read() as tx:
        assert credentials_of(tx, [id])[id][0].effective == effective


def test_somebody_may_say_from_which_day(database: Database) -> None:
    (id,) = put(database, clinic(credentials=[licence()]))
    put(database, clinic(credentials=[licence(scope=["A02"])], effective="2025-06-01"))
    with database.read() as tx:
        assert credentials_of(tx, [id], as_of=date(2025, 5, 31))[id][0].scope == ("A02", "A08")
        assert credentials_of(tx, [id], as_of=date(2025, 6, 1))[id][0].scope == ("A02",)


def test_a_renewed_licence_answers_for_both_terms(database: Database) -> None:
    (id,) = put(database, clinic(credentials=[licence()]))
    put(database, clinic(credentials=[licence(valid_from="2026-03-01", valid_to="2031-02-28")]))
    with database.read() as tx:
        for day, held in ((date(2021, 2, 28), False), (date(2023, 1, 1), True), (date(2026, 2, 28), True),
                          (date(2026, 3, 1), True), (date(2031, 3, 1), False)):  # fmt: skip
            (one,) = credentials_of(tx, [id], as_of=day)[id]
            assert one.holds(day) is held, day


def test_somebody_who_came_back_has_two_links(database: Database, clock: SteppedClock) -> None:
    _, doctor = put(database, clinic(), surgeon(valid_to="2023-12-31"))
    clock.move(DAY)
    put(database, surgeon(valid_from="2025-01-01"))
    with database.read() as tx:
        links = links_from(tx, [doctor])[doctor]
        assert [link.holds(date(2023, 6, 1)) for link in links] == [True, False]
        assert [link.holds(date(2024, 6, 1)) for link in links] == [False, False]
        assert [link.holds(date(2025, 6, 1)) for link in links] == [False, True]


def test_attributes_are_merged_and_taken_away(database: Database) -> None:
    (id,) = put(database, clinic())
    put(database, Record({"id": id, "attributes": {"grade": "门诊部", "ownership": None}}))
    with database.read() as tx:
        assert entities_by_id(tx, [id])[id].attributes == {"grade": "门诊部"}


def test_one_batch_may_speak_of_one_entity_twice(database: Database) -> None:
    first, second = put(database, clinic(credentials=[licence()]), clinic(credentials=[licence("PDY00002")]))
    assert first == second
    with database.read() as tx:
        assert [one.number for one in credentials_of(tx, [first])[first]] == ["PDY00001", "PDY00002"]


def test_states_change_with_a_reason_and_from_a_day(database: Database) -> None:
    (id,) = put(database, clinic(credentials=[licence()]))
    with database.write() as tx:
        held = credentials_of(tx, [id])[id][0]
        with pytest.raises(Invalid):
            change_state(tx, CLERK, held.id, "revoked", "  ")
        with pytest.raises(Invalid):
            change_state(tx, CLERK, held.id, "closed", "吊销")
        with pytest.raises(NotFound):
            change_state(tx, CLERK, "crd_none", "revoked", "吊销")
        change_state(tx, CLERK, held.id, "revoked", "吊销", effective=date(2026, 1, 15))
        change_state(tx, CLERK, held.id, "revoked", "再说一次")
        change_state(tx, CLERK, id, "suspended", "停业整顿")
    with database.read() as tx:
        assert len(events_of(tx, held.id)) == 1
        assert credentials_of(tx, [id])[id][0].state == "revoked"
        assert credentials_of(tx, [id], as_of=date(2026, 1, 14))[id][0].state == "valid"
        assert entities_by_id(tx, [id])[id].state == "suspended"
        assert entities_by_id(tx, [id], as_of=date(2026, 1, 1))[id].state == "active"


def test_a_check_is_remembered_and_lapses_with_what_it_confirmed(database: Database, clock: SteppedClock) -> None:
    (id,) = put(database, clinic(credentials=[licence()]))
    with database.write() as tx:
        held = credentials_of(tx, [id])[id][0]
        note_check(tx, CLERK, held.id, "confirmed", "与官网一致", "b" * 64)
        with pytest.raises(Invalid):
            note_check(tx, CLERK, held.id, "perhaps", "")
    with database.read() as tx:
        found = credentials_of(tx, [id])[id][0]
        assert (found.check, found.why, found.evidence, found.checked_at) == (
            "confirmed", "与官网一致", "b" * 64, clock.now())  # fmt: skip
        assert found.version == held.version
        (event,) = checks_of(tx, held.id)
        assert "官网" not in event.text
    put(database, clinic(credentials=[licence(issuer="青浦区卫健委")]))
    with database.read() as tx:
        assert credentials_of(tx, [id])[id][0].check == "confirmed"
    put(database, clinic(credentials=[licence(scope=["A02"])]))
    with database.read() as tx:
        assert credentials_of(tx, [id])[id][0].check == "malformed"  # what its form alone says


def test_the_form_of_a_number_is_looked_at_when_it_comes(database: Database) -> None:
    good = {"kind": "business_licence", "number": "91310106MA000CT207"}
    wrong = {"kind": "business_licence", "number": "91310106MA000CT202"}
    nobody = {"kind": "hospital_grade", "number": "三甲-1"}
    (id,) = put(database, clinic(credentials=[good, wrong, nobody]))
    with database.read() as tx:
        found = credentials_of(tx, [id])[id]
    assert [one.check for one in found] == ["well_formed", "malformed", "unverified"]
    assert found[1].why and not found[0].why


def test_who_is_behind_a_publisher(database: Database) -> None:
    clinic_id, own = put(database, clinic(), account())
    with database.read() as tx:
        found = publisher_entity(tx, "9001", "xhs")
        assert found is not None and found.id == own
        other = publisher_entity(tx, "PDY00001", "douyin")
        assert other is not None and other.id == clinic_id
        assert publisher_entity(tx, "9001", "douyin") is None
        many = publisher_entities(tx, [("9001", "xhs"), ("none", None), ("PDY00001", None)])
        assert {key: one.id for key, one in many.items()} == {("9001", "xhs"): own, ("PDY00001", None): clinic_id}


def test_entities_are_found_by_words_keys_and_numbers(database: Database) -> None:
    first, second, third = put(
        database, clinic(credentials=[licence("AB-77")]), clinic("PDY00002", "青禾口腔诊所"), account()
    )

    def found(words: str, **more: Any) -> list[str]:
        with database.read() as tx:
            return [one.id for one in search(tx, READER, words, **more)[0]]

    assert found("云杉") == [third, first]
    assert found("云杉", kind="institution") == [first]
    assert found("医疗美容门诊") == [first]
    assert found("口腔 青禾") == [second]
    assert found("PDY00002") == [second]
    assert found("ab-77") == [first]
    assert found(first) == [first]
    assert found("没有这样的") == []
    assert found("", kind="account") == [third]
    assert found("", state="closed") == []
    put(database, clinic("PDY00002", "白露齿科诊所"))
    assert found("青禾") == [] and found("白露齿科") == [second]


def test_lists_go_page_by_page(database: Database, clock: SteppedClock) -> None:
    ids = put(database, *(clinic(f"K{n:02}", "同名门诊", credentials=[licence(f"N{n:02}")]) for n in range(7)))

    def pages(ask: Callable[[Tx, str | None], tuple[list[Any], str | None]]) -> list[str]:
        seen, cursor = list[str](), None
        while True:
            with database.read() as tx:
                some, cursor = ask(tx, cursor)
            assert len(some) <= 3
            seen += [getattr(one, "entity", one.id) for one in some]
            if cursor is None:
                return seen

    assert pages(lambda tx, cursor: search(tx, READER, "同名", cursor=cursor, limit=3)) == ids[::-1]
    assert pages(lambda tx, cursor: search(tx, READER, cursor=cursor, limit=3)) == ids[::-1]
    assert pages(lambda tx, cursor: expiring(tx, date(2026, 2, 1), date(2026, 3, 1), cursor, 3)) == ids
    assert pages(lambda tx, cursor: changed_since(tx, clock.now(), cursor, 3)) == ids
    clock.move(DAY)
    put(database, clinic("K03", credentials=[licence("N03", scope=["A01"])]))
    assert pages(lambda tx, cursor: changed_since(tx, clock.now(), cursor, 3)) == [ids[3]]
    with database.read() as tx, pytest.raises(Invalid):
        search(tx, READER, "同名", cursor="x' OR 1")


def test_what_stands_around_an_entity(database: Database) -> None:
    clinic_id, doctor, own = put(database, clinic(), surgeon(valid_to="2024-12-31"), account())
    with database.read() as tx:
        near = neighbours(tx, READER, own, date(2024, 6, 1))
        assert [one.id for one in near.entities] == [own, clinic_id] and near.whole
        far = neighbours(tx, READER, own, date(2024, 6, 1), depth=2)
        assert far.depth == {own: 0, clinic_id: 1, doctor: 2} and len(far.links) == 2
        later = neighbours(tx, READER, own, date(2025, 6, 1), depth=2)
        assert doctor not in later.depth
        few = neighbours(tx, READER, clinic_id, date(2024, 6, 1), most=2)
        assert len(few.entities) == 2 and not few.whole
        with pytest.raises(NotFound):
            neighbours(tx, READER, "ent_none", date(2024, 6, 1))


def test_stale_versions_and_taken_keys_are_conflicts(database: Database) -> None:
    first, second = put(database, clinic(), clinic("PDY00002", "青禾诊所"))
    with database.write() as tx:
        record(tx, CLERK, [Record({"id": first, "version": 1, "name": "云杉门诊"})], "test")
    with database.write() as tx, pytest.raises(Conflict):
        record(tx, CLERK, [Record({"id": first, "version": 1, "name": "另一个名称"})], "test")
    with database.write() as tx, pytest.raises(Conflict):
        record(tx, CLERK, [Record({"id": second, "key": "PDY00001"})], "test")
    with database.write() as tx:
        (told,) = record(tx, CLERK, [Record({"id": second, "key": "PDY00003"})], "test")
        assert told.changed == ("entity.key",)
        assert entity_by_key(tx, "institution", "PDY00002") is None
        found = entity_by_key(tx, "institution", "PDY00003")
        assert found is not None and found.id == second
    with database.write() as tx, pytest.raises(Conflict):  # a key is free for others from the next batch on
        record(tx, CLERK, [Record({"id": second, "key": "PDY00004"}), clinic("PDY00003", "又一家")], "test")
    with database.write() as tx:
        record(tx, CLERK, [Record({"id": second, "key": "PDY00004"})], "test")
        (other,) = record(tx, CLERK, [clinic("PDY00003", "又一家")], "test")
        assert other.fresh


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Record({"kind": "institution", "key": "X"}), "entity.name"),
        (Record({"kind": "ship", "key": "X", "name": "船"}), "entity.kind"),
        (Record({"kind": "institution", "key": "X", "name": "a\x00b"}), "entity.name"),
        (Record({"kind": "institution", "key": "X" * 129, "name": "y"}), "entity.key"),
        (Record({"kind": "institution", "key": "X", "name": 7}), "entity.name"),
        (Record({"kind": "institution", "key": "X", "name": "y", "colour": "red"}), "entity.colour"),
        (Record({"kind": "institution", "key": "X", "name": "y", "attributes": {"Bad Name": 1}}), "entity.attributes"),
        (Record({"kind": "institution", "key": "X", "name": "y", "attributes": {"a": float("nan")}}),
         "entity.attributes.a"),
        (clinic(credentials=[licence(valid_to="2020-01-01")]), "credentials.0.valid_to"),
        (clinic(credentials=[licence(valid_to="2026-02-30")]), "credentials.0.valid_to"),
        (clinic(credentials=[licence(state="lost")]), "credentials.0.state"),
        (clinic(credentials=[{"kind": "practice_licence"}]), "credentials.0.number"),
        (clinic(credentials=[licence(evidence="../../etc/passwd")]), "credentials.0.evidence"),
        (clinic(credentials="none"), "credentials"),
        (clinic(links=[{"kind": "practises_at", "target": {"key": "X"}}]), "links.0.kind"),
        (surgeon(scope=[""]), "links.0.scope.0"),
        (Record({"kind": "account", "key": "a", "name": "b"},
                links=[{"kind": "belongs_to", "target": {"kind": "drug", "key": "X"}}]), "links.0.target.kind"),
        (clinic(effective="soon"), "effective"),
        (Record({"id": "ent_none", "name": "x"}), "entity.id"),
        (Record("text"), "entity"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_field(sqlite_database: Database, given: Record, field: str) -> None:
    with sqlite_database.write() as tx, pytest.raises(Invalid) as told:
        record(tx, CLERK, [given], "test")
    assert told.value.field == field
    with sqlite_database.read() as tx:
        assert count_entities(tx) == {}


def test_good_records_are_kept_beside_bad_ones(database: Database) -> None:
    with database.write() as tx:
        found = record_each(tx, CLERK, [clinic(), clinic("", "没有编号"), clinic("PDY00003", "青禾")], "test")
    assert [isinstance(one, list) for one in found] == [False, True, False]
    with database.read() as tx:
        assert count_entities(tx) == {"institution": 2}


def test_who_may(sqlite_database: Database) -> None:
    (id,) = put(sqlite_database, clinic())
    with sqlite_database.write() as tx:
        for act in (
            lambda: record(tx, READER, [clinic("X", "y")], "test"),
            lambda: change_state(tx, READER, id, "closed", "z"),
            lambda: erase(tx, READER, id, "z"),
            lambda: search(tx, OUTSIDER, "云杉"),
            lambda: neighbours(tx, OUTSIDER, id, date(2026, 1, 1)),
        ):
            with pytest.raises(Forbidden):
                act()


def a_busy_time(database: Database, clock: SteppedClock) -> str:
    """Every kind of event."""
    put(database, account(), surgeon())
    (id,) = put(database, clinic(credentials=[licence()]))
    clock.move(DAY)
    put(database, clinic(name="云杉整形门诊部", credentials=[licence(scope=["A02"])]), surgeon(scope=["皮肤科"]))
    (gone,) = put(database, clinic("PDY00009", "将要删除的诊所", credentials=[licence("G-1")]))
    put(database, account("xhs:9002", "PDY00009"), clinic("PDY00009", credentials=[licence("G-1", scope=["A01"])]))
    with database.write() as tx:
        held = credentials_of(tx, [id, gone])
        for one in (held[id][0], held[gone][0]):
            note_check(tx, CLERK, one.id, "confirmed", "一致")
        change_state(tx, CLERK, held[id][0].id, "suspended", "暂扣")
        change_state(tx, CLERK, id, "suspended", "整顿")
        change_state(tx, CLERK, links_from(tx, [entity_by_key(tx, "physician", "110000000000001").id], [])  # type: ignore[union-attr]
                     .popitem()[1][0].id, "suspended", "核实中")  # fmt: skip
    return gone


def test_refolding_gives_the_same_tables(database: Database, clock: SteppedClock) -> None:
    gone = a_busy_time(database, clock)
    with database.read() as tx:
        before = everything(tx)
        kinds = {event.kind for some in all_events(tx) for event in some}
    assert all(before) and kinds == {"registry.recorded", "entity.changed", "credential.changed", "link.changed",
                                     "credential.checked"}  # fmt: skip
    refold(database)
    with database.read() as tx:
        assert everything(tx) == before
        assert search(tx, READER, "云杉整形")[0]
    with database.write() as tx:
        erase(tx, CLERK, gone, "本人要求")
    with database.read() as tx:
        after = everything(tx)
    assert after != before
    refold(database)
    with database.read() as tx:
        assert everything(tx) == after


def test_events_fold_one_by_one_as_together(database: Database, clock: SteppedClock) -> None:
    a_busy_time(database, clock)
    with database.write() as tx:
        before = everything(tx)
        for table in (*TABLES.values(), VERSIONS):
            tx.run(table.delete())
        for events in all_events(tx):
            for event in events:
                fold(tx, [event])
        assert everything(tx) == before


def test_an_erased_entity_leaves_nothing_but_ids(database: Database, clock: SteppedClock) -> None:
    gone = a_busy_time(database, clock)
    with database.write() as tx:
        erase(tx, CLERK, gone, "本人要求")
    with database.read() as tx:
        assert entities_by_id(tx, [gone]) == {} and credentials_of(tx, [gone]) == {} and history_of(tx, gone) == []
        assert search(tx, READER, "将要删除")[0] == [] and search(tx, READER, "G-1")[0] == []
        own = entity_by_key(tx, "account", "xhs:9002")
        assert own is not None and links_from(tx, [own.id]) == {}
        bodies = [row.body for row in tx.rows(sa.select(CONTENTS.c.body).where(CONTENTS.c.deleted_at.is_not(None)))]
        assert bodies == [None] * 3  # two versions, one check
        for some in all_events(tx):
            assert not any("将要删除" in event.text or "G-1" in event.text for event in some)
    with database.write() as tx, pytest.raises(NotFound):
        erase(tx, CLERK, gone, "再次")
    (back,) = put(database, clinic("PDY00009", "重新登记的诊所"))
    assert back != gone


def test_the_journal_says_what_changed(database: Database, clock: SteppedClock) -> None:
    gone = a_busy_time(database, clock)
    with database.write() as tx:
        erase(tx, CLERK, gone, "本人要求")
    with database.read() as tx:
        clinic_id = entity_by_key(tx, "institution", "PDY00001")
        assert clinic_id is not None
        changes = [one for some in all_events(tx) for event in some for one in changes_of(event)]
    own = [one.words for one in changes if one.entity == clinic_id.id]
    assert own == [("entity.new",), ("entity.name", "credential.scope"), ("credential.check",), ("credential.state",),
                   ("entity.state",)]  # fmt: skip
    assert [one.words for one in changes if one.entity == gone][-1] == ("entity.erased",)
    assert [one.seq for one in changes] == sorted(one.seq for one in changes)
