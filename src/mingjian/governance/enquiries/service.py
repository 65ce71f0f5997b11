"""Enquiries: drafted, sent, reminded, answered, closed. The answer is noted on the credential it was about."""

from __future__ import annotations

from typing import Any

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.desk.queues.load import book as queue_book
from mingjian.desk.queues.workdays import china, due_after
from mingjian.desk.registry.service import note_check
from mingjian.governance.enquiries.letters import LETTERS
from mingjian.governance.lookups.known import known_of
from mingjian.records.clock import day
from mingjian.records.enquiries.model import OUTCOMES, Enquiry
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.registry.model import PRODUCT_KINDS
from mingjian.records.storage import contents
from mingjian.records.storage import enquiries as store
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

ENQUIRIES = house("enquiries")
MANAGES, READS = "enquiry.manage", "patrol.read"
_REASON, _LETTER, _ANSWER, _NAME = 500, 8000, 4000, 200


def draft(
    tx: Tx, principal: Principal, credential: str, reason: str, *, letter: str = "usual", regulator: str = "",
    run: str | None = None,
) -> Enquiry:  # fmt: skip
    """Write a letter about a credential from what is registered. A live enquiry about the same credential is given back
    instead of a second one."""
    demand(principal, MANAGES)
    hold_head(tx)
    listed, _ = store.list_enquiries(tx, store.EnquiryFilter("live", credential=credential), None, 1)
    if listed:
        return listed[0]
    if not reason.strip() or len(reason) > _REASON:
        raise Invalid(f"请写明核实事由,最多 {_REASON} 字。", field="reason")
    letters = LETTERS.current()
    if letter not in letters.letters:
        raise Invalid(f"没有这种信:{letter}。可用:{'、'.join(letters.letters)}", field="letter")
    known = known_of(tx, credential)
    held = known.credential
    asked = (regulator or held.issuer or letters.regulators.get(held.kind) or "发证机关")[:_NAME]
    words = letters.written(letter, {
        "regulator": asked, "entity": known.entity.name, "kind": letters.kinds.get(held.kind, held.kind),
        "number": held.number, "issuer": held.issuer or "未登记", "reason": reason.strip(),
        "valid_from": held.valid_from.isoformat() if held.valid_from else "未登记",
        "valid_to": held.valid_to.isoformat() if held.valid_to else "未登记", "date": day(tx.now).isoformat(),
    })  # fmt: skip
    (digest,) = contents.put(tx, [words.encode()])
    id = tx.new_id("enq")
    body = {"entity": known.entity.id, "credential": credential, "regulator": asked, "reason": reason.strip(),
            "letter": digest, **({"run": run} if run else {})}  # fmt: skip
    append(tx, Event("enquiry.drafted", id, body, principal.actor))
    return _the(tx, id)


def edit(tx: Tx, principal: Principal, id: str, words: str, regulator: str) -> Enquiry:
    """Other words, or somebody else to ask, before it is sent."""
    found = _state(tx, principal, id, "drafted")
    if not words.strip() or len(words) > _LETTER:
        raise Invalid(f"信的正文 1 到 {_LETTER} 字。", field="letter")
    if not regulator.strip() or len(regulator) > _NAME:
        raise Invalid("请写明问哪个部门。", field="regulator")
    (digest,) = contents.put(tx, [words.encode()])
    append(tx, Event("enquiry.edited", found.id, {"letter": digest, "regulator": regulator.strip()}, principal.actor))
    return _the(tx, id)


def send(tx: Tx, principal: Principal, id: str, how: str, number: str, at: int | None = None) -> Enquiry:
    """It went out: how, under which number, and (``at``, microseconds) when. From then the answer's time runs."""
    found = _state(tx, principal, id, "drafted")
    if how not in LETTERS.current().how:
        raise Invalid(f"发出方式应为:{'、'.join(LETTERS.current().how)}", field="how")
    if len(number) > 100:
        raise Invalid("发文字号最多 100 字。", field="number")
    sent = tx.now if at is None else at
    if sent > tx.now:
        raise Invalid("发出时间不能在将来。", field="at")
    body = {"how": how, "number": number.strip(), "at": sent, "due_at": due_at(sent)}
    append(tx, Event("enquiry.sent", found.id, body, principal.actor))
    return _the(tx, id)


def remind(tx: Tx, principal: Principal, id: str, note: str = "") -> Enquiry:
    """They were asked again; the answer's time runs anew."""
    found = _state(tx, principal, id, "sent")
    body: dict[str, Any] = {"note": note[:_REASON], "due_at": due_at(tx.now)}
    append(tx, Event("enquiry.reminded", found.id, body, principal.actor))
    return _the(tx, id)


def answer(
    tx: Tx, principal: Principal, id: str, outcome: str, words: str, evidence: str | None, at: int | None = None
) -> Enquiry:  # fmt: skip
    """What came back, and the file that shows it. A confirmation or contradiction is noted on the credential; a
    contradiction opens a case."""
    found = _state(tx, principal, id, "sent")
    if outcome not in OUTCOMES:
        raise Invalid(f"结果应为 {'、'.join(OUTCOMES)}。", field="outcome")
    if evidence is None and outcome != "other":
        raise Invalid("请上传答复的扫描件或文件。", field="evidence")
    if len(words) > _ANSWER:
        raise Invalid(f"答复内容最多 {_ANSWER} 字。", field="answer")
    came = tx.now if at is None else at
    if came > tx.now or (found.sent_at is not None and came < found.sent_at):
        raise Invalid("答复时间应在发出之后,且不在将来。", field="at")
    (digest,) = contents.put(tx, [words.encode()]) if words else (None,)
    body = {"outcome": outcome, "answer": digest, "evidence": evidence, "at": came}
    append(tx, Event("enquiry.answered", id, body, principal.actor))
    if found.credential is not None and outcome != "other":
        told = "监管部门函复:确认" if outcome == "confirmed" else "监管部门函复:不符"
        note_check(tx, ENQUIRIES, found.credential, outcome, told, evidence, came)
        if outcome == "contradicted":
            _case(tx, found, told)
    return _the(tx, id)


def close(tx: Tx, principal: Principal, id: str, reason: str) -> Enquiry:
    """Done with it: answered and dealt with, or given up for a reason."""
    demand(principal, MANAGES)
    hold_head(tx)
    found = _the(tx, id)
    if found.state == "closed":
        raise Conflict("这件函询已结。")
    if found.state != "answered" and not reason.strip():
        raise Invalid("没有答复就结案,请写明理由。", field="reason")
    append(tx, Event("enquiry.closed", id, {"reason": reason.strip()[:_REASON]}, principal.actor))
    return _the(tx, id)


def get_enquiry(tx: Tx, principal: Principal, id: str) -> tuple[Enquiry, str | None, str | None]:
    """An enquiry with the words of its letter and of the answer (None: none, or deleted)."""
    demand(principal, READS)
    found = _the(tx, id)
    kept = contents.get_many(tx, [name for name in (found.letter, found.answer) if name])
    told = (kept.get(found.letter), kept.get(found.answer or ""))
    letter, said = (None if each is None else each.decode() for each in told)
    return found, letter, said


def due_at(sent: int) -> int:
    """When an answer to what was sent then is due."""
    held = queue_book()
    return due_after(sent, LETTERS.current().due_days, "days", held.opens, held.closes, china())


def _case(tx: Tx, found: Enquiry, told: str) -> None:
    entity = book.entities_by_id(tx, [found.entity]).get(found.entity)
    if entity is None:
        return
    product = entity.kind in PRODUCT_KINDS
    facts: dict[str, Any] = {"entity": entity.id, "credential": found.credential, "enquiry": found.id}
    facts |= {} if product else {"publisher": entity.key[:200]}
    subject = entity.id if product else entity.key[:200]
    request = CaseRequest("product" if product else "actor", subject, facts, "patrol", reason=told)
    open_cases(tx, ENQUIRIES, [request])


def _state(tx: Tx, principal: Principal, id: str, state: str) -> Enquiry:
    demand(principal, MANAGES)
    hold_head(tx)
    found = _the(tx, id)
    if found.state != state:
        raise Conflict(f"这件函询现在是“{found.state}”,不能这样做。请刷新后再看。")
    return found


def _the(tx: Tx, id: str) -> Enquiry:
    found = store.enquiry_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这件函询:{id}")
    return found
