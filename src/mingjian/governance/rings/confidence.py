"""How sure, and why: points of log-odds for each reason, added up. The points are set by hand and checked against the
simulator (benchmarks/rings.py prints how often rings of each confidence are true ones)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from mingjian.governance.rings.model import Reason, Ring
from mingjian.governance.rings.settings import Settings

_START = -2.0
"""Before anything is known: most parts of a graph are nothing."""

_ALONE = frozenset(("reuse", "pairs", "together"))
_ONLY_WORDS = -2.0
"""Alike words and nothing else: set phrases look rare in a small archive, and every trade has its own."""


def confidence_of(ring: Ring, settings: Settings) -> Ring:
    """The ring with its confidence (0 to 1) and reasons, the weightiest first."""
    found = list(_reasons(ring, settings))
    if {one.word for one in found if one.points > 0} <= _ALONE and all(one.matter == "text" for one in ring.materials):
        found.append(Reason("alone", _ONLY_WORDS, {"materials": len(ring.materials)}))
    reasons = sorted(found, key=lambda one: (-abs(one.points), one.word))
    odds = _START + sum(one.points for one in reasons)
    return replace(ring, confidence=round(1 / (1 + math.exp(-odds)), 3), reasons=tuple(reasons))


def _reasons(ring: Ring, settings: Settings) -> Iterator[Reason]:
    hidden = [one for one in ring.materials if not one.openly]
    accounts = len(ring.accounts)
    worth = sum(one.weight for one in hidden)
    if hidden:
        yield Reason("reuse", round(min(3.0, 0.9 * math.log1p(worth)), 2), {"materials": len(hidden),
                     "posts": len(ring.posts)})  # fmt: skip
    repeated = [tie for tie in ring.ties if tie.materials >= 2]
    if repeated:
        share = len(repeated) / max(1, accounts * (accounts - 1) // 2)
        yield Reason("pairs", round(min(1.5, 3 * share + 0.3), 2), {"pairs": len(repeated), "share": round(share, 3)})
    for word, kind, most in (("devices", "device", 1.5), ("payments", "payment", 2.0), ("contacts", "contact", 1.2)):
        shared = [count for of, _, count in ring.marks if of == kind]
        if shared:
            holders = max(shared)
            points = min(most, most * (0.4 + holders / accounts))
            yield Reason(word, round(points, 2), {"marks": len(shared), "accounts": holders})
    if ring.profit and ring.profit[0].posts >= 2:
        first = ring.profit[0]
        if first.share >= 0.6 and first.lift >= 3:
            yield Reason("institution", round(min(1.5, first.share * math.log10(first.lift)), 2),
                         {"institution": first.institution, "share": first.share, "lift": first.lift})  # fmt: skip
        elif len(ring.profit) >= 3 and first.share < 0.4:
            yield Reason("institution", -0.5, {"institution": None, "share": first.share, "lift": first.lift})
    if ring.cadence.fits:
        yield Reason("cadence", 0.8, {"per_day": ring.cadence.per_day, "per_month": round(ring.cadence.per_month, 1),
                     "dispersion": round(ring.cadence.dispersion, 2)})  # fmt: skip
    tied = len(ring.ties) / max(1, accounts * (accounts - 1) // 2)
    if accounts >= 4 and tied >= 0.5:
        yield Reason("together", round(0.8 * tied, 2), {"share": round(tied, 3)})
    together = max((tie.lockstep for tie in ring.ties), default=0.0)
    if together > 0:
        yield Reason("lockstep", round(min(1.5, 1.5 * together), 2), {"pairs": sum(1 for t in ring.ties if t.lockstep)})
    shown_openly = len(ring.materials) - len(hidden)
    if shown_openly:
        share = shown_openly / len(ring.materials)
        yield Reason("openly", round(-2.0 * share, 2), {"materials": shown_openly, "share": round(share, 3)})
    if accounts < max(4, settings.least_accounts + 1):
        yield Reason("few", -0.5, {"accounts": accounts})
