"""Cursors: where a list goes on, signed, and good for that list with those filters only."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from typing import Annotated, Any

from fastapi import Query

from mingjian.records.errors import Invalid

MOST = 200
_PURPOSE = b"mingjian.cursor/1\n"
_MAC = 12  # bytes: enough that nobody guesses one
Cursor = Annotated[str | None, Query(max_length=500, description="上一页的 next。 The last page's `next`.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="每页多少条。 Entries on a page.")]


def made(secret: bytes, listing: object, place: Any) -> str:
    """The cursor for a place (anything JSON holds) in a list, which ``listing`` names with its filters."""
    body = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(secret, listing, body) + body).decode().rstrip("=")


def read(secret: bytes, listing: object, cursor: str | None) -> Any:
    """The place, None for the beginning; Invalid when we did not make it for this list."""
    if cursor is None:
        return None
    try:
        whole = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        mac, body = whole[:_MAC], whole[_MAC:]
        if hmac.compare_digest(mac, _mac(secret, listing, body)):
            return json.loads(body)
    except (ValueError, binascii.Error, UnicodeEncodeError):
        pass
    raise Invalid("翻页标记不对:它只能用于给出它的那个列表和那些筛选,请从第一页重新开始。", field="cursor")


def _mac(secret: bytes, listing: object, body: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + repr(listing).encode() + b"\n" + body, "sha256")[:_MAC]
