"""Streams for tests: small clips with words and a tone, and local servers that send them as platforms do."""

from __future__ import annotations

import functools
import http.server
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Words:
    """Words on the picture from ``start`` to ``end`` seconds, at a place of a 1280 × 720 picture."""

    text: str
    start: float = 0.0
    end: float = 1e9
    place: tuple[int, int] = (90, 80)
    size: int = 56


def make_stream(
    path: Path, seconds: float = 6.0, words: Sequence[Words] = (), *, size: tuple[int, int] = (640, 360),
    rate: int = 10, key_every: float = 1.0, sound: bool = True, seed: int = 1, format: str | None = None,
) -> Path:  # fmt: skip
    """A clip of a moving spot, words and a tone, H.264 and AAC; the container by the suffix (mp4, flv, ts, m3u8)."""
    drawn = {each: _drawn(each, size) for each in words}
    options = {"hls_time": "1", "hls_list_size": "0"} if path.suffix == ".m3u8" else {}
    with av.open(str(path), "w", format=format or ("mpegts" if path.suffix == ".ts" else None), options=options) as out:
        keys = {"preset": "ultrafast", "g": str(round(rate * key_every)), "sc_threshold": "0", "bf": "0"}
        video = out.add_stream("libx264", rate=rate, options=keys)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        voice: Any = out.add_stream("aac", rate=16_000, layout="mono") if sound else None
        heard = 0
        for index in range(round(seconds * rate)):
            now = index / rate
            picture = ground(now, size, seed)
            for each, (patch, alpha) in drawn.items():
                if each.start <= now < each.end:
                    picture[:] = np.where(alpha[..., None] > 127, patch, picture)
            for packet in video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
            while voice is not None and heard / 16_000 < now + 1 / rate:
                wave = 8000 * np.sin(2 * np.pi * 300 * (heard + np.arange(1024)) / 16_000)
                frame = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
                frame.sample_rate, frame.pts = 16_000, heard
                heard += 1024
                for packet in voice.encode(frame):
                    out.mux(packet)
        for stream in (video, voice):
            if stream is not None:
                for packet in stream.encode(None):
                    out.mux(packet)
    return path


def ground(now: float, size: tuple[int, int], seed: int = 1) -> Pixels:
    """A soft picture in which large spots move, never the same way twice."""
    width, height = size
    chance = np.random.default_rng(seed)
    picture = Image.new("RGB", size, tuple(chance.integers(60, 120, 3).tolist()))
    draw = ImageDraw.Draw(picture)
    for _ in range(3):
        a, b, c, d = chance.uniform(0.2, 1.3, 4)
        x, y = width * (0.6 + 0.35 * np.sin(a * now + 9 * c)), height * (0.55 + 0.35 * np.cos(b * now + 7 * d))
        radius = 0.16 * height
        colour = tuple(chance.integers(120, 230, 3).tolist())
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return np.array(picture, np.uint8)


def _drawn(words: Words, size: tuple[int, int]) -> tuple[Pixels, Pixels]:
    unit = size[1] / 720
    font = ImageFont.truetype(str(FONT), max(10, round(words.size * unit)), index=2)
    patch, alpha = Image.new("RGB", size, (250, 246, 235)), Image.new("L", size, 0)
    place = (round(words.place[0] * unit), round(words.place[1] * unit))
    left, top, right, bottom = ImageDraw.Draw(patch).textbbox(place, words.text, font=font)
    ImageDraw.Draw(alpha).rectangle((left - 12, top - 10, right + 12, bottom + 10), fill=255)
    ImageDraw.Draw(patch).text(place, words.text, font=font, fill="#8a1020")
    return np.array(patch, np.uint8), np.array(alpha, np.uint8)


@dataclass
class Feed:
    """What a server sends of a stream, and how."""

    data: bytes
    pace: float = 0.0
    """Bytes a second; 0 sends all at once."""
    stall_at: int | None = None
    """Bytes after which nothing more comes, with the line left open."""
    answers: list[str] = field(default_factory=list)
    """Paths that were asked for."""


@contextmanager
def flv_server(choose: Callable[[int, str], Feed | int | str]) -> Iterator[tuple[str, list[str]]]:
    """Gives the address of a server and the paths asked so far. ``choose(n, path)`` says what the n-th request gets: a
    Feed, a status, or an address it is sent on to."""
    asked: list[str] = []
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            asked.append(self.path)
            what = choose(len(asked), self.path)
            if isinstance(what, int):
                self.send_error(what)
                return
            if isinstance(what, str):
                self.send_response(302)
                self.send_header("Location", what)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "video/x-flv")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                self._send(what)
            except OSError:
                return

        def _send(self, feed: Feed) -> None:
            piece, sent, began = 4096, 0, time.monotonic()
            while sent < len(feed.data) and not over.is_set():
                if feed.stall_at is not None and sent >= feed.stall_at:
                    over.wait(30)
                    return
                self.wfile.write(feed.data[sent : sent + piece])
                self.wfile.flush()
                sent += piece
                if feed.pace:
                    over.wait(max(0.0, began + sent / feed.pace - time.monotonic()))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        over.set()
        server.shutdown()
        server.server_close()


@contextmanager
def hls_server(folder: Path) -> Iterator[str]:
    """Gives the address of a folder with a playlist."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Quiet."""

    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def rtmp_server(clip: Path, pace: float = 0.0) -> Iterator[str]:
    """Gives the address of a server that plays an FLV file to whoever asks, at ``pace`` times its own speed (0: all at
    once), and hangs up at its end."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_play, args=(line, clip, pace, over), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"rtmp://127.0.0.1:{listener.getsockname()[1]}/live/room"
    finally:
        over.set()
        listener.close()


def flv_tags(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(type, milliseconds, body) of each tag of an FLV file."""
    at = 13
    while at + 11 <= len(data):
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        time_ = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
        yield kind, time_, data[at + 11 : at + 11 + size]
        at += 15 + size


def _play(line: socket.socket, clip: Path, pace: float, over: threading.Event) -> None:
    """The server's side of RTMP, as far as a player goes."""
    with line, line.makefile("rb") as read:
        try:
            first = read.read(1537)
            line.sendall(b"\x03" + bytes(1536) + first[1:])
            read.read(1536)
            for name, number in _commands(read):
                if name == "connect":
                    line.sendall(_message(2, 5, 0, struct.pack(">I", 5_000_000)))
                    line.sendall(_message(2, 6, 0, struct.pack(">IB", 5_000_000, 2)))
                    line.sendall(_message(2, 1, 0, struct.pack(">I", _CHUNK), 128))
                    line.sendall(_answer("_result", number, {"code": "NetConnection.Connect.Success"}))
                elif name == "createStream":
                    body = _amf("_result") + _amf(number) + b"\x05" + _amf(1.0)
                    line.sendall(_message(3, 20, 0, body))
                elif name == "play":
                    line.sendall(_answer("onStatus", 0.0, {"level": "status", "code": "NetStream.Play.Start"}, 1))
                    break
            began = time.monotonic()
            for kind, time_, body in flv_tags(clip.read_bytes()):
                if pace and over.wait(max(0.0, began + time_ / 1000 / pace - time.monotonic())):
                    return
                line.sendall(_message(4, kind, time_, body, stream=1))
        except OSError:
            return


_CHUNK = 60_000


def _commands(read: BinaryIO) -> Iterator[tuple[str, float]]:
    """Name and number of each command that comes in."""
    chunk = 128
    lengths: dict[int, tuple[int, int]] = {}
    bodies: dict[int, bytes] = {}
    while head := read.read(1):
        form, channel = head[0] >> 6, head[0] & 63
        if form < 3:
            fields = read.read((11, 7, 3)[form])
            if form < 2:
                lengths[channel] = (int.from_bytes(fields[3:6], "big"), fields[6])
        size, kind = lengths[channel]
        body = bodies.get(channel, b"")
        body += read.read(min(chunk, size - len(body)))
        bodies[channel] = body
        if len(body) < size:
            continue
        del bodies[channel]
        if kind == 1:
            chunk = int.from_bytes(body, "big")
        elif kind == 20:
            length = int.from_bytes(body[1:3], "big")
            yield body[3 : 3 + length].decode(), struct.unpack(">d", body[4 + length : 12 + length])[0]


def _answer(name: str, number: float, said: dict[str, str], stream: int = 0) -> bytes:
    return _message(3, 20, 0, _amf(name) + _amf(number) + b"\x05" + _amf(said), stream=stream)


def _amf(value: str | float | dict[str, str]) -> bytes:
    if isinstance(value, str):
        return b"\x02" + struct.pack(">H", len(value)) + value.encode()
    if isinstance(value, dict):
        pairs = b"".join(struct.pack(">H", len(key)) + key.encode() + _amf(each) for key, each in value.items())
        return b"\x03" + pairs + b"\x00\x00\x09"
    return b"\x00" + struct.pack(">d", value)


def _message(channel: int, kind: int, time_: int, body: bytes, chunk: int = _CHUNK, *, stream: int = 0) -> bytes:
    head = bytes([channel]) + time_.to_bytes(3, "big") + len(body).to_bytes(3, "big") + bytes([kind])
    pieces = [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]
    return head + struct.pack("<I", stream) + bytes([0xC0 | channel]).join(pieces)
