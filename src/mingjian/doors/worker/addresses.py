"""Where a webhook may go: to the public internet, unless the deployer allows more.

The name is resolved here, every address it has is looked at, and the connection is made to the address that was
looked at: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket

_PRIVATE_ANYWAY = (
    ipaddress.ip_network("64:ff9b::/96"),  # IPv4 within IPv6
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """The address may not be reached; the message says why."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet: not this machine, a private network, a link, a cloud's
    metadata, or a way round into one of them."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.scope_id is not None or any(address in network for network in _PRIVATE_ANYWAY):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def resolve(host: str, port: int, *, private: bool) -> str:
    """The address to connect to. Refused when the name has none, or any that is not public (one is enough: a name
    that points to both is no accident). ``private``: any address will do."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("主机名解析不出地址") from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not addresses:
        raise Refused("主机名解析不出地址")
    if not private and not all(is_public(address) for address in addresses):
        raise Refused("地址在内网、本机或保留网段,已拒绝")
    return str(addresses[0])
