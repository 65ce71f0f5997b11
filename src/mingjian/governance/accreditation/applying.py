"""The institution's side: applying, handing the self-assessment in, taking it back, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.accreditation.access import APPLY, MANAGE, demand_any, held, own, words
from mingjian.governance.accreditation.load import standard_kept, standard_named
from mingjian.governance.accreditation.scoring import totals
from mingjian.governance.accreditation.standard import Standard
from mingjian.governance.accreditation.timing import due_in
from mingjian.records.accreditation.model import OVER, STATES, Accreditation
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.registry.model import Credential, Entity
from mingjian.records.storage import accreditation_certificates, accreditations, contents, people, registry
from mingjian.records.storage.accreditations import accreditation_by_id, marks_of
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of, hold_head

MOST_SCOPE, LONGEST_SCOPE, MOST_CONSULTANTS = 30, 60, 20
GOING = tuple(state for state in STATES if state not in OVER)


@dataclass(frozen=True, slots=True)
class Application:
    """What an institution applies with. ``institution`` is an entity's id; ``scope`` what is to be certified, in codes
    or words of its licence; ``consultants`` are actors here (``user:…``) who advised it; ``previous`` the certificate
    that a renewal follows."""

    institution: str
    standard: str
    scope: Sequence[str]
    consultants: Sequence[str] = ()
    note: str = ""
    previous: str | None = None


def licence_of(tx: Tx, standard: Standard, institution: str, as_of: date) -> Credential | None:
    """A licence of the institution that the standard asks for and that surely holds on a day."""
    found = registry.credentials_of(tx, [institution]).get(institution, [])
    holding = [one for one in found if one.kind in standard.licences and one.holds(as_of)]
    return max(holding, key=lambda one: (one.valid_to or date.max, one.id), default=None)


def demand_licensed(tx: Tx, standard: Standard, institution: str, as_of: date) -> tuple[Entity, Credential]:
    """The institution with its licence; Conflict when it is not active or no licence surely holds."""
    entity = registry.entities_by_id(tx, [institution]).get(institution)
    if entity is None:
        raise NotFound(f"登记里没有 {institution}。请先在登记中建立这家机构。")
    if entity.kind not in standard.kinds:
        raise Invalid("这个标准不适用于这类对象。", field="institution")
    if entity.state != "active":
        raise Conflict("这家机构在登记中已停业或暂停,不能认证。", field="institution")
    licence = licence_of(tx, standard, institution, as_of)
    if licence is None:
        raise Conflict("这家机构在登记中没有确定有效的执业许可证或者诊所备案,不能认证。", field="institution")
    return entity, licence


def apply(tx: Tx, principal: Principal, given: Application) -> Accreditation:
    """Apply for an institution. Conflict without a licence that holds, and while another application is under way."""
    demand(principal, APPLY)
    standard = standard_named(given.standard, day(tx.now))
    hold_head(tx)  # two applications for one institution come one after the other
    _, licence = demand_licensed(tx, standard, given.institution, day(tx.now))
    scope = _scope(given.scope, licence)
    consultants = _consultants(tx, given.consultants)
    running = accreditations.under_way(tx, given.institution, standard.name)
    if running is not None:
        raise Conflict(f"这家机构已有正在办理的申请 {running.id}。")
    previous = _renewed(tx, standard, given)
    id = tx.new_id("acc")
    body = {
        "institution": given.institution, "standard": standard.name, "standard_version": standard.version,
        "text": contents.put(tx, [standard.text])[0], "kind": "renewal" if previous else "initial",
        "state": "assessing", "scope": scope, "consultants": consultants, "due_at": due_in(tx.now, standard, "assess"),
        "note": words(tx, given.note, "note", "说明", needed=False), "previous": previous,
    }  # fmt: skip
    append(tx, Event("accreditation.applied", id, body, principal.actor))
    return _now(tx, id)


def _scope(given: Sequence[str], licence: Credential) -> list[str]:
    scope = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    if not 1 <= len(scope) <= MOST_SCOPE or any(len(one) > LONGEST_SCOPE or not one.isprintable() for one in scope):
        raise Invalid(f"请写明认证范围,1 到 {MOST_SCOPE} 项,每项最多 {LONGEST_SCOPE} 字。", field="scope")
    outside = [one for one in scope if licence.scope and not _covered(one, licence.scope)]
    if outside:
        raise Invalid(
            f"认证范围超出执业许可证:{'、'.join(outside)}。许可证上有:{'、'.join(licence.scope)}。", field="scope"
        )
    return scope


def _covered(one: str, scope: Sequence[str]) -> bool:
    """Whether a licence's scope holds a code itself or the one above it (``14`` above ``14.01``)."""
    return any(one == have or one.startswith(f"{have}.") for have in scope)


def _consultants(tx: Tx, given: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(given))
    known = people.users_by_id(tx, [one.removeprefix("user:") for one in found])
    if len(found) > MOST_CONSULTANTS or any(one.removeprefix("user:") not in known for one in found):
        raise Invalid("咨询过的人应为这里的账号。", field="consultants")
    return [f"user:{one.removeprefix('user:')}" for one in found]


def _renewed(tx: Tx, standard: Standard, given: Application) -> str | None:
    """The certificate to be followed. Without naming one, one that still stands stands in the way."""
    today = day(tx.now)
    standing = [
        one for one in accreditation_certificates.certificates_of(tx, given.institution)
        if one.standard == standard.name and one.standing(today) in ("valid", "suspended", "not_yet")
    ]  # fmt: skip
    if given.previous is None:
        if standing:
            raise Conflict(f"这家机构的证书 {standing[0].number} 仍在有效期内;到期前请申请换证。", field="previous")
        return None
    before = accreditation_certificates.certificate_by_id(tx, given.previous)
    if before is None or before.institution != given.institution or before.standard != standard.name:
        raise Invalid("要换的证书不是这家机构的。", field="previous")
    if before.state not in ("valid", "suspended"):
        raise Conflict("证书已撤销或已换发,请重新申请。", field="previous")
    opens = before.valid_to - timedelta(days=standard.days["renewal_before"].amount)
    if today < opens:
        raise Conflict(f"{opens} 起才可以申请换证。", field="previous")
    return before.id


def assess(tx: Tx, principal: Principal, id: str, version: int | None = None) -> Accreditation:
    """Hand the self-assessment in. Invalid names the clauses without a mark or without evidence."""
    demand(principal, APPLY)
    found = held(tx, principal, id, version, ("assessing", "returned"), "提交自评")
    own(principal, found)
    standard = standard_kept(tx, found.text)
    marks = marks_of(tx, f"{id}:self")
    made = totals(standard, marks)
    if made.unmarked:
        raise Invalid(f"还有 {len(made.unmarked)} 条没有自评:{'、'.join(made.unmarked[:8])}……", field="clauses")
    bare = [code for code, mark in marks.items() if mark.mark in ("met", "partly") and not mark.evidence]
    bare = [code for code in bare if marks[code].note is None]
    if bare:
        raise Invalid(f"自评符合的条款要有证据文件或者说明:{'、'.join(sorted(bare, key=_order))}", field="clauses")
    after = {"state": "reviewing", "due_at": due_in(tx.now, standard, "review")}
    body = {"after": after, "points": made.points, "level": made.level.name if made.level else None}
    append(tx, Event("accreditation.assessed", id, body, principal.actor))
    return _now(tx, id)


def _order(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split("."))


def recall(tx: Tx, principal: Principal, id: str, version: int | None = None) -> Accreditation:
    """Take the self-assessment back, until somebody reviews it."""
    demand(principal, APPLY)
    found = held(tx, principal, id, version, ("reviewing",), "撤回自评")
    own(principal, found)
    if found.reviewer is not None:
        raise Conflict("已有人在评审,不能撤回自评。")
    standard = standard_kept(tx, found.text)
    after = {"state": "assessing", "due_at": due_in(tx.now, standard, "assess")}
    append(tx, Event("accreditation.recalled", id, {"after": after}, principal.actor))
    return _now(tx, id)


def withdraw(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Accreditation:
    """Take the application back: its applicant, or the house where nothing comes any more. ``resume`` undoes it."""
    demand_any(principal, APPLY, MANAGE)
    found = held(tx, principal, id, version, GOING, "撤回申请")
    if found.applied_by != principal.actor:
        demand(principal, MANAGE)
    body = {"after": {"state": "withdrawn", "due_at": None}, "before": found.state, "due_at": found.due_at,
            "reason": words(tx, reason, "reason", "理由")}  # fmt: skip
    append(tx, Event("accreditation.withdrawn", id, body, principal.actor))
    return _now(tx, id)


def resume(tx: Tx, principal: Principal, id: str, version: int | None = None) -> Accreditation:
    """Go on with a withdrawn application where it stood; Conflict when another one is under way."""
    demand_any(principal, APPLY, MANAGE)
    found = held(tx, principal, id, version, ("withdrawn",), "恢复申请")
    if found.applied_by != principal.actor:
        demand(principal, MANAGE)
    hold_head(tx)
    if accreditations.under_way(tx, found.institution, found.standard) is not None:
        raise Conflict("这家机构已有另一份正在办理的申请。")
    last = next(event for event in reversed(events_of(tx, id)) if event.kind == "accreditation.withdrawn")
    after = {"state": last.body["before"], "due_at": last.body["due_at"]}
    append(tx, Event("accreditation.resumed", id, {"after": after}, principal.actor))
    return _now(tx, id)


def _now(tx: Tx, id: str) -> Accreditation:
    found = accreditation_by_id(tx, id)
    assert found is not None  # just written
    return found
