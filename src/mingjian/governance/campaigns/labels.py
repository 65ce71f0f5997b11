"""People say of a sample's items whether they violate, in the case queues, without knowing which sample each is of.

Cases of both sides are opened together, shuffled, in a queue that never acts; they look like any quality sample and
name neither campaign nor side. An answer other than ``pass`` says that the item violates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.desk.queues.load import book
from mingjian.governance.campaigns.sampling import lot, sample_of
from mingjian.governance.campaigns.service import MANAGES
from mingjian.records.campaigns.model import Sample, SampleItem
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import campaign_samples as stored
from mingjian.records.storage.campaign_figures import events_about
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.items import items_by_id

QUEUE, REASON = "quality", "质检抽样"
_OPENER = house("quality")
_PIECE = 500  # cases in one event


def ask(tx: Tx, principal: Principal, ids: Sequence[str], queue: str = QUEUE) -> list[Sample]:
    """Open a case about every item of these samples, all samples shuffled together. An item in both is asked about
    once. Conflict when one was asked or dropped already."""
    demand(principal, MANAGES)
    hold_head(tx)
    if book().queue(queue).acts:
        raise Invalid(f"“{book().queue(queue).title}”会直接处置,标注须用不处置的队列", field="queue")
    found = [sample_of(tx, id) for id in dict.fromkeys(ids)]
    for one in found:
        if one.state != "drawn":
            raise Conflict(f"样本 {one.id} 已经送去标注或已作废")
    rows = [row for one in found for row in stored.sample_items(tx, one.id)]
    items = items_by_id(tx, [row.item for row in rows])
    shuffled = sorted({row.item for row in rows if row.item in items}, key=lambda item: lot("|".join(ids), item))
    wanted = [
        CaseRequest("item", item, {"platform": items[item].platform, "nature": items[item].nature,
                                   "publisher": items[item].publisher,
                                   "publisher_kind": items[item].publisher_kind}, "sample", queue, REASON)
        for item in shuffled
    ]  # fmt: skip
    cases = {case.subject: case.id for case in open_cases(tx, _OPENER, wanted)}
    events = []
    for one in found:
        mine = [[row.place, cases[row.item]] for row in rows if row.sample == one.id and row.item in cases]
        events += [Event("prevalence_sample.asked", one.id, {"cases": mine[at : at + _PIECE]}, principal.actor)
                   for at in range(0, len(mine), _PIECE)]  # fmt: skip
    append_all(tx, events)
    return [sample_of(tx, one.id) for one in found]


def labels(tx: Tx, rows: Sequence[SampleItem], upto: int) -> Mapping[str, bool]:
    """What people said by a number of the journal: case → whether the item violates; without those not answered."""
    said: dict[str, bool] = {}
    cases = [row.case for row in rows if row.case is not None]
    for event in events_about(tx, cases, upto, ("case.reviewed", "case.undone")):
        if event.kind == "case.undone":
            said.pop(event.subject, None)
        elif "outcome" in event.body:
            said[event.subject] = event.body["outcome"] != "pass"
    return said
