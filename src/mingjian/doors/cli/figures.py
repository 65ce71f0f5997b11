"""`mingjian figures`: governance figures, and whether the journal bears them out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.governance.figures.service import Line


def run(
    since: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="起始日;默认今年第一天。 The first day.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY", help="截止日;默认今天。 The last day.")] = None,
    only: Annotated[
        list[str] | None, typer.Option("--figure", metavar="NAME", help="只要这些数字,可多次。 Only these.")
    ] = None,
    reconcile: Annotated[
        bool, typer.Option("--reconcile", help="再从日志逐条重算并比对。 Recount from the journal and compare.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。 As JSON.")] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """治理数字:审核、下架、封停、申诉各多少;可从日志逐条重算核对。

    Governance figures, and whether the journal bears them out line by line.

    [bold]例 Examples[/bold]

      mingjian figures --from 2026-01-01 --to 2026-12-31 --reconcile

      mingjian figures --figure institutions_blocked --json

    退出码 Exit codes: 0 数字一致(或未核对) they agree · 1 有出入 they differ · 2 用法有误 usage
    """
    from mingjian.desk.people.model import house
    from mingjian.governance.figures.service import figures
    from mingjian.governance.figures.service import reconcile as compare
    from mingjian.records.clock import SystemClock, day
    from mingjian.records.storage.events import head

    shown_in = lang_of(lang)
    today = day(SystemClock().now())
    first, last = _day("--from", since, today.replace(month=1, day=1)), _day("--to", until, today)
    with opened(settings_of(data, database)) as store, store.read() as tx:
        if reconcile:
            with Bar("核对中", head(tx).seq) as bar:
                lines = compare(tx, house("figures"), first, last, only=only or (), progress=bar.at)
        else:
            lines = figures(tx, house("figures"), first, last, only=only or ())
    typer.echo(_json(lines, first, last) if as_json else _table(lines, first, last, shown_in, reconcile), nl=False)
    if not all(line.agrees for line in lines):
        raise typer.Exit(1)


def _day(option: str, given: str | None, otherwise: date) -> date:
    try:
        return otherwise if given is None else date.fromisoformat(given)
    except ValueError as error:
        raise Failure(f"{option} 不是日期:{given}", "写成 2026-03-01 的样子") from error


def _table(lines: Sequence[Line], first: date, last: date, lang: str, compared: bool) -> str:
    heads = [say("数字"), say("合计"), say("至今有效"), say("单位")]
    if compared:
        heads += [say("日志重算"), say("核对")]
    rows = []
    for line in lines:
        row = [line.figure.label(lang), f"{line.counted:,}", f"{line.standing:,}", line.figure.unit_of(lang)]
        if compared:
            same = say("一致") if line.agrees else say(f"相差 {line.differences} 处")
            row += [f"{line.recounted or 0:,}", same]
        rows.append(row)
    told = f"{first} – {last}\n{table(heads, rows)}"
    for line in lines:
        if line.differing:
            told += f"{line.figure.label(lang)}: {' '.join(line.differing)}\n"
    return told


def _json(lines: Sequence[Line], first: date, last: date) -> str:
    plain = {
        "from": first.isoformat(), "to": last.isoformat(),
        "figures": [
            {"name": line.figure.name, "row": line.figure.row, "counted": line.counted, "standing": line.standing,
             "recounted": line.recounted, "standing_recounted": line.restanding, "differences": line.differences,
             "differing": list(line.differing)}
            for line in lines
        ],
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"
