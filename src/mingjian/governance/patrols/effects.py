"""What follows from what a patrol found: work, cases, look-ups, notices, enquiries, re-screening. All in the caller's
transaction, together with the place the run has reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.desk.queues.load import book as queue_book
from mingjian.desk.queues.load import queues
from mingjian.desk.queues.workdays import due_after
from mingjian.governance.enquiries import service as enquiries
from mingjian.governance.lookups import service as lookups
from mingjian.governance.patrols import rescreening
from mingjian.governance.patrols.finding import Hit
from mingjian.governance.patrols.model import Patrol
from mingjian.governance.patrols.rescreening import PATROLS
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.patrols.model import Run
from mingjian.records.registry.model import PRODUCT_KINDS
from mingjian.records.storage import contents, patrol_entries
from mingjian.records.storage.database import Tx

_PUBLISHERS = ("institution", "physician", "merchant", "creator", "agency")


def carry_out(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> Counter[str]:
    """Do what each hit asks for; how often each word was done. A look-up that is under way already, a case that is
    open already and an enquiry that is live count once more only in the run that began them."""
    counts: Counter[str] = Counter()
    asking = {name: [hit for hit in hits if name in hit.does] for name in patrol.words()}
    counts["notice"] = _notices(tx, patrol, run, asking.get("notice", ()))
    counts["work"] = _work(tx, patrol, run, asking.get("work", ()))
    counts["case"] = _cases(tx, patrol, run, asking.get("case", ()))
    counts["lookup"] = _lookups(tx, patrol, run, asking.get("lookup", ()))
    counts["enquiry"] = _enquiries(tx, patrol, run, asking.get("enquiry", ()))
    counts["rescreen"] = _rescreen(tx, patrol, run, asking.get("rescreen", ()))
    return +counts


def _work(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> int:
    """Entries for people. A later one about the same thing takes the place of the earlier."""
    if not hits:
        return 0
    live: dict[tuple[str, str | None], list[str]] = {}
    for entry in patrol_entries.live_entries(tx, patrol.name, (hit.entity.id for hit in hits)):
        live.setdefault((entry.entity, entry.credential), []).append(entry.id)
    held = queue_book()
    due = due_after(tx.now, patrol.work_due.amount, patrol.work_due.unit, held.opens, held.closes, held.calendar)
    events = []
    for hit in hits:
        credential = hit.credential.id if hit.credential else None
        for id in live.get((hit.entity.id, credential), ()):
            events.append(Event("entry.superseded", id, {"reason": f"由新的一项代替:{hit.why}"}, PATROLS.actor))
        body: dict[str, Any] = {"patrol": patrol.name, "run": run.id, "entity": hit.entity.id, "why": hit.why,
                                "due_at": due, "credential": credential, "stage": hit.stage}  # fmt: skip
        events.append(Event("entry.opened", tx.new_id("wrk"), _known(body), PATROLS.actor))
    append_all(tx, events)
    return len(hits)


def _cases(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> int:
    wanted = []
    for hit in hits:
        product = hit.entity.kind in PRODUCT_KINDS
        kind = "product" if product else "actor"
        queue = queues().get(patrol.queue) if patrol.queue is not None else None
        facts: dict[str, Any] = {"entity": hit.entity.id, "patrol": patrol.name, "run": run.id, **hit.facts}
        if hit.credential is not None:
            facts["credential"] = hit.credential.id
        if hit.entity.kind in _PUBLISHERS:
            facts |= {"publisher": hit.entity.key[:200], "publisher_kind": hit.entity.kind}
        wanted.append(CaseRequest(
            kind, hit.entity.id if product else hit.entity.key[:200], facts, "patrol",
            queue.name if queue is not None and kind in queue.kinds else None, f"{patrol.title}:{hit.why}"[:500],
        ))  # fmt: skip
    return sum(case.opened_at == tx.now and case.opened_by == PATROLS.actor and case.facts.get("run") == run.id
               for case in {case.id: case for case in open_cases(tx, PATROLS, wanted)}.values())  # fmt: skip


def _lookups(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> int:
    why = {credential: f"{patrol.title}:{hit.why}" for hit in hits for credential in hit.credentials}
    asked, wanted = 0, list(why)
    for first in range(0, len(wanted), lookups.MOST):
        found = lookups.request(tx, PATROLS, wanted[first : first + lookups.MOST], why=why, run=run.id)
        asked += sum(one.run == run.id for one in found)
    return asked


def _notices(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> int:
    if not hits:
        return 0
    texts = [f"{hit.entity.name}:{_about(hit)}{hit.why}。请及时更新登记并提交材料。".encode() for hit in hits]
    names = contents.put(tx, texts)
    append_all(tx, [
        Event("patrol.noticed", tx.new_id("ntc"), _known({
            "patrol": patrol.name, "run": run.id, "entity": hit.entity.id, "text": name, "stage": hit.stage,
            "credential": hit.credential.id if hit.credential else None,
        }), PATROLS.actor) for hit, name in zip(hits, names, strict=True)
    ])  # fmt: skip
    return len(hits)


def _about(hit: Hit) -> str:
    return f"贵方资质 {hit.credential.number} " if hit.credential is not None else ""


def _enquiries(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> int:
    asked = 0
    for hit in hits:
        for credential in hit.credentials:
            made = enquiries.draft(tx, PATROLS, credential, f"{patrol.title}:{hit.why}"[:500], run=run.id)
            asked += made.run == run.id
    return asked


def _rescreen(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> int:
    begun = 0
    for hit in hits:
        made = rescreening.start(tx, PATROLS, hit.entity.id, f"{patrol.title}:{hit.why}"[:500], run=run.id,
                                 worse_only=patrol.worse_only)  # fmt: skip
        begun += made.run == run.id
    return begun


def _known(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
