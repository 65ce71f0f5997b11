"""The statement of reasons, made from what was frozen with the decision."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from mingjian.core.model.law import Citation
from mingjian.desk.people.masking import mask
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.law import Basis, basis_in_force, thawed
from mingjian.governance.decisions.service import decision_of
from mingjian.governance.ladders.subjects import ENTITY
from mingjian.governance.statements.model import Statement
from mingjian.governance.statements.sections import Case, sections
from mingjian.governance.statements.words import say
from mingjian.records.actions.model import Action, Reinstatement
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import actions, contents, items, registry, reinstatements
from mingjian.records.storage.database import Tx

LANGS = ("zh", "en")


def statement(
    tx: Tx,
    who: Principal | Concerned,
    decision: str,
    lang: str = "zh",
    *,
    link: str | None = None,
    basis: Basis | None = None,
) -> Statement:
    """What the person concerned is told of a decision: for them (by token), or for who may see cases, then with
    personal data masked unless they may see it. ``link`` is where to appeal, made by a door (appeals.token)."""
    if lang not in LANGS:
        raise Invalid(f"语言只能是:{'、'.join(LANGS)}", field="lang")
    found = decision_of(tx, decision)
    shown: Callable[[str], str] = str
    if isinstance(who, Concerned):
        if who.decision != decision:
            raise NotFound(f"没有决定 {decision}")
    else:
        demand(who, "case.read")
        shown = shown if allowed(who, "personal.read") else mask
    own = actions.actions_of_decisions(tx, [decision])
    kept = contents.get_many(tx, [found.verdict or "", found.law, *(action.law for action in own)])
    case = Case(
        decision=found,
        actions=tuple(own),
        item=items.item_by_id(tx, found.item) if found.item else None,
        verdict=json.loads(kept[found.verdict]) if found.verdict and found.verdict in kept else None,
        law=_law(kept, [found.law]),
        further=_law(kept, [action.law for action in own if action.law != found.law]),
        basis=basis or basis_in_force(),
        lang=lang,
        link=link,
        shown=shown,
        met=_met(tx, own),
        name=_name(tx, found.publisher) if found.publisher else "",
    )
    name = _name(tx, found.publisher) if found.publisher else None
    addressee = say("addressee", lang, publisher=name) if name else say("addressee_unknown", lang)
    return Statement(decision, lang, say("title", lang), addressee, sections(case))


def _law(kept: Any, digests: Sequence[str]) -> tuple[Citation, ...]:
    """What is kept under these digests, each provision once."""
    found = [citation for digest in dict.fromkeys(digests) if digest in kept for citation in thawed(kept[digest])]
    return tuple({citation.ref: citation for citation in found}.values())


def _name(tx: Tx, publisher: str) -> str:
    """What to call a publisher: an entity of the registry by its name."""
    entity = registry.entities_by_id(tx, [publisher]).get(publisher) if publisher.startswith(ENTITY) else None
    return entity.name if entity is not None and entity.name else publisher


def _met(tx: Tx, own: Sequence[Action]) -> list[Reinstatement]:
    """The conditions on record as met."""
    records = reinstatements.records_of(tx, [action.id for action in own if action.conditions])
    return [one for listed in records.values() for one in listed if one.state == "recorded"]
