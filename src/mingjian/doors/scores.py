"""Scores as plain objects, for programs and the command line."""

from __future__ import annotations

from typing import Any

from mingjian.governance.scorecards.explain import Explained
from mingjian.governance.scorecards.levers import Lever
from mingjian.governance.scorecards.lists import Overview
from mingjian.governance.scorecards.model import BASE, HELD, MICRO
from mingjian.governance.scorecards.observing import Told
from mingjian.records.clock import moment
from mingjian.records.scores.model import Kept, Past, day_at


def kept_dict(kept: Kept) -> dict[str, Any]:
    """A score on record."""
    return {
        "card": kept.card,
        "version": kept.version,
        "actor": kept.actor,
        "points": kept.points,
        "value": kept.points / MICRO,
        "band": kept.band,
        "missing_share": kept.missing_share / MICRO,
        "as_of": day_at(kept.day).isoformat(),
        "since": moment(kept.since).isoformat(timespec="milliseconds"),
    }


def explained_dict(found: Explained) -> dict[str, Any]:
    """A score with the way to it: contributions add up to the points exactly."""
    made = found.score
    return {
        "card": found.card.id,
        "title": found.card.title,
        "actor": found.actor,
        "as_of": day_at(found.day).isoformat(),
        "points": made.points,
        "value": made.value,
        "band": made.band,
        "undetermined": made.undetermined,
        "missing": list(made.missing),
        "missing_share": made.missing_share / MICRO,
        "contributions": [_part(found, at) for at in range(len(made.contributions))],
        "changes": [_lever(one) for one in found.levers],
        "kept": None if found.kept is None else kept_dict(found.kept),
        "agrees": found.agrees,
    }


def _part(found: Explained, at: int) -> dict[str, Any]:
    part = found.score.contributions[at]
    feature = found.card.feature(part.feature)
    own = {BASE: "起始分", HELD: "超出范围"}.get(part.feature, part.feature)
    return {
        "feature": part.feature,
        "title": feature.title if feature is not None else own,
        "group": feature.group if feature is not None else "",
        "source": feature.source if feature is not None else "",
        "value": part.value,
        "unit": feature.unit if feature is not None else "",
        "points": part.points,
        "missing": part.missing,
        "why": part.why,
        "basis": feature.basis if feature is not None else "",
    }


def _lever(one: Lever) -> dict[str, Any]:
    return {
        "feature": one.feature,
        "now": None if one.now is None else one.now / MICRO,
        "to": one.to / MICRO,
        "bound": one.bound,
        "points": one.points,
        "band": one.band,
        "better": one.better,
    }


def past_dict(one: Past) -> dict[str, Any]:
    """A score as it was."""
    return {
        "at": moment(one.at).isoformat(timespec="milliseconds"),
        "as_of": day_at(one.day).isoformat(),
        "version": one.version,
        "points": one.points,
        "band": one.band,
        "former": one.former,
        "moved": one.moved,
    }


def card_dict(one: Overview) -> dict[str, Any]:
    """A live card with how many stand where."""
    card = one.live.card
    return {
        "id": card.id,
        "name": card.name,
        "version": card.version,
        "title": card.title,
        "good": card.good,
        "kinds": list(card.kinds),
        "low": card.low,
        "high": card.high,
        "features": len(card.features),
        "bands": [
            {
                "name": band.name,
                "title": band.title,
                "since": band.since,
                "means": band.means,
                "actors": one.bands.get(band.name, 0),
            }
            for band in card.bands
        ],
        "undetermined": one.bands.get(None, 0),
    }


def told_dict(found: Told) -> dict[str, Any]:
    """What became of observations."""
    return {
        "kept": found.kept,
        "problems": [{"index": one.row, "field": one.field, "message": one.message} for one in found.wrong],
    }
