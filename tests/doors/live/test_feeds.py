"""Feeds: files that grow, sockets that break, lines that are none."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.server import Server, ServerConnection, serve

from mingjian.doors.live.feeds import Found, JsonlFeed, Lost, Told, WebSocketFeed, Wrong
from mingjian.doors.live.heard import Heard, heard_of, plain
from mingjian.records.errors import Invalid


class Ear:
    """Keeps what is told, and waits for it."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def __call__(self, told: Told) -> None:
        self.told.append(told)

    def until(self, test: Callable[[list[Told]], bool], seconds: float = 10.0) -> list[Told]:
        end = time.monotonic() + seconds
        while not test(self.told):
            assert time.monotonic() < end, self.told
            time.sleep(0.01)
        return list(self.told)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.told if isinstance(one, Heard)]


def line(text: str, **more: Any) -> str:
    return json.dumps({"channel": "comment", "text": text, **more}, ensure_ascii=False)


def test_a_file_is_told_in_its_own_time_and_bad_lines_are_passed_by(tmp_path: Path) -> None:
    path, ear, now = tmp_path / "c.jsonl", Ear(), [0.0]
    lines = [line("一", at=0), "{不是", line("二", at=1, id="b"), line("", at=1), line("三", at=99)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    feed = JsonlFeed(path, ear, now=lambda: now[0])
    feed.start()
    ear.until(lambda told: len(told) == 2)
    assert ear.texts == ["一"]
    now[0] = 1.0
    found = ear.until(lambda told: len(told) == 4)
    assert [(one.line, one.where) for one in found if isinstance(one, Wrong)] == [(2, "c.jsonl"), (4, "c.jsonl")]
    assert ear.texts == ["一", "二"]
    feed.stop()
    assert ear.texts == ["一", "二"]


def test_a_file_is_followed_as_it_grows_and_begun_anew(tmp_path: Path) -> None:
    path, ear = tmp_path / "c.jsonl", Ear()
    feed = JsonlFeed(path, ear, now=lambda: 1e9)
    feed.start()
    ear.until(lambda told: bool(told))
    assert isinstance(ear.told[0], Lost)  # it is not there yet
    path.write_text(line("一") + "\n" + line("二")[:10], "utf-8")
    ear.until(lambda told: len(told) == 3)
    assert isinstance(ear.told[1], Found) and ear.texts == ["一"]
    path.write_text(line("一") + "\n" + line("二") + "\n", "utf-8")
    ear.until(lambda _: ear.texts == ["一", "二"])
    path.write_text(line("新") + "\n", "utf-8")
    ear.until(lambda _: ear.texts == ["一", "二", "新"])
    feed.stop()
    ids = [one.id for one in ear.told if isinstance(one, Heard)]
    assert len(set(ids)) == 3


def test_lines_told_before_are_passed_by_unless_the_file_is_another(tmp_path: Path) -> None:
    path, ear = tmp_path / "c.jsonl", Ear()
    path.write_text("\n".join(line(str(at)) for at in range(4)) + "\n", "utf-8")
    feed = JsonlFeed(path, ear, now=lambda: 1e9, follow=False)
    feed.start()
    assert feed.ended.wait(10)
    second = next(one for one in ear.told if isinstance(one, Heard) and one.line == 2)
    for after, texts in (((2, second.mark), ["2", "3"]), ((2, second.mark ^ 1), ["0", "1", "2", "3"])):
        again = Ear()
        feed = JsonlFeed(path, again, now=lambda: 1e9, follow=False, after=after)
        feed.start()
        assert feed.ended.wait(10)
        assert again.texts == texts


@contextmanager
def chat(handler: Callable[[ServerConnection], None], port: int = 0) -> Iterator[Server]:
    server = serve(handler, "127.0.0.1", port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(5)


def test_a_socket_is_heard_and_connected_again() -> None:
    ear = Ear()
    rounds = iter(range(100))

    def handler(socket: ServerConnection) -> None:
        number = next(rounds)
        socket.send(line(f"第{number}次"))
        socket.send(line("甲") + "\n" + "[]" + "\n" + line("乙"))
        if number == 0:
            return  # the other side ends it
        for _ in socket:
            pass

    with chat(handler) as server:
        feed = WebSocketFeed(f"ws://127.0.0.1:{server.socket.getsockname()[1]}", ear, private=True)
        feed.start()
        ear.until(lambda _: len(ear.texts) == 6)
        feed.stop()
    kinds = [type(one).__name__ for one in ear.told]
    assert kinds == ["Heard", "Heard", "Wrong", "Heard", "Lost", "Found", "Heard", "Heard", "Wrong", "Heard"]


@pytest.mark.parametrize(
    ("url", "why"),
    [("ws://127.0.0.1:1/x", "内网"), ("http://example.com/", "ws://"), ("ws://no-such-host.invalid/", "解析")],
)
def test_an_address_that_may_not_be_reached_is_told_once(url: str, why: str) -> None:
    ear = Ear()
    feed = WebSocketFeed(url, ear)
    feed.start()
    ear.until(lambda told: bool(told))
    time.sleep(0.8)  # it has tried again meanwhile
    feed.stop()
    (lost,) = ear.told
    assert isinstance(lost, Lost) and lost.why == "feed_lost" and why in lost.detail


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], None), ({}, "channel"), ({"channel": "speech"}, "text"), ({"channel": "speech", "text": " "}, "text"),
        ({"channel": "radio", "text": "a"}, "channel"), ({"channel": "speech", "text": "a", "at": -1}, "at"),
        ({"channel": "speech", "text": "a", "at": True}, "at"), ({"channel": "speech", "text": "a", "x": 1}, "x"),
        ({"channel": "speech", "text": "a", "at": 2, "until": 1}, "until"),
        ({"channel": "speech", "text": "a", "time": "2026-01-01"}, "time"),
        ({"channel": "speech", "text": "a", "box": [1, 2]}, "box"),
        ({"channel": "speech", "text": "a", "account": 7}, "account"),
        ({"channel": "speech", "text": "a", "id": "x" * 300}, "id"),
        ({"channel": "speech", "text": "字" * 5000}, "text"),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused_by_its_field(data: object, field: str | None) -> None:
    with pytest.raises(Invalid) as caught:
        heard_of(data, "feed")
    assert caught.value.field == field


def test_what_is_told_survives_the_inbox() -> None:
    given = {"channel": "pinned", "text": "看背景板", "id": 7, "at": 1, "until": 2.5, 
             "time": "2026-03-02T09:00:00+08:00",
             "account": "u1", "price": 9.9, "box": [1, 2, 3, 4]}  # fmt: skip
    heard = heard_of(given, "api:x")
    assert (heard.speaker, heard.id, heard.time) == ("house", "7", 1772413200000000)
    assert heard_of(plain(heard), "api:x") == heard
