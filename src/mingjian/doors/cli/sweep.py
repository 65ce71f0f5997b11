"""回查:按冻结的规则库和策略,把已发布的内容全部再判一遍,先试运行看数,再分阶段处置,可暂停、续做、撤销。

Sweeps: everything published judged under a frozen policy; counted first, then acted on in stages; pause, resume, undo.

[bold]例 Examples[/bold]

  mingjian sweep run --policy content --source 档案/2026-03

  mingjian sweep samples swp_06fhzd0000c6bva4d4g0

  mingjian sweep run swp_06fhzd0000c6bva4d4g0 --stage

  mingjian sweep run --policy content@1 --source postgresql+psycopg://reader@db/notes --table notes --key id

  mingjian sweep run swp_06fhzd0000c6bva4d4g0 --engine ray --address 10.0.0.1:6379
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, format_of, lang_of
from mingjian.doors.cli.failures import FINDINGS, INTERRUPTED, Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.remaining import Remaining
from mingjian.doors.cli.stores import Address, Data, opened, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk
    from mingjian.governance.sweeps.service import Wish
    from mingjian.records.sweeps.model import Sweep

SweepId = Annotated[str, typer.Argument(metavar="ID", help="回查编号,见 sweep list。 The sweep.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由,写入日志。 Why; it is recorded.")]
Policy = Annotated[
    str | None, typer.Option("--policy", metavar="P", help="策略:名称(取生效版本)或 名称@版本。 The policy.")
]
SourceAt = Annotated[
    str | None,
    typer.Option("--source", metavar="PATH|URL", help="档案文件夹、Parquet 或 JSONL(.gz) 文件、数据库地址。 The rows."),
]
Table = Annotated[str | None, typer.Option("--table", metavar="NAME", help="数据库来源的表。 The table.")]
Query = Annotated[
    Path | None,
    typer.Option("--query", metavar="FILE", help="代替表:一个文件里的 SELECT。 A SELECT instead of a table."),
]
Key = Annotated[str | None, typer.Option("--key", metavar="COLUMN", help="数据库来源的键列(不重复)。 Its key.")]
Stages = Annotated[
    str, typer.Option("--stages", metavar="LIST", help="阶段:份额或一类,如 1%,platform=douyin,100%。 The stages.")
]
Acts = Annotated[
    list[str] | None,
    typer.Option("--act", metavar="CLAUSE=MEASURE", help="命中该条款的由人批量处置,如 grave=take_down。 By people."),
]
Least = Annotated[
    int, typer.Option("--review", min=0, max=100, help="执行前每个条款至少审看几个样本。 Samples to see.")
]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="给这次回查起的名字。 Its name.")]
Rows = Annotated[int, typer.Option("--rows", min=1, max=131072, help="每块多少行。 Rows of a piece.")]
Origin = Annotated[str, typer.Option("--origin", metavar="NAME", help="内容归属的来源系统。 The system they are from.")]


def plan(
    policy: Policy = None, source: SourceAt = None, name: Name = None, reason: Reason = "命令行回查",
    stages: Stages = "1%,10%,100%", act: Acts = None, review: Least = 0, table_: Table = None, query: Query = None,
    key: Key = None, rows: Rows = 8192, origin: Origin = "archive", data: Data = None, database: Address = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    """只建立计划:冻结策略、规则库和来源清单。 Freeze policy, rulebook and source; do nothing yet."""
    with _desk(data, database, lang) as desk:
        wish = _wish(policy, source, name, reason, stages, act, review, table_, query, key, rows, origin)
        typer.echo(_planned(desk, wish).id)


def run(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="已有的回查;不写则新建。 One that is there.")] = None,
    policy: Policy = None, source: SourceAt = None, name: Name = None, reason: Reason = "命令行回查",
    stages: Stages = "1%,10%,100%", act: Acts = None, review: Least = 0, table_: Table = None, query: Query = None,
    key: Key = None, rows: Rows = 8192, origin: Origin = "archive",
    stage: Annotated[bool, typer.Option("--stage", help="开始下一阶段的处置。 Begin the next stage.")] = False,
    all_stages: Annotated[bool, typer.Option("--all-stages", help="依次做完全部阶段。 All stages.")] = False,
    engine: Annotated[
        str | None, typer.Option("--engine", metavar="native|ray|inline", envvar="MINGJIAN_SWEEP_ENGINE",
                                 show_envvar=False, help="批处理引擎,默认 native;也可设 MINGJIAN_SWEEP_ENGINE。"),
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", metavar="HOST:PORT", envvar="MINGJIAN_SWEEP_ADDRESS", show_envvar=False,
                                 help="Ray 集群地址;也可设 MINGJIAN_SWEEP_ADDRESS。 The cluster."),
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="进程数,默认全部核。 Processes.")] = None,
    format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """试运行,或(--stage)执行下一阶段;中断后重跑即续做,不重复也不遗漏。 The dry run, or the next stage."""
    from mingjian.doors.sweeps import chosen_engine, driver_of
    from mingjian.governance.sweeps import service

    format_of(format)
    with _desk(data, database, lang) as desk:
        chosen = chosen_engine(engine, address, workers)
        if id is None:
            id = _planned(desk, _wish(policy, source, name, reason, stages, act, review, table_, query, key, rows,
                                      origin)).id  # fmt: skip
            typer.echo(id, err=True)
        with desk.database.write() as tx:
            now = service.sweep_of(tx, id)
            if now.state == "planned":
                now = service.begin(tx, _me(), id)
        if now.state == "paused":
            raise Failure(f"{id} 已暂停:{now.why}", f"先运行 mingjian sweep resume {id}")
        driver = driver_of(desk, chosen)
        try:
            now = _driven(driver, now)
            while (stage or all_stages) and now.state in ("tried", "staged"):
                stage = False
                with desk.database.write() as tx:
                    now = service.start_stage(tx, _me(), id)
                now = _driven(driver, now)
        except KeyboardInterrupt:
            typer.echo(say(f"已中断。接着做:mingjian sweep run {id}"), err=True)
            raise typer.Exit(INTERRUPTED) from None
        _show(desk, now, format)


def listed(format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """列出回查。 The sweeps, newest first."""
    from mingjian.records.storage import sweeps as stored

    lang_of(lang)
    format_of(format)
    with opened(settings_of(data, database)) as store, store.read() as tx:
        found, _ = stored.list_sweeps(tx, limit=200)
    if format == "json":
        typer.echo(json.dumps([_dict(one) for one in found], ensure_ascii=False, indent=2))
        return
    shown = [[one.id, say(STATES[one.state]), one.policy, f"{one.rows - one.unread}/{one.rows}", str(one.acting),
              str(one.taken), one.name] for one in found]  # fmt: skip
    head = [say(word) for word in ("编号", "状态", "策略", "已判定", "有处置结果", "已入台", "名称")]
    typer.echo(table(head, shown) if shown else say("还没有回查\n"), nl=False)


def status(
    id: SweepId,
    verify: Annotated[bool, typer.Option("--verify", help="从结果文件重新计数,与台账核对。 Count again.")] = False,
    format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """进行到哪里、还要多久、判出了什么。 How far it is, how long it still takes, what was found."""
    from mingjian.doors.sweeps import folder_of
    from mingjian.governance.sweeps.figures import recount
    from mingjian.governance.sweeps.service import sweep_of

    format_of(format)
    with _desk(data, database, lang) as desk:
        with desk.database.read() as tx:
            found = sweep_of(tx, id)
        _show(desk, found, format)
        if verify:
            made = recount(desk.database, found, folder_of(desk.settings.data))
            for name, (ledger, files) in made.differing.items():
                typer.echo(say(f"不符:{name} 台账 {ledger},结果文件 {files}"))
            if made.differing:
                raise typer.Exit(FINDINGS)
            typer.echo(say(f"核对无误:{made.rows} 条,读不了 {made.bad} 条,有处置结果 {made.acting} 条"), err=True)


def pause(id: SweepId, reason: Reason = "命令行暂停", data: Data = None, database: Address = None,
          lang: Lang = None) -> None:  # fmt: skip
    """暂停:手上的一块做完就停。 Halt after the piece in hand."""
    _asked(id, "pause", data, database, lang, reason)


def resume(id: SweepId, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """恢复暂停的回查;之后用 sweep run 接着做。 Go on; then `sweep run`."""
    _asked(id, "resume", data, database, lang)


def stop(id: SweepId, reason: Reason = "命令行停止", data: Data = None, database: Address = None,
         lang: Lang = None) -> None:  # fmt: skip
    """停止,不再继续;已处置的不受影响,可用 undo 撤销。 End it for good."""
    _asked(id, "stop", data, database, lang, reason)


def undo(
    id: SweepId, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="撤销的理由。 Why.")],
    data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """撤销这次回查做的全部处置,逐块进行,可中断续做。 Take back everything it did."""
    from mingjian.doors.sweeps import driver_of
    from mingjian.governance.sweeps import service
    from mingjian.governance.sweeps.engines import Engine

    with _desk(data, database, lang) as desk:
        with desk.database.write() as tx:
            now = service.undo(tx, _me(), id, reason)
        now = _driven(driver_of(desk, Engine("inline")), now)
        typer.echo(say(f"{id}:已撤销 {now.undone} / {now.taken}"))


def samples(
    id: SweepId,
    clause: Annotated[str | None, typer.Option("--clause", metavar="NAME", help="只看这个条款。 Only of it.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=300, help="几个。 How many.")] = 20,
    format: Format = "text", data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """看试运行抽出的样本。 The samples of the dry run, with their words."""
    from mingjian.governance.sweeps.service import plan_of, sweep_of
    from mingjian.governance.sweeps.shown import items_at
    from mingjian.records.storage import sweeps as stored

    format_of(format)
    with _desk(data, database, lang) as desk, desk.database.read() as tx:
        sweep = sweep_of(tx, id)
        found, _ = stored.samples(tx, id, clause=clause, limit=limit)
        pieces = stored.pieces_at(tx, id, [one.place for one in found])
        items = items_at(plan_of(tx, sweep), pieces, [(one.place, one.row) for one in found])
    texts = {key: "\n".join(part.text for part in item.parts) for key, item in items.items()}
    if format == "json":
        made = [{"number": one.number, "clause": one.clause, "outcome": one.word, "id": one.external,
                 "answer": one.answer, "text": texts.get((one.place, one.row))} for one in found]  # fmt: skip
        typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    for one in found:
        answered = say(ANSWERS[one.answer]) if one.answer else say("未看")
        typer.echo(f"#{one.number} {one.clause} → {one.word} · {one.external} · {answered}")
        typer.echo("  " + texts.get((one.place, one.row), say("来源已不在")).replace("\n", " ")[:200])
    if not found:
        typer.echo(say("还没有样本:试运行做完后才有"))


STATES = {
    "planned": "待试运行", "trying": "试运行中", "tried": "试运行完", "running": "执行中", "staged": "本阶段完",
    "done": "已完成", "paused": "已暂停", "stopped": "已停止", "undoing": "撤销中", "undone": "已撤销",
}  # fmt: skip
ANSWERS = {"right": "判对", "wrong": "判错", "unsure": "不能确定"}
_AXES = {"value": "结论", "word": "处置结果", "clause": "条款", "family": "问题种类"}


@contextmanager
def _desk(data: Path | None, database: str | None, lang: str | None) -> Iterator[Desk]:
    lang_of(lang)
    settings = settings_of(data, database)
    with opened(settings):  # says what is missing
        pass
    from mingjian.doors.desk.opening import open_desk

    with told():
        desk = open_desk(settings)
        try:
            yield desk
        finally:
            desk.close()


def _me() -> Any:
    from mingjian.desk.people.model import house

    return house("command-line")


def _wish(
    policy: str | None, source: str | None, name: str | None, reason: str, stages: str, act: Sequence[str] | None,
    review: int, table_: str | None, query: Path | None, key: str | None, rows: int, origin: str,
) -> Wish:  # fmt: skip
    from mingjian.governance.sweeps.service import Wish
    from mingjian.governance.sweeps.sources import archive_source

    if policy is None or source is None:
        raise Failure(
            "新建回查须写 --policy 和 --source", "例:mingjian sweep run --policy content --source 档案/2026-03"
        )
    measures: dict[str, str] = {}
    for one in act or ():
        clause, equals, measure = one.partition("=")
        if not equals:
            raise Failure(f"--act: {one!r} 应写作 条款=处置", "如 --act grave=take_down")
        measures[clause] = measure
    if "://" in source:
        given = {"kind": "database", "address": source, "key": key or ""}
        given |= {"table": table_} if table_ else {}
        given |= {"query": query.read_text("utf-8")} if query else {}
    else:
        given = archive_source(Path(source))
    return Wish(policy, given, name or Path(source).name or source, reason,
                [one.strip() for one in stages.split(",") if one.strip()], origin, rows, measures, review)  # fmt: skip


def _planned(desk: Desk, wish: Wish) -> Sweep:
    from mingjian.governance.sweeps import service
    from mingjian.governance.sweeps.sources import open_source

    manifest = open_source(wish.source).manifest(wish.rows)
    for problem in manifest.problems:
        typer.echo(problem, err=True)
    with desk.database.write() as tx:
        return service.plan(tx, _me(), wish, manifest, desk.engine.rulebook)


def _driven(driver: Any, now: Sweep) -> Sweep:
    """Work with a bar: rows while trying, pieces in a stage, items while undoing."""
    from mingjian.governance.sweeps.figures import progress

    words = {"trying": "判定中", "running": "处置中", "undoing": "撤销中"}
    if now.state not in words:
        return now
    begun = progress(now, now.clock_at)
    with Remaining(words[now.state], begun.total, begun.done) as bar:
        found: Sweep = driver.finish(now.id, lambda sweep: bar.at(progress(sweep, sweep.clock_at).done))
    return found


def _asked(id: str, what: str, data: Path | None, database: str | None, lang: str | None, *reason: str) -> None:
    from mingjian.governance.sweeps import service

    lang_of(lang)
    with opened(settings_of(data, database)) as store, store.write() as tx:
        now: Sweep = getattr(service, what)(tx, _me(), id, *reason)
    typer.echo(say(f"{id}:{STATES[now.state]}"))


def _dict(sweep: Sweep) -> dict[str, Any]:
    from mingjian.doors.sweeps import sweep_dict

    return sweep_dict(sweep)


def _show(desk: Desk, sweep: Sweep, format: str) -> None:
    from mingjian.governance.sweeps.figures import judgements, progress
    from mingjian.records.storage import sweeps as stored

    with desk.database.read() as tx:
        counts, hows, seen = stored.tallies(tx, sweep.id), stored.hows(tx, sweep.id), judgements(tx, sweep.id)
        now = tx.now
    at = progress(sweep, now)
    if format == "json":
        taken: dict[str, dict[str, int]] = {}
        for (stage, how), number in hows.items():
            taken.setdefault(sweep.stages[stage], {})[how] = number
        typer.echo(json.dumps({**_dict(sweep), "left": at.left, "counts": counts, "taken_by_stage": taken},
                              ensure_ascii=False, indent=2))  # fmt: skip
        return
    left = say(f",约还需 {_lasting(at.left)}") if at.left is not None else ""
    typer.echo(say(f"{sweep.id} {sweep.name}:{STATES[sweep.state]}") + f" {at.done}/{at.total}{left}")
    typer.echo(say(f"策略 {sweep.policy} 规则库 {sweep.rulebook} 共 {sweep.rows} 行,"
                   f"判定 {sweep.judged},读不了 {sweep.bad},"
                   f"有处置结果 {sweep.acting},已入台 {sweep.taken}"))  # fmt: skip
    for axis, word in _AXES.items():
        if counts.get(axis):
            typer.echo(f"{say(word)}: " + "  ".join(f"{key}={n}" for key, n in list(counts[axis].items())[:12]))
    for one in seen:
        if one.right + one.wrong:
            typer.echo(say(f"样本 {one.clause} → {one.word}:判对 {one.right}/{one.right + one.wrong}"
                           f"(95% 区间 {one.low:.1%} 至 {one.high:.1%})"))  # fmt: skip
    for (stage, how), number in sorted(hows.items()):
        typer.echo(f"{say('阶段')} {sweep.stages[stage]}: {how}={number}")
    if sweep.state in ("tried", "staged"):
        typer.echo(say(f"看样本:mingjian sweep samples {sweep.id};开始阶段 {sweep.stages[sweep.stage + 1]}:"
                       f"mingjian sweep run {sweep.id} --stage"), err=True)  # fmt: skip


def _lasting(seconds: float) -> str:
    minutes = round(seconds / 60)
    return (
        f"{round(seconds)} 秒" if seconds < 90 else f"{minutes} 分钟" if minutes < 120 else f"{minutes / 60:.1f} 小时"
    )


ACTIONS = {"run": run, "plan": plan, "list": listed, "status": status, "samples": samples, "pause": pause,
           "resume": resume, "stop": stop, "undo": undo}  # fmt: skip
