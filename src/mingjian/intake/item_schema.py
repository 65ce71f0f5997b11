"""The public Item JSONL schema, version 1: parsed object → Item, with every error at once, and back.

The same rules as JSON Schema are in docs/schema/item.schema.json (made from json_schema.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.core.model import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS, Item, Part, Publisher
from mingjian.intake.errors import IntakeError
from mingjian.intake.places import parse_places, places_to_list
from mingjian.intake.values import Fields, day, shown, text_of

SCHEMA = "mingjian.item/1"
# Outside facts with a field of their own; any other fact goes under "facts".
FACT_FIELDS = ("institution", "physicians", "products", "price", "review_certificate")
ITEM_FIELDS = (
    "schema", "id", "kind", "platform", "published_at", "publisher", "channel", "nature", "domain",
    "text", "parts", *FACT_FIELDS, "facts",
)  # fmt: skip
PUBLISHER_FIELDS = ("id", "kind", "name")
PART_FIELDS = ("role", "text", "line", "places")
# Roles the rules know. Others are kept as they are and judged like body text.
ROLES = (
    "title", "body", "hashtag", "comment", "ocr", "speech", "background", "caption",
    "subtitle", "card", "code", "depicted",
)  # fmt: skip
_FACT_TYPES: dict[str, tuple[type, ...]] = {
    "institution": (str, dict, bool),
    "physicians": (list, str, bool),
    "products": (list, str, bool),
    "price": (str, int, float, dict, list, bool),
    "review_certificate": (str, bool),
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """An item or None, what was wrong or worth knowing, and the names of ignored fields."""

    item: Item | None
    problems: tuple[IntakeError, ...] = ()
    unknown: tuple[str, ...] = ()


def parse_item(data: object, path: str = "", line: int | None = None) -> Parsed:
    """Read one object of the schema. ``path`` and ``line`` say where it stood, for the messages."""
    fields = Fields(path, line)
    if not isinstance(data, Mapping):
        fields.wrong("", f"应为 JSON 对象,而不是{shown(data)}", '如 {"id": "1", "text": "…"}')
        return Parsed(None, tuple(fields.problems))
    fields.unknown(data, ITEM_FIELDS, "")
    schema = data.get("schema")
    if schema is not None and schema != SCHEMA:
        fields.wrong("schema", f"不支持的版本 {shown(schema)}", f"应为 {SCHEMA},或省略")
    identity = _identity(data, fields)
    parts = _parts(data, fields)
    publisher = _publisher(data.get("publisher"), fields)
    item = Item(
        id=identity,
        parts=parts,
        kind=fields.string(data.get("kind"), "kind"),
        platform=fields.string(data.get("platform"), "platform"),
        published_at=_published(data.get("published_at"), fields),
        publisher=publisher,
        channel=fields.choice(data.get("channel"), "channel", CHANNELS),
        nature=fields.choice(data.get("nature"), "nature", NATURES, auto=True),
        domain=fields.choice(data.get("domain"), "domain", DOMAINS, auto=True),
        facts=_facts(data, fields),
        source=path or None,
        line=line or 1,
    )
    if fields.failed:
        return Parsed(None, tuple(fields.problems), tuple(fields.ignored))
    return Parsed(item, tuple(fields.problems), tuple(fields.ignored))


def item_to_dict(item: Item) -> dict[str, Any]:
    """The item as an object of the schema; parse_item gives the same item back (place in the file apart)."""
    data: dict[str, Any] = {"schema": SCHEMA, "id": item.id}
    for name in ("kind", "platform"):
        data[name] = getattr(item, name)
    data["published_at"] = item.published_at.isoformat() if item.published_at else None
    publisher = {name: getattr(item.publisher, name) for name in PUBLISHER_FIELDS}
    data["publisher"] = {name: value for name, value in publisher.items() if value is not None} or None
    for name in ("channel", "nature", "domain"):
        data[name] = getattr(item, name)
    if len(item.parts) == 1 and item.parts[0] == Part(item.parts[0].text):
        data["text"] = item.parts[0].text
    else:
        data["parts"] = [_part_to_dict(part) for part in item.parts]
    for name in FACT_FIELDS:
        data[name] = item.facts.get(name)
    data["facts"] = {name: value for name, value in item.facts.items() if name not in FACT_FIELDS} or None
    return {name: value for name, value in data.items() if value is not None}


def _part_to_dict(part: Part) -> dict[str, Any]:
    data: dict[str, Any] = {"role": part.role, "text": part.text}
    if part.line is not None:
        data["line"] = part.line
    if part.places:
        data["places"] = places_to_list(part.places)
    return data


def _identity(data: Mapping[str, Any], fields: Fields) -> str:
    value = data.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if "id" not in data:
        near = next((name for name in fields.ignored if name.lower() in ("_id", "item_id", "编号")), None)
        fields.wrong("id", "缺少必填字段", f"是否想写 id 而不是 {near}?" if near else "每行一个不重复的字符串")
    elif not isinstance(value, str) or not value.strip():
        fields.wrong("id", f"应为非空字符串,而不是{shown(value)}")
    else:
        return fields.clean(value, "id")
    return ""


def _parts(data: Mapping[str, Any], fields: Fields) -> tuple[Part, ...]:
    if ("text" in data) == ("parts" in data):
        both = "text" in data
        fields.wrong(
            "text" if not both else "parts",
            "text 与 parts 只能写一个" if both else "缺少 text 或 parts",
            "text 是只有一个 body 部分时的简写",
        )
        return ()
    if "text" in data:
        text = text_of(data["text"], "text", fields)
        return () if text is None else (Part(text),)
    value = data["parts"]
    if not isinstance(value, list) or not value:
        fields.wrong("parts", f"应为非空数组,而不是{shown(value)}", '如 [{"role": "body", "text": "…"}]')
        return ()
    parts = (_part(entry, f"parts[{index}]", fields) for index, entry in enumerate(value))
    return tuple(part for part in parts if part is not None)


def _part(value: object, name: str, fields: Fields) -> Part | None:
    if not isinstance(value, Mapping):
        fields.wrong(name, f"应为对象,而不是{shown(value)}", '如 {"role": "body", "text": "…"}')
        return None
    fields.unknown(value, PART_FIELDS, f"{name.split('[')[0]}[].")
    if "text" not in value:
        fields.wrong(f"{name}.text", "缺少必填字段")
        return None
    text = text_of(value["text"], f"{name}.text", fields)
    role = fields.string(value.get("role"), f"{name}.role") or "body"
    line = value.get("line")
    if line is not None and (not isinstance(line, int) or isinstance(line, bool) or line < 1):
        fields.wrong(f"{name}.line", f"应为从 1 起的整数,而不是{shown(line)}")
        line = None
    if text is None:
        return None
    return Part(text, role, line, parse_places(value.get("places"), len(text), f"{name}.places", fields))


def _publisher(value: object, fields: Fields) -> Publisher:
    if value is None:
        return Publisher()
    if not isinstance(value, Mapping):
        fields.wrong("publisher", f"应为对象,而不是{shown(value)}", '如 {"kind": "institution", "name": "…"}')
        return Publisher()
    fields.unknown(value, PUBLISHER_FIELDS, "publisher.")
    identity = value.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    return Publisher(
        kind=fields.choice(value.get("kind"), "publisher.kind", PUBLISHER_KINDS),
        id=fields.string(identity, "publisher.id"),
        name=fields.string(value.get("name"), "publisher.name"),
    )


def _published(value: object, fields: Fields) -> date | None:
    if value is None:
        return None
    found = day(value)
    if found is None:
        fields.wrong(
            "published_at",
            f"不是日期:{shown(value)}",
            "写作 2025-06-01 或 2025-06-01T09:30:00+08:00",
        )
    return found


def _facts(data: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    others = data.get("facts")
    if others is not None and not isinstance(others, Mapping):
        fields.wrong("facts", f"应为对象,而不是{shown(others)}", '如 {"licence_number": "…"}')
        others = None
    for name, value in (others or {}).items():
        if name in FACT_FIELDS and data.get(name) is not None:
            fields.wrong(f"facts.{name}", f"与顶层的 {name} 重复", "只写一处")
        elif name in FACT_FIELDS:
            _typed_fact(name, value, f"facts.{name}", facts, fields)
        elif value is not None:
            facts[name] = value
    for name in FACT_FIELDS:
        _typed_fact(name, data.get(name), name, facts, fields)
    return facts


def _typed_fact(name: str, value: Any, field: str, facts: dict[str, Any], fields: Fields) -> None:
    # Absent or null is unknown; false, and an empty certificate number, is "known to be absent".
    if value is None:
        return
    if not isinstance(value, _FACT_TYPES[name]):
        fields.wrong(field, f"类型不对:{shown(value)}", "不知道就省略,明知没有写 false")
    elif name == "review_certificate" and isinstance(value, str) and not value.strip():
        facts[name] = False
    else:
        facts[name] = value
