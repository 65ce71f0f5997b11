"""Feeds of a room's comments and words: a JSONL file, followed as it grows, or a WebSocket. Each runs in a thread of
its own, hands on what it hears, and tells when it hears nothing any more. A line that is none is told and passed by.
"""

from __future__ import annotations

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import structlog

from mingjian.doors.live.heard import Heard, heard_of
from mingjian.doors.live.reaching import dialled
from mingjian.doors.worker.addresses import Refused
from mingjian.records.errors import Invalid

LONGEST_LINE = 64 * 1024
_LOG = structlog.get_logger("mingjian.live.feed")
_TAIL_S = 0.1
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Lost:
    """From now on nothing is heard of ``channel``, and why."""

    channel: str
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """It is heard again."""

    channel: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that is none: where (file or address), which, and what is wrong with it."""

    where: str
    line: int
    problem: str


Told = Heard | Lost | Found | Wrong
Out = Callable[[Told], None]


class Feed(Protocol):
    """Something that tells of a room."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class _Threaded(ABC):
    """A feed in a thread; ``_run`` ends soon after ``_stopped`` is set."""

    def __init__(self, name: str, out: Out) -> None:
        self.out = out
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._outlive, name=f"feed-{name}"[:60], daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits a moment for it."""
        self._stopped.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def _outlive(self) -> None:
        try:
            self._run()
        except Exception:  # a feed that breaks takes no room with it
            _LOG.exception("feed_failed", feed=self._thread.name)
            self.out(Lost("comments", "feed_lost", "评论源内部出错"))

    @abstractmethod
    def _run(self) -> None:
        """Take in and tell until stopped."""


class JsonlFeed(_Threaded):
    """A file of JSON objects, one a line, in the order of their ``at`` (seconds of room time): each is told when its
    time comes by ``now``, speech when it has been said. With ``follow`` the end of the file is waited at for more;
    ``source`` names the feed, and a line without an id of its own is known by its number and what it says. ``after``
    is the last line (number, checksum) that was told before this process: those up to it are passed by, unless the
    file is another now."""

    def __init__(
        self, path: Path, out: Out, *, now: Callable[[], float], source: str = "feed", follow: bool = True,
        after: tuple[int, int] = (0, 0),
    ) -> None:  # fmt: skip
        super().__init__(path.name, out)
        self.path, self.now, self.source, self.follow = path, now, source, follow
        self._after = after
        self.ended = threading.Event()
        """Set once the last line has been told, where the file is not followed."""

    def _run(self) -> None:
        lost = False
        number, offset, rest = 0, 0, b""
        if self._after[0] and not self._same_file():
            self._after = (0, 0)
        while not self._stopped.is_set():
            try:
                size = self.path.stat().st_size
                if size < offset:  # begun anew: read from its beginning, known lines are known by their ids
                    number, offset, rest = 0, 0, b""
                    self._after = (0, 0)
                with self.path.open("rb") as file:
                    file.seek(offset)
                    if lost:
                        self.out(Found("comments"))
                        lost = False
                    while chunk := file.read(1 << 18):
                        offset += len(chunk)
                        lines = (rest + chunk).split(b"\n")
                        rest = lines.pop()
                        if len(rest) > LONGEST_LINE:
                            rest = rest[: LONGEST_LINE + 1]
                        for line in lines:
                            number += 1
                            if not self._tell(line, number):
                                return
            except OSError as error:
                if not lost:
                    self.out(Lost("comments", "feed_lost", f"{self.path.name}:{error.strerror or error}"))
                    lost = True
            if not self.follow and not lost:
                if rest.strip():
                    self._tell(rest, number + 1)
                self.ended.set()
                return
            self._stopped.wait(_TAIL_S)

    def _tell(self, line: bytes, number: int) -> bool:
        """Tell one line when its time comes; False when stopped before that."""
        if not line.strip() or number <= self._after[0]:
            return True
        heard = read_line(line, self.path.name, number, self.source)
        if isinstance(heard, Heard):
            due = heard.end if heard.channel == "speech" and heard.end is not None else heard.start
            while due is not None and (left := due - self.now()) > 0:  # words are there once they have been said
                if self._stopped.wait(min(left, 0.25)):
                    return False
        self.out(heard)
        return not self._stopped.is_set()

    def _same_file(self) -> bool:
        """Whether the line that was told last is still where it was."""
        try:
            with self.path.open("rb") as file:
                line = next(islice(file, self._after[0] - 1, None), b"")
        except OSError:
            return True  # not there just now: it is waited for
        return crc32(line.rstrip(b"\n")) == self._after[1]


class WebSocketFeed(_Threaded):
    """A WebSocket whose messages are lines: one JSON object, or several on lines of their own. It is connected again
    when it is lost, with growing pauses; meanwhile the comments are a gap. ``private``: it may be in a private
    network."""

    def __init__(
        self, url: str, out: Out, *, source: str = "feed", private: bool = False, patience: float = 10.0
    ) -> None:
        super().__init__("websocket", out)
        self.url, self.source, self.private, self.patience = url, source, private, patience
        self._number = 0

    def _run(self) -> None:
        lost, pause = False, _FIRST_PAUSE_S
        while not self._stopped.is_set():
            began = time.monotonic()
            detail = self._listen(lost)
            if self._stopped.is_set():
                return
            if detail is None:  # it was heard for a while
                detail, lost, pause = "连接断开", False, _FIRST_PAUSE_S
            if not lost:
                self.out(Lost("comments", "feed_lost", detail))
                lost = True
            if time.monotonic() - began > _LONGEST_PAUSE_S:
                pause = _FIRST_PAUSE_S
            self._stopped.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _listen(self, lost: bool) -> str | None:
        """Hear until it is lost: None when it was connected, else why it could not be."""
        from websockets.exceptions import InvalidURI, WebSocketException
        from websockets.sync.client import connect

        try:
            held = dialled(self.url, self.private, self.patience)
            with connect(self.url, sock=held, open_timeout=self.patience, close_timeout=1.0, max_size=LONGEST_LINE * 4,
                         proxy=None, ping_interval=self.patience, ping_timeout=self.patience) as socket:  # fmt: skip
                if lost:
                    self.out(Found("comments"))
                while not self._stopped.is_set():
                    try:
                        message = socket.recv(timeout=0.5)
                    except TimeoutError:
                        continue
                    self._take(message)
        except Refused as refused:
            return str(refused)
        except InvalidURI:
            return "地址不对,应为 ws:// 或 wss://"
        except (OSError, TimeoutError, WebSocketException) as error:
            return f"连接失败:{type(error).__name__}" if not self._heard(error) else None
        return None

    @staticmethod
    def _heard(error: BaseException) -> bool:
        """Whether it was connected before this happened."""
        from websockets.exceptions import ConnectionClosed

        return isinstance(error, ConnectionClosed)

    def _take(self, message: str | bytes) -> None:
        raw = message.encode() if isinstance(message, str) else message
        for line in raw.split(b"\n"):
            if line.strip():
                self._number += 1
                self.out(read_line(line, "WebSocket", self._number, self.source, named=False))


def read_line(line: bytes, where: str, number: int, source: str, *, named: bool = True) -> Heard | Wrong:
    """One line of a feed. ``named``: without an id it is known by its number and what it says."""
    if len(line) > LONGEST_LINE:
        return Wrong(where, number, f"太长,最多 {LONGEST_LINE} 字节")
    try:
        data: Any = json.loads(line)
    except (ValueError, RecursionError):
        return Wrong(where, number, "不是合格的 JSON")
    try:
        mark = crc32(line)
        if named and isinstance(data, dict) and data.get("id") is None:
            data = {**data, "id": f"{where[:100]}:{number}:{mark:08x}"}
        heard = heard_of(data, source)
        return replace(heard, line=number, mark=mark) if named else heard
    except Invalid as error:
        return Wrong(where, number, f"{error.field}:{error.message}" if error.field else error.message)
