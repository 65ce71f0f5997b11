"""Which addresses a stream or a feed may come from: the public internet, unless the deployer allows more. A WebSocket
is dialled at the address that was looked at; a name that answers differently the second time gains nothing."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

from mingjian.doors.worker.addresses import Refused, resolve

STREAMS = {"rtmp": 1935, "rtmps": 443, "http": 80, "https": 443}
SOCKETS = {"ws": 80, "wss": 443}


def address_of(url: str, schemes: dict[str, int], *, private: bool) -> tuple[str, int]:
    """Where to connect for an address of one of these schemes; Refused says why not."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise Refused("地址不对") from None
    if parts.scheme not in schemes or not host:
        raise Refused(f"地址应以 {'、'.join(f'{one}://' for one in schemes)} 开头并写明主机")
    at = port or schemes[parts.scheme]
    return asyncio.run(resolve(host, at, private=private)), at


def public_stream(url: str) -> bool:
    """Whether a stream may be read from an address, or from one that it redirects to: of the public internet only."""
    return _allowed(url, private=False)


def any_stream(url: str) -> bool:
    """The same where the deployer allows private networks."""
    return _allowed(url, private=True)


def _allowed(url: str, *, private: bool) -> bool:
    try:
        address_of(url, STREAMS, private=private)
    except Refused:
        return False
    return True


def dialled(url: str, private: bool, patience: float) -> socket.socket:
    """A connection to a WebSocket's address. Refused, or OSError."""
    return socket.create_connection(address_of(url, SOCKETS, private=private), timeout=patience)
