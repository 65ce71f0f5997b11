"""Computing an edition: values and marks frozen, points, ranks, agreement, sensitivity; nothing is kept that cannot be
computed again from what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.ranking.agreement import Agreement, agreement, means
from mingjian.governance.ranking.editions import MANAGE, get_edition, in_state, plan_of
from mingjian.governance.ranking.model import FIELDS, Ranking
from mingjian.governance.ranking.ranks import Computed, compute
from mingjian.governance.ranking.sensitivity import Sensitivity, sensitivity
from mingjian.governance.ranking.valuing import Values, values_of
from mingjian.governance.scorecards.engine import MISSING, Ints, micro
from mingjian.governance.scorecards.engine import score as score_one
from mingjian.governance.scorecards.model import MICRO, Score
from mingjian.records.canonical import canonical
from mingjian.records.errors import Conflict, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.ranking.model import Edition, Entrant, Form
from mingjian.records.storage import contents
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head


def compute_edition(tx: Tx, principal: Principal, edition: str, seed: int) -> Edition:
    """Compute. Conflict while an eligible entrant has too few submitted forms. ``seed`` is that of the sensitivity
    analysis and is kept."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "rating")
    plan = plan_of(tx, found)
    entrants = store.entrants_of(tx, edition, states=("eligible",))
    submitted = forms.forms_of_edition(tx, edition, "submitted")
    _demand_rated(plan, entrants, submitted)
    values = frozen(plan, entrants, values_of(tx, entrants), submitted)
    inputs = dict(zip((one.id for one in entrants), contents.put(tx, map(canonical, values.values())), strict=True))
    counted = {one.id for one in entrants}
    agreed = agreement(plan, [one for one in submitted if one.entrant in counted])
    result = result_of(plan, found.plan, inputs, values, agreed, seed, found.most)
    (digest,) = contents.put(tx, [canonical(result)])
    body = {"result": digest, "seed": seed, "draws": plan.draws, "entrants": len(entrants),
            "listed": sum(1 for row in result["rows"] if row[6])}  # fmt: skip
    append(tx, Event("edition.computed", edition, body, principal.actor))
    return get_edition(tx, edition)


def _demand_rated(plan: Ranking, entrants: Sequence[Entrant], submitted: Sequence[Form]) -> None:
    if not entrants:
        raise Conflict("没有通过参评条件的医师。")
    count: dict[str, int] = {}
    for form in submitted:
        count[form.entrant] = count.get(form.entrant, 0) + 1
    short = [one for one in entrants if count.get(one.id, 0) < plan.raters]
    if short:
        raise Conflict(f"还有 {len(short)} 位参评医师的专家评分不足 {plan.raters} 份,不能计算。")


def frozen(plan: Ranking, entrants: Sequence[Entrant], values: Mapping[str, Values],
           submitted: Sequence[Form]) -> dict[str, Values]:  # fmt: skip
    """What each entrant is computed from: the values of the ranking's dimensions, and the means of the marks."""
    given = means(plan, submitted)
    made: dict[str, Values] = {}
    for one in entrants:
        own = {key: value for key, value in values[one.id].items() if key in plan.by_key}
        own |= {key: {"value": round(mean, 6), "source": "expert", "on": "", "evidence": str(count)}
                for key, (mean, count) in given.get(one.id, {}).items()}  # fmt: skip
        made[one.id] = own
    return made


def columns_of(plan: Ranking, values: Sequence[Values]) -> dict[str, Ints]:
    """Values as columns of millionths, by dimension."""
    found: dict[str, Ints] = {}
    for one in plan.dimensions:
        column = np.full(len(values), MISSING, np.int64)
        for place, own in enumerate(values):
            given = own.get(one.key)
            exact = micro(given["value"]) if given is not None else None
            if exact is not None:
                column[place] = exact
        found[one.key] = column
    return found


def result_of(plan: Ranking, digest: str, inputs: Mapping[str, str], values: Mapping[str, Values], agreed: Agreement,
              seed: int, most: int | None) -> dict[str, Any]:  # fmt: skip
    """All that is computed, as it is kept: rows are the entrant with what store.RESULT names, in order."""
    ids = list(inputs)
    made = compute(plan, columns_of(plan, [values[id] for id in ids]), len(ids), most)
    tried = sensitivity(plan, made, seed, most=most)
    return {
        "plan": digest, "seed": seed, "most": most, "inputs": dict(inputs), "rows": _rows(ids, made, tried),
        "sensitivity": {"draws": tried.draws, "spread": tried.spread, "seed": seed, "changed": round(tried.changed, 6),
                        "first": round(tried.first, 6), "swapped": round(tried.swapped, 6), "worst": tried.worst},
        "agreement": {"dimensions": [asdict(one) for one in agreed.dimensions],
                      "fields": [asdict(one) for one in agreed.fields], "whole": asdict(agreed.whole),
                      "raters": [asdict(one) for one in agreed.raters]},
    }  # fmt: skip


def _rows(ids: Sequence[str], made: Computed, tried: Sensitivity) -> list[list[Any]]:
    return [
        [id, int(made.points[at]), *(int(made.field[field][at]) for field in FIELDS), int(made.ranks[at]),
         bool(made.listed[at]), int(tried.low[at]), int(tried.high[at]), round(float(tried.often[at]) * MICRO),
         int(made.missing[at])]
        for at, id in enumerate(ids)
    ]  # fmt: skip


def result(tx: Tx, edition: Edition) -> dict[str, Any]:
    """What was computed of an edition; NotFound before."""
    kept = contents.get(tx, edition.result) if edition.result else None
    if kept is None:
        raise NotFound("这一期还没有计算。")
    found: dict[str, Any] = json.loads(kept)
    return found


def explain(tx: Tx, edition: Edition, entrant: Entrant) -> tuple[Score, Values]:
    """An entrant's score with every contribution, computed from what was frozen, and the values it comes from."""
    inputs = result(tx, edition)["inputs"]
    if entrant.id not in inputs:
        raise NotFound("这位医师没有计分。")
    kept = contents.get(tx, inputs[entrant.id])
    if kept is None:
        raise NotFound("计分所用的数据已删除。")
    values: Values = json.loads(kept)
    return explained(plan_of(tx, edition), values), values


def explained(plan: Ranking, values: Values) -> Score:
    """The score of values, with every contribution: they add up to the points exactly."""
    return score_one(plan.card, {key: float(one["value"]) for key, one in values.items()})


def recompute(tx: Tx, edition: Edition) -> bool:
    """Whether what is kept gives the kept points, ranks and list again, to the last digit. The sensitivity analysis is
    in floating point and not compared: another machine may round otherwise."""
    kept = result(tx, edition)
    found = contents.get_many(tx, kept["inputs"].values())
    if set(kept["inputs"].values()) - set(found):
        raise NotFound("计分所用的数据已删除,不能重算。")
    values: list[Values] = [json.loads(found[digest]) for digest in kept["inputs"].values()]
    plan = plan_of(tx, edition)
    made = compute(plan, columns_of(plan, values), len(values), kept["most"])
    exact = [
        [id, int(made.points[at]), *(int(made.field[field][at]) for field in FIELDS), int(made.ranks[at]),
         bool(made.listed[at]), int(made.missing[at])]
        for at, id in enumerate(kept["inputs"])
    ]  # fmt: skip
    return sorted(exact) == sorted([*row[:7], row[10]] for row in kept["rows"])
