"""Answers: the store's nouns as JSON, and bytes that are already JSON as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mingjian.records.clock import moment
from mingjian.records.items.model import Stored


def dumps(value: Any) -> bytes:
    """JSON as it goes out."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as an answer."""
    return raw(dumps(value), status, headers)


def raw(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Bytes of JSON as an answer."""
    return Response(body, status, dict(headers) if headers else None, "application/json")


def time_of(at: int | None) -> str | None:
    """Microseconds as a time of day in China, RFC 3339."""
    return None if at is None else moment(at).isoformat(timespec="milliseconds")


def item_dict(item: Stored) -> dict[str, Any]:
    """An item as the lists show it."""
    return {
        "id": item.id,
        "source": item.source,
        "external": item.external,
        "version": item.version,
        "digest": item.digest,
        "state": item.state,
        "kind": item.kind,
        "platform": item.platform,
        "channel": item.channel,
        "publisher": item.publisher,
        "publisher_kind": item.publisher_kind,
        "published_on": item.published_on,
        "submitted_at": time_of(item.submitted_at),
        "submitted_by": item.submitted_by,
        "judged_at": time_of(item.judged_at),
        "verdict": item.value,
        "verdict_digest": item.verdict,
        "severity": item.severity,
        "nature": item.nature,
        "domain": item.domain,
        "rulebook": item.rulebook,
        "as_of": item.as_of,
        "findings": item.findings,
        "standing": item.standing,
    }


def etag_of(item: Stored) -> str:
    """Changes with everything that is shown of an item."""
    return f'"{item.version}-{item.state}-{(item.verdict or "none")[:16]}-{item.standing or "none"}"'
