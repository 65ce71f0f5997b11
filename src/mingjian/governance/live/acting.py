"""What operators do about a room: act, confirm, decline, lift, send again; and the platform's acknowledgement."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.decisions.law import Basis
from mingjian.governance.live import carrying
from mingjian.governance.live.carrying import known_measure, the_act, the_incident
from mingjian.governance.live.incidents import demand_lift, lift_now
from mingjian.governance.live.rooms import ACTS, FEEDS, READS, required
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.live.model import LIVING, Act, Happening
from mingjian.records.storage import actions
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after, hold_head

MOST_DETAIL = 200


def act(
    tx: Tx, principal: Principal, incident: str, measure: str, reason: str, *, cites: Sequence[str] = (),
    codes: Sequence[str] = (), text: str | None = None, version: int | None = None, basis: Basis | None = None,
) -> Act:  # fmt: skip
    """An operator warns the host, has picture or sound masked, or interrupts the room because of an incident: sent at
    once, by a decision that counts. One that is proposed already is confirmed. ``text`` is what the host is told (None:
    our words). ``version`` is the room's that the operator saw: Conflict when others did something about the incident
    since. Conflict too while the same measure is in force on it."""
    demand(principal, ACTS)
    known_measure(measure)
    why = required(reason)
    if text is not None and not 0 < len(text.strip()) <= carrying.MOST_TEXT:
        raise Invalid(f"告知主播的话应为 1 至 {carrying.MOST_TEXT} 字。", field="text")
    hold_head(tx)
    found = _to_act_on(tx, incident, version)
    before = [one for one in store.acts_of_incident(tx, incident) if one.measure == measure]
    if any(one.state in LIVING for one in before):
        raise Conflict("这项处置已经执行,请刷新后再看。")
    asked = next((one for one in before if one.state == "proposed"), None)
    asked = asked or carrying.ask(tx, principal.actor, found, measure, why, text=text)
    return _carry(tx, principal, asked, found, why, codes, cites, basis)


def confirm(
    tx: Tx, principal: Principal, act: str, reason: str = "", *, cites: Sequence[str] = (),
    codes: Sequence[str] = (), version: int | None = None, basis: Basis | None = None,
) -> Act:  # fmt: skip
    """An operator agrees: a proposed act goes out. One the house took by itself becomes the operator's decision, which
    counts on the ladders from the day it was taken."""
    demand(principal, ACTS)
    hold_head(tx)
    found = the_act(tx, act)
    incident = _to_act_on(tx, found.incident, version)
    why = reason.strip() or found.reason
    if found.state == "proposed":
        return _carry(tx, principal, found, incident, why, codes, cites, basis)
    if found.state not in LIVING:
        raise Conflict("这项处置已不再等待确认,请刷新后再看。")
    carrier = actions.decisions_by_id(tx, [found.decision or ""]).get(found.decision or "")
    if carrier is None or carrier.state != "in_force":
        raise Conflict("这项处置的决定已经变化,请刷新后再看。")
    if not carrier.automatic:
        return found
    decision = carrying.decide(tx, principal.actor, found, incident, origin=carrying.who(principal), reason=why,
                               codes=codes, cites=cites, replaces=(carrier.id,), basis=basis)  # fmt: skip
    carrying.carried(tx, principal.actor, found, decision)
    return the_act(tx, act)


def decline(tx: Tx, principal: Principal, act: str, reason: str) -> Act:
    """An operator says no to what is proposed. Acting by hand is the reverse."""
    demand(principal, ACTS)
    why = required(reason)
    hold_head(tx)
    found = the_act(tx, act)
    if found.state == "declined":
        return found
    if found.state != "proposed":
        raise Conflict("这项处置已不再等待确认,请刷新后再看。")
    carrying.decline(tx, principal.actor, found, why)
    return the_act(tx, act)


def lift(tx: Tx, principal: Principal, act: str, reason: str, *, basis: Basis | None = None) -> Act:
    """Take an act back: the platform is told, the decision goes out of force, strikes are given back. What a person
    decided others lift only with decision.reverse; one's own within the minutes allowed, and what the house did, any
    operator may."""
    demand(principal, ACTS)
    why = required(reason)
    hold_head(tx)
    found = the_act(tx, act)
    if found.state == "lifted":
        return found
    if found.state not in LIVING:
        raise Conflict("这项处置没有执行,不必撤销。")
    demand_lift(tx, principal, found, basis)
    lift_now(tx, principal.actor, found, why, basis)
    return the_act(tx, act)


def acknowledge(
    tx: Tx, principal: Principal, act: str, at: int | None = None, *, done: bool = True, detail: str = ""
) -> Act:
    """The platform says an act is done (``at``: when), or that it will not do it (``done`` False): then it has failed
    and operators see why. Said again, it changes nothing; of what was taken back meanwhile too."""
    if not allowed(principal, FEEDS):
        demand(principal, ACTS)
    hold_head(tx)
    found = the_act(tx, act)
    if found.state == "proposed":
        raise Conflict("这项处置还没有发出,不能回执。")
    if found.state not in LIVING or (found.state == "acknowledged" and done):
        return found
    if not done:
        if found.state != "failed":
            carrying.fail(tx, principal.actor, found, f"平台未执行:{detail.strip()[:MOST_DETAIL] or '未说明原因'}")
        return the_act(tx, act)
    when = min(at, tx.now) if at is not None else tx.now
    body = {"room": found.room, "incident": found.incident, "at": when, "act": act, "measure": found.measure}
    append(tx, Event("live.act_acknowledged", act, body, principal.actor))
    return the_act(tx, act)


def resend(tx: Tx, principal: Principal, act: str) -> Act:
    """Send an act again that the platform refused or never answered."""
    demand(principal, ACTS)
    hold_head(tx)
    found = the_act(tx, act)
    if found.state not in ("failed", "sent"):
        raise Conflict("只能重发没有送达或没有回执的处置。")
    return carrying.go(tx, principal.actor, found)


def get_act(tx: Tx, principal: Principal, id: str) -> tuple[Act, str]:
    """One act, and what the host is told; NotFound."""
    if not allowed(principal, FEEDS):
        demand(principal, READS)
    found = the_act(tx, id)
    return found, carrying.text_of(tx, found)


def list_acts(
    tx: Tx, principal: Principal, *, room: str | None = None, state: str | None = None, before: int | None = None,
    limit: int = 50,
) -> tuple[list[Act], int | None]:  # fmt: skip
    """Up to ``limit``, the newest first; and the one to go on from."""
    if not allowed(principal, FEEDS):
        demand(principal, READS)
    return store.list_acts(tx, room=room, state=state, before=before, limit=limit)


def _carry(
    tx: Tx, principal: Principal, asked: Act, incident: Happening, why: str, codes: Sequence[str],
    cites: Sequence[str], basis: Basis | None,
) -> Act:  # fmt: skip
    decision = carrying.decide(tx, principal.actor, asked, incident, origin=carrying.who(principal), reason=why,
                               codes=codes, cites=cites, basis=basis)  # fmt: skip
    carrying.carried(tx, principal.actor, asked, decision)
    return carrying.go(tx, principal.actor, asked)


def _to_act_on(tx: Tx, incident: str, version: int | None) -> Happening:
    found = the_incident(tx, incident)
    if found.state != "open":
        raise Conflict("这条线索已被排除;请先恢复。")
    if version is not None:
        about = [incident, *(one.id for one in store.acts_of_incident(tx, incident))]
        if any(events_after(tx, version, limit=1, subject=one) for one in about):
            raise Conflict("这条线索刚刚有了新的处置,请刷新后再看。")
    return found
