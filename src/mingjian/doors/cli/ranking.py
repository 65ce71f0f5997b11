"""医师榜单:方案、参评、数据、计算、核对、导出。

Doctor rankings: plans, entrants, values, computing, verifying, exporting.

[bold]例 Examples[/bold]

  mingjian ranking plan

  mingjian ranking enter edt_… 参评.csv

  mingjian ranking verify edt_…
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.stores import Address, Bar, Data, opened, read, settings_of, told
from mingjian.doors.i18n import say

Edition = Annotated[str, typer.Argument(metavar="EDITION", help="期的编号 edt_…。 The edition's id.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV 文件。 A CSV file.")]
_SHOWN = 20


def plan(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="榜单方案;默认自带的。 A ranking's YAML.")
    ] = None,
    lang: Lang = None,
) -> None:
    """检查一个榜单方案,列出它的维度。 Check a ranking's data and list its dimensions."""
    chosen = lang_of(lang)
    with told():
        from mingjian.governance.ranking.load import read_ranking, shipped

        found = (
            shipped("physicians") if file is None else read_ranking(read(file).decode("utf-8", "replace"), str(file))
        )
    typer.echo(f"{found.id}  {found.label(chosen)}")
    for field in found.fields:
        own = found.of_field(field.key)
        typer.echo(f"\n{field.label(chosen)}  {len(own)}  {sum(one.weight for one in own) / 10:g}")
        for one in own:
            typer.echo(
                f"  {one.key:<24} {one.source:<11} {one.direction:<5} {one.weight / 10:>4g}  {one.label(chosen)}"
            )


def show(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """列出各期和参评人数。 List the editions with their entrants."""
    from mingjian.governance.ranking.editions import STATES
    from mingjian.records.storage import ranking as store

    chosen = lang_of(lang)
    with opened(settings_of(data, database)) as base, base.read() as tx:
        for one in store.all_editions(tx):
            counts = store.entrant_counts(tx, one.id)
            held = " ".join(f"{name}={count}" for name, count in sorted(counts.items()))
            title = one.title_en if chosen == "en" else one.title
            typer.echo(f"{one.id}  v{one.version}  {say(STATES[one.state])}  {title}  {one.as_of}  {held}")


def enter(edition: Edition, file: File, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """从 CSV(key,title,text)提名参评医师。 Nominate from a CSV; rows of one key are one nomination."""
    from mingjian.desk.people.model import house
    from mingjian.doors.console.rankings import nominations
    from mingjian.governance.ranking.entering import register

    lang_of(lang)
    with opened(settings_of(data, database)) as base, base.write() as tx:
        rows = register(tx, house("cli"), edition, nominations(_text(file)), "import")
    _report([(row.key, row.problem) for row in rows])


def values(edition: Edition, file: File, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """从 CSV(who,dimension,value,on,evidence)导入数值。 Bring values in from a CSV."""
    from mingjian.desk.people.model import house
    from mingjian.doors.console.rankings import values as parsed
    from mingjian.governance.ranking.valuing import bring

    lang_of(lang)
    with opened(settings_of(data, database)) as base, base.write() as tx:
        rows = parsed(_text(file))
        problems = bring(tx, house("cli"), edition, rows)
    _report([(f"{row.who} {row.dimension}", problem) for row, problem in zip(rows, problems, strict=True)])


def examine(edition: Edition, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """审查参评条件并采集数据。 Ask the gate about every entrant and collect what the store knows."""
    from mingjian.desk.people.model import house
    from mingjian.doors import cache
    from mingjian.governance.ranking.entering import examine_entrants
    from mingjian.governance.ranking.scope import use_catalogue
    from mingjian.governance.ranking.valuing import collect

    lang_of(lang)
    use_catalogue(cache.engine().compiled.catalogue)
    with opened(settings_of(data, database)) as base, base.write() as tx:
        with Bar("审查中") as bar:
            counts = examine_entrants(tx, house("cli"), edition, step=bar.at)
        with Bar("采集中") as bar:
            collect(tx, house("cli"), edition, step=bar.at)
    typer.echo(" ".join(f"{name}={count}" for name, count in sorted(counts.items())))


def compute(
    edition: Edition,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="敏感性分析的种子。 The analysis's seed.")] = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """计算得分、名次、一致性和敏感性。 Compute points, ranks, agreement and sensitivity."""
    from mingjian.desk.people.model import house
    from mingjian.governance.ranking.computing import compute_edition, result

    lang_of(lang)
    with opened(settings_of(data, database)) as base, base.write() as tx:
        found = compute_edition(tx, house("cli"), edition, secrets.randbits(31) if seed is None else seed)
        made = result(tx, found)
    listed = sum(1 for row in made["rows"] if row[6])
    typer.echo(say(f"已计算:{len(made['rows'])} 位参评,{listed} 位入榜,种子 {made['seed']}"))
    typer.echo(say(f"权重变动 {made['sensitivity']['draws']} 次,名单有变的占 {made['sensitivity']['changed']:.1%}"))


def verify(edition: Edition, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """从封存的数据重算,核对得分、名次和公布内容的摘要。 Compute again from what was frozen and compare."""
    from mingjian.governance.ranking.computing import recompute
    from mingjian.governance.ranking.editions import get_edition
    from mingjian.records.canonical import digest
    from mingjian.records.storage import contents

    lang_of(lang)
    with opened(settings_of(data, database)) as base, base.read() as tx:
        found = get_edition(tx, edition)
        if not recompute(tx, found):
            raise Failure("重算的结果与保存的不一致", None)
        typer.echo(say("重算一致:得分、名次、名单逐一相同"))
        if found.seal is not None:
            kept = contents.get(tx, found.seal)
            if kept is None or digest(kept) != found.seal:
                raise Failure("公布的内容与封存的摘要不符", None)
            typer.echo(say(f"公布的内容与封存的摘要相符:{found.seal}"))


def export(
    edition: Edition,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪里:.json 或 .pdf。 Where: .json or .pdf.")],
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """导出公布的榜单:封存的 JSON,或 PDF。 Write a published edition: the frozen JSON, or a PDF."""
    from mingjian.governance.ranking.editions import plan_of
    from mingjian.governance.ranking.publishing import public
    from mingjian.records.storage import contents

    chosen = lang_of(lang)
    with opened(settings_of(data, database)) as base, base.read() as tx:
        found, document = public(tx, edition)
        if file.suffix.lower() == ".pdf":
            from mingjian.doors.console.ranking_pdf import ranking_pdf

            made = ranking_pdf(document, plan_of(tx, found), found, chosen)
        else:
            made = contents.get(tx, found.seal or "") or b""
    try:
        file.write_bytes(made)
    except OSError as error:
        raise Failure(f"写不了 {file}:{error.strerror}", None) from error
    typer.echo(say(f"已写到 {file}"))


def _text(file: Path) -> str:
    try:
        return read(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(f"{file} 不是 UTF-8 编码", "另存为 UTF-8 编码的 CSV 再试") from None


def _report(rows: list[tuple[str, str | None]]) -> None:
    wrong = [(name, problem) for name, problem in rows if problem]
    typer.echo(say(f"共 {len(rows)} 行:成功 {len(rows) - len(wrong)},有误 {len(wrong)}"))
    for name, problem in wrong[:_SHOWN]:
        typer.echo(f"  {name}: {say(problem or '')}", err=True)
    if wrong:
        raise typer.Exit(1)


ACTIONS = {
    "plan": plan,
    "show": show,
    "enter": enter,
    "values": values,
    "examine": examine,
    "compute": compute,
    "verify": verify,
    "export": export,
}
