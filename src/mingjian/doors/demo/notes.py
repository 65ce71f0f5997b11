"""Items for the demonstration: invented notes, products, room titles and applications, some with a breach in them.

A breach is the bad example of a rule of the rulebook, so that what the desk shows is what the rules are about.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.core.model import Rule
from mingjian.doors.demo.simulate.grammar import grammar
from mingjian.doors.demo.simulate.grammar import material as simulated
from mingjian.doors.demo.simulate.stories import subject
from mingjian.records.items.model import Submission

KINDS = ("note", "product", "live", "onboarding")
_WEIGHTS = (70, 14, 10, 6)
_BREACHES = {"note": 0.45, "product": 0.4, "live": 0.5, "onboarding": 0.15}
_FROM = {"note": None, "product": ("institution", "merchant"), "live": ("institution", "physician", "creator"),
         "onboarding": ("institution", "physician")}  # fmt: skip


@cache
def material() -> Mapping[str, Any]:
    """The lines notes are made of."""
    text = (resources.files("mingjian.doors.demo") / "material.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def breaches(rules: Mapping[str, Rule]) -> list[str]:
    """Sentences that break a rule in a public post, in the order of the rules' codes."""
    found = []
    for code in sorted(rules):
        rule = rules[code]
        fits = rule.outcome == "violation" and rule.status == "stable" and not rule.applies.platforms
        if fits and (not rule.applies.channels or "public" in rule.applies.channels):
            found += [example.text for example in rule.bad if len(example.text) < 120]
    return found


def submissions(rng: random.Random, bad: list[str]) -> Iterator[tuple[str, Submission]]:
    """Endless items: (kind, submission), without dates. The same ``rng`` gives the same items."""
    lines = material()
    number = 0
    while True:
        number += 1
        (kind,) = rng.choices(KINDS, _WEIGHTS)
        allowed = _FROM[kind]
        publisher = rng.choice([one for one in lines["publishers"] if allowed is None or one["kind"] in allowed])
        body = [rng.choice(lines["openings"])] if kind == "note" else []
        body.append(rng.choice(lines[{"note": "lawful", "live": "lawful"}.get(kind, kind)]))
        body += _own(kind, random.Random(number))
        if rng.random() < _BREACHES[kind]:
            body.append(rng.choice(bad))
        if kind == "note":
            body.append(rng.choice(lines["closings"]))
        title = rng.choice(lines["titles"][kind])
        parts = [{"role": "title", "text": title}, {"role": "body", "text": "\n".join(body)}]
        if kind == "note" and rng.random() < 0.3:
            parts.append({"role": "comment", "text": rng.choice(lines["comments"])})
        item = {
            "id": f"{kind}-{number:05d}",
            "kind": kind,
            "platform": rng.choice(lines["platforms"]),
            "publisher": dict(publisher),
            "channel": "live" if kind == "live" else "public",
            "parts": parts,
        }
        yield kind, Submission(item, source="demo")


def _own(kind: str, rng: random.Random) -> list[str]:
    """What only this one says: people do not write from the same dozen lines."""
    entry = simulated()["product"] if kind == "product" else rng.choice(simulated()["everyday"])
    count = {"note": 4, "live": 2, "product": 2, "onboarding": 0}[kind]
    given = subject(rng.randrange(len(simulated()["procedures"])), rng)
    return [grammar().say(line, rng, given).text() for line in rng.sample(entry["lines"], count)]


def dated(submission: Submission, day: date) -> Submission:
    """The same, published on a day."""
    return Submission({**submission.item, "published_at": day.isoformat()}, submission.source, submission.media)
