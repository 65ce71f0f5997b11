"""Where a webhook may go, and what happens on the way there."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import pytest

from mingjian.doors.worker import addresses
from mingjian.doors.worker.addresses import Refused, is_public, resolve
from mingjian.doors.worker.sending import Outcome, send
from tests.doors.worker.receiver import Receiver, receiving

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "169.254.169.254"])
def test_other_ways_to_write_this_machine(host: str) -> None:
    sent = _send(f"http://{host}:1/", private=False)
    assert sent.status is None
    assert sent.error in ("地址在内网、本机或保留网段,已拒绝", "主机名解析不出地址")


def _send(url: str, *, private: bool = True, patience: float = 5) -> Outcome:
    return asyncio.run(send(url, b"{}", id="dlv_1", event="x", secret="s", at=1, private=private, patience=patience))


def _names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let every name resolve to these addresses, in turn; the names that were asked for."""
    asked: list[str] = []

    async def getaddrinfo(_self: Any, host: str, port: int, **_more: Any) -> list[Any]:
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(Refused):
        asyncio.run(resolve("example.com", 80, private=False))


def test_the_connection_goes_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """A name that answers differently the second time is not asked a second time."""
    monkeypatch.setattr(addresses, "is_public", lambda address: str(address) == "127.0.0.1")
    asked = _names(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    sent = _send(f"http://rebinding.example:{receiver.port}/hook", private=False)
    assert (sent.status, asked.count("rebinding.example")) == (200, 1)
    assert receiver.came[0].headers["host"] == f"rebinding.example:{receiver.port}"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with receiving() as other:
        receiver.statuses, receiver.location = [307], other.url
        sent = _send(receiver.url)
        assert (sent.status, other.came) == (307, [])
        assert sent.error is not None


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert _send(receiver.url).status == 200
        assert proxy.came == []


def test_nobody_there_and_nonsense_are_errors_with_words(receiver: Receiver) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = _send(f"http://127.0.0.1:{held.getsockname()[1]}/")
    assert (nobody.status, nobody.error) == (None, "连接失败:ConnectError")
    assert _send(f"https://127.0.0.1:{receiver.port}/").error == "连接失败:ConnectError"  # no certificate there
    assert _send("gopher://127.0.0.1/").error == "只投递到 http 和 https 地址"
