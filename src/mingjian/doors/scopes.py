"""Scope answers as objects for programs, and questions from them: shared by the API and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.core.model.law import Citation
from mingjian.core.model.scope import Catalogue, Procedure
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.scope import Answer
from mingjian.core.scope.model import MISSING, Step

FIELDS = ("ask", "as_of", "procedure", "institution", "physician", "account", "product", "supervised")


def answer_dict(answer: Answer, book: Lawbook) -> dict[str, Any]:
    """An answer with its chain; ``cites`` are the labels of what was in force on the day."""
    return {
        "question": answer.question,
        "value": answer.value,
        "verified": answer.verified,
        "as_of": answer.as_of.isoformat(),
        "procedure": answer.procedure,
        "missing": [{"fact": name, "title": MISSING.get(name, name)} for name in answer.missing],
        "steps": [step_dict(step, book, answer.as_of) for step in answer.steps],
    }


def step_dict(step: Step, book: Lawbook, as_of: date) -> dict[str, Any]:
    """One link of a chain."""
    cited = [found for ref in step.cites if (found := book.cite(ref, as_of)) is not None]
    return {
        "what": step.what,
        "title": step.title,
        "value": step.value,
        "why": step.why,
        "cites": [{"label": cite_label(one), "ref": one.ref, "summary": one.summary} for one in cited],
        "ids": list(step.ids),
        "missing": list(step.missing),
        "verified": step.verified,
    }


def cite_label(cited: Citation) -> str:
    """The label people read: of what has no number (a directory issued under an article) its own name."""
    number = cited.ref.rpartition("/")[2]
    return cited.label if number[:1].isdigit() else cited.article


def procedure_dict(procedure: Procedure, catalogue: Catalogue) -> dict[str, Any]:
    """A procedure as the reference pages show it."""
    return {
        "code": procedure.code,
        "name": procedure.name,
        "words": list(procedure.words),
        "specialties": [{"code": code, "name": catalogue.specialty_name(code)} for code in procedure.specialties],
        "grade": list(procedure.grades) if procedure.grades else None,
        "grade_name": procedure.grade_name,
        "listed": procedure.listed,
        "varies": procedure.varies,
        "restricted": procedure.restricted,
        "drug": procedure.drug,
        "needs": [catalogue.needs[code].name for code in procedure.needs],
        "source": procedure.source,
        "confidence": procedure.confidence,
        "note": procedure.note,
    }


def found_procedures(catalogue: Catalogue, words: str) -> list[Procedure]:
    """Procedures whose code, name or words hold these words, in the catalogue's order; all without words."""
    wanted = words.strip().casefold()
    return [
        one
        for one in catalogue.procedures.values()
        if not wanted or any(wanted in text.casefold() for text in (one.code, one.name, *one.words))
    ]


def wrong_fields(data: Any, texts: Sequence[str] = FIELDS) -> str | None:
    """What is wrong with a question's fields, in words; None when nothing is."""
    if not isinstance(data, Mapping):
        return '应为对象,如 {"ask": "perform", "procedure": "光子嫩肤", "institution": "…"}。'
    unknown = sorted(str(name) for name in data if name not in texts)
    if unknown:
        return f"没有这些字段:{'、'.join(unknown)[:200]};可用:{'、'.join(texts)}。"
    for name, value in data.items():
        if name == "supervised":
            if value is not None and not isinstance(value, bool):
                return "supervised 应为 true、false 或省略。"
        elif value is not None and (not isinstance(value, str) or len(value) > 200 or "\x00" in value):
            return f"{name} 应为不超过 200 个字符的文字。"
    return None
