"""The publisher's licence as an item's facts tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.core.model.scope import Catalogue, Procedure
from mingjian.core.scope.facts import Institution
from mingjian.core.scope.institution import LICENCE_LAW, Registered, grade, kind_of, registered, specialty
from mingjian.core.scope.model import NO, UNDETERMINED, YES, Step

SPECIALTIES, IN_FORCE, TYPE, LEVEL = "licensed_specialties", "licence_in_force", "institution_type", "institution_level"
FACTS = (SPECIALTIES, IN_FORCE, TYPE, LEVEL)
"""Names of the facts: the registered specialties (codes or names), whether the licence is in force on the day, the
kind of the institution, the level of a hospital."""
ASKED_FOR = {
    "institution.specialties": SPECIALTIES, "institution.kind": TYPE, "institution.level": LEVEL,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Licence:
    """What the facts say of a licence; None is not known."""

    known: Registered | None
    in_force: bool | None
    institution: Institution

    def step(self, catalogue: Catalogue, procedure: Procedure, beyond: str) -> Step:
        """One step of the chain for a procedure: ``licence``, ``specialty`` or ``grade``."""
        if beyond == "licence":
            value = UNDETERMINED if self.in_force is None else YES if self.in_force else NO
            return Step("licence", value, "执业许可证当日无效", LICENCE_LAW)
        if beyond == "specialty":
            return specialty(catalogue, procedure, self.known)
        return grade(catalogue, procedure, self.institution, self.known)


def stated_licence(catalogue: Catalogue, facts: Mapping[str, Any]) -> Licence | None:
    """The licence of an item's facts; None when they tell nothing of one."""
    if not any(name in facts for name in FACTS):
        return None
    written = facts.get(SPECIALTIES)
    listed = [written] if isinstance(written, str) else written if isinstance(written, list | tuple) else ()
    scope = [one for one in listed if isinstance(one, str) and one.strip()]
    kind = kind_of(catalogue, _text(facts.get(TYPE)), "", _text(facts.get(TYPE)) or "")
    in_force = facts.get(IN_FORCE)
    return Licence(
        registered(catalogue, scope) if scope else None,
        in_force if isinstance(in_force, bool) else None,
        Institution(kind=kind.code if kind else None, level=_text(facts.get(LEVEL))),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
