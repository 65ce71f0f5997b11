"""Asking official sources: durably, each question once, and once settled never twice.

A question is a row folded from the journal. Whoever asks the network first claims the source for a while; when he is
killed before he settles, the question is asked again, but what follows from it (the check on the credential, the
case) happens in the one transaction that records the answer, and only while the question still waits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.registry.service import note_check
from mingjian.governance.lookups.known import Known, known_many, known_of
from mingjian.governance.lookups.model import Source
from mingjian.governance.lookups.sources import source_for, sources
from mingjian.records.canonical import canonical
from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.lookups.model import ANSWERED, Answer, Lookup
from mingjian.records.registry.model import PRODUCT_KINDS
from mingjian.records.storage import contents
from mingjian.records.storage import lookups as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

LOOKUPS = house("lookups")
BY_HAND = "manual"
MOST = 500  # credentials asked about in one go
_HELD = 180 * MICROSECONDS  # longer than any question may take
_DAY = 24 * 3600 * MICROSECONDS
_STEPS = (60, 300, 1800, 7200, 6 * 3600, 24 * 3600)  # seconds after the first, second, … failure
_WHY = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A question that is ours to ask now."""

    lookup: Lookup
    source: Source
    known: Known


def demand_verify(principal: Principal) -> None:
    """Asking and answering take registry.write or patrol.manage."""
    if not allowed(principal, "patrol.manage"):
        demand(principal, "registry.write")


def request(
    tx: Tx, principal: Principal, credentials: Sequence[str], *, why: str | Mapping[str, str] = "",
    run: str | None = None, again: bool = False,
) -> list[Lookup]:  # fmt: skip
    """Ask about credentials, for a reason (or one for each). One that is being asked about already is given back as it
    is; a fresh answer to the same question is used, unless ``again``. Invalid; NotFound: a credential that is not
    there."""
    demand_verify(principal)
    wanted = list(dict.fromkeys(credentials))
    if not wanted or len(wanted) > MOST:
        raise Invalid(f"一次核验 1 到 {MOST} 项资质。", field="credentials")
    hold_head(tx)
    ids = {credential: one.id for credential, one in store.live_of(tx, wanted).items()}
    known = known_many(tx, [credential for credential in wanted if credential not in ids])
    kept = {} if again else store.fresh_answers(tx, {one.key() for one in known.values()})
    events = []
    for credential, one in known.items():
        source = source_for(one.credential.kind, one.credential.number)
        told = why if isinstance(why, str) else why.get(credential, "")
        ids[credential] = tx.new_id("lkp")
        events.append(_asked(ids[credential], principal, one, source, told[:_WHY], run))
    append_all(tx, events)
    for credential, one in known.items():
        if one.key() in kept:
            _reuse(tx, ids[credential], one, kept[one.key()])
    found = store.lookups_by_id(tx, ids.values())
    return [found[ids[credential]] for credential in wanted]


def _asked(id: str, principal: Principal, known: Known, source: Source | None, why: str, run: str | None) -> Event:
    body = {
        "credential": known.credential.id, "entity": known.entity.id, "kind": known.credential.kind,
        "source": source.name if source else BY_HAND, "asked_for": known.key(), "why": why,
        "state": "waiting" if source is not None and source.automatic else "by_hand",
        **({"run": run} if run else {}),
    }  # fmt: skip
    return Event("lookup.asked", id, body, principal.actor)


def _reuse(tx: Tx, id: str, known: Known, kept: Lookup) -> None:
    """The answer of before, under its own time and evidence."""
    body = {
        "outcome": kept.outcome, "said": kept.said, "source": kept.source, "facts": kept.facts,
        "evidence": kept.evidence, "expires_at": kept.expires_at, "at": kept.answered_at, "cached": True,
        "case": kept.case,
    }  # fmt: skip
    append(tx, Event("lookup.answered", id, body, LOOKUPS.actor))
    check = _check(kept.outcome or "", sources().get(kept.source))
    if check is not None and known.credential.check != check:
        note_check(tx, LOOKUPS, known.credential.id, check, kept.said or "", kept.evidence, kept.answered_at)


def claim(tx: Tx) -> Claimed | None:
    """A question whose time has come, and its source for as long as asking may take. What no source answers any more
    (the file has changed) goes to people."""
    found = store.claim_due(tx, _HELD)
    if found is None:
        return None
    source = sources().get(found.source)
    try:
        known = known_of(tx, found.credential)
    except NotFound:
        append(tx, Event("lookup.cancelled", found.id, {"reason": "资质已不在"}, LOOKUPS.actor))
        return None
    if source is None or not source.automatic:
        _tried(tx, found, "by_hand", None, "来源已停用自动查询")
        return None
    return Claimed(found, source, known)


def settle(tx: Tx, claimed: Claimed, answer: Answer, evidence: str | None) -> Lookup:
    """Record what the source said; ``evidence`` is the blob that keeps what it showed. An answer to a question that
    somebody settled meanwhile changes nothing."""
    hold_head(tx)
    source, found = claimed.source, _the(tx, claimed.lookup.id)
    store.end_turn(tx, source.name, tx.now + round(max(source.every, answer.wait) * MICROSECONDS))
    if found.state != "waiting":
        return found
    if answer.outcome not in ANSWERED:
        tries = found.tries + 1
        given_up = tries >= source.tries
        wait = round(max(_STEPS[min(tries, len(_STEPS)) - 1], answer.wait) * MICROSECONDS)
        _tried(tx, found, "by_hand" if given_up else "waiting", None if given_up else tx.now + wait, answer.why, tries)
        return _the(tx, found.id)
    return _answered(tx, LOOKUPS, found, answer, evidence, source)


def answer_by_hand(
    tx: Tx, principal: Principal, id: str, outcome: str, *, facts: Mapping[str, Any], evidence: str | None,
    why: str = "",
) -> Lookup:  # fmt: skip
    """A person looked. A confirmation and a contradiction both need evidence: the file that shows it."""
    demand_verify(principal)
    hold_head(tx)
    found = _the(tx, id)
    if found.state not in ("waiting", "by_hand"):
        raise Conflict("这次核验已经有结果或已取消。")
    if outcome not in ANSWERED:
        raise Invalid(f"结果应为 {'、'.join(ANSWERED)}。", field="outcome")
    if evidence is None and outcome != "not_found":
        raise Invalid("请上传查询页面的截图或文件作为证据。", field="evidence")
    if len(why) > _WHY:
        raise Invalid(f"说明最多 {_WHY} 字。", field="why")
    said = why or {"confirmed": "人工查询,与官方一致", "contradicted": "人工查询,与官方不符",
                   "not_found": "人工查询,官方没有这个号码"}[outcome]  # fmt: skip
    answer = Answer(outcome, facts, at=tx.now, why=said)
    return _answered(tx, principal, found, answer, evidence, sources().get(found.source))


def cancel(tx: Tx, principal: Principal, id: str, reason: str) -> Lookup:
    """Ask no more."""
    demand_verify(principal)
    hold_head(tx)
    found = _the(tx, id)
    if found.state not in ("waiting", "by_hand"):
        raise Conflict("这次核验已经有结果或已取消。")
    append(tx, Event("lookup.cancelled", id, {"reason": reason[:_WHY]}, principal.actor))
    return _the(tx, id)


def get_lookup(tx: Tx, principal: Principal, id: str) -> tuple[Lookup, Mapping[str, Any] | None]:
    """A look-up and what the source showed (None: no answer, or deleted)."""
    demand(principal, "registry.read")
    found = _the(tx, id)
    return found, facts_of(tx, found)


def facts_of(tx: Tx, lookup: Lookup) -> Mapping[str, Any] | None:
    """The facts of an answer, None where there are none."""
    kept = contents.get(tx, lookup.facts) if lookup.facts else None
    return None if kept is None else dict(json.loads(kept))


def _answered(
    tx: Tx, principal: Principal, found: Lookup, answer: Answer, evidence: str | None, source: Source | None
) -> Lookup:
    known = known_of(tx, found.credential)
    check = _check(answer.outcome, source)
    case = _case(tx, known, answer) if answer.outcome != "confirmed" else None
    (facts,) = contents.put(tx, [canonical(dict(answer.facts))])
    valid = (source.valid_days if source is not None else 60) * _DAY
    body = {
        "outcome": answer.outcome, "said": answer.why[:_WHY], "source": found.source, "facts": facts,
        "evidence": evidence, "at": answer.at, "expires_at": answer.at + valid, "cached": False, "case": case,
    }  # fmt: skip
    append(tx, Event("lookup.answered", found.id, body, principal.actor))
    if check is not None:
        note_check(tx, LOOKUPS, known.credential.id, check, answer.why[:_WHY], evidence, answer.at)
    return _the(tx, found.id)


def _check(outcome: str, source: Source | None) -> str | None:
    """What an answer says of the credential; None: nothing."""
    if outcome in ("confirmed", "contradicted"):
        return outcome
    return "contradicted" if outcome == "not_found" and source is not None and source.missing_contradicts else None


def _case(tx: Tx, known: Known, answer: Answer) -> str:
    """A person must look at what does not agree."""
    product = known.entity.kind in PRODUCT_KINDS
    subject = known.entity.id if product else known.entity.key[:200]
    request = CaseRequest("product" if product else "actor", subject, known.facts(), "patrol",
                          reason=f"官方核验:{answer.why}"[:500])  # fmt: skip
    return open_cases(tx, LOOKUPS, [request])[0].id


def _tried(tx: Tx, found: Lookup, state: str, next_at: int | None, error: str, tries: int | None = None) -> None:
    body = {"state": state, "tries": found.tries if tries is None else tries, "next_at": next_at, "error": error[:200]}
    append(tx, Event("lookup.tried", found.id, body, LOOKUPS.actor))


def _the(tx: Tx, id: str) -> Lookup:
    found = store.lookup_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这次核验:{id}")
    return found
