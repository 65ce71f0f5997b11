"""The way out: no inner addresses, no redirects, limits on time and size."""

from __future__ import annotations

import pytest

from mingjian.doors.lookups.client import MOST_BYTES, Client, Unreachable
from tests.doors.lookups.pages import Official


def test_an_answer(page: Official) -> None:
    page.body, page.kind = "编号".encode("gbk"), "text/html; charset=gbk"
    reply = Client(private=True).ask(page.url(), params={"n": "1&2=3"})
    assert (reply.status, reply.text()) == (200, "编号") and page.asked[0][2] == {"n": ["1&2=3"]}


def test_an_unknown_charset_is_read_as_utf_8(page: Official) -> None:
    page.body, page.kind = "编号", "text/html; charset=nonsense"
    assert Client(private=True).ask(page.url()).text() == "编号"


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://169.254.169.254/latest",
    "http://10.0.0.1/", "http://192.168.1.1/", "http://0.0.0.0:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "ftp://127.0.0.1/", "file:///etc/passwd", "http:///x",
])  # fmt: skip
def test_addresses_inside_are_refused(page: Official, url: str) -> None:
    with pytest.raises(Unreachable):
        Client(timeout=2).ask(url.format(port=page.port))
    assert page.asked == []


def test_slow_answers_are_given_up(page: Official) -> None:
    page.slow = 1.0
    with pytest.raises(Unreachable, match="没有回应"):
        Client(private=True, timeout=0.2).ask(page.url())


def test_endless_answers_are_given_up(page: Official) -> None:
    page.body = b"x" * (MOST_BYTES + 1)
    with pytest.raises(Unreachable, match="超过"):
        Client(private=True).ask(page.url())


def test_nobody_there() -> None:
    with pytest.raises(Unreachable, match=r"连接失败|没有回应"):
        Client(private=True, timeout=2).ask("http://127.0.0.1:9/")


@pytest.mark.parametrize(
    ("given", "seconds"), [("30", 30), ("Wed, 21 Oct 2026 07:28:00 GMT", 3600), ("999999999", 86400)]
)
def test_retry_after(page: Official, given: str, seconds: float) -> None:
    page.headers, page.status = {"Retry-After": given}, 429
    assert Client(private=True).ask(page.url()).wait == seconds
