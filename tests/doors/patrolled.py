"""A patrol that ran, a look-up and an enquiry of every state, for tests that go over every route."""

from __future__ import annotations

import io
from datetime import timedelta

from mingjian.desk.people.model import house
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.doors.desk.opening import Desk
from mingjian.governance.enquiries import service as enquiries
from mingjian.governance.lookups import service as lookups
from mingjian.governance.patrols import rescreening, service
from mingjian.records.blobs import Blobs
from mingjian.records.clock import day
from mingjian.records.people.model import User
from mingjian.records.storage import patrol_entries
from mingjian.records.storage.patrol_entries import EntryFilter


def patrols(desk: Desk, users: dict[str, User], hostile: str) -> dict[str, str]:
    """Their ids by what routes call them; every text that people may write is ``hostile``."""
    lead, database = users["zuzhang"].principal(), desk.database
    soon = (day(database.clock.now()) + timedelta(days=3)).isoformat()
    papers = [{"kind": "practice_licence", "number": f"PDY{n}", "issuer": hostile[:150], "valid_from": "2020-01-01",
               "valid_to": soon} for n in range(4)]  # fmt: skip
    with database.write() as tx:
        told = record(tx, house("tests"), [Record({"kind": "institution", "key": "patrolled", "name": hostile[:150]},
                                                  papers)], "tests")[0]  # fmt: skip
        run = service.run_now(tx, lead, "licence_expiry")
    while service.advance(database):
        pass
    evidence, _ = Blobs(desk.settings.blobs).put(io.BytesIO(b"<script>window.owned=1</script>"), 1 << 20)
    first, second, third, fourth = told.credentials
    with database.write() as tx:
        entry = patrol_entries.list_entries(tx, EntryFilter(entity=told.entity), None, 1)[0][0]
        begun = rescreening.start(tx, lead, told.entity, hostile)
        waits, answered = (lookups.request(tx, lead, [id], why=hostile, again=True)[0] for id in (first, second))
        facts = {"note": hostile, "shown": {"name": hostile}}
        lookups.answer_by_hand(tx, lead, answered.id, "contradicted", facts=facts, evidence=evidence, why=hostile)
        drafted, sent = (enquiries.draft(tx, lead, id, hostile) for id in (third, fourth))
        enquiries.send(tx, lead, sent.id, "letter", "<script>")
        enquiries.remind(tx, lead, sent.id, hostile)
        enquiries.answer(tx, lead, sent.id, "contradicted", hostile, evidence)
        notice = patrol_entries.notices_of(tx, entity=told.entity, limit=1)[0].id
    return {"patrol_notice": notice, "patrol_run": run.id, "patrol_entry": entry.id, "registered": told.entity,
            "rescreening": begun.id, "lookup": waits.id, "answered_lookup": answered.id, "enquiry": drafted.id,
            "answered_enquiry": sent.id}  # fmt: skip
