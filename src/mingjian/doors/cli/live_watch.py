"""``mingjian live watch``: streams and files watched from the command line, incidents and acts told as they come."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, format_of, lang_of, platform_of
from mingjian.doors.cli.failures import FINDINGS, INTERRUPTED, Failure, warn
from mingjian.doors.cli.live_words import CHANNEL_WORDS, KIND_WORDS, MEASURE_WORDS, STATE_WORDS, WHY_WORDS
from mingjian.doors.cli.stores import Address, Data, opened, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.core.live.model import Gap
    from mingjian.doors.desk.opening import Desk
    from mingjian.doors.live.feeds import Wrong
    from mingjian.doors.live.settings import LiveSettings
    from mingjian.doors.live.worker import LiveWorker, Raised

_POLL_S = 0.2
_SETTLED_S = 2.5
"""Seconds after the end in which the judge's last joins settle."""


@dataclass(slots=True)
class Source:
    """One room to watch."""

    place: str
    path: Path | None
    comments: list[str] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)


Places = Annotated[
    list[str], typer.Argument(metavar="URL|FILE…", help="RTMP、HTTP-FLV、HLS 地址,或视频文件。 Streams or files.")
]
Lines = Annotated[
    list[str] | None,
    typer.Option("--comments", metavar="FILE|ws://…", help="评论源:JSONL 文件或 WebSocket,依次对应各路。 Comments."),
]
Spoken = Annotated[
    list[Path] | None, typer.Option("--transcript", metavar="FILE", help="字幕 JSONL,依次对应各路。 What is said.")
]

Judging = Annotated[
    Path | None, typer.Option("--judging", metavar="FILE", help="自己的判断文件(YAML)。 One's own rules of judging.")
]


def run(
    places: Places,
    comments: Lines = None,
    transcript: Spoken = None,
    room: Annotated[str | None, typer.Option("--room", metavar="ID", help="直播间编号(只看一路时)。 Its id.")] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="标题。 Its title.")] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", metavar="ID", help="主播编号。 The host.")] = None,
    platform: Annotated[str | None, typer.Option("--platform", metavar="P", help="平台。 The platform.")] = None,
    pace: Annotated[
        float, typer.Option("--pace", min=0.1, max=8.0, help="文件按几倍速播放。 How fast files are played.")
    ] = 1.0,
    private: Annotated[bool, typer.Option("--private", help="允许内网地址。 Private networks too.")] = False,
    judging: Judging = None, format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """边播边看:听、看、读一路或几路直播,有线索和处置时说出来。文件按原速播放,即演练。有线索时退出码为 1。

    Watch streams as they run; a file is played at its own pace, as a rehearsal. Exit code 1 when there were incidents.

    文件只在临时审核台里演练,不惊动真实的;要入真实审核台,写 --data 或 --database。
    文件旁的 comments.jsonl、transcript.jsonl、room.json 会一并读取。

    [bold]例 Examples[/bold]

      mingjian live watch 演练/*/video.mp4

      mingjian live watch 录播.mp4 --comments 评论.jsonl --transcript 字幕.jsonl --title 护肤好物

      mingjian live watch rtmp://live.example.com/app/key --data /srv/mingjian --comments wss://example.com/chat
    """
    lang_of(lang)
    format_of(format)
    _needed()
    sources = _sources(places, comments or [], transcript or [])
    if room is not None and len(sources) > 1:
        raise Failure("--room 只用于一路直播")
    from mingjian.doors import cache
    from mingjian.doors.live.settings import LiveSettings

    given = LiveSettings()
    settings = given.model_copy(update={"private_networks": given.private_networks or private,
                                        "judging": judging or given.judging})  # fmt: skip
    with _desk(sources, data, database) as desk:
        platform = platform_of(platform, cache.platforms())
        for source in sources:
            about = {"title": title, "platform": platform, "publisher": publisher, "id": room}
            source.known |= {name: value for name, value in about.items() if value is not None}
        telling = Telling(format == "json")
        code = _watch(desk, settings, sources, telling, pace)
    if code:
        raise typer.Exit(code)


class Telling:
    """Prints what happens; threads may share it."""

    def __init__(self, machine: bool) -> None:
        self.machine = machine
        self.incidents = 0
        self._lock = threading.Lock()
        self._names: dict[str, str] = {}

    def named(self, id: str, name: str) -> None:
        """What a room is called."""
        self._names[id] = name

    def raised(self, desk: Desk, one: Raised) -> None:
        """An incident, and what was done."""
        from mingjian.governance.live.carrying import text_of
        from mingjian.governance.live.evidence import told as evidence_told

        self.incidents += 1
        with desk.database.read() as tx:
            acts = [(act, text_of(tx, act)) for act in (one.act, one.proposed) if act is not None]
            rests = evidence_told(tx, one.incident)
        late = max(0.0, (one.incident.raised_at - one.incident.said_at) / 1e6)
        moments = [] if rests is None else [(m.channel, m.text) for m in rests.moments]
        if self.machine:
            self._line({"event": "incident", "room": one.room, "id": one.incident.id, "key": one.incident.key,
                        "kind": one.incident.kind, "severity": one.incident.severity, "what": one.incident.what,
                        "codes": one.incident.codes, "from": one.incident.from_, "to": one.incident.to,
                        "late": round(late, 3), "moments": moments})  # fmt: skip
            for act, text in acts:
                self._line({"event": "act", "room": one.room, "id": act.id, "incident": act.incident,
                            "measure": act.measure, "state": act.state, "text": text})  # fmt: skip
            return
        kind = say(KIND_WORDS.get(one.incident.kind, one.incident.kind))
        lines = [say(f"[{clock(one.incident.to)}] {self._name(one.room)} 线索 {kind}:{'、'.join(one.incident.what)}"
                     f"({'、'.join(one.incident.codes)};{late:.1f} 秒后)")]  # fmt: skip
        lines += [f"    {say(CHANNEL_WORDS.get(channel, channel))} {text[:100]}" for channel, text in moments[:8]]
        for act, text in acts:
            measure, state = (
                say(MEASURE_WORDS.get(act.measure, act.measure)),
                say(STATE_WORDS.get(act.state, act.state)),
            )
            lines.append(f"    → {measure} · {state}" + (f":{text}" if act is one.act and text else ""))
        self._put("\n".join(lines))

    def gap(self, gap: Gap) -> None:
        """A channel is not perceived, or is again."""
        if self.machine:
            self._line({"event": "gap", "room": gap.room, "channel": gap.channel, "why": gap.why, "start": gap.start,
                        "end": gap.end, "detail": gap.detail})  # fmt: skip
            return
        channel, why = say(CHANNEL_WORDS.get(gap.channel, gap.channel)), say(WHY_WORDS.get(gap.why, gap.why))
        if gap.end is None:
            detail = f"({gap.detail})" if gap.detail else ""
            self._put(say(f"[{clock(gap.start)}] {self._name(gap.room)} 缺口 {channel}:{why}") + detail)
        else:
            self._put(say(f"[{clock(gap.end)}] {self._name(gap.room)} 缺口结束 {channel}:{why}"))

    def wrong(self, one: Wrong) -> None:
        """A line that is none."""
        warn(f"{one.where} 第 {one.line} 行:{one.problem}")

    def ended(self, rooms: int, seconds: float) -> None:
        """All is over."""
        if self.machine:
            self._line({"event": "end", "rooms": rooms, "incidents": self.incidents, "seconds": round(seconds, 1)})
        else:
            self._put(say(f"看了 {rooms} 间,{seconds:.0f} 秒,线索 {self.incidents} 条"))

    def _name(self, id: str) -> str:
        return self._names.get(id, id)

    def _line(self, value: dict[str, Any]) -> None:
        self._put(json.dumps(value, ensure_ascii=False))

    def _put(self, text: str) -> None:
        with self._lock:
            typer.echo(text)


def clock(seconds: float) -> str:
    """Room time as people write it."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _watch(desk: Desk, settings: LiveSettings, sources: Sequence[Source], telling: Telling, pace: float) -> int:
    from mingjian.doors.live.worker import LiveWorker
    from mingjian.doors.worker.duty import Duty, DutyThread
    from mingjian.doors.worker.webhooks import Webhooks

    worker = LiveWorker(desk, settings, own=True, told=lambda one: telling.raised(desk, one))
    hooks = Webhooks(desk)
    duties = [DutyThread(Duty("webhooks-fill", hooks.fill, idle=0.2, wakes=True)),
              DutyThread(Duty("webhooks-send", hooks.send, idle=0.2, wakes=True))]  # fmt: skip
    for duty in duties:
        duty.start()
    worker.start()
    began = time.monotonic()
    code = 0
    ids: list[str] = []
    try:
        ids = [_open(desk, worker, source, settings, telling, pace) for source in sources]
        _until_over(worker, ids)
    except KeyboardInterrupt:
        code = INTERRUPTED
    finally:
        worker.stop()
        _close(desk, ids)
        for duty in duties:
            duty.ask_to_stop()
        for duty in duties:
            duty.join(5.0)
    telling.ended(len(ids), time.monotonic() - began)
    return code or (FINDINGS if telling.incidents else 0)


def _open(desk: Desk, worker: LiveWorker, source: Source, settings: LiveSettings, telling: Telling, pace: float) -> str:
    from mingjian.core.live.model import About
    from mingjian.doors.live.feeds import Feed
    from mingjian.doors.live.log import Held
    from mingjian.doors.live.room import LiveRoom
    from mingjian.doors.live.watched import feed_of
    from mingjian.governance.live import leases, rooms

    known = source.known
    publisher = known.get("publisher") or {}
    if isinstance(publisher, str):
        publisher = {"id": publisher, "kind": "creator"}
    about = About(str(known.get("id") or ""), known.get("platform"), str(known.get("title") or ""),
                  None if source.path is not None else source.place, None, publisher)  # fmt: skip
    with told():
        with desk.database.write() as tx:
            row = rooms.open_room(tx, rooms.HOUSE, about)
            if not leases.hold(tx, worker.name, row.id, settings.lease_seconds):
                raise Failure(f"{row.id} 正由别的进程看着", "换一个 --room,或等它结束")
        telling.named(row.id, row.title or row.id)

        def feeds(room: LiveRoom) -> list[Feed]:
            return [feed_of(one, settings.private_networks, f"feed:{at}")(room)
                    for at, one in enumerate(source.comments)]  # fmt: skip

        try:
            place = source.path if source.path is not None else source.place
            worker.watch(row, source=place, feeds=feeds, pace=pace if source.path is not None else 1.0,
                         wrong=telling.wrong, gap=telling.gap)  # fmt: skip
        except Held:
            raise Failure(f"{row.id} 的日志正由别的进程写着", "等它结束") from None
    return row.id


def _until_over(worker: LiveWorker, ids: Sequence[str]) -> None:
    """Until every stream has come to its end and what was heard is judged; a stream without end: until interrupted."""
    left = list(ids)
    over: dict[str, float] = {}
    while left:
        time.sleep(_POLL_S)
        for id in list(left):
            one = worker.watched.get(id)
            if one is None:
                left.remove(id)
            elif one.room.ended is not None and one.room.ended.why != "left":
                over.setdefault(id, time.monotonic())
                if time.monotonic() - over[id] > _SETTLED_S and not one.room.found:
                    left.remove(id)


def _close(desk: Desk, ids: Sequence[str]) -> None:
    from mingjian.governance.live import rooms
    from mingjian.records.errors import DeskError

    with contextlib.suppress(DeskError), desk.database.write() as tx:
        for id in ids:
            rooms.close_room(tx, rooms.HOUSE, id, "命令行看完")


@contextlib.contextmanager
def _desk(sources: Sequence[Source], data: Path | None, database: str | None) -> Iterator[Desk]:
    settings = settings_of(data, database)
    if all(source.path is not None for source in sources) and data is None and database is None:
        from mingjian.doors.live.rehearsing import rehearsal

        with told(), rehearsal(settings) as desk:
            yield desk
        return
    with opened(settings):  # says what is missing
        pass
    from mingjian.doors.desk.opening import open_desk

    with told():
        desk = open_desk(settings)
        try:
            yield desk
        finally:
            desk.close()


def _sources(places: Sequence[str], comments: Sequence[str], transcripts: Sequence[Path]) -> list[Source]:
    found = []
    for at, place in enumerate(places):
        path = None if "://" in place else Path(place)
        if path is not None and not path.is_file():
            raise Failure(f"{path}: 没有这个文件", "应为视频文件,或 rtmp://、http:// 开头的地址")
        made = Source(place, path, [comments[at]] if at < len(comments) else [])
        if at < len(transcripts):
            made.comments.append(str(transcripts[at]))
        if path is not None:
            _beside(made, path, at >= len(comments), at >= len(transcripts))
        for one in made.comments:
            if "://" not in one and not Path(one).is_file():
                raise Failure(f"{one}: 没有这个文件")
        found.append(made)
    for extra in (*comments[len(places) :], *map(str, transcripts[len(places) :])):
        raise Failure(f"多了一个评论源或字幕:{extra}", "它们依次对应各路直播")
    return found


def _beside(made: Source, path: Path, comments: bool, transcript: bool) -> None:
    """What lies beside a staged file."""
    for wanted, name in ((comments, "comments.jsonl"), (transcript, "transcript.jsonl")):
        if wanted and (path.parent / name).is_file():
            made.comments.append(str(path.parent / name))
    about = path.parent / "room.json"
    if about.is_file():
        try:
            told_of = json.loads(about.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise Failure(f"读不了 {about}:{error}") from error
        if isinstance(told_of, dict):
            made.known |= {
                name: told_of[name] for name in ("id", "title", "platform", "publisher") if told_of.get(name)
            }


def _needed() -> None:
    import importlib.util

    if importlib.util.find_spec("av") is None:
        raise Failure("看直播还缺 av(PyAV)", "安装:pip install 'mingjian[server,media]'")
