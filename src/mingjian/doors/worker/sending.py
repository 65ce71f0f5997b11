"""One try to deliver a webhook: signed, to a pinned address, following nothing, within its time."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

import httpx

from mingjian import __version__
from mingjian.doors.worker.addresses import Refused, resolve

PATIENCE = 15.0  # seconds for a whole try, however slowly the other side answers
SIGNATURE = "Mingjian-Signature"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``status`` of the answer, or ``error`` why there was none; ``took`` in milliseconds; ``answer`` the beginning of
    what a 2xx answer says, where that was asked for."""

    status: int | None
    error: str | None
    took: int
    answer: bytes = b""


def signature(secret: str, at: int, body: bytes) -> str:
    """``t=<seconds>,v1=<HMAC-SHA256 of "seconds.body" in hexadecimal>``."""
    made = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()
    return f"t={at},v1={made}"


async def send(
    url: str, body: bytes, *, id: str, event: str, secret: str, at: int, private: bool, patience: float = PATIENCE,
    reads: int = 0,
) -> Outcome:  # fmt: skip
    """POST ``body`` once. ``at`` is the time of the signature in seconds. Never raises for what the other side does;
    of what it answers beyond the status no more than ``reads`` bytes are read."""
    began = perf_counter()
    status: int | None = None
    error: str | None = None
    answer = b""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"mingjian/{__version__}",
        "Mingjian-Delivery": id,
        "Mingjian-Event": event,
        SIGNATURE: signature(secret, at, body),
    }
    try:
        async with asyncio.timeout(patience):
            status, answer = await _post(url, body, headers, private=private, reads=reads)
        if 300 <= status < 400:
            error = f"HTTP {status}:不跟随重定向"
    except TimeoutError:
        error = f"{patience:g} 秒内没有回应"
    except Refused as refused:
        error = str(refused)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
        error = f"连接失败:{type(fault).__name__}"
    return Outcome(status, error, round((perf_counter() - began) * 1000), answer)


async def _post(url: str, body: bytes, headers: dict[str, str], *, private: bool, reads: int) -> tuple[int, bytes]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("只投递到 http 和 https 地址")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = await resolve(parts.hostname, port, private=private)
    pinned = httpx.URL(url).copy_with(host=address)
    asked = {**headers, "Host": parts.netloc}
    # The certificate is checked for the name, not for the address that is dialled.
    extensions = {"sni_hostname": parts.hostname}
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=PATIENCE) as client,
        client.stream("POST", pinned, content=body, headers=asked, extensions=extensions) as response,
    ):
        answer = b""
        if reads and 200 <= response.status_code < 300:
            async for piece in response.aiter_bytes(reads):
                answer += piece
                if len(answer) >= reads:
                    break
        return response.status_code, answer[:reads]
