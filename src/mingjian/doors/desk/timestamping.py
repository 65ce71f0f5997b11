"""Asking a time-stamp authority (RFC 3161) over HTTP."""

from __future__ import annotations

import httpx

from mingjian import __version__
from mingjian.records.evidence.timestamps import Fetch

PATIENCE = 20.0  # seconds
LARGEST = 1 << 20  # bytes of an answer; real ones have a few thousand
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply",
            "User-Agent": f"mingjian/{__version__}"}  # fmt: skip


def fetch_from(url: str, *, patience: float = PATIENCE) -> Fetch:
    """What sends a request to the authority at ``url``, set by whoever runs the desk. It raises OSError for whatever
    goes wrong on the way."""

    def fetch(request: bytes) -> bytes:
        answer = bytearray()
        try:
            with httpx.stream("POST", url, content=request, headers=_HEADERS, timeout=patience) as response:
                if response.status_code != 200:
                    raise OSError(f"HTTP {response.status_code}")
                for piece in response.iter_bytes():
                    answer += piece
                    if len(answer) > LARGEST:
                        raise OSError("应答过大")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OSError(f"{type(error).__name__}: {error}") from error
        return bytes(answer)

    return fetch
