"""The same as the tables have it now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mingjian.governance.campaigns.told import WITHDRAWN, Act, Ruling, Told, aired, before_it, term
from mingjian.records.storage import campaign_figures as rows
from mingjian.records.storage.campaigns import links_of
from mingjian.records.storage.database import Tx


def tabled(tx: Tx, campaign: str, batch: int | None) -> Told:
    """What the tables say was done in a batch (None: in the whole campaign)."""
    refs: dict[str, list[str]] = {}
    for one in links_of(tx, campaign, batch=batch):
        refs.setdefault(one.kind, []).append(one.ref)
    told = Told()
    named: dict[str, str] = dict.fromkeys(refs.get("decision", ()), "decision")
    case_of: dict[str, str] = dict.fromkeys(refs.get("case", ()), "case")
    for decision in rows.decisions_of_batches(tx, refs.get("certification_batch", ())):
        named.setdefault(decision, "certification_batch")
    for taken, case in rows.taken_by(tx, refs.get("sweep", ())):
        if taken is not None:
            named.setdefault(taken, "sweep")
        if case is not None:
            case_of.setdefault(case, "sweep")
    for decision in rows.decisions_of_rings(tx, refs.get("ring", ())):
        named.setdefault(decision, "ring")
    told.swept = rows.judged_by(tx, refs.get("sweep", ()))
    told.rings = rows.ring_states(tx, refs.get("ring", ()))
    told.alarms = rows.alarm_states(tx, refs.get("alarm", ()))
    told.cases = rows.case_outcomes(tx, case_of)
    told.rulings = _rulings(tx, named, case_of, rows.items_of_incidents(tx, refs.get("live", ())))
    for row in rows.actions_of(tx, told.rulings):
        told.acts[row["id"]] = Act(row["id"], row["decision"], row["item"], row["publisher"], row["measure"],
                                   row["of_right"], row["state"] not in WITHDRAWN,
                                   term(row["taken_at"], row["until"]))  # fmt: skip
    told.appeals = {row["id"]: (row["decision"], row["state"]) for row in rows.appeals_against(tx, told.rulings)}
    items = [one.item for one in told.rulings.values() if one.item]
    told.aired = {item: aired(room, session, some) for item, room, session, some in rows.aired_in(tx, items)}
    return told


def _rulings(tx: Tx, named: Mapping[str, str], case_of: Mapping[str, str], live: Collection[str]) -> dict[str, Ruling]:
    """Decisions named, of the cases and about the items of live incidents, and those that took the place of one of
    them."""
    first = rows.decisions(tx, ids=named, cases=case_of, items=live)
    items = {row["item"] for row in first if row["item"]}
    publishers = {row["publisher"] for row in first if row["publisher"] and not row["item"]}
    later = rows.decisions(tx, items=items, publishers=publishers) if first else []
    ordered = sorted({row["id"]: row for row in (*first, *later)}.values(), key=lambda row: int(row["seq"]))
    found: dict[str, Ruling] = {}
    for row in ordered:
        source = named.get(row["id"]) or case_of.get(row["case_id"] or "") or ("live" if row["item"] in live else None)
        if source is None:
            before = before_it(row["replaces"], row["facts"])
            source = next((found[one].source for one in before if one in found), None)
        if source is not None:
            found[row["id"]] = _ruling(row, source)
    return found


def _ruling(row: Mapping[str, Any], source: str) -> Ruling:
    facts = row["facts"]
    return Ruling(row["id"], source, row["item"], row["publisher"], facts.get("platform"), row["kind"],
                  frozenset(facts.get("families") or ()), row["state"])  # fmt: skip
