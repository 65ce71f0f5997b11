"""Rules and articles of law as objects for programs: what the API and writing agents are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from mingjian.core.model import Instrument, Provision, Rule
from mingjian.core.rulebook.lawbook import Lawbook


def rule_dict(rule: Rule, book: Lawbook, when: date) -> dict[str, Any]:
    """A rule with its citations as they were in force on a day."""
    data = _plain(rule)
    del data["path"]
    data["citations"] = [_plain(cited) for ref in rule.cites if (cited := book.cite(ref, when)) is not None]
    found: dict[str, Any] = data
    return found


def law_dict(instrument: Instrument, provisions: Sequence[Provision], rules: Iterable[Rule]) -> dict[str, Any]:
    """An instrument and some of its provisions, each with the codes of the rules that cite it."""
    citing: dict[str, list[str]] = {}
    for rule in rules:
        for ref in rule.cites:
            citing.setdefault(ref, []).append(rule.code)
    head = {name: value for name, value in _plain(instrument).items() if name != "provisions"}
    told = [
        {
            "label": f"{instrument.short}{provision.id}",
            "ref": f"{instrument.slug}/{provision.id}",
            **_plain(provision),
            "rules": citing.get(f"{instrument.slug}/{provision.id}", []),
        }
        for provision in provisions
    ]
    return {"instrument": head, "provisions": told}


def _plain(value: Any) -> Any:
    """What JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value
