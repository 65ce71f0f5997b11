"""The proof of a seal: one object a third party can check without us.

``digest`` is the SHA-256 of ``content`` in canonical JSON (keys sorted, no spaces, UTF-8); each event's ``hash`` is
SHA-256(hash before ‖ SHA-256("seq\\nat\\nkind\\nsubject\\nactor\\n" ‖ body)), as everywhere in the journal.
"""

from __future__ import annotations

from typing import Any

from mingjian.clinic.publication.access import held
from mingjian.clinic.publication.versions import opened
from mingjian.desk.people.model import Principal
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Conflict
from mingjian.records.journal.model import Recorded, leaf
from mingjian.records.storage import draft_queries, people
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of

SCHEMA = "mingjian.draft-proof/1"


def proof_of(tx: Tx, principal: Principal, draft: str) -> dict[str, Any]:
    """The proof as an object for JSON; Conflict when nothing is sealed or the sealed words were deleted."""
    found = held(tx, principal, draft)
    sealed = draft_queries.seal_of(tx, draft)
    if sealed is None:
        raise Conflict("稿件还没有封存。")
    version = opened(tx, found, sealed.version)
    if version.content is None:
        raise Conflict("封存的原文已删除,无法导出。")
    evidence = sealed.evidence
    waivers = {one.id: one for one in draft_queries.waivers_of(tx, draft)}
    named = {one["waiver"] for one in evidence["findings"] if one["waiver"]}
    actors = [evidence["author"], *(step["reviewer"] for step in evidence["approvals"])]
    known = people.users_by_id(tx, [actor[5:] for actor in actors if actor.startswith("user:")])
    return {
        "schema": SCHEMA,
        "draft": draft,
        "version": sealed.version,
        "digest": sealed.digest,
        "content": dict(version.content),
        "sealed": {**evidence, "at": sealed.at, "seq": sealed.seq},
        "names": {f"user:{user.id}": user.name for user in known.values()},
        "waivers": [
            {"id": one.id, "code": one.code, "quote": one.quote, "reason": one.reason, "by": one.made_by,
             "at": one.made_at, "until": one.until}
            for one in (waivers[id] for id in sorted(named))
        ],
        "events": [_event(event) for event in events_of(tx, draft) if event.seq <= sealed.seq],
    }  # fmt: skip


def holds(proof: dict[str, Any]) -> bool:
    """Whether a proof agrees with itself: the content with its digest, each event with its leaf, and the sealing
    event with what is said to be sealed. Its place in the chain is checked against the journal."""
    if digest(canonical(proof["content"])) != proof["digest"]:
        return False
    for event in proof["events"]:
        names = ("seq", "at", "kind", "subject", "actor", "body")
        if leaf(*(event[name] for name in names)).hex() != event["leaf"]:
            return False
    last = proof["events"][-1]
    said = {name: value for name, value in proof["sealed"].items() if name not in ("at", "seq")}
    same = canonical(said).decode() == last["body"] and said["digest"] == proof["digest"]
    return bool(last["kind"] == "draft.sealed" and same)


def _event(event: Recorded) -> dict[str, Any]:
    made = leaf(event.seq, event.at, event.kind, event.subject, event.actor, event.text)
    return {"seq": event.seq, "at": event.at, "kind": event.kind, "subject": event.subject, "actor": event.actor,
            "body": event.text, "leaf": made.hex(), "hash": event.hash.hex()}  # fmt: skip
