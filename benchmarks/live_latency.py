"""From the moment something is said, shown or written to the webhook that carries the warning: real processes, real
time, many rooms at once. Called by live_rooms.py.

``watch``: one `mingjian live watch` plays staged videos at their own pace (so letters are read from pictures) and
hears comments and transcripts over WebSocket. ``push``: `mingjian serve` and `mingjian live work` run, everything comes
by the HTTP API, nothing is drawn. Transcripts come 0.2 to 0.9 s after a piece has been said, as from a recogniser.

A latency is when the webhook arrived minus when the last line of the incident's evidence was said, shown or written, by
the script's own clock; for what is read in the picture the reader's time counts (when the frame was sampled).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mingjian.desk.people.model import house
from mingjian.desk.people.service import issue_key
from mingjian.desk.webhooks.service import register
from mingjian.doors.demo.stage.files import write
from mingjian.doors.demo.stage.model import Line, Part, Staged
from mingjian.doors.demo.stage.script import stage
from mingjian.doors.desk.opening import install, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.live.evidence import told as evidence_told
from mingjian.records.storage import live_incidents
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import migrate

SLOT = 60.0
"""Seconds from one violation to the next: as close as a 20 s grace allows without hiding warnings."""
EVENT = "live.act_sent"
NO_PICTURE = ("speech_variant", "speech_split", "hint_house", "steer_viewers", "pinned", "card", "title", "link")
ALL = (*NO_PICTURE, "board", "subtitle")
_STEP_S = 0.05


class Receiver:
    """A platform's webhook: notes when each order came in, and acknowledges it."""

    def __init__(self) -> None:
        self.got: list[tuple[float, dict[str, Any]]] = []
        taken = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                taken.append((time.time(), json.loads(body)))
                answer = b'{"acknowledged": true}'
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/orders"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()


def schedule(room: Staged) -> list[tuple[float, Line]]:
    """(Seconds from the start at which a line is told, line): speech when a recogniser has it, the rest at once."""
    rng = random.Random(room.id)
    told = [(line.end + rng.uniform(0.2, 0.9) if line.channel == "speech" else line.at, line)
            for line in room.lines if line.channel != "screen"]  # fmt: skip
    return sorted(told, key=lambda one: (one[0], one[1].id))


def moment(line: Line, began: float) -> dict[str, Any]:
    """A line as feeds and the API take it, with its own time on the wall clock."""
    found = line.shown()
    for name in ("at", "until"):
        found.pop(name, None)
    if line.channel == "speech":
        found["lasts"] = round(line.end - line.at, 3)
    return found | {"time": int((began + line.at) * 1_000_000)}


def feed(rooms: Sequence[Staged], began: dict[str, float]) -> Any:
    """A WebSocket server: whoever connects to /<number> is told that room's lines in real time, from then on."""
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.server import ServerConnection, serve

    def told(connection: ServerConnection) -> None:
        assert connection.request is not None
        room = rooms[int(connection.request.path.strip("/"))]
        start = began.setdefault(room.id, time.time())
        with contextlib.suppress(ConnectionClosed):
            for due, line in schedule(room):
                time.sleep(max(0.0, start + due - time.time()))
                connection.send(json.dumps(moment(line, start), ensure_ascii=False))
            connection.recv()

    server = serve(told, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def made_store(folder: Path, url: str) -> tuple[DeskSettings, str]:
    """An empty store that tells ``url`` of orders, and the key of a program that feeds rooms."""
    settings = DeskSettings(data=folder)
    desk = open_desk(settings)
    try:
        migrate(desk.database)
        install(desk)
        with desk.database.write() as tx:
            register(tx, house("benchmark"), url, (EVENT,))
            _, secret = issue_key(tx, house("benchmark"), "feed", ("live.feed",))
    finally:
        desk.close()
    return settings, secret


def environment(folder: Path) -> dict[str, str]:
    """Of the processes: their store, and leave to call this machine."""
    return os.environ | {"MINGJIAN_DESK_DATA": str(folder), "MINGJIAN_DESK_WEBHOOK_PRIVATE_NETWORKS": "true",
                         "MINGJIAN_DESK_RATE_LIMIT": "100000/second", "MINGJIAN_LIVE_ROOMS": "100"}  # fmt: skip


def watched(rooms: Sequence[Staged], folder: Path, data: Path) -> tuple[dict[str, float], float]:
    """Plays all rooms; when each began on the wall clock, and the processor seconds of the process and its children."""
    places = []
    for room in rooms:
        write(room, folder / room.id)
        for name in ("comments.jsonl", "transcript.jsonl"):
            (folder / room.id / name).unlink()
        places.append(str(folder / room.id / "video.mp4"))
    began: dict[str, float] = {}
    server = feed(rooms, began)
    port = server.socket.getsockname()[1]
    command = [sys.executable, "-m", "mingjian", "live", "watch", *places, "--private", "--data", str(data), "--format",
               "json"]  # fmt: skip
    for number in range(len(rooms)):
        command += ["--comments", f"ws://127.0.0.1:{port}/{number}"]
    before = os.times()
    try:
        done = subprocess.run(command, env=environment(data), capture_output=True, text=True,
                              timeout=rooms[0].minutes * 60 + 300)  # fmt: skip
    finally:
        server.shutdown()
    after = os.times()
    if done.returncode not in (0, 1):
        raise SystemExit(f"live watch: {done.returncode}\n{done.stderr[-3000:]}")
    return began, after.children_user + after.children_system - before.children_user - before.children_system


def pushed(rooms: Sequence[Staged], data: Path, key: str) -> tuple[dict[str, float], float]:
    """Feeds all rooms by the API; when each began."""
    import httpx

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    serve = [sys.executable, "-m", "mingjian", "serve", "--port", str(port), "--workers", "1"]
    work = [sys.executable, "-m", "mingjian", "live", "work", "--rooms", "100"]
    base = f"http://127.0.0.1:{port}/api/v1/live/rooms"
    headers = {"Authorization": f"Bearer {key}"}
    began: dict[str, float] = {}
    before = os.times()
    with _running(serve, port, data), _running(work, None, data):
        with httpx.Client(headers=headers, timeout=30) as client:
            for room in rooms:
                about = {"id": room.id, "title": room.title, "platform": "douyin",
                         "publisher": {**room.publisher, "id": f"pub-{room.id}"}}  # fmt: skip
                client.post(base, json=about).raise_for_status()
        time.sleep(3)
        threads = [threading.Thread(target=_push, args=(room, base, headers, began)) for room in rooms]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(5)
    after = os.times()
    return began, after.children_user + after.children_system - before.children_user - before.children_system


def _push(room: Staged, base: str, headers: Mapping[str, str], began: dict[str, float]) -> None:
    import httpx

    start = began.setdefault(room.id, time.time())
    waiting = schedule(room)
    with httpx.Client(headers=headers, timeout=30) as client:
        while waiting:
            now = time.time() - start
            due = [moment(line, start) for when, line in waiting if when <= now][:500]
            waiting = waiting[len(due) :]
            if due:
                answer = client.post(f"{base}/{room.id}/moments", json={"source": "stage", "moments": due})
                answer.raise_for_status()
                if answer.json()["rejected"]:
                    raise SystemExit(str(answer.json()["rejected"][:3]))
            time.sleep(_STEP_S)


@contextlib.contextmanager
def _running(command: Sequence[str], port: int | None, data: Path) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment(data), stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                if process.poll() is not None:
                    log.seek(0)
                    raise SystemExit(log.read().decode()[-3000:])
                if port is None:
                    break
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(60)


def latencies(rooms: Sequence[Staged], began: Mapping[str, float], got: Sequence[tuple[float, dict[str, Any]]],
              database: Database) -> list[dict[str, Any]]:  # fmt: skip
    """One row for every warning: when it came in after the last of its evidence."""
    known = {room.id: room for room in rooms}
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    with database.read() as tx:
        for at, message in got:
            data = message["data"]
            if message["event"] != EVENT or data["act"] in seen:
                continue
            seen.add(data["act"])
            incident = live_incidents.incident_by_id(tx, data["incident"])
            evidence = None if incident is None else evidence_told(tx, incident)
            if incident is None or evidence is None:
                continue
            room, start = known[incident.room], began[incident.room]
            ends: list[float] = []
            marks: set[str] = set()
            for one in evidence.moments:
                if one.channel == "screen":
                    ends.append(one.at / 1_000_000)
                    marks |= {line.mark for line in room.lines if line.channel == "screen" and line.mark
                              and _alike(line.text, one.text)}  # fmt: skip
                    continue
                line = _line(room, one.channel, one.text, one.at / 1_000_000 - start)
                if line is not None:
                    ends.append(start + (line.end if line.channel == "speech" else line.at))
                    if line.mark is not None:
                        marks.add(line.mark)
            if ends:
                rows.append({"room": room.id, "kind": incident.kind, "measure": data["measure"],
                             "seconds": round(at - max(ends), 3), "violations": sorted(marks)})  # fmt: skip
    return rows


def _line(room: Staged, channel: str, text: str, when: float) -> Line | None:
    same = [line for line in room.lines if line.channel == channel and line.text == text]
    return min(same, key=lambda line: abs(line.end - when), default=None)


def _alike(one: str, other: str) -> bool:
    first, second = ("".join(text.split()) for text in (one, other))
    return first in second or second in first


def measured(part: Part, seed: int, many: int, minutes: float, comments: float, how: str) -> dict[str, Any]:
    """One run."""
    kinds = ALL if how == "watch" else NO_PICTURE
    violations = int(minutes * 60 // SLOT) - 1
    rooms = [stage(number, part, minutes=minutes, violations=violations, seed=seed, comments=comments, only=kinds,
                   slot=SLOT) for number in range(many)]  # fmt: skip
    receiver = Receiver()
    try:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            data.mkdir()
            settings, key = made_store(data, receiver.url)
            if how == "watch":
                began, processor = watched(rooms, Path(folder), data)
            else:
                began, processor = pushed(rooms, data, key)
            database = Database(settings.database_url)
            try:
                rows = latencies(rooms, began, receiver.got, database)
            finally:
                database.close()
    finally:
        receiver.stop()
    taken = sorted(row["seconds"] for row in rows)
    planted = sum(len(room.planted) for room in rooms)
    warned = {(row["room"], one) for row in rows for one in row["violations"]}
    return {
        "how": how, "rooms": many, "minutes": minutes, "comments": comments, "warnings": len(rows), "planted": planted,
        "warned": len(warned), "median_s": _share(taken, 0.5), "p95_s": _share(taken, 0.95),
        "max_s": taken[-1] if taken else None, "processor_s": round(processor, 1), "rows": rows,
    }  # fmt: skip


def _share(taken: Sequence[float], share: float) -> float | None:
    return round(taken[min(int(len(taken) * share), len(taken) - 1)], 2) if taken else None


def told(got: Mapping[str, Any]) -> str:
    """The figures for a terminal."""
    return (f"{got['how']}: {got['rooms']} rooms, {got['minutes']:g} min, {got['comments']:g} comments a second each: "
            f"{got['warnings']} warnings for {got['warned']} of {got['planted']} violations; "
            f"median {got['median_s']} s, p95 {got['p95_s']} s, longest {got['max_s']} s; "
            f"{got['processor_s']} processor seconds")  # fmt: skip
