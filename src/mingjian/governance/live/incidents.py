"""Incidents: raised into the desk in one transaction (item, verdict, incident, what follows), dismissed, reinstated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.core.live.model import Incident, Moment
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.law import Basis, basis_in_force
from mingjian.governance.decisions.make import close
from mingjian.governance.live import carrying
from mingjian.governance.live.carrying import the_incident
from mingjian.governance.live.escalation import Seen, Step, follows
from mingjian.governance.live.escalation_load import escalation
from mingjian.governance.live.evidence import evidence_of
from mingjian.governance.live.merchants import concerned
from mingjian.governance.live.rooms import ACTS, HOUSE, READS, required, the
from mingjian.governance.screening.service import Prepared, Screening
from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.items.model import Submission
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.live.model import BY_HAND, LIVING, Act, Happening, Room
from mingjian.records.storage import actions, contents
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.live_incidents import IncidentFilter

_MINUTE = 60 * MICROSECONDS
SOURCE = "live"
"""The source of items that rooms give."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What became of an incident: ``act`` went out at once, ``proposed`` waits for an operator. ``fresh`` is False when
    it was known already (then ``act`` is what was done then)."""

    incident: Happening
    act: Act | None
    proposed: Act | None
    fresh: bool


def prepare_incident(screening: Screening, room: Room, incident: Incident) -> Prepared:
    """Read and judge an incident's item, outside any transaction."""
    item = {**incident.item, "id": f"{room.id}:{incident.key}"}
    return screening.prepare([Submission(item, SOURCE)])[0]


def raise_now(
    screening: Screening, room: Room, incident: Incident, moments: Sequence[Moment] = (), *,
    session: int | None = None,
) -> Raised:  # fmt: skip
    """Raise an incident in a transaction of its own, judged before that is opened: others are kept waiting least."""
    prepared = prepare_incident(screening, room, incident)
    with screening.database.write() as tx:
        return raise_incident(tx, screening, room, incident, moments=moments, prepared=prepared, session=session)


def raise_incident(
    tx: Tx, screening: Screening, room: Room | str, incident: Incident, *, moments: Sequence[Moment] = (),
    prepared: Prepared | None = None, session: int | None = None, basis: Basis | None = None,
) -> Raised:  # fmt: skip
    """Keep an incident: its item with the verdict (and what policies make of it), the incident with its evidence, and
    what escalation says follows. The same room and key is the same incident, however often it is raised. ``session``
    None: the room's of now."""
    hold_head(tx)
    found = the(tx, room if isinstance(room, str) else room.id)
    known = store.incident_by_key(tx, found.id, incident.key)
    if known is not None:
        return _again(tx, known)
    prepared = prepared or prepare_incident(screening, found, incident)
    ((taken, body),) = screening.keep(tx, [prepared], HOUSE.actor)
    verdict: Mapping[str, Any] = json.loads(body) if body is not None else {}
    (evidence,) = contents.put(tx, [evidence_of(incident, moments)])
    id = tx.new_id("lvi")
    event = {
        "room": found.id, "session": session or found.session, "key": incident.key, "kind": incident.kind,
        "severity": incident.severity, "item": taken.item.id, "publisher": taken.item.publisher,
        "codes": list(incident.codes), "what": list(incident.what), "split": list(incident.split),
        "merchants": concerned(tx, found, moments), "from": incident.from_, "to": incident.to,
        "said_at": incident.said_at, "evidence": evidence,
    }  # fmt: skip
    append(tx, Event("live.incident_raised", id, event, HOUSE.actor))
    kept = the_incident(tx, id)
    findings = [one for one in verdict.get("findings", ()) if one["code"] in incident.codes]
    nature = verdict.get("nature", {}).get("value", "")
    seen = Seen(id, incident.kind, incident.severity, _status(findings), nature, incident.said_at)
    return _follow(tx, kept, seen, carrying.advice_of(findings, incident.codes), basis)


def _again(tx: Tx, known: Happening) -> Raised:
    acts = store.acts_of_incident(tx, known.id)
    return Raised(known, next((one for one in acts if one.state in LIVING), None),
                  next((one for one in acts if one.state == "proposed"), None), False)  # fmt: skip


def _status(findings: Sequence[Mapping[str, Any]]) -> str:
    """Violation where any of them is one, else what is still to be shown."""
    found = {one["status"] for one in findings}
    return next((one for one in ("violation", "needs_evidence") if one in found), "advice")


def _follow(tx: Tx, incident: Happening, seen: Seen, advice: Sequence[str], basis: Basis | None) -> Raised:
    room = the(tx, incident.room)
    if room.state != "open" or room.session != incident.session:  # told late: there is nothing left to stop
        return Raised(incident, None, None, True)
    before = [one for one in store.incidents_of_session(tx, incident.room, incident.session)
              if one.state == "open" and one.id != incident.id]  # fmt: skip
    acts = store.acts_of_session(tx, incident.room, incident.session)
    then = follows(escalation(), seen, before, acts, tx.now)
    done, proposed = None, None
    if then.now is not None:
        taken = _take(tx, incident, then.now, advice, basis)
        done, proposed = (taken, None) if taken.state != "proposed" else (None, taken)
    if then.asked is not None:
        proposed = carrying.ask(tx, HOUSE.actor, incident, then.asked.measure, then.asked.reason, step=then.asked,
                                advice=advice)  # fmt: skip
    return Raised(the_incident(tx, incident.id), done, proposed, True)


def _take(tx: Tx, incident: Happening, step: Step, advice: Sequence[str], basis: Basis | None) -> Act:
    """The house acts by itself; where no law of the day carries that, a person is asked instead."""
    act = carrying.ask(tx, HOUSE.actor, incident, step.measure, step.reason, step=step, advice=advice)
    try:
        decision = carrying.decide(tx, HOUSE.actor, act, incident, origin="policy", reason=step.reason, basis=basis)
    except Invalid:
        return act
    carrying.carried(tx, HOUSE.actor, act, decision)
    return carrying.go(tx, HOUSE.actor, act)


def raise_by_hand(tx: Tx, screening: Screening, principal: Principal, room: str, reason: str) -> Happening:
    """An operator saw what the judge did not: an incident of the room as a whole, to act on. Nothing follows by
    itself."""
    demand(principal, ACTS)
    why = required(reason)
    hold_head(tx)
    found = the(tx, room)
    if found.state != "open":
        raise Conflict("直播已结束。")
    id = tx.new_id("lvi")
    publisher = {"id": found.publisher, "kind": found.publisher_kind}
    item: dict[str, Any] = {
        "id": f"{found.id}:{id}", "kind": "live", "channel": "live", "platform": found.platform,
        "domain": found.domain, "publisher": {name: value for name, value in publisher.items() if value} or None,
        "parts": [{"role": "title", "text": found.title or "直播间"}],
    }  # fmt: skip
    given = {name: value for name, value in item.items() if value is not None}
    ((taken, _),) = screening.keep(tx, screening.prepare([Submission(given, SOURCE)]), principal.actor)
    now = max(tx.now - found.opened_at, 0) / MICROSECONDS
    made = Incident(found.id, id, BY_HAND, (), (), now, now, tx.now, given, (), "high")
    (evidence,) = contents.put(tx, [evidence_of(made, ())])
    append(tx, Event("live.incident_raised", id, {
        "room": found.id, "session": found.session, "key": id, "kind": BY_HAND, "severity": "high",
        "item": taken.item.id, "publisher": taken.item.publisher, "codes": [], "what": [], "split": [],
        "merchants": concerned(tx, found, ()), "from": now, "to": now, "said_at": tx.now, "evidence": evidence,
        "reason": why,
    }, principal.actor))  # fmt: skip
    return the_incident(tx, id)


def dismiss(tx: Tx, principal: Principal, incident: str, reason: str, *, basis: Basis | None = None) -> Happening:
    """A false alarm: whatever was done because of it is taken back (by whoever may), what is proposed is declined.
    ``reinstate`` is the reverse."""
    demand(principal, ACTS)
    why = required(reason)
    hold_head(tx)
    found = the_incident(tx, incident)
    if found.state == "dismissed":
        return found
    for act in store.acts_of_incident(tx, incident):
        if act.state == "proposed":
            carrying.decline(tx, principal.actor, act, why)
        elif act.state in LIVING:
            demand_lift(tx, principal, act, basis)
            lift_now(tx, principal.actor, act, why, basis)
    append(tx, Event("live.incident_dismissed", incident, {"room": found.room, "reason": why}, principal.actor))
    return the_incident(tx, incident)


def demand_lift(tx: Tx, principal: Principal, act: Act, basis: Basis | None = None) -> None:
    """An interruption that a person decided is theirs to take back within the minutes allowed; everybody else needs
    decision.reverse, as everybody does later."""
    if act.measure != "interrupt" or act.decision is None:
        return
    decision = actions.decisions_by_id(tx, [act.decision]).get(act.decision)
    if decision is None or decision.automatic or decision.state != "in_force":
        return
    minutes = (basis or basis_in_force()).book.undo_minutes
    if decision.made_by != principal.actor or tx.now - decision.at > minutes * _MINUTE:
        demand(principal, "decision.reverse")


def lift_now(tx: Tx, actor: str, act: Act, reason: str, basis: Basis | None = None) -> None:
    """Take an act back with the decision that carries it: strikes are given back, because they are recounted."""
    if act.decision is not None:
        decision = actions.decisions_by_id(tx, [act.decision]).get(act.decision)
        if decision is not None and decision.state == "in_force":
            close(tx, actor, decision, "reversed", reason, basis or basis_in_force())
    carrying.taken_back(tx, actor, act, reason)


def reinstate(tx: Tx, principal: Principal, incident: str, reason: str) -> Happening:
    """It was no false alarm after all: it counts again. What was taken back stays so until somebody acts again."""
    demand(principal, ACTS)
    why = required(reason)
    hold_head(tx)
    found = the_incident(tx, incident)
    if found.state == "dismissed":
        append(tx, Event("live.incident_reinstated", incident, {"room": found.room, "reason": why}, principal.actor))
    return the_incident(tx, incident)


def get_incident(tx: Tx, principal: Principal, id: str) -> Happening:
    """One incident; NotFound."""
    demand(principal, READS)
    return the_incident(tx, id)


def list_incidents(
    tx: Tx, principal: Principal, wanted: IncidentFilter, before: int | None = None, limit: int = 50
) -> tuple[list[Happening], int | None]:
    """Up to ``limit``, the newest first; and the one to go on from."""
    demand(principal, READS)
    return store.list_incidents(tx, wanted, before, limit)
