"""What a decision stands on, worked out and checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mingjian.core.model import SEVERITIES
from mingjian.core.model.law import Citation
from mingjian.governance.actions.book import Measure
from mingjian.governance.decisions.law import Basis, found_law, frozen
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.ladders.count import place, struck_at
from mingjian.records.actions.model import Decision, ItemFinding
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.items.model import Stored
from mingjian.records.storage import actions, contents, items
from mingjian.records.storage.database import Tx

MOST_REASON = 2000  # characters of one reason
MOST_LISTED = 50  # reasons, codes or citations of one decision


@dataclass(frozen=True, slots=True)
class Ground:
    """What a decision of one wish stands on."""

    measure: Measure
    publisher: str | None
    as_of: date
    verdict: str | None
    rulebook: str | None
    codes: list[str]
    cites: list[str]
    law: str  # digest of the citations' wording
    facts: Mapping[str, Any]


def grounds(tx: Tx, wishes: Sequence[DecisionInput], basis: Basis) -> list[Ground]:
    """The ground of each wish, in order. Invalid, NotFound or Conflict at the first that does not hold."""
    stored = items.items_by_id(tx, [wish.item for wish in wishes if wish.item])
    findings = actions.findings_of_items(tx, stored)
    replaced = actions.decisions_by_id(tx, [id for wish in wishes for id in wish.replaces])
    if len(replaced) < sum(len(wish.replaces) for wish in wishes):
        raise Conflict("要取代的决定不存在,或被取代两次,请刷新后再试", field="replaces")
    today = day(tx.now)
    made: list[tuple[Ground, bytes]] = []
    for wish in wishes:
        measure = _measure(wish, basis)
        item = _item(wish, stored)
        publisher = _publisher(wish, measure, item)
        before = [replaced[id] for id in wish.replaces]
        if any((one.item, one.publisher, one.state) != (wish.item, publisher, "in_force") for one in before):
            raise Conflict("要取代的决定已经变化,请刷新后再试", field="replaces")
        ground, wording = _ground(wish, measure, item, publisher, findings.get(wish.item or "", []), today, basis)
        made.append((replace(ground, facts={**ground.facts, **since(before)}), wording))
    kept = contents.put(tx, (wording for _, wording in made))
    return [replace(ground, law=name) for (ground, _), name in zip(made, kept, strict=True)]


def since(before: Sequence[Decision]) -> dict[str, int]:
    """The facts of a decision that takes the place of these: its strike is as old as theirs, no window begins anew."""
    if not before:
        return {}
    first = min(before, key=place)
    return {"since": struck_at(first), "since_seq": place(first)}


def _measure(wish: DecisionInput, basis: Basis) -> Measure:
    measure = basis.book.measures.get(wish.measure)
    if measure is None:
        known = "、".join(basis.book.measures)
        raise Invalid(f"没有处置“{wish.measure}”,可用:{known}", field="measure")
    if not any(reason.strip() for reason in wish.reasons) and measure.law:
        raise Invalid(f"“{measure.title}”须写明理由", field="reasons")
    for name in ("reasons", "codes", "cites"):
        given = getattr(wish, name)
        if len(given) > MOST_LISTED or any(len(one) > MOST_REASON for one in given):
            raise Invalid(f"{name} 最多 {MOST_LISTED} 条,每条最多 {MOST_REASON} 字", field=name)
    for name, most in (("policy", 120), ("request", 200)):
        if len(getattr(wish, name) or "") > most:
            raise Invalid(f"{name} 最多 {most} 字", field=name)
    _terms(wish, measure, basis)
    return measure


def _terms(wish: DecisionInput, measure: Measure, basis: Basis) -> None:
    if measure.name == "suspend" and wish.right not in basis.book.rights:
        known = "、".join(f"{name}({title})" for name, (title, _) in basis.book.rights.items())
        raise Invalid(f"暂停权限须指明是哪一项:{known}", field="right")
    if measure.name != "suspend" and wish.right is not None:
        raise Invalid(f"“{measure.title}”不涉及某一项权限", field="right")
    if wish.days is not None and not 0 < wish.days <= (measure.most_days or 0):
        most = f"1 至 {measure.most_days} 天" if measure.most_days else "不设期限"
        raise Invalid(f"“{measure.title}”的期限应为{most}", field="days")


def _item(wish: DecisionInput, stored: Mapping[str, Stored]) -> Stored | None:
    if wish.item is None:
        return None
    if wish.item not in stored:
        raise NotFound(f"没有内容 {wish.item}", field="item")
    return stored[wish.item]


def _publisher(wish: DecisionInput, measure: Measure, item: Stored | None) -> str | None:
    if measure.target == "item" and item is None:
        raise Invalid(f"“{measure.title}”须指明内容", field="item")
    publisher = item.publisher if item is not None else wish.publisher
    if wish.publisher is not None and wish.publisher != publisher:
        raise Invalid("发布者与内容的发布者不一致", field="publisher")
    if measure.target == "publisher" and not publisher:
        raise Invalid(f"“{measure.title}”须指明发布者", field="publisher")
    return publisher or None


def _ground(
    wish: DecisionInput,
    measure: Measure,
    item: Stored | None,
    publisher: str | None,
    findings: Sequence[ItemFinding],
    today: date,
    basis: Basis,
) -> tuple[Ground, bytes]:
    as_of = date.fromisoformat(item.as_of) if item is not None and item.as_of else today
    codes = list(dict.fromkeys(wish.codes or (_of_verdict(findings) if measure.law else ())))
    found = {finding.code: finding for finding in findings}
    unknown = [code for code in codes if code not in found and code not in basis.rules]
    if unknown:
        raise Invalid(f"没有规则 {'、'.join(unknown)}", field="codes")
    law = _law(wish, measure, codes, as_of, basis)
    facts = {
        **({name: getattr(item, name) for name in ("kind", "channel", "platform", "nature")} if item else {}),
        "severity": _gravest(found[c].severity if c in found else basis.rules[c].severity for c in codes),
        "families": sorted({found[c].family if c in found else basis.rules[c].family for c in codes}),
    }
    ground = Ground(
        measure, publisher, as_of, item.verdict if item else None, item.rulebook if item else None,
        codes, [citation.ref for citation in law], "", facts,
    )  # fmt: skip
    return ground, frozen(law)


def _of_verdict(findings: Sequence[ItemFinding]) -> Iterable[str]:
    """The codes a decision rests on when none are named: the violations, or else what waits for evidence."""
    for status in ("violation", "needs_evidence"):
        codes = [finding.code for finding in findings if finding.status == status]
        if codes:
            return codes
    return ()


def _law(wish: DecisionInput, measure: Measure, codes: Sequence[str], as_of: date, basis: Basis) -> list[Citation]:
    named, missing = found_law(basis.resolve, wish.cites, as_of)
    if missing:
        raise Invalid(f"以下法条不存在,或在 {as_of} 不在施行:{'、'.join(missing)}", field="cites")
    cited = [ref for code in codes if code in basis.rules for ref in basis.rules[code].cites]
    by_codes, _ = found_law(basis.resolve, cited, as_of)
    law = list({citation.ref: citation for citation in (*named, *by_codes)}.values())
    if measure.law and not law:
        raise Invalid(f"“{measure.title}”须引用 {as_of} 当日有效的法条:请选规则或填法条", field="cites")
    return law


def _gravest(severities: Iterable[str]) -> str | None:
    return max(severities, key=SEVERITIES.index, default=None)
