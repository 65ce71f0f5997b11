"""The review desk under load: checks over HTTP, submissions in bulk, with nothing lost.

    python benchmarks/desk.py [--seconds 20] [--clients 6] [--database URL] [--processes 1] [--json FILE]

A real `mingjian serve` is started on an empty data folder (or an empty PostgreSQL store). Closed loop: each client
sends its next note when it has the answer to the last one. Afterwards the store is asked for every item that was
answered for. Beside it, in the same run: a bare FastAPI application that answers a constant, the framework's floor.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import notes

from mingjian.desk.people.model import house
from mingjian.desk.people.service import issue_key
from mingjian.records.storage import items
from mingjian.records.storage.database import Database
from mingjian.records.storage.tables import load_tables

BARE = """
import sys, uvicorn
from fastapi import Body, FastAPI
app = FastAPI()
@app.post("/api/v1/items")
def answer(item: dict = Body(...)) -> dict:
    return {"id": item.get("id"), "state": "judged"}
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


@dataclass(frozen=True)
class Load:
    """What clients saw: answers of 2xx, other answers, seconds of each, and how long it all took."""

    answered: list[str]
    refused: int
    times: list[float]
    seconds: float

    def line(self) -> dict[str, Any]:
        """For people and files."""
        ordered = sorted(self.times)
        return {
            "per_second": round(len(self.answered) / self.seconds, 1),
            "p50_ms": round(statistics.median(ordered) * 1000, 1),
            "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
            "answered": len(self.answered),
            "refused": self.refused,
        }


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@contextlib.contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers at ``port`` until the block ends."""
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                if server.poll() is not None:
                    log.seek(0)
                    raise SystemExit(log.read().decode()[-4000:])
                time.sleep(0.1)
            yield server
        finally:
            server.terminate()
            server.wait(30)


def closed_loop(port: int, clients: int, seconds: float, send: Callable[[int], tuple[str, str, bytes]],
                headers: dict[str, str]) -> Load:
    """``send`` gives the n-th request: number, path, body."""
    answered: list[str] = []
    times: list[float] = []
    refused = 0
    turn = iter(range(10**9))
    lock = threading.Lock()
    end = time.perf_counter() + seconds

    def client() -> None:
        nonlocal refused
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < end:
            with lock:
                number = next(turn)
            name, path, body = send(number)
            began = time.perf_counter()
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            response.read()
            took = time.perf_counter() - began
            with lock:
                if 200 <= response.status < 300:
                    answered.append(name)
                    times.append(took)
                else:
                    refused += 1
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(answered, refused, times, time.perf_counter() - began)


def note(number: int, text: str) -> dict[str, Any]:
    """A note as a platform hands it in."""
    publisher = {"id": f"p{number % 500}", "kind": ("institution", "creator", "person")[number % 3]}
    return {"id": f"n{number}", "text": text, "platform": "xiaohongshu", "channel": "public", "publisher": publisher}


def main() -> None:
    """Start, load, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--database", help="an empty PostgreSQL store; SQLite in the data folder when it is not given")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--bulk", type=int, default=10_000, help="items submitted in bulk, 500 a request")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    texts = notes(20_000)
    with tempfile.TemporaryDirectory() as folder:
        results = measure(given, texts, Path(folder))
    print(json.dumps(results, indent=2))
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def measure(given: argparse.Namespace, texts: list[str], folder: Path) -> dict[str, Any]:
    """All figures of one run."""
    port = free_port()
    with running([sys.executable, "-c", BARE, str(port)], port, {}):
        headers = {"Content-Type": "application/json"}
        bare = closed_loop(port, given.clients, 5, lambda n: (f"n{n}", "/api/v1/items", _body(n, texts)), headers)
    environment = {"MINGJIAN_DESK_DATA": str(folder), "MINGJIAN_DESK_RATE_LIMIT": "100000/second"}
    if given.database:
        environment["MINGJIAN_DESK_DATABASE"] = given.database
    port = free_port()
    command = [sys.executable, "-m", "mingjian", "serve", "--port", str(port), "--workers", str(given.workers),
               "--processes", str(given.processes)]  # fmt: skip
    with running(command, port, environment):
        load_tables()
        database = Database(given.database or f"sqlite:///{folder / 'mingjian.db'}")
        with database.write() as tx:
            _, secret = issue_key(tx, house("benchmark"), "benchmark", ("item.submit", "item.check", "item.read"))
        headers |= {"Authorization": f"Bearer {secret}"}
        closed_loop(port, given.clients, 2, lambda n: (f"w{n}", "/api/v1/checks", _body(n, texts)), headers)
        load = closed_loop(
            port, given.clients, given.seconds,
            lambda n: (f"n{n}", "/api/v1/items?wait=true", _body(n, texts)), headers,
        )  # fmt: skip
        lost = _lost(database, load.answered)
        bulk = bulk_load(port, headers, texts, given.bulk)
        judging = _judged_after(database)
        database.close()
    return {
        "store": "postgresql" if given.database else "sqlite",
        "processes": given.processes,
        "clients": given.clients,
        "bare_framework": bare.line(),
        "checks": load.line() | {"lost": lost},
        "bulk": bulk,
        "bulk_judged_per_second": judging,
    }


def _body(number: int, texts: list[str]) -> bytes:
    return json.dumps(note(number, texts[number % len(texts)]), ensure_ascii=False).encode()


def _lost(database: Database, answered: list[str]) -> int:
    with database.read() as tx:
        kept = items.latest_versions(tx, "api", answered)
    return sum(name not in kept or kept[name].verdict is None for name in answered)


def bulk_load(port: int, headers: dict[str, str], texts: list[str], count: int) -> dict[str, Any]:
    """Submit ``count`` items, 500 a request, one request after another."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    for first in range(0, count, 500):
        batch = [note(n, texts[n % len(texts)]) | {"id": f"b{n}"} for n in range(first, min(first + 500, count))]
        connection.request("POST", "/api/v1/items/batch", json.dumps({"items": batch}, ensure_ascii=False).encode(),
                           headers)  # fmt: skip
        response = connection.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise SystemExit(f"bulk: {response.status} {answer[:500]!r}")
    seconds = time.perf_counter() - began
    return {"items": count, "per_second": round(count / seconds)}


def _judged_after(database: Database) -> int:
    """How fast the rest of the queue was judged once nothing more came in."""
    began = time.perf_counter()
    with database.read() as tx:
        before = items.count_pending(tx)
    while True:
        with database.read() as tx:
            left = items.count_pending(tx)
        if not left:
            break
        time.sleep(0.1)
    return round(before / max(time.perf_counter() - began, 0.001))


if __name__ == "__main__":
    main()
