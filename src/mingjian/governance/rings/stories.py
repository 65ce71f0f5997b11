"""A ring's story: what there is to tell of it as plain data, as the contents keep it and programs get it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from mingjian.governance.rings.model import Cadence, Material, Profit, Reason, Ring, Step, Tie
from mingjian.records.canonical import canonical

SCHEMA = "mingjian.ring/1"


def story_of(ring: Ring) -> dict[str, Any]:
    """The ring as an object of JSON: ids, figures and words of reasons."""
    return {"schema": SCHEMA, **asdict(ring)}


def story_bytes(ring: Ring) -> bytes:
    """The same as the bytes that are kept."""
    return canonical(json.loads(json.dumps(story_of(ring))))


def ring_of(story: Mapping[str, Any]) -> Ring:
    """The ring of a story. KeyError or TypeError for what is none."""
    return Ring(
        tuple(story["accounts"]), tuple(story["core"]), tuple(story["posts"]), story["since"], story["until"],
        tuple(_material(one) for one in story["materials"]),
        tuple((kind, value, count) for kind, value, count in story["marks"]),
        tuple(Tie(**{**one, "marks": tuple(one["marks"])}) for one in story["ties"]),
        tuple(Profit(**one) for one in story["profit"]), Cadence(**story["cadence"]), story["density"],
        story["confidence"], tuple(Reason(**one) for one in story["reasons"]),
    )  # fmt: skip


def _material(one: Mapping[str, Any]) -> Material:
    steps = tuple(Step(**step) for step in one["steps"])
    return Material(**{**one, "steps": steps, "original": Step(**one["original"])})


def only(ring: Ring, accounts: Collection[str]) -> Ring:
    """What of a story is about some of its accounts: for parting a ring until the next count tells it anew."""
    kept = frozenset(accounts)
    materials = []
    for one in ring.materials:
        steps = tuple(step for step in one.steps if step.account in kept)
        if steps:
            inside = len({step.account for step in steps})
            materials.append(replace(one, steps=steps, accounts=inside, outside=one.outside + one.accounts - inside,
                                     original_inside=one.original.account in kept))  # fmt: skip
    # Of posts the story tells whose they are by its steps only.
    posts = {step.post for one in materials for step in one.steps}
    ties = tuple(tie for tie in ring.ties if tie.one in kept and tie.other in kept)
    return replace(
        ring, accounts=tuple(one for one in ring.accounts if one in kept),
        core=tuple(one for one in ring.core if one in kept), posts=tuple(one for one in ring.posts if one in posts),
        materials=tuple(materials), ties=ties,
    )  # fmt: skip


def joined(ring: Ring, other: Ring) -> Ring:
    """Two stories as one until the next count tells it anew: nothing is lost, the surer one leads."""
    first, second = (ring, other) if ring.confidence >= other.confidence else (other, ring)
    return replace(
        first, accounts=tuple(dict.fromkeys((*first.accounts, *second.accounts))),
        core=tuple(dict.fromkeys((*first.core, *second.core))),
        posts=tuple(dict.fromkeys((*first.posts, *second.posts))),
        since=min(first.since, second.since), until=max(first.until, second.until),
        materials=(*first.materials, *second.materials), marks=tuple(dict.fromkeys((*first.marks, *second.marks))),
        ties=(*first.ties, *second.ties), profit=first.profit or second.profit,
    )  # fmt: skip
