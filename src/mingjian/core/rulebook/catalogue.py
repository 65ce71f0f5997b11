"""The catalogue of specialties and procedures from its YAML files: all errors at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mingjian.core.model.rule import CONFIDENCES
from mingjian.core.model.scope import (
    DRUGS,
    GRADES,
    NEED_KINDS,
    Catalogue,
    Ceiling,
    InstitutionKind,
    Need,
    Practice,
    Procedure,
    Specialty,
)
from mingjian.core.rulebook.errors import Problem

PROCEDURE_KEYS = {
    "code", "name", "words", "except", "specialties", "perhaps", "grade", "listed", "varies", "restricted", "needs",
    "drug", "unapproved", "confidence", "note",
}  # fmt: skip
Complain = Callable[[str, str], None]


def parse_catalogue(files: Mapping[str, Any], problems: list[Problem]) -> Catalogue:
    """The catalogue of ``specialties.yaml`` and the files below ``procedures/``, by name; problems are appended."""
    base = files.get("specialties.yaml")
    base = base if isinstance(base, dict) else {}

    def rows(data: Any, key: str) -> list[Mapping[str, Any]]:
        listed = data.get(key) if isinstance(data, dict) else None
        return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []

    for name, data in files.items():
        if not isinstance(data, dict) or not any(isinstance(value, list) for value in data.values()):
            problems.append(Problem(name, "", "is a mapping that holds lists"))

    specialties = _by_code((_specialty(row) for row in rows(base, "specialties")), "specialties.yaml", problems)
    practices = _by_code((_practice(row) for row in rows(base, "practices")), "specialties.yaml", problems)
    kinds = tuple(_kind(row) for row in rows(base, "institutions"))
    ceilings = tuple(
        Ceiling(str(row.get("group")), _number(row.get("grade")), row.get("level"), row.get("with"))
        for row in rows(base, "ceilings")
    )
    needs = _by_code(
        (_need(row) for name in files for row in rows(files[name], "needs")), "procedures/needs.yaml", problems
    )
    procedures: dict[str, Procedure] = {}
    for name, data in files.items():
        for row in rows(data, "procedures"):
            one = _procedure(row, data, name.rsplit("/", 1)[-1].removesuffix(".yaml"), name, problems)
            if one.code in procedures:
                problems.append(Problem(name, one.code, "is already taken"))
            procedures[one.code] = one
    made = Catalogue(
        specialties, practices, kinds, ceilings, needs, procedures,
        _names((s.code, (s.code, s.code.replace(".", ""), s.name, *s.synonyms)) for s in specialties.values()),
        _names((p.code, (p.code, p.name, *p.synonyms)) for p in practices.values()),
    )  # fmt: skip
    _check(made, problems)
    return made


def _names(rows: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, written in rows:
        for name in written:
            found.setdefault(name, code)
            found.setdefault(name.removesuffix("专业"), code)
    return found


def _by_code(rows: Iterable[Any], path: str, problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        if row.code in found:
            problems.append(Problem(path, row.code, "is already taken"))
        found[row.code] = row
    return found


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _words(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key)
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def _specialty(row: Mapping[str, Any]) -> Specialty:
    lead = row.get("aesthetic")
    lead = lead if isinstance(lead, dict) else {}
    return Specialty(
        str(row.get("code")), str(row.get("name")), _words(row, "synonyms"), _words(row, "physicians"),
        _words(row, "perhaps"), bool(lead.get("lead_required")), lead.get("years"), row.get("confidence", "high"),
    )  # fmt: skip


def _practice(row: Mapping[str, Any]) -> Practice:
    return Practice(
        str(row.get("code")), str(row.get("name")), str(row.get("category")), _words(row, "synonyms"),
        row.get("confidence", "high"),
    )  # fmt: skip


def _kind(row: Mapping[str, Any]) -> InstitutionKind:
    return InstitutionKind(
        str(row.get("code")), str(row.get("name")), str(row.get("group")), _words(row, "segments"),
        _words(row, "suffix"), row.get("confidence", "high"),
    )  # fmt: skip


def _need(row: Mapping[str, Any]) -> Need:
    return Need(
        str(row.get("code")), str(row.get("name")), str(row.get("kind")), _words(row, "words"), _words(row, "cites"),
        row.get("class"), row.get("confidence", "medium"),
    )  # fmt: skip


def _procedure(
    raw: Mapping[str, Any], page: Mapping[str, Any], section: str, path: str, problems: list[Problem]
) -> Procedure:
    where = f"{raw.get('code')}"
    for key in sorted(set(raw) - PROCEDURE_KEYS):
        problems.append(Problem(path, f"{where}.{key}", "unknown field"))
    defaults = page.get("defaults")
    row = {**(defaults if isinstance(defaults, dict) else {}), **raw}
    for key in ("code", "name", "words"):
        if not row.get(key):
            problems.append(Problem(path, f"{where}.{key}", "required"))
    grade = row.get("grade")
    span = (grade, grade) if isinstance(grade, int) else tuple(grade) if isinstance(grade, list) else ()
    if grade is not None and (len(span) != 2 or any(one not in GRADES for one in span) or span[0] > span[1]):
        problems.append(Problem(path, f"{where}.grade", "is a grade of 1 to 4, or the lowest and the highest"))
        span = ()
    listed, graded = bool(row.get("listed", True)), bool(page.get("graded", True))
    if graded and listed and not span:
        problems.append(Problem(path, f"{where}.grade", "required where the catalogue grades"))
    return Procedure(
        code=str(row.get("code")), name=str(row.get("name")), words=_words(row, "words"),
        excepts=_words(row, "except"), specialties=_words(row, "specialties"),
        perhaps=tuple(one for one in _words(row, "perhaps") if one not in _words(row, "specialties")),
        grades=(span[0], span[1]) if len(span) == 2 else None, graded=graded, listed=listed,
        varies=bool(row.get("varies")), restricted=bool(row.get("restricted")), needs=_words(row, "needs"),
        drug=row.get("drug"), unapproved=row.get("unapproved"), cites=_words(page, "cites"), section=section,
        source=str(page.get("source") or ""), confidence=str(row.get("confidence", "medium")),
        note=str(row.get("note") or ""),
    )  # fmt: skip


def _check(made: Catalogue, problems: list[Problem]) -> None:
    """What one entry says of another must be there."""

    def complain(path: str, field: str, message: str) -> None:
        problems.append(Problem(path, field, message))

    words: dict[str, str] = {}
    for one in made.procedures.values():
        path = f"procedures/{one.section}.yaml"
        for code in (*one.specialties, *one.perhaps):
            if code not in made.specialties:
                complain(path, one.code, f"no specialty {code}")
        for need in one.needs:
            if need not in made.needs:
                complain(path, one.code, f"no need {need}")
        if one.drug not in (None, *DRUGS):
            complain(path, one.code, f"drug {one.drug!r} is not one of {', '.join(DRUGS)}")
        if one.confidence not in CONFIDENCES:
            complain(path, one.code, f"confidence {one.confidence!r} is not one of {', '.join(CONFIDENCES)}")
        for word in (*one.words, *one.excepts):
            if len(word) < 2:
                complain(path, one.code, f"{word!r} is shorter than two characters")
        for word in one.words:
            if words.setdefault(word, one.code) != one.code:
                complain(path, one.code, f"{word!r} names {words[word]} too")
    for specialty in made.specialties.values():
        for practice in (*specialty.physicians, *specialty.perhaps):
            if practice not in made.practices:
                complain("specialties.yaml", specialty.code, f"no practice scope {practice}")
    groups = {kind.group for kind in made.kinds}
    for ceiling in made.ceilings:
        if ceiling.group not in groups or ceiling.grade not in GRADES:
            complain("specialties.yaml", "ceilings", f"{ceiling.group} {ceiling.grade}: unknown group or grade")
    for used in made.needs.values():
        if used.kind not in NEED_KINDS:
            complain("procedures/needs.yaml", used.code, f"kind is one of {', '.join(NEED_KINDS)}")
