"""Carrying an act out: the decision that grounds it, the order that goes to the platform, and what the host is told.
Whoever calls has asked for permission and holds the journal's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.governance.decisions.law import Basis, basis_in_force, found_law
from mingjian.governance.decisions.make import make
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.live.escalation import Step
from mingjian.governance.live.escalation_load import escalation
from mingjian.records.clock import MICROSECONDS, day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.live.model import MEASURES, Act, Happening
from mingjian.records.storage import contents, items, outbox
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.database import Tx

ORDER, TAKEN_BACK = "live.act_sent", "live.act_lifted"
"""The events that are orders to the platform: do it, and take it back."""
UNHEARD = "没有回调地址订阅 live.act_sent,平台没有收到"
MOST_TEXT = 1000
_TOLD = {
    "warn": "请立即停止推广{what},不要继续口播、展示,也不要引导观众在评论中提及。",
    "mask": "直播画面或声音将被遮挡:多次提醒后仍在推广{what}。停止后可恢复。",
    "interrupt": "直播已被中断:推广{what}。处置决定及申诉方式另行送达。",
}


def ask(
    tx: Tx, actor: str, incident: Happening, measure: str, reason: str, *, step: Step | None = None,
    text: str | None = None, advice: Sequence[str] = (),
) -> Act:  # fmt: skip
    """An act is wanted: it waits for an operator's answer for the step's time, unless it is decided and sent next.
    ``advice`` are the findings' suggestions, told to the host."""
    due = tx.now + (step.within_seconds if step is not None else 0) * MICROSECONDS
    (said,) = contents.put(tx, [(text or words_for_host(measure, incident, advice)).encode()])
    body = {
        "room": incident.room, "session": incident.session, "incident": incident.id, "measure": measure,
        "step": step.name if step is not None else "", "reason": reason, "text": said, "due_at": due,
        "confirm": step is not None and step.confirm,
    }  # fmt: skip
    id = tx.new_id("lva")
    append(tx, Event("live.act_asked", id, body, actor))
    return the_act(tx, id)


def decide(
    tx: Tx, actor: str, act: Act, incident: Happening, *, origin: str, reason: str, codes: Sequence[str] = (),
    cites: Sequence[str] = (), replaces: Sequence[str] = (), basis: Basis | None = None,
) -> str:  # fmt: skip
    """The decision on the incident's item that grounds an act: the house's is provisional (``policy``), a person's
    counts on the ladders (``manual``). Its id; Invalid where no law of the day carries it."""
    basis = basis or basis_in_force()
    policy = escalation()
    item = items.item_by_id(tx, incident.item)
    as_of = date.fromisoformat(item.as_of) if item is not None and item.as_of else day(tx.now)
    ours, _ = found_law(basis.resolve, policy.cites, as_of)
    wanted = DecisionInput(
        act.measure, item=incident.item, reasons=(reason,), codes=tuple(codes) or _known(incident.codes, basis),
        cites=tuple(dict.fromkeys((*cites, *(one.ref for one in ours)))), policy=policy.version,
        replaces=tuple(replaces), request=f"{act.id}:{actor}",
    )  # fmt: skip
    (made,) = make(tx, actor, [wanted], origin, basis)
    return made.decision.id


def _known(codes: Sequence[str], basis: Basis) -> tuple[str, ...]:
    """Those the rulebook in force still has; the law of others cannot be cited."""
    return tuple(code for code in codes if code in basis.rules)[:50]


def carried(tx: Tx, actor: str, act: Act, decision: str) -> None:
    """An act stands on a decision from here on."""
    body = {"room": act.room, "incident": act.incident, "decision": decision}
    append(tx, Event("live.act_confirmed", act.id, body, actor))


def go(tx: Tx, actor: str, act: Act) -> Act:
    """The order goes to the platform (once more); without anybody who hears it, it has failed."""
    policy = escalation()
    incident = the_incident(tx, act.incident)
    due = tx.now + round(policy.acknowledge_seconds * MICROSECONDS)
    now = the_act(tx, act.id)
    body = {
        "act": act.id, "room": act.room, "session": act.session, "incident": act.incident, "measure": act.measure,
        "step": act.step, "reason": act.reason, "text": act.text, "said_at": incident.said_at, "item": incident.item,
        "decision": now.decision, "try": now.tries + 1, "due_at": due,
    }  # fmt: skip
    append(tx, Event(ORDER, act.id, body, actor))
    if not any(ORDER in endpoint.events for endpoint in outbox.endpoints(tx)):
        fail(tx, actor, act, UNHEARD)
    return the_act(tx, act.id)


def fail(tx: Tx, actor: str, act: Act, reason: str) -> None:
    """The platform refused, or never answered: operators see it on the wall."""
    append(tx, Event("live.act_failed", act.id, _body(act, reason), actor))


def decline(tx: Tx, actor: str, act: Act, reason: str, *, lapsed: bool = False) -> None:
    """Nothing follows from what was proposed."""
    append(tx, Event("live.act_declined", act.id, _body(act, reason, lapsed=lapsed), actor))


def taken_back(tx: Tx, actor: str, act: Act, reason: str) -> None:
    """The order to the platform to take an act back."""
    append(tx, Event(TAKEN_BACK, act.id, _body(act, reason, act=act.id, session=act.session, measure=act.measure,
                                               decision=act.decision), actor))  # fmt: skip


def _body(act: Act, reason: str, /, **more: Any) -> dict[str, Any]:
    return {"room": act.room, "incident": act.incident, "reason": reason, **more}


def words_for_host(measure: str, incident: Happening, advice: Sequence[str] = ()) -> str:
    """What the host is told, privately: what to stop, and what the rules suggest."""
    what = "“" + "”“".join(incident.what[:5]) + "”" if incident.what else "限制类医疗美容项目"
    told = [_TOLD[measure].format(what=what), *dict.fromkeys(one.strip() for one in advice if one.strip())]
    return " ".join(told)[:MOST_TEXT]


def advice_of(findings: Sequence[Mapping[str, Any]], codes: Sequence[str]) -> list[str]:
    """What the findings of these codes suggest, each once."""
    return list(dict.fromkeys(told for one in findings if one["code"] in codes for told in one["suggestions"]))[:3]


def text_of(tx: Tx, act: Act) -> str:
    """What the host is (or would be) told; empty once that was deleted."""
    return (contents.get(tx, act.text) or b"").decode()


def the_act(tx: Tx, id: str) -> Act:
    """An act, or NotFound."""
    found = store.act_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这项直播处置:{id}")
    return found


def the_incident(tx: Tx, id: str) -> Happening:
    """An incident, or NotFound."""
    found = store.incident_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这条线索:{id}")
    return found


def known_measure(measure: str) -> str:
    """The measure, or Invalid."""
    if measure not in MEASURES:
        raise Invalid(f"没有直播处置“{measure}”,可用:{'、'.join(MEASURES)}", field="measure")
    return measure


def who(principal: Principal) -> str:
    """As what a decision of somebody counts: the house's is provisional."""
    return "policy" if principal.kind == "system" else "manual"
