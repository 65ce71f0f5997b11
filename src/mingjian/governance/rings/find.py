"""Finding rings: materials, ties, parts, and what there is to tell of each. Pure: the same evidence gives the same
rings in the same order."""

from __future__ import annotations

from collections.abc import Callable

from mingjian.governance.rings.confidence import confidence_of
from mingjian.governance.rings.materials import materials_of
from mingjian.governance.rings.model import Evidence, Ring
from mingjian.governance.rings.parts import parts_of
from mingjian.governance.rings.settings import RINGS, Settings
from mingjian.governance.rings.telling import Teller
from mingjian.governance.rings.ties import ties_of


def find_rings(
    known: Evidence, settings: Settings | None = None, *, progress: Callable[[int, int], None] | None = None
) -> list[Ring]:
    """The rings that are at least as sure as the settings ask, the surest and largest first. ``progress`` hears
    (done, all) while they are told."""
    settings = settings or RINGS.current()
    shown = materials_of(known, settings)
    ties = ties_of(known, shown, settings)
    parts = parts_of(ties, settings)
    teller = Teller(known, shown, ties, settings)
    found = []
    for number, part in enumerate(parts):
        told = teller.tell(part)
        ring = confidence_of(told, settings)
        if ring.confidence >= settings.confidence:
            found.append(ring)
        if progress is not None:
            progress(number + 1, len(parts))
    return sorted(found, key=lambda ring: (-round(ring.confidence, 3), -len(ring.accounts), ring.accounts))
