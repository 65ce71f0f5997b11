"""A row of the archive's items ↔ an object of the public item schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mingjian.intake.item_schema import ITEM_FIELDS

_PLAIN = ("platform", "kind", "channel", "institution")
_OWN = frozenset(("schema", "publisher", "text", "parts", "nature", "domain", "physicians", "products", "price",
                  "review_certificate"))  # fmt: skip


def row_item(row: Mapping[str, Any]) -> dict[str, Any]:
    """The object for intake.item_schema.parse_item. ``row``: column → value, as ``batch.to_pylist()`` gives it.

    A row that came in the public schema gives its own object back. Pictures and clips are not in it: their words are
    perception's affair, and their files are the submission's media."""
    whole = row.get("item")
    if whole:
        given: dict[str, Any] = json.loads(whole)
        return given
    made: dict[str, Any] = {"id": row["id"]}
    for name in _PLAIN:
        if row.get(name):
            made[name] = row[name]
    at = row.get("published_at")
    if at is not None:
        made["published_at"] = at.isoformat() if isinstance(at, datetime) else str(at)
    publisher = {name: row.get(f"publisher_{name}") for name in ("id", "kind", "name")}
    if any(publisher.values()):
        made["publisher"] = {name: value for name, value in publisher.items() if value}
    made["parts"] = _parts(row)
    facts = json.loads(row["facts"]) if row.get("facts") else {}
    if facts.get("institution") is not None:
        made.pop("institution", None)  # said in full there
    if facts:
        made["facts"] = facts
    return made


def _parts(row: Mapping[str, Any]) -> list[dict[str, str]]:
    parts = [{"role": role, "text": row[role]} for role in ("title", "body") if row.get(role)]
    parts += [{"role": "hashtag", "text": tag} for tag in row.get("hashtags") or () if tag]
    return parts or [{"role": "body", "text": ""}]


def is_public(row: Mapping[str, Any]) -> bool:
    """Whether an object of a JSONL file is one of the public item schema, not a row of columns."""
    return not _OWN.isdisjoint(row)


def public_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """An object of the public schema as a row of columns, itself kept whole in ``item``. Names of the archive that
    the schema does not know (pictures, device …) are taken as columns."""
    parts = row.get("parts")
    found: dict[str, list[str]] = {"title": [], "body": [], "hashtag": []}
    for part in parts if isinstance(parts, list) else [{"text": row.get("text")}]:
        text = part.get("text") if isinstance(part, Mapping) else None
        if isinstance(text, str):
            found.setdefault(part.get("role") or "body", []).append(text)
    publisher = row.get("publisher")
    by = publisher if isinstance(publisher, Mapping) else {}
    institution = row.get("institution")
    made = {name: row.get(name) for name in ("id", "platform", "kind", "published_at", "channel")}
    made |= {f"publisher_{name}": by.get(name) for name in ("id", "kind", "name")}
    made |= {
        "title": "\n".join(found["title"]) or None,
        "body": "\n".join(found["body"]) or None,
        "hashtags": found["hashtag"],
        "institution": institution if isinstance(institution, str) else None,
        "facts": row.get("facts"),
    }
    made |= {name: row.get(name) for name in ("pictures", "videos", "device")}
    made["item"] = {name: row[name] for name in ITEM_FIELDS if name in row}
    return made
