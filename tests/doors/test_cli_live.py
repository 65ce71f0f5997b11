"""``mingjian live``: files are rehearsed with what lies beside them; rooms, acts and code words shown and answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.core.live.model import About, Incident, Moment, Proposed, Signal
from mingjian.doors.cli import live_watch
from mingjian.doors.cli.failures import FINDINGS, UNUSABLE, Failure
from mingjian.doors.desk.opening import open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.live import codewords, incidents, rooms
from mingjian.records.clock import SystemClock
from mingjian.records.storage.migrate import build
from tests.doors.conftest import Run
from tests.live_servers import make_stream

AT = 1795386000000000


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """A desk in a folder, with a room, an incident with its act, and a code word: their ids."""
    monkeypatch.setattr("mingjian.doors.cli.stores.opened", _as_it_is)
    monkeypatch.setattr("mingjian.doors.cli.live.opened", _as_it_is)
    made = open_desk(DeskSettings(data=tmp_path), clock=SystemClock())
    tmp_path.mkdir(exist_ok=True)
    with made.database.write() as tx:
        build(tx, None)
    with made.database.write() as tx:
        room = rooms.open_room(
            tx, rooms.HOUSE, About("r1", "douyin", "护肤好物", publisher={"id": "u", "kind": "creator"})
        )
        word = codewords.propose(tx, "r1", Proposed("涂改液", "洗眉毛", (1,), 2))
    moment = Moment("r1", 1, "speech", 1.0, 2.0, "水光针三百八", AT, AT, "host")
    item = {"id": "r1:k", "kind": "live", "channel": "live", "platform": "douyin",
            "parts": [{"role": "speech", "text": moment.text}],
            "facts": {"live_joined": [{"part": 0, "start": 0, "end": 3, "quote": "水光针", "why": "a"}]}}  # fmt: skip
    one = Incident("r1", "k", "named", (1,), (Signal(1, "name", 0, 3, "水光针", "水光针"),), 1.0, 2.0, AT, item,
                   ("LEC-33-live-joined",), "high", ("水光针",), ("speech",))  # fmt: skip
    raised = incidents.raise_now(made.screening, room, one, [moment])
    made.close()
    assert raised.act is not None
    return raised.incident.id, raised.act.id, word.id


def _as_it_is(settings: DeskSettings) -> object:
    """The store without asking for its migration: the tables are those of the code."""
    import contextlib

    from mingjian.records.storage.database import Database

    return contextlib.closing(Database(settings.database_url))


def test_rooms_are_listed_shown_and_closed(run: Run, desk: tuple[str, str, str], tmp_path: Path) -> None:
    at = ("--data", str(tmp_path))
    ran = run("live", "rooms", *at)
    assert ran.code == 0 and "r1" in ran.out and "没有进程在看" in ran.out
    (listed,) = json.loads(run("live", "rooms", "--format", "json", *at).out)
    assert listed["incidents"] == 1 and listed["risk"] > 0
    shown = run("live", "show", "r1", *at).out
    assert desk[0] in shown and desk[1] in shown and "点名推介" in shown
    assert run("live", "close", "r1", "--reason", "下播", *at).code == 0
    assert "没有这样的直播间" in run("live", "rooms", *at).out
    assert run("live", "show", "r9", *at).code == UNUSABLE


def test_acts_and_code_words_are_answered_and_taken_back(run: Run, desk: tuple[str, str, str], tmp_path: Path) -> None:
    incident, act, word = desk
    at = ("--data", str(tmp_path))
    ran = run("live", "act", incident, "mask", "--reason", "仍在展示", *at)
    assert ran.code == 0 and "遮挡" in ran.out
    assert "已撤销" in run("live", "lift", act, "--reason", "误报", *at).out
    assert run("live", "act", incident, "burn", "--reason", "x", *at).code == UNUSABLE
    assert "涂改液" in run("live", "words", *at).out
    for answer, state in (("accept", "已采纳"), ("reopen", "待定"), ("decline", "未采纳")):
        assert state in run("live", "word", word, answer, "--reason", "看过", *at).out
    assert "还没有暗语" in run("live", "words", "--state", "accepted", *at).out


def test_a_file_is_rehearsed_with_what_lies_beside_it(run: Run, tmp_path: Path) -> None:
    make_stream(tmp_path / "video.mp4", 4.0, words=())
    (tmp_path / "room.json").write_text(json.dumps({"title": "演练间", "platform": "douyin"}), "utf-8")
    lines = [
        {"id": "s1", "at": 0.2, "channel": "speech", "text": "姐妹们水光针今天三百八,点下面小黄车下单", "until": 1.0}
    ]
    (tmp_path / "transcript.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n{\n", "utf-8")
    ran = run("live", "watch", str(tmp_path / "video.mp4"), "--format", "json")
    told = [json.loads(line) for line in ran.out.splitlines()]
    (incident,) = [one for one in told if one["event"] == "incident"]
    assert incident["what"] == ["水光针"] and incident["late"] < 10
    assert "warn" in [one["measure"] for one in told if one["event"] == "act"]
    assert told[-1]["event"] == "end" and ran.code == FINDINGS
    assert "transcript.jsonl 第 2 行" in ran.err


def test_sources_are_taken_in_order_and_wrong_ones_are_said(tmp_path: Path, run: Run) -> None:
    for name in ("a.mp4", "b.mp4", "a.jsonl"):
        (tmp_path / name).write_bytes(b"x")
    found = live_watch._sources([str(tmp_path / "a.mp4"), "rtmp://h/x"], [str(tmp_path / "a.jsonl"), "ws://h/c"], [])
    assert [one.comments for one in found] == [[str(tmp_path / "a.jsonl")], ["ws://h/c"]]
    assert found[1].path is None
    with pytest.raises(Failure, match="多了一个"):
        live_watch._sources([str(tmp_path / "a.mp4")], ["ws://h/1", "ws://h/2"], [])
    assert run("live", "watch", str(tmp_path / "none.mp4")).code == UNUSABLE
