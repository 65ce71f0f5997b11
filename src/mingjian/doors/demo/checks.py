"""What looking papers up has shown, in the demonstration: most were found as stated, a few nobody has looked up yet."""

from __future__ import annotations

from collections.abc import Iterable

from mingjian.desk.people.model import Principal
from mingjian.desk.registry.service import note_check
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import credentials_of

_WHY = "演示:在登记机关的公示页面查到,与登记一致"
_LEFT = 6  # every so manieth has not been looked up


def confirm(tx: Tx, principal: Principal, entities: Iterable[str]) -> None:
    """The papers of these, all but every sixth one's, are found in the official register as they are stated."""
    known = list(entities)
    papers = credentials_of(tx, known)
    for place, id in enumerate(known):
        if place % _LEFT != _LEFT - 1:
            for paper in papers.get(id, ()):
                note_check(tx, principal, paper.id, "confirmed", _WHY)
