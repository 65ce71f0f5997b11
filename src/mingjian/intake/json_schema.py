"""The JSON Schemas of what goes in (an item) and what comes out (a verdict), made from the model's words."""

from __future__ import annotations

from typing import Any

from mingjian.core.model import (
    CHANNELS,
    CONFIDENCES,
    DOMAIN_SOURCES,
    DOMAINS,
    FAMILIES,
    NATURE_SOURCES,
    NATURES,
    OUTCOMES,
    PUBLISHER_KINDS,
    SEVERITIES,
    VERDICT_VALUES,
)
from mingjian.intake.item_schema import ROLES, SCHEMA

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TIME = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
_DAY = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_TIME})?$"
_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


_PAGE: dict[str, Any] = {"type": ["integer", "null"], "minimum": 1}
_BOX: dict[str, Any] = {
    "type": ["array", "null"],
    "items": _COUNT,
    "minItems": 4,
    "maxItems": 4,
    "description": "Left, top, width, height in pixels of the original.",
}
_PICTURE: dict[str, Any] = {
    **_PAGE,
    "description": "Which of the pictures set into the page, or into a document without pages.",
}
_SPAN: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {"type": "number", "minimum": 0},
    "minItems": 2,
    "maxItems": 2,
    "description": "From and to, in seconds.",
}


def item_schema() -> dict[str, Any]:
    """One line of Item JSONL."""
    place = {
        "type": "object",
        "required": ["start", "end"],
        "properties": {
            "start": {**_COUNT, "description": "First code point of the text that stands here."},
            "end": {**_COUNT, "description": "One past the last."},
            "page": {**_PAGE, "description": "Page, slide or frame."},
            "picture": _PICTURE,
            "box": _BOX,
            "time": _SPAN,
        },
        "anyOf": [
            {"required": [name], "properties": {name: {"not": {"type": "null"}}}}
            for name in ("page", "picture", "box", "time")
        ],
    }
    part = {
        "type": "object",
        "required": ["text"],
        "properties": {
            "role": {
                "type": ["string", "null"],
                "default": "body",
                "examples": list(ROLES),
                "description": "What the piece is in the item. Other words are kept and judged like body.",
            },
            "text": {**_TEXT, "description": "The original, untouched. Offsets count its code points."},
            "line": {"type": ["integer", "null"], "minimum": 1, "description": "Line in the source file."},
            "places": {
                "type": ["array", "null"],
                "items": place,
                "description": "Where the words were seen or heard, for text read from a picture, clip or sound.",
            },
        },
    }
    publisher = {
        "type": ["object", "null"],
        "description": "Who speaks.",
        "properties": {
            "id": {"type": ["string", "integer", "null"]},
            "kind": _choice(PUBLISHER_KINDS),
            "name": {"type": ["string", "null"]},
        },
    }
    unknown = "Absent or null is unknown; false is known to be absent."
    facts: dict[str, Any] = {
        "institution": {"type": ["string", "object", "boolean", "null"], "description": unknown},
        "physicians": {"type": ["array", "string", "boolean", "null"], "description": unknown},
        "products": {"type": ["array", "string", "boolean", "null"], "description": unknown},
        "price": {"type": ["string", "number", "object", "array", "boolean", "null"], "description": unknown},
        "review_certificate": {
            "type": ["string", "boolean", "null"],
            "description": f"Number of the advertisement review certificate. {unknown} Empty is absent too.",
        },
    }
    return {
        "$schema": _DRAFT,
        "$id": "urn:mingjian:schema:item:1",
        "title": "Mingjian item, version 1",
        "description": "One line of Item JSONL. Fields not named here are ignored, with a note.",
        "type": "object",
        "required": ["id"],
        "oneOf": [{"required": ["text"]}, {"required": ["parts"]}],
        "properties": {
            "schema": {"enum": [SCHEMA, None]},
            "id": {"type": ["string", "integer"], "pattern": r"\S"},
            "kind": {"type": ["string", "null"], "description": "note, video, page, chat … (free)"},
            "platform": {"type": ["string", "null"], "examples": ["xiaohongshu", "douyin", "wechat"]},
            "published_at": {
                "type": ["string", "null"],
                "pattern": _DAY,
                "description": "ISO date or date-time; with an offset the day in China counts.",
            },
            "publisher": publisher,
            "channel": _choice(CHANNELS),
            "nature": _choice((*NATURES, "auto")),
            "domain": _choice((*DOMAINS, "auto")),
            "text": {**_TEXT, "description": "Short for one part with the role body."},
            "parts": {"type": "array", "minItems": 1, "items": part},
            **facts,
            "facts": {
                "type": ["object", "null"],
                "description": f"Further outside facts by name. {unknown}",
                "properties": facts,
            },
        },
    }


def finding_schema() -> dict[str, Any]:
    """One line of output: the verdict of one item with its findings."""
    evidence = _object(part=_COUNT, start=_COUNT, end=_COUNT, quote=_TEXT, mark=_TEXT)
    nature = _object(
        value={"enum": list(NATURES)},
        source={"enum": list(NATURE_SOURCES)},
        evidence={"type": "array", "items": evidence},
        contradiction=_choice(NATURES),
    )
    finding = _object(
        code={"type": "string", "pattern": "^[A-Z0-9]"},
        name=_TEXT,
        status={"enum": list(OUTCOMES)},
        severity={"enum": list(SEVERITIES)},
        confidence={"enum": list(CONFIDENCES)},
        part={**_COUNT, "description": "Index into the item's parts."},
        role=_TEXT,
        start={**_COUNT, "description": "First code point of the original part."},
        end={**_COUNT, "description": "One past the last code point."},
        quote={**_TEXT, "description": "Exactly the original between start and end."},
        cites={"type": "array", "items": _TEXT, "examples": [["广告法16.1.1"]]},
        monitoring_code={"type": ["string", "null"]},
        message=_TEXT,
        suggestions={"type": "array", "items": _TEXT},
        family={"enum": list(FAMILIES)},
        title=_TEXT,
        why=_TEXT,
        missing={"type": "array", "items": _TEXT, "description": "Outside facts a needs_evidence waits for."},
        disguise={"type": ["string", "null"], "description": "The variant the words were hidden under."},
        words={
            "type": "array",
            "description": "Words that drove a classifier finding, with weights, strongest first.",
            "items": _object(word=_TEXT, weight={"type": "number"}),
        },
    )
    # Later than the rest, and only where words were seen or heard: readers of version 1 do not wait for it.
    finding["properties"]["places"] = {
        "type": "array",
        "minItems": 1,
        "items": _object(page=_PAGE, box=_BOX, time=_SPAN),
        "description": "Where the words stand in a picture, clip or sound. Absent for text.",
    }
    finding["properties"]["places"]["items"]["properties"]["picture"] = _PICTURE
    line = _object(
        id=_TEXT,
        nature=nature,
        domain=_object(value={"enum": list(DOMAINS)}, source={"enum": list(DOMAIN_SOURCES)}),
        verdict={"enum": list(VERDICT_VALUES)},
        findings={"type": "array", "items": finding},
        rulebook={**_TEXT, "description": "Version of the rulebook."},
        as_of={"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        notes={"type": "array", "items": _TEXT},
    )
    line["properties"]["prints"] = {
        "type": "array",
        "items": _object(
            kind={"enum": ["text_sha256", "text", "sha256", "pdq", "pdq_mirror"]},
            value={"type": "string", "pattern": "^[0-9a-f]+$"},
            quality={"type": ["integer", "null"], "minimum": 0, "maximum": 100},
            page=_PAGE,
            picture=_PICTURE,
            time={"type": ["number", "null"], "minimum": 0},
        ),
        "description": "Fingerprints of words, pictures and the file. Only with check --prints.",
    }
    return {
        "$schema": _DRAFT,
        "$id": "urn:mingjian:schema:finding:1",
        "title": "Mingjian output line, version 1",
        "description": "One line of output for one item. Later versions may add fields; none is taken away.",
        **line,
    }


def _choice(words: tuple[str, ...]) -> dict[str, Any]:
    return {"enum": [*words, None]}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}
