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
from mingjian.governance.statements.model import Statement
from mingjian.governance.statements.sections import Case, sections
from mingjian.governance.statements.words import say
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import actions, contents, items
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
    )
    addressee = say("addressee", lang, publisher=found.publisher) if found.publisher else say("addressee_unknown", lang)
    return Statement(decision, lang, say("title", lang), addressee, sections(case))


def _law(kept: Any, digests: Sequence[str]) -> tuple[Citation, ...]:
    """What is kept under these digests, each provision once."""
    found = [citation for digest in dict.fromkeys(digests) if digest in kept for citation in thawed(kept[digest])]
    return tuple({citation.ref: citation for citation in found}.values())
