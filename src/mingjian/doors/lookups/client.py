"""The one way out to official pages: pinned to a public address, no redirects, a limit on time and size."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from mingjian import __version__
from mingjian.doors.worker.addresses import Refused, resolve

MOST_BYTES = 2 << 20
_AGENT = f"mingjian/{__version__} (registry verification)"


class Unreachable(Exception):
    """No answer came; the message says why, in words."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ``wait`` is Retry-After in seconds, 0 where there is none."""

    status: int
    body: bytes
    kind: str
    wait: float = 0.0

    def text(self) -> str:
        """The body as text; what does not decode is replaced."""
        charset = self.kind.partition("charset=")[2].split(";")[0].strip(" \"'") or "utf-8"
        try:
            return self.body.decode(charset, "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")


class Client:
    """Asks. ``private``: addresses inside the house may be asked too (a gateway of the deployer's)."""

    def __init__(self, *, private: bool = False, timeout: float = 15.0) -> None:
        self.private = private
        self.timeout = timeout

    def ask(
        self, url: str, *, method: str = "GET", params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None, json: bool = False,
    ) -> Reply:  # fmt: skip
        """One question; Unreachable when no whole answer came in time. Parameters go into the address (GET) or the
        body (POST)."""
        try:
            return asyncio.run(self._within(url, method, dict(params or {}), dict(headers or {}), json))
        except TimeoutError:
            raise Unreachable(f"{self.timeout:g} 秒内没有回应") from None
        except Refused as refused:
            raise Unreachable(str(refused)) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as fault:
            raise Unreachable(f"连接失败:{type(fault).__name__}") from None

    async def _within(
        self, url: str, method: str, params: dict[str, str], headers: dict[str, str], json: bool
    ) -> Reply:  # fmt: skip
        async with asyncio.timeout(self.timeout):
            return await self._ask(url, method, params, headers, json)

    async def _ask(self, url: str, method: str, params: dict[str, str], headers: dict[str, str], json: bool) -> Reply:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused("只查询 http 和 https 地址")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await resolve(parts.hostname, port, private=self.private)
        asked = httpx.URL(url)
        if method == "GET":
            asked = asked.copy_merge_params(params)
        content = {"json": params} if json else {"data": params}
        async with (
            httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=self.timeout) as client,
            client.stream(
                method, asked.copy_with(host=address),
                headers={"User-Agent": _AGENT, "Accept": "application/json, text/html;q=0.9", **headers,
                         "Host": parts.netloc.rpartition("@")[2]},
                extensions={"sni_hostname": parts.hostname},  # the certificate is checked for the name
                **(content if method == "POST" else {}),  # type: ignore[arg-type]
            ) as response,
        ):  # fmt: skip
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise Refused(f"答复超过 {MOST_BYTES >> 20} MB,已放弃")
            kind = response.headers.get("content-type", "application/octet-stream")
            return Reply(response.status_code, bytes(body), kind[:200], _seconds(response.headers.get("retry-after")))


def _seconds(given: str | None) -> float:
    """Retry-After as seconds; a date counts as an hour."""
    if not given:
        return 0.0
    return min(float(given), 86400.0) if given.isascii() and given.isdigit() else 3600.0
