"""Instruments and their provisions from YAML, and citations resolved as of a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from mingjian.core.model.law import Citation, Instrument, Provision
from mingjian.core.rulebook.errors import Problem

LEVELS = ("law", "regulation", "rule", "judicial", "guideline", "local", "platform", "standard")
REQUIRED = ("slug", "name", "short", "level", "provisions")


def parse_instrument(data: Any, path: str, problems: list[Problem]) -> Instrument | None:
    """An instrument from its YAML; problems are appended, None when nothing can be saved."""
    if not isinstance(data, dict):
        problems.append(Problem(path, "", "an instrument is a mapping"))
        return None
    missing = [key for key in REQUIRED if not data.get(key)]
    if missing:
        problems.append(Problem(path, ", ".join(missing), "required"))
        return None
    if data["level"] not in LEVELS:
        problems.append(Problem(path, "level", f"{data['level']!r} is not one of {', '.join(LEVELS)}"))
    effective = _date(data, "effective", path, problems)
    repealed = _date(data, "repealed", path, problems)
    provisions = tuple(
        provision
        for index, raw in enumerate(data["provisions"])
        if (provision := _provision(raw, effective, repealed, f"{path}#{index}", problems)) is not None
    )
    _check_overlaps(provisions, path, problems)
    return Instrument(
        slug=data["slug"],
        name=data["name"],
        short=data["short"],
        level=data["level"],
        issuer=str(data.get("issuer") or ""),
        document_no=data.get("document_no"),
        effective=effective,
        repealed=repealed,
        confidence=data.get("confidence", "medium"),
        status=str(data.get("status") or ""),
        provisions=provisions,
    )


def _provision(
    raw: Any, effective: date | None, repealed: date | None, where: str, problems: list[Problem]
) -> Provision | None:
    if not isinstance(raw, dict) or not raw.get("id") or not raw.get("summary"):
        problems.append(Problem(where, "id, summary", "a provision needs both"))
        return None
    own_effective = _date(raw, "effective", where, problems) or effective
    own_repealed = _date(raw, "repealed", where, problems) or repealed
    if own_effective and own_repealed and own_repealed <= own_effective:
        problems.append(Problem(where, "repealed", "not after the day it took effect"))
    return Provision(
        id=str(raw["id"]),
        article=str(raw.get("article") or f"第{raw['id']}条"),
        summary=str(raw["summary"]),
        penalty=raw.get("penalty"),
        effective=own_effective,
        repealed=own_repealed,
        confidence=raw.get("confidence", "high"),
        note=raw.get("note"),
    )


def _date(raw: dict[str, Any], key: str, where: str, problems: list[Problem]) -> date | None:
    value = raw.get(key)
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        problems.append(Problem(where, key, f"{value!r} is not a date (YYYY-MM-DD)"))
        return None


def _check_overlaps(provisions: tuple[Provision, ...], path: str, problems: list[Problem]) -> None:
    by_id: dict[str, list[Provision]] = {}
    for provision in provisions:
        by_id.setdefault(provision.id, []).append(provision)
    for identifier, versions in by_id.items():
        versions.sort(key=lambda p: p.effective or date.min)
        for earlier, later in pairwise(versions):
            if earlier.repealed is None or (later.effective and later.effective < earlier.repealed):
                problems.append(Problem(path, identifier, "two versions in force on the same day"))


class Lawbook:
    """All instruments, looked up by slug, reference (``slug/id``) or printed label (``广告法16.1.1``)."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self.instruments = {instrument.slug: instrument for instrument in instruments}
        self._versions: dict[str, list[Provision]] = {}
        for instrument in self.instruments.values():
            for provision in instrument.provisions:
                self._versions.setdefault(f"{instrument.slug}/{provision.id}", []).append(provision)

    def __contains__(self, ref: str) -> bool:
        return ref in self._versions

    def cite(self, ref: str, as_of: date) -> Citation | None:
        """The citation in force on a day; None when it dangles or was not in force."""
        for provision in self._versions.get(ref, ()):
            if provision.effective and as_of < provision.effective:
                continue
            if provision.repealed and as_of >= provision.repealed:
                continue
            instrument = self.instruments[ref.split("/", 1)[0]]
            return Citation(
                ref=ref,
                label=f"{instrument.short}{provision.id}",
                instrument=instrument.name,
                article=provision.article,
                summary=provision.summary,
                penalty=provision.penalty,
                effective=provision.effective,
                confidence=provision.confidence,
            )
        return None

    def find(self, query: str) -> list[tuple[Instrument, Provision]]:
        """Provisions whose reference or printed label is ``query`` or starts with it (广告法16 finds 16.1.1)."""
        found = []
        for instrument in self.instruments.values():
            for provision in instrument.provisions:
                names = (f"{instrument.slug}/{provision.id}", f"{instrument.short}{provision.id}",
                         f"{instrument.name}{provision.id}")  # fmt: skip
                if any(name == query or name.startswith(f"{query}.") for name in names):
                    found.append((instrument, provision))
        return found
