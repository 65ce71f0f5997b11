"""Which addresses are opened, and that each is asked about first."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mingjian.perception.live.opening import Refused, Web, open_stream
from mingjian.perception.live.settings import Patience, StreamSettings
from mingjian.perception.model import PerceptionError
from tests.live_servers import Feed, flv_server, hls_server, make_stream, rtmp_server

QUICK = StreamSettings(patience=Patience(connect=2.0, stall=0.5))


@pytest.fixture(scope="module")
def flv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_stream(tmp_path_factory.mktemp("flv") / "a.flv", 1.0, size=(160, 90))


def packets(url: str, settings: StreamSettings = QUICK) -> int:
    with open_stream(url, settings) as container:
        return sum(packet.dts is not None for packet in container.demux())


def asks(refuse: str) -> tuple[list[str], Callable[[str], bool]]:
    asked: list[str] = []

    def allowed(url: str) -> bool:
        asked.append(url)
        return refuse not in url

    return asked, allowed


def test_a_redirect_is_asked_about_before_it_is_followed(flv: Path) -> None:
    asked, allowed = asks("/secret")
    data = flv.read_bytes()
    with flv_server(lambda n, path: "/secret" if path == "/a.flv" else Feed(data)) as (url, got):
        with pytest.raises(Refused, match="不允许"):
            packets(f"{url}/a.flv", replace(QUICK, allowed=allowed))
        assert got == ["/a.flv"], "nobody went there"
        assert asked == [f"{url}/a.flv", f"{url}/secret"]
        assert packets(f"{url}/a.flv") > 20, "without a rule it is followed"


def test_the_pieces_of_a_playlist_are_asked_about(tmp_path: Path) -> None:
    make_stream(tmp_path / "a.m3u8", 3.0, size=(160, 90))
    with hls_server(tmp_path) as url:
        assert packets(f"{url}/a.m3u8") > 60
        asked, allowed = asks("a0.ts")
        list_ = (tmp_path / "a.m3u8").read_text()
        with pytest.raises(PerceptionError):
            packets(f"{url}/a.m3u8", replace(QUICK, allowed=allowed))
        assert f"{url}/a0.ts" in asked
        secret = tmp_path / "secret.ts"
        secret.write_bytes((tmp_path / "a0.ts").read_bytes())
        (tmp_path / "evil.m3u8").write_text(list_.replace("a0.ts", f"file://{secret}"))
        with pytest.raises((PerceptionError, OSError)):
            packets(f"{url}/evil.m3u8")


def test_rtmp_is_read_and_asked_about(flv: Path) -> None:
    with rtmp_server(flv) as url:
        with pytest.raises(Refused), open_stream(url, replace(QUICK, allowed=lambda _: False)):
            pass
        with open_stream(url, QUICK) as container:
            assert {stream.type for stream in container.streams} == {"video", "audio"}


@pytest.mark.parametrize("url", ["ftp://example.org/a.flv", "concat://a|b", "data://text", "udp://127.0.0.1:1"])
def test_other_kinds_of_addresses_are_refused(url: str) -> None:
    with pytest.raises(Refused, match="不支持"), open_stream(url, QUICK):
        pass


@pytest.mark.parametrize(("status", "said"), [(404, "HTTP 404"), (503, "HTTP 503")])
def test_what_cannot_be_opened_says_why(status: int, said: str) -> None:
    with flv_server(lambda n, path: status) as (url, _), pytest.raises(PerceptionError, match=said):
        packets(f"{url}/a.flv")


def test_a_circle_of_redirects_ends() -> None:
    with flv_server(lambda n, path: "/again") as (url, asked), pytest.raises(PerceptionError, match="转向"):
        packets(f"{url}/a.flv")
    assert len(asked) < 10


def test_what_is_no_media_is_an_error() -> None:
    with flv_server(lambda n, path: Feed(b"<html>" * 1000)) as (url, _), pytest.raises(PerceptionError):
        packets(f"{url}/a.flv")


def test_a_stream_that_stalls_is_an_error_in_time(flv: Path) -> None:
    data = flv.read_bytes()
    feed = Feed(data, stall_at=len(data) // 2)
    with flv_server(lambda n, path: feed) as (url, _), pytest.raises(TimeoutError):
        packets(f"{url}/a.flv")


def test_somebody_who_pushes_is_listened_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"rtmp://127.0.0.1:{free.getsockname()[1]}/live/room"
    program = f"""
import time, av, numpy as np
for _ in range(100):
    try:
        out = av.open({address!r}, "w", format="flv")
        break
    except OSError:
        time.sleep(0.05)
stream = out.add_stream("libx264", rate=25, options={{"tune": "zerolatency"}})
stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
for index in range(30):
    out.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((90, 160, 3), index, np.uint8), format="rgb24")))
out.close()
"""
    with subprocess.Popen([sys.executable, "-c", program]) as pusher:
        seen, settings = 0, replace(QUICK, allowed=lambda _: False)
        # FFmpeg has no kind end for a push.
        with suppress(OSError), open_stream(f"{address}?listen=1", settings) as container:
            for packet in container.demux():
                seen += packet.dts is not None
        pusher.kill()
    assert seen >= 25


def test_pieces_that_lie_in_one_file_are_asked_for_by_their_bytes() -> None:
    asked: list[str | None] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            asked.append(self.headers.get("Range"))
            self.send_response(206 if asked[-1] else 200)
            self.end_headers()
            self.wfile.write(b"piece")

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        web, url = Web(None, 2.0, 2.0), f"http://127.0.0.1:{server.server_port}/a.ts"
        assert web.piece(url, 1, {"offset": "188", "end_offset": "376"}).read(10) == b"piece"
        assert web.piece(url, 1, {"seekable": "-1"}).read(10) == b"piece"
        server.shutdown()
    assert asked == ["bytes=188-375", None]
