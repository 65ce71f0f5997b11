"""What is kept of an incident: its words, the seal, what goes into a package, and what erasing leaves."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from mingjian.desk.evidence.subjects import about as all_about
from mingjian.governance.live import acting, evidence, incidents, rooms
from mingjian.governance.live.evidence import Seal
from mingjian.governance.live.wall import WallFilter, room_page, wall
from mingjian.records.blobs import Blobs
from mingjian.records.errors import Conflict, Forbidden
from mingjian.records.items.erase import erase
from tests.governance.live.staged import HOUSE, LEAD, OPERATOR, SAID, Live, about
from tests.governance.world import person


def sealed(live: Live, blobs: Blobs, incident: str) -> Seal:
    clip, size = blobs.put(io.BytesIO(b"clip"), 100)
    frame, _ = blobs.put(io.BytesIO(b"frame"), 100)
    seal = Seal(1.0, 40.0, clip, size, [(frame, 12.0)], "他说水光针\n".encode(), "扣1\n".encode(),
                [("picture", 3.0, 5.0, "stalled")])  # fmt: skip
    with live.database.write() as tx:
        evidence.seal(tx, incident, seal)
    return seal


def test_evidence_is_kept_sealed_once_and_any_change_shows(live: Live, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    raised = live.raised()
    with live.database.read() as tx:
        told = evidence.told(tx, raised.incident)
        assert told is not None and told.moments[0].text == SAID and told.signals[0].what == "水光针"
        assert evidence.verify_seal(tx, raised.incident, blobs) == ["还没有封存"]
    seal = sealed(live, blobs, raised.incident.id)
    with live.database.write() as tx:
        first = evidence.seal(tx, raised.incident.id, Seal(0.0, 1.0))  # later words change nothing
        known = evidence.sealed(tx, first)
        assert known is not None and known["clip"] == seal.clip and known["gaps"] == [["picture", 3.0, 5.0, "stalled"]]
        assert evidence.texts_of(tx, known) == (seal.transcript, seal.comments)
        assert evidence.verify_seal(tx, first, blobs) == []
    blobs.path(seal.clip or "").write_bytes(b"other")
    blobs.delete(seal.frames[0][0])
    with live.database.read() as tx:
        wrong = evidence.verify_seal(tx, first, blobs)
    assert [one.split(":")[0] for one in wrong] == ["留证片段与摘要不符", "截图不在了"]


def test_a_package_of_the_item_or_the_incident_holds_acts_seal_and_files(live: Live, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    raised = live.raised()
    seal = sealed(live, blobs, raised.incident.id)
    with live.database.read() as tx:
        for subject in (raised.incident.item, raised.incident.id):
            found = all_about(tx, subject)
            kinds = {event.kind for event in found.events}
            assert {"item.judged", "decision.made", "live.incident_sealed", "live.act_sent"} <= kinds
            assert [one.id for one in found.rows["acts"]] == [raised.act.id if raised.act else ""]
            assert seal.clip in found.digests()


def test_erasing_the_item_takes_the_words_of_the_room_with_it(live: Live, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    raised = live.raised()
    sealed(live, blobs, raised.incident.id)
    with live.database.write() as tx, pytest.raises(Conflict):
        erase(tx, raised.incident.item, LEAD.actor, "当事人请求")  # while a measure stands
    with live.database.write() as tx:
        now = incidents.dismiss(tx, OPERATOR, raised.incident.id, "误判")
        _, files = erase(tx, raised.incident.item, LEAD.actor, "当事人请求")
        assert len(files) == 2 and evidence.told(tx, now) is None
        known = evidence.sealed(tx, now)
        assert known is not None and evidence.texts_of(tx, known) == (None, None)


def test_the_wall_shows_the_riskiest_first_and_risk_fades_and_is_recounted(live: Live) -> None:
    with live.database.write() as tx:
        quiet = rooms.open_room(tx, LEAD, about(id="quiet", platform="kuaishou", publisher={"id": "q"}))
    raised = live.raised()
    live.clock.move(timedelta(seconds=30))
    with live.database.read() as tx:
        rows, total = wall(tx, OPERATOR)
        assert [row.room.id for row in rows] == ["room1", quiet.id] and total == 2
        assert rows[0].risk > 20 and rows[1].risk == 0 and rows[0].incidents == 1
        assert [act.state for act in rows[0].acts] == ["sent"] and rows[0].waiting == ()
        assert [row.room.id for row in wall(tx, OPERATOR, WallFilter(platform="kuaishou"))[0]] == [quiet.id]
        assert wall(tx, OPERATOR, WallFilter(least=1.0))[1] == 1
        assert wall(tx, OPERATOR, offset=1, limit=1)[0][0].room.id == quiet.id
        before = rows[0].risk
    with live.database.write() as tx, pytest.raises(Forbidden):
        wall(tx, person("ana", "analyst"))
    live.clock.move(timedelta(minutes=20))
    with live.database.read() as tx:
        assert wall(tx, OPERATOR)[0][0].risk == pytest.approx(before / 2, abs=1)
    with live.database.write() as tx:
        incidents.dismiss(tx, OPERATOR, raised.incident.id, "误判")
        assert {row.room.id: row.risk for row in wall(tx, OPERATOR)[0]} == {"room1": 0.0, "quiet": 0.0}


def test_a_rooms_page_says_whether_the_host_obeyed(lone: Live) -> None:
    act = lone.raised().act
    with lone.database.write() as tx:
        acting.acknowledge(tx, HOUSE, act.id if act else "")
        assert room_page(tx, OPERATOR, "room1").obeyed is None
    lone.clock.move(timedelta(seconds=60))
    with lone.database.read() as tx:
        page = room_page(tx, OPERATOR, "room1")
        assert page.obeyed is True and "水光针" in page.texts[page.acts[0].id] and len(page.incidents) == 1
    lone.raised()
    with lone.database.read() as tx:
        assert room_page(tx, OPERATOR, "room1").obeyed is None  # warned anew: the host has time to heed it
