"""A real HTTP server that receives webhooks, as well or as badly as a test wants."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """What came: headers in lower case, and the body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """``statuses`` are answered in turn, the last one for ever; ``slow`` seconds pass before an answer;
    ``location`` goes with it, and ``answer`` is its body."""

    port: int = 0
    statuses: list[int] = field(default_factory=lambda: [200])
    slow: float = 0.0
    location: str | None = None
    answer: bytes = b""
    came: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.statuses[min(len(receiver.came), len(receiver.statuses) - 1)]
            receiver.came.append(Received(self.path, {n.lower(): v for n, v in self.headers.items()}, body))
            time.sleep(receiver.slow)
            with contextlib.suppress(OSError):  # whoever asked may have gone
                self.send_response(status)
                if receiver.location is not None:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
