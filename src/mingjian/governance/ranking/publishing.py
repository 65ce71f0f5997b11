"""Reviewing and publishing an edition: another person looks, the page is frozen as one document under its digest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.words import required
from mingjian.governance.ladders.count import DAY
from mingjian.governance.ranking.computing import explained, recompute, result
from mingjian.governance.ranking.editions import MANAGE, get_edition, in_state, plan_of
from mingjian.governance.ranking.model import Ranking
from mingjian.governance.ranking.valuing import Values
from mingjian.governance.scorecards.model import MICRO, Score
from mingjian.records.canonical import canonical
from mingjian.records.clock import moment
from mingjian.records.errors import Conflict, Forbidden, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.ranking.model import Edition, Entrant
from mingjian.records.registry.model import Entity
from mingjian.records.storage import contents, registry
from mingjian.records.storage import ranking as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

FORMAT = "mingjian.ranking/1"
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木")
SENIOR = 3.0  # 副主任 and above


def review_edition(tx: Tx, principal: Principal, edition: str, note: str) -> Edition:
    """Say that the computing was looked at: by somebody who neither drafted nor computed it nor sits on its jury."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "computed")
    _demand_other(found, principal, "复核")
    if not recompute(tx, found):
        raise Conflict("重新计算的结果与保存的不一致,请退回重算。")
    append(tx, Event("edition.reviewed", edition, {"note": required(note), "result": found.result}, principal.actor))
    return get_edition(tx, edition)


def publish(tx: Tx, principal: Principal, edition: str) -> Edition:
    """Publish: what the public sees is frozen and its digest recorded. A correction takes the place of the edition it
    corrects, which stays to be seen as what it was."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "reviewed")
    if principal.actor == found.computed_by:
        raise Forbidden("计算的人不能公布,请由他人公布。")
    plan = plan_of(tx, found)
    until = tx.now + plan.appeal_days * DAY
    (seal,) = contents.put(tx, [canonical(document(tx, found, plan, tx.now, until))])
    body = {"seal": seal, "until": until, "replaces": found.replaces, "result": found.result}
    append(tx, Event("edition.published", edition, body, principal.actor))
    return get_edition(tx, edition)


def _demand_other(edition: Edition, principal: Principal, what: str) -> None:
    if principal.actor in (edition.computed_by, edition.made_by):
        raise Forbidden(f"草拟或计算的人不能{what},请由他人{what}。")
    if principal.actor in {f"user:{one['user']}" for one in edition.jury}:
        raise Forbidden(f"评委不能{what}。")


def document(tx: Tx, edition: Edition, plan: Ranking, published: int, until: int) -> dict[str, Any]:
    """What the public sees of an edition: only what is public of a person."""
    made = result(tx, edition)
    chosen = store.ranked(tx, edition.id, listed=True)
    entities = registry.entities_by_id(tx, [one.entity for one in chosen])
    places = _places(tx, chosen, edition)
    kept = contents.get_many(tx, [made["inputs"][one.id] for one in chosen])
    values: dict[str, Values] = {one.id: json.loads(kept[made["inputs"][one.id]]) for one in chosen}
    listed = [_line(plan, one, entities.get(one.entity), places.get(one.entity, ""), values[one.id]) for one in chosen]
    return {
        "format": FORMAT, "edition": edition.id, "version": edition.version, "replaces": edition.replaces,
        "reason": edition.reason, "ranking": plan.id, "plan": edition.plan, "result": edition.result,
        "title": edition.title, "title_en": edition.title_en, "as_of": edition.as_of.isoformat(),
        "published": published, "appeal_until": until, "names": plan.names,
        "list": listed,
        "figures": figures(store.entrant_counts(tx, edition.id), chosen, list(values.values())),
        "sensitivity": made["sensitivity"],
        "agreement": {"fields": made["agreement"]["fields"], "whole": made["agreement"]["whole"],
                      "raters": len(made["agreement"]["raters"])},
    }  # fmt: skip


def _places(tx: Tx, entrants: Sequence[Entrant], edition: Edition) -> dict[str, str]:
    links = registry.links_from(tx, [one.entity for one in entrants], ("practises_at",))
    known = registry.entities_by_id(tx, [link.target for some in links.values() for link in some])
    found: dict[str, str] = {}
    for id, some in links.items():
        held = [known[link.target].name for link in some if link.holds(edition.as_of) and link.target in known]
        if held:
            found[id] = held[0]
    return found


def _line(plan: Ranking, one: Entrant, entity: Entity | None, place: str, values: Values) -> dict[str, Any]:
    made = explained(plan, values)
    name = entity.name if entity is not None else "—"
    return {
        "rank": one.rank, "number": one.number, "name": covered(name) if plan.names == "masked" else name,
        "title": str(entity.attributes.get("level", "")) if entity is not None else "", "institution": place,
        "points": one.points, "technique": one.technique, "aesthetics": one.aesthetics, "service": one.service,
        "low": one.low, "high": one.high, "often": one.often, "missing": one.missing,
        "parts": parts(plan, made, values),
    }  # fmt: skip


def parts(plan: Ranking, made: Score, values: Values) -> list[list[Any]]:
    """[dimension, points, value or None, day] of every dimension: they add up to the points exactly. Values are shown
    of those sources only that the ranking names as public."""
    found: list[list[Any]] = []
    for part in made.contributions:
        dimension = plan.by_key.get(part.feature)
        own = values.get(part.feature)
        shown = own is not None and dimension is not None and dimension.source in plan.shown
        found.append([part.feature, part.points, own["value"] if shown and own else None,
                      own["on"] if shown and own else "", part.missing])  # fmt: skip
    return found


def covered(name: str) -> str:
    """A name with the family name only."""
    family = 2 if name.startswith(_COMPOUND) and len(name) > 2 else 1
    return name[:family] + "*" * max(1, min(2, len(name) - family))


def figures(counts: Mapping[str, int], listed: Sequence[Entrant], values: Sequence[Values]) -> dict[str, Any]:
    """The edition's statistics: who came, who is listed, their years and titles, mean points by field."""
    years = [float(one["practice-years"]["value"]) for one in values if "practice-years" in one]
    levels = [float(one["title-level"]["value"]) for one in values if "title-level" in one]
    return {
        "entrants": sum(counts.values()), "by_state": dict(sorted(counts.items())), "listed": len(listed),
        "mean_years": round(fmean(years), 1) if years else None, "with_years": len(years),
        "senior": sum(level >= SENIOR for level in levels), "chief": sum(level >= SENIOR + 1 for level in levels),
        "with_title": len(levels),
        "mean": {name: round(fmean(float(getattr(one, name) or 0) for one in listed) / MICRO, 2) if listed else None
                 for name in ("points", "technique", "aesthetics", "service")},
    }  # fmt: skip


def public(tx: Tx, edition: str) -> tuple[Edition, dict[str, Any]]:
    """A published edition (also one that was corrected since) and the document that was frozen; NotFound otherwise."""
    found = store.edition_by_id(tx, edition)
    if found is None or found.state not in ("published", "replaced") or found.seal is None:
        raise NotFound("没有公布过这一期榜单。")
    kept = contents.get(tx, found.seal)
    if kept is None:
        raise NotFound("公布的内容已不在。")
    told: dict[str, Any] = json.loads(kept)
    return found, told


def published_editions(tx: Tx) -> list[Edition]:
    """Editions the public may see, the newest first."""
    return store.all_editions(tx, ("published", "replaced"))


def figure_lines(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The statistics as (what, how much), in Chinese source strings for the page and the PDF."""
    found = told["figures"]
    lines = [("参评", f"{found['entrants']:,}"), ("入榜", f"{found['listed']:,}")]
    if found["mean_years"] is not None:
        lines.append(("平均执业年限", f"{found['mean_years']:g}"))
    lines.append(("副主任医师及以上", f"{found['senior']:,}"))
    if found["mean"]["points"] is not None:
        lines.append(("平均总分", f"{found['mean']['points']:.2f}"))
    return lines


def published_on(told: Mapping[str, Any]) -> str:
    """The day of publication in China."""
    return f"{moment(int(told['published'])):%Y-%m-%d}"
