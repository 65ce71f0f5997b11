"""The kinds of numbers, read from the data files that come with the package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from mingjian.core.credentials.model import Form, Kind, Segment
from mingjian.core.credentials.regions import short_names
from mingjian.core.credentials.sense import build_check

FILES = ("organisations", "people", "advertising", "products")
PIECE = re.compile(r"\{([a-z]+)\|([^}]+)\}")
SPEC = re.compile(r"(\d+)([dauc])")
DIGITS = "0123456789"
SETS = {"d": DIGITS, "a": DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "u": DIGITS + "ABCDEFGHJKLMNPQRTUWXY", "c": ""}

# What the registry calls a credential, and the numbers it may bear; the first whose form fits is taken.
CREDENTIALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "business_licence": ("uscc",),
        "practice_licence": ("practice_licence", "uscc"),
        "clinic_filing": ("clinic_filing",),
        "ad_review": ("medical_ad", "product_ad"),
        "aesthetic_lead": (),
        "device_operation": (),
        "drug_operation": (),
        "hospital_grade": (),
        "training": (),
        "other": (),
    }
)


class UnknownKind(ValueError):
    """There is no such kind of number."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of number by name."""
    tables = _read("tables")
    made: dict[str, Kind] = {}
    for file in FILES:
        data = _read(file)
        for entry in data["kinds"]:
            made[entry["name"]] = _kind(entry, data["labels"], tables)
    return MappingProxyType(made)


def kind_of(name: str) -> Kind:
    """A kind by its name.

    Raises UnknownKind.
    """
    found = kinds().get(name)
    if found is None:
        raise UnknownKind(f"没有这种编号:{name};已知:{'、'.join(kinds())}")
    return found


def number_kinds(name: str) -> tuple[Kind, ...]:
    """The kinds of numbers that a kind of number or of credential (as the registry calls it) may bear; empty where
    no numbering was ever published.

    Raises UnknownKind.
    """
    if name in CREDENTIALS:
        return tuple(kind_of(each) for each in CREDENTIALS[name])
    return (kind_of(name),)


@cache
def short_alternatives() -> str:
    """Every one-character name of a province, for a character class."""
    return "".join(sorted(short_names().keys() - {"国"}))


def _read(name: str) -> Any:
    import yaml  # here: a text without numbers needs none of this

    text = (resources.files("mingjian.core.credentials") / "data" / f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _kind(entry: Mapping[str, Any], labels: Mapping[str, str], tables: Mapping[str, Any]) -> Kind:
    return Kind(
        name=entry["name"], title=entry["title"], title_en=entry["title_en"], law=tuple(entry["law"]),
        source=entry["source"], confidence=entry["confidence"], lookup=entry["lookup"],
        forms=tuple(_form(form, entry, labels, tables) for form in entry["forms"]), example=entry["example"],
        term=entry.get("term", ""), note=entry.get("note", ""), find=tuple(map(_expand, entry.get("find", ()))),
        anchors=tuple(entry.get("anchors", ())), near=tuple(entry.get("near", ())),
        personal=entry.get("personal", False), strict=entry.get("strict", True),
    )  # fmt: skip


def _form(
    data: Mapping[str, Any], entry: Mapping[str, Any], labels: Mapping[str, str], tables: Mapping[str, Any]
) -> Form:
    segments = tuple(_segments(data["layout"], labels))
    checks = tuple(build_check(check, segments, tables, entry.get("personal", False)) for check in data["checks"])
    also = tuple(re.compile(_expand(regex)) for regex in data.get("also", ()))
    return Form(data["name"], segments, sum(segment.width for segment in segments), also, checks)


def _expand(regex: str) -> str:
    return regex.replace("<short>", short_alternatives())


def _segments(layout: str, labels: Mapping[str, str]) -> list[Segment]:
    """``{name|spec}`` pieces between literal text: a spec is ``4d`` (digits), ``9a`` (digits and capitals), ``9u`` (the
    characters of GB 32100), ``2c`` (Chinese characters), or the characters one of which stands there."""
    segments: list[Segment] = []
    place = 0
    for piece in PIECE.finditer(layout):
        segments += _literal(layout[place : piece.start()])
        name, spec = piece.groups()
        counted = SPEC.fullmatch(spec)
        if counted is not None:
            segments.append(Segment(name, int(counted[1]), SETS[counted[2]], label=labels.get(name, name)))
        else:
            segments.append(Segment(name, 1, _expand(spec), label=labels.get(name, name)))
        place = piece.end()
    return segments + _literal(layout[place:])


def _literal(text: str) -> list[Segment]:
    return [Segment("", len(text), "", literal=text)] if text else []
