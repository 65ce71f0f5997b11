"""异常互动:在档案里找、推送到审核台、列出线索。

Bought engagement: look for it in an archive, push data to the desk, list its alarms.

[bold]例 Examples[/bold]

  mingjian engagement find 档案

  mingjian engagement find 档案 --out 线索.jsonl --method lockstep --method bursts

  mingjian engagement push 互动.parquet

  mingjian engagement list --state open
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, choose, lang_of
from mingjian.doors.cli.failures import Failure, warn
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.governance.engagement.model import Alarm

WORDS = {
    "lockstep": "同步操作", "synchrotrap": "同步操作(相似度)", "copycatch": "同组同窗", "catchsync": "目标雷同",
    "fraudar": "稠密团块", "bursts": "异常突增", "templates": "评论套话", "orders": "刷单",
}  # fmt: skip
STATES = ("open", "confirmed", "dismissed", "all")
Parameters = Annotated[
    Path | None, typer.Option("--params", metavar="FILE", help="自己的参数文件(YAML)。 One's own parameters.")
]


def find(
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="内容档案(文件夹)。 An archive with engagement.")],
    method: Annotated[
        list[str] | None, typer.Option("--method", "-m", metavar="NAME", help="只用这些方法,可写几次。 Only these.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="每行一条线索的 JSON。 An alarm a line, as JSON.")
    ] = None,
    rounds: Annotated[
        int | None, typer.Option("--rounds", min=0, max=1000, help="打乱多少遍估计误报。 Shuffled logs looked through.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="打乱用的种子。 Seed of the shuffles.")] = 0,
    all: Annotated[bool, typer.Option("--all", help="误报估计高的也列出。 Likely false ones too.")] = False,
    params: Parameters = None, format: Format = "text", lang: Lang = None,
) -> None:  # fmt: skip
    """在档案里找异常互动。有线索时退出码为 1。 Look through an archive; exit code 1 when there are alarms.

    [bold]例 Examples[/bold]

      mingjian engagement find 档案 --out 线索.jsonl

      mingjian engagement find 档案 -m lockstep --rounds 20
    """
    from mingjian.governance.engagement import find as finding
    from mingjian.governance.engagement.log import LogMaker
    from mingjian.governance.engagement.plain import alarm_plain
    from mingjian.governance.engagement.reading import gather
    from mingjian.governance.engagement.settings import METHODS, SETTINGS
    from mingjian.intake.archive.archive import open_archive
    from mingjian.intake.errors import UnreadableError

    lang_of(lang)
    choose("--format", format, ("text", "json"))
    for one in method or ():
        choose("--method", one, METHODS)
    with told():
        SETTINGS.use(params)
    settings = SETTINGS.current()
    if rounds is not None:
        settings = replace(settings, rounds=rounds)
    maker = LogMaker()
    try:
        opened_archive = open_archive(archive)
        with Bar("读取互动", opened_archive.rows("engagement") or None) as bar:
            count = gather(opened_archive, maker, step=bar.more)
    except UnreadableError as error:
        raise Failure(str(error)) from error
    if opened_archive.bad:
        first = opened_archive.problems[0] if opened_archive.problems else None
        warn(f"有 {opened_archive.bad} 行读不了,没有计入" + (f";第一处:{first}" if first else ""))
    if not count:
        raise Failure(f"{archive}: 没有互动数据", "档案里应有 engagement/*.parquet 或 engagement/*.jsonl")
    steps = len(method or settings.methods) + settings.rounds
    with Bar("查找异动", steps) as bar:
        found = finding.find(maker.log(), settings, method, seed=seed, all=all, said=lambda _: bar.more())
    if out is not None:
        _write(out, found)
    if format == "json":
        typer.echo(json.dumps([alarm_plain(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _tell(found, count)
    if found:
        raise typer.Exit(1)


def push(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Parquet 或 JSONL(.gz)。 A file of engagement.")],
    params: Parameters = None, data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """把一批互动数据推送到审核台,并分析完。 Push a file to the desk and look through it."""
    from mingjian.desk.people.model import house
    from mingjian.governance.engagement import loads
    from mingjian.governance.engagement.settings import SETTINGS
    from mingjian.records.blobs import Blobs

    lang_of(lang)
    settings = settings_of(data, database)
    with told():
        SETTINGS.use(params or settings.engagement)
    if not file.is_file():
        raise Failure(f"{file}: 没有这个文件或文件夹")
    with opened(settings) as store, told():
        blobs = Blobs(settings.blobs)
        with file.open("rb") as stream:
            suffix = loads.suffix_of(file.name, stream.read(512))
            stream.seek(0)
            digest, size = blobs.put(stream, max(settings.max_upload, file.stat().st_size))
        with store.write() as tx:
            load = loads.receive(tx, house("command-line"), digest, size, suffix)
        with Bar("分析互动") as bar:
            while load.state == "waiting" and loads.work(store, blobs):
                bar.more()
                with store.read() as tx:
                    load = loads.the_load(tx, load.id)
    if load.state == "failed":
        raise Failure(load.why or "读不了")
    if load.state == "waiting":
        typer.echo(say(f"{load.id}:审核台正在分析"))
        return
    typer.echo(say(f"{load.id}:{load.events} 条互动,坏行 {load.bad},新线索 {load.alarms},又看到 {load.again}"))


def listed(
    state: Annotated[str, typer.Option("--state", metavar="|".join(STATES), help="哪种状态。 Which state.")] = "open",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="最多多少条。 At most.")] = 50,
    data: Data = None, database: Address = None, format: Format = "text", lang: Lang = None,
) -> None:  # fmt: skip
    """列出审核台里的异动线索。 List the desk's alarms."""
    from mingjian.records.clock import moment
    from mingjian.records.storage.engagement import AlarmFilter, list_alarms

    lang_of(lang)
    choose("--state", state, STATES)
    choose("--format", format, ("text", "json"))
    with opened(settings_of(data, database)) as store, store.read() as tx:
        found, _ = list_alarms(tx, AlarmFilter(None if state == "all" else state), None, limit)
    names = ("id", "state", "kinds", "actors", "items", "events", "since", "until", "chance")
    if format == "json":
        typer.echo(json.dumps([{name: getattr(one, name) for name in names} for one in found], indent=2))
        return
    if not found:
        typer.echo(say("没有这样的线索"))
        return
    rows = [[one.id, say(WORDS.get(one.kind, one.kind)), str(one.actors), str(one.items), str(one.events),
             f"{one.chance / 10_000:.1f}%", f"{moment(one.since):%Y-%m-%d}"] for one in found]  # fmt: skip
    heads = [say(one) for one in ("编号", "方法", "账号", "内容", "互动", "误报估计", "从")]
    typer.echo(table(heads, rows), nl=False)


def _write(out: Path, found: list[Alarm]) -> None:
    from mingjian.governance.engagement.plain import alarm_plain

    try:
        with out.open("w", encoding="utf-8") as stream:
            for one in found:
                stream.write(json.dumps(alarm_plain(one), ensure_ascii=False) + "\n")
    except OSError as error:
        raise Failure(f"写不了 {out}:{error.strerror}") from error


def _tell(found: list[Alarm], count: int) -> None:
    from mingjian.records.clock import moment

    typer.echo(say(f"看过 {count} 条互动,线索 {len(found)} 条"))
    rows = []
    for number, one in enumerate(found, 1):
        kinds = "+".join(say(WORDS.get(kind, kind)) for kind in one.kinds)
        rows.append([str(number), kinds, str(len(one.actors)), str(len(one.items)), str(one.events),
                     f"{100 * one.chance:.1f}%", f"{moment(one.since):%m-%d %H:%M} – {moment(one.until):%m-%d %H:%M}",
                     "、".join(one.publishers[:3]) + ("…" if len(one.publishers) > 3 else "")])  # fmt: skip
    if rows:
        heads = [say(one) for one in ("#", "方法", "账号", "内容", "互动", "误报估计", "时段", "发布者")]
        typer.echo(table(heads, rows), nl=False)


ACTIONS: dict[str, Any] = {"find": find, "push": push, "list": listed}
