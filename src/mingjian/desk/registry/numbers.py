"""The offline check of credentials' numbers as they are recorded: is the form sound, and if not, why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from mingjian.core.credentials import number_kinds, verify, verify_many

_EXPIRED = "expired"  # that a term is over is seen from the credential's own days


def look(credentials: Iterable[dict[str, Any]], as_of: date) -> int:
    """Write into each credential's fields (``check``, ``why``) what the form of its number says; how many are
    malformed. Where nobody can say offline it stays unverified."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in credentials:
        if one["number"]:
            by_kind.setdefault(one["kind"], []).append(one)
    malformed = 0
    for kind, some in by_kind.items():
        forms = number_kinds(kind)
        if not forms:
            continue
        codes = verify_many(forms[0].name, [one["number"] for one in some], as_of)
        for one, code in zip(some, codes.tolist(), strict=True):
            if code == 0:
                one["check"] = "well_formed"
            else:
                malformed += _closely(one, as_of)
    return malformed


def _closely(credential: dict[str, Any], as_of: date) -> bool:
    """One number that does not plainly hold: tried as every kind it may be, with the reason when none fits."""
    found = verify(credential["kind"], credential["number"], as_of)
    if found.ok or found.code == _EXPIRED:
        credential["check"] = "well_formed"
        return False
    credential["why"] = ";".join(found.reasons)[:500]
    if found.ok is None:
        return False
    credential["check"] = "malformed"
    return True
