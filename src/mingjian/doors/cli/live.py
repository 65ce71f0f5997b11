"""直播:边播边看,及时提醒,留证;演练;管理直播间、线索、处置和暗语。

Live rooms: watch them as they run, warn in time, keep the evidence; rehearse; rooms, incidents, acts and code words.

[bold]例 Examples[/bold]

  mingjian live stage 演练 --rooms 2 --minutes 5

  mingjian live watch 演练/*/video.mp4

  mingjian live work --rooms 8

  mingjian live rooms

  mingjian live show lvr_06fhzd0000c6bva4d4g0

  mingjian live act lvi_06fhzd0000c6bva4d4g0 warn --reason 推介限制项目
"""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, choose, format_of, lang_of
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.live_stage import run as stage
from mingjian.doors.cli.live_watch import Judging, clock
from mingjian.doors.cli.live_watch import run as watch
from mingjian.doors.cli.live_words import CHANNEL_WORDS, KIND_WORDS, MEASURE_WORDS, STATE_WORDS, WHY_WORDS, WORD_STATES
from mingjian.doors.cli.stores import Address, Data, opened, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.records.live.model import Act, Happening, Room

RoomId = Annotated[str, typer.Argument(metavar="ROOM", help="直播间编号,见 live rooms。 The room.")]
IncidentId = Annotated[str, typer.Argument(metavar="INCIDENT", help="线索编号,见 live show。 The incident.")]
ActId = Annotated[str, typer.Argument(metavar="ACT", help="处置编号,见 live show。 The act.")]
WordId = Annotated[str, typer.Argument(metavar="WORD", help="暗语编号,见 live words。 The code word.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由,写入日志。 Why; it is recorded.")]
STATES = ("open", "closed", "all")


def work(
    rooms: Annotated[
        int | None, typer.Option("--rooms", min=1, max=1000, help="最多同时看几间,默认 8。 Rooms at most.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0.1, help="只看这么久,到时有序退出。 End after so long.")
    ] = None,
    judging: Judging = None, data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """按租约接手开播的直播间,直到 Ctrl-C;几个进程、几台机器可同时运行,一个没了由别的接手。

    Take open rooms by lease until Ctrl-C; several processes share them, and take over from one that died.

    [bold]例 Examples[/bold]

      mingjian live work --rooms 8 --database postgresql+psycopg://mingjian@db/mingjian --data /srv/mingjian
    """
    from mingjian.doors.desk.opening import open_desk
    from mingjian.doors.live.settings import LiveSettings
    from mingjian.doors.live.worker import LiveWorker
    from mingjian.doors.worker.duty import Duty, DutyThread
    from mingjian.doors.worker.webhooks import Webhooks

    lang_of(lang)
    settings = settings_of(data, database)
    with opened(settings):  # says what is missing
        pass
    live = LiveSettings()
    live = live if judging is None else live.model_copy(update={"judging": judging})
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with told():
        desk = open_desk(settings)
        hooks = Webhooks(desk)
        duties = [DutyThread(Duty("webhooks-fill", hooks.fill, idle=0.2, wakes=True)),
                  DutyThread(Duty("webhooks-send", hooks.send, idle=0.2, wakes=True))]  # fmt: skip
        worker = LiveWorker(desk, live, most=rooms)
        try:
            for duty in duties:
                duty.start()
            worker.start()
            typer.echo(say(f"{worker.name}:最多看 {worker.most} 间,Ctrl-C 停止"), err=True)
            over.wait(seconds)
        finally:
            worker.stop()
            for duty in duties:
                duty.ask_to_stop()
            for duty in duties:
                duty.join(5.0)
            desk.close()


def listed(
    state: Annotated[str, typer.Option("--state", metavar="|".join(STATES), help="哪种状态。 Which state.")] = "open",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多多少间。 At most.")] = 50,
    format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """列出直播间,风险高的在前。 Rooms, those of highest risk first."""
    from mingjian.governance.live.rooms import HOUSE
    from mingjian.governance.live.wall import WallFilter, wall

    lang_of(lang)
    format_of(format)
    choose("--state", state, STATES)
    with opened(settings_of(data, database)) as store, told(), store.read() as tx:
        found, _ = wall(tx, HOUSE, WallFilter(None if state == "all" else state), limit=limit)
    if format == "json":
        typer.echo(json.dumps([{**room_dict(one.room), "risk": one.risk, "incidents": one.incidents,
                                "worker": one.worker} for one in found], ensure_ascii=False, indent=2))  # fmt: skip
        return
    if not found:
        typer.echo(say("没有这样的直播间"))
        return
    rows = [[one.room.id, f"{one.risk:.0f}", str(one.incidents), say("在看" if one.worker else "没有进程在看"),
             one.room.platform or "", one.room.title[:30]] for one in found]  # fmt: skip
    heads = [say(one) for one in ("编号", "风险", "线索", "状态", "平台", "标题")]
    typer.echo(table(heads, rows), nl=False)


def show(id: RoomId, format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """一间直播间:此刻如何、线索、处置、缺口。 One room: how it is, incidents, acts, gaps."""
    from mingjian.governance.live.rooms import HOUSE
    from mingjian.governance.live.wall import room_page
    from mingjian.records.storage.live_pulses import pulses

    lang_of(lang)
    format_of(format)
    with opened(settings_of(data, database)) as store, told(), store.read() as tx:
        page = room_page(tx, HOUSE, id)
        pulse = pulses(tx, [id]).get(id)
    if format == "json":
        typer.echo(json.dumps({"room": room_dict(page.room), "risk": page.risk,
                               "lights": None if pulse is None else dict(pulse.lights),
                               "incidents": [_incident(one) for one in page.incidents],
                               "acts": [_act(one) for one in page.acts],
                               "gaps": [{"channel": one.channel, "start": one.start, "end": one.end, "why": one.why}
                                        for one in page.gaps]}, ensure_ascii=False, indent=2))  # fmt: skip
        return
    typer.echo(say(f"{page.room.id} {page.room.title} · 第 {page.room.session} 场 · 风险 {page.risk:.0f}"))
    if pulse is not None:
        lights = " ".join(f"{say(CHANNEL_WORDS.get(name, name))}:{say(LIGHTS.get(light, light))}"
                          for name, light in pulse.lights.items())  # fmt: skip
        typer.echo(f"{clock(pulse.now)} {lights}")
    for one in page.incidents:
        kind = say(KIND_WORDS.get(one.kind, one.kind))
        out = "" if one.state == "open" else say("(已排除)")
        typer.echo(f"[{clock(one.to)}] {one.id} {kind} {'、'.join(one.what)} {out}".rstrip())
        for act in page.acts:
            if act.incident == one.id:
                measure = say(MEASURE_WORDS.get(act.measure, act.measure))
                typer.echo(
                    f"    {act.id} {measure} · {say(STATE_WORDS.get(act.state, act.state))} {act.outcome}".rstrip()
                )
    for gap in page.gaps:
        end = clock(gap.end) if gap.end is not None else "…"
        channel, why = say(CHANNEL_WORDS.get(gap.channel, gap.channel)), say(WHY_WORDS.get(gap.why, gap.why))
        typer.echo(say(f"缺口 {clock(gap.start)}–{end} {channel}:{why}"))


LIGHTS = {"on": "正常", "gap": "缺口", "off": "没有"}


def act(
    id: IncidentId,
    measure: Annotated[str, typer.Argument(metavar="warn|mask|interrupt", help="做什么。 What to do.")],
    reason: Why, data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """对一条线索提醒、遮挡或中断,立即发出。 Warn, mask or interrupt because of an incident, at once."""
    from mingjian.governance.live import acting
    from mingjian.governance.live.rooms import HOUSE
    from mingjian.records.live.model import MEASURES

    choose("MEASURE", measure, MEASURES)
    _done(data, database, lang, lambda tx: acting.act(tx, HOUSE, id, measure, reason))


def confirm(id: ActId, reason: Why = "命令行确认", data: Data = None, database: Address = None,
            lang: Lang = None) -> None:  # fmt: skip
    """同意待人确认的处置,立即发出。 Agree to what is proposed."""
    from mingjian.governance.live import acting
    from mingjian.governance.live.rooms import HOUSE

    _done(data, database, lang, lambda tx: acting.confirm(tx, HOUSE, id, reason))


def decline(id: ActId, reason: Why, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """不采纳待人确认的处置。 Say no to what is proposed."""
    from mingjian.governance.live import acting
    from mingjian.governance.live.rooms import HOUSE

    _done(data, database, lang, lambda tx: acting.decline(tx, HOUSE, id, reason))


def lift(id: ActId, reason: Why, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """撤销已发出的处置。 Take an act back."""
    from mingjian.governance.live import acting
    from mingjian.governance.live.rooms import HOUSE

    _done(data, database, lang, lambda tx: acting.lift(tx, HOUSE, id, reason))


def close(id: RoomId, reason: Why = "", data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """关闭直播间(直播已结束);再次开播即恢复。 The stream is over."""
    from mingjian.governance.live import rooms

    lang_of(lang)
    with opened(settings_of(data, database)) as store, told(), store.write() as tx:
        rooms.close_room(tx, rooms.HOUSE, id, reason)
    typer.echo(say(f"{id}:已关闭"))


def words(
    state: Annotated[
        str | None, typer.Option("--state", metavar="|".join(WORD_STATES), help="哪种状态。 Which state.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多多少个。 At most.")] = 50,
    format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """列出直播间里学到的暗语。 Code words proposed out of rooms."""
    from mingjian.governance.live import codewords
    from mingjian.governance.live.rooms import HOUSE

    lang_of(lang)
    format_of(format)
    if state is not None:
        choose("--state", state, tuple(WORD_STATES))
    with opened(settings_of(data, database)) as store, told(), store.read() as tx:
        found, _ = codewords.list_words(tx, HOUSE, state, limit=limit)
    if format == "json":
        names = ("id", "state", "word", "stands_for", "rooms", "times")
        typer.echo(json.dumps([{name: getattr(one, name) for name in names} for one in found], ensure_ascii=False,
                              indent=2))  # fmt: skip
        return
    if not found:
        typer.echo(say("还没有暗语"))
        return
    rows = [[one.id, say(WORD_STATES[one.state]), one.word, one.stands_for, str(one.rooms), str(one.times)]
            for one in found]  # fmt: skip
    typer.echo(table([say(one) for one in ("编号", "状态", "暗语", "指", "直播间", "次数")], rows), nl=False)


def word(
    id: WordId,
    answer: Annotated[str, typer.Argument(metavar="accept|decline|reopen", help="采纳、不采纳、收回。 The answer.")],
    reason: Why = "命令行", data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """采纳或不采纳一个暗语;reopen 收回。 Accept or decline a code word; reopen takes it back."""
    from mingjian.governance.live import codewords
    from mingjian.governance.live.rooms import HOUSE

    lang_of(lang)
    choose("ANSWER", answer, ("accept", "decline", "reopen"))
    with opened(settings_of(data, database)) as store, told(), store.write() as tx:
        made = {"accept": codewords.accept, "decline": codewords.decline, "reopen": codewords.reopen}[answer](
            tx, HOUSE, id, reason
        )
    typer.echo(say(f"{made.word}:{WORD_STATES[made.state]}"))


def room_dict(one: Room) -> dict[str, Any]:
    """A room as JSON."""
    names = ("id", "state", "session", "platform", "external", "title", "url", "publisher", "opened_at", "closed_at")
    return {name: getattr(one, name) for name in names}


def _incident(one: Happening) -> dict[str, Any]:
    names = (
        "id",
        "key",
        "kind",
        "state",
        "severity",
        "codes",
        "what",
        "split",
        "to",
        "said_at",
        "raised_at",
        "sealed_at",
    )
    return {"from": one.from_, **{name: getattr(one, name) for name in names}}


def _act(one: Act) -> dict[str, Any]:
    names = ("id", "incident", "measure", "state", "reason", "asked_at", "sent_at", "answered_at", "outcome")
    return {name: getattr(one, name) for name in names}


def _done(data: Path | None, database: str | None, lang: str | None, change: Any) -> None:
    lang_of(lang)
    with opened(settings_of(data, database)) as store, told(), store.write() as tx:
        made: Act = change(tx)
    typer.echo(say(f"{made.id} {MEASURE_WORDS[made.measure]}:{STATE_WORDS[made.state]}"))


ACTIONS: dict[str, Any] = {
    "watch": watch, "work": work, "rooms": listed, "show": show, "act": act, "confirm": confirm, "decline": decline,
    "lift": lift, "close": close, "words": words, "word": word, "stage": stage,
}  # fmt: skip
