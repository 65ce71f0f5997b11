"""The duty behind live acts: what the platform has not acknowledged is sent again and then told to operators, what no
operator answered lapses or goes to a queue, and what people decided elsewhere (a case, a reversal, an appeal) is done
in the room as well."""

from __future__ import annotations

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.governance.live import carrying
from mingjian.governance.live.carrying import the_incident
from mingjian.governance.live.escalation_load import escalation
from mingjian.governance.live.rooms import HOUSE, the
from mingjian.records.journal.model import Recorded
from mingjian.records.live.model import LIVING, MEASURES, Act
from mingjian.records.storage import actions
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after, hold_head, move_cursor

DUTY = "live-acts"
UNANSWERED = "等待确认已超时"
UNACKNOWLEDGED = "平台没有在期限内回执"
_KINDS = ("decision.made", "decision.closed", "decision.reopened")
_WHY = {"reversed": "处置已在台上撤销", "undone": "作出处置的人已撤回", "overturned": "申诉成立,处置撤销",
        "varied": "申诉后改为较轻的处置", "replaced": "已由后来的决定取代"}  # fmt: skip


def anything_to_tend(tx: Tx) -> bool:
    """Whether ``tend`` would find something: asked in a reading transaction."""
    return bool(store.acts_due(tx, 1)) or bool(events_after(tx, cursor_of(tx, DUTY), limit=1, kinds=_KINDS))


def tend(tx: Tx, limit: int = 100) -> int:
    """Some of what is due; how much that was. Run it often; it may run anywhere, any number of times."""
    hold_head(tx)
    due = store.acts_due(tx, limit)
    for act in due:
        if act.state == "proposed":
            _unanswered(tx, act)
        elif act.tries < escalation().tries:
            carrying.go(tx, HOUSE.actor, act)
        else:
            carrying.fail(tx, HOUSE.actor, act, f"{UNACKNOWLEDGED}(已发 {act.tries} 次)")
    events = events_after(tx, cursor_of(tx, DUTY), limit=limit, kinds=_KINDS)
    for event in events:
        if event.kind == "decision.made":
            _decided(tx, event)
        elif event.kind == "decision.closed":
            _closed(tx, event)
        else:
            _reopened(tx, event)
    if events:
        move_cursor(tx, DUTY, events[-1].seq)
    return len(due) + len(events)


def _unanswered(tx: Tx, act: Act) -> None:
    step = escalation().named(act.step)
    carrying.decline(tx, HOUSE.actor, act, UNANSWERED, lapsed=True)
    if step is None or step.unanswered != "queue":
        return
    incident, room = the_incident(tx, act.incident), the(tx, act.room)
    facts = {"platform": room.platform, "publisher": room.publisher, "publisher_kind": room.publisher_kind,
             "severity": incident.severity, "channel": "live", "measure": act.measure}  # fmt: skip
    known = {name: value for name, value in facts.items() if value is not None}
    open_cases(tx, HOUSE, [CaseRequest("item", incident.item, known, "policy", None, f"{act.reason}({UNANSWERED})")])


def _decided(tx: Tx, event: Recorded) -> None:
    """A decision made at the desk about a live incident's item, by a measure for rooms, is carried out in the room."""
    body = event.body
    if body["measure"] not in MEASURES or body["item"] is None or store.acts_of_decisions(tx, [event.subject]):
        return
    incident = store.incident_by_item(tx, body["item"])
    made = actions.decisions_by_id(tx, [event.subject])[event.subject]
    if incident is None or made.state != "in_force" or the(tx, incident.room).state != "open":
        return
    before = next((one for one in store.acts_of_incident(tx, incident.id)
                   if one.measure == made.measure and one.state in (*LIVING, "proposed")), None)  # fmt: skip
    act = before or carrying.ask(tx, made.made_by, incident, made.measure, made.reasons[0] if made.reasons else "")
    carrying.carried(tx, made.made_by, act, made.id)
    if act.state not in ("sent", "acknowledged"):
        carrying.go(tx, made.made_by, act)


def _closed(tx: Tx, event: Recorded) -> None:
    """What carried an act is out of force: the room is told, unless another decision keeps the same measure."""
    state = event.body["state"]
    for act in store.acts_of_decisions(tx, [event.subject]):
        if act.state not in LIVING:
            continue
        others = [one for one in actions.decisions_of_item(tx, the_incident(tx, act.incident).item)
                  if one.state == "in_force" and one.measure == act.measure]  # fmt: skip
        if others:
            carrying.carried(tx, others[-1].made_by, act, others[-1].id)
        else:
            carrying.taken_back(tx, HOUSE.actor, act, _WHY.get(state, "处置已撤销"))


def _reopened(tx: Tx, event: Recorded) -> None:
    """What had replaced it was undone: the order goes out again, while the same session runs."""
    for act in store.acts_of_decisions(tx, [event.subject]):
        room = the(tx, act.room)
        if act.state == "lifted" and (room.state, room.session) == ("open", act.session):
            carrying.go(tx, HOUSE.actor, act)
