"""Samples and prevalence for `mingjian campaign`; and what its commands share."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.desk.people.model import Principal
    from mingjian.doors.desk.settings import DeskSettings
    from mingjian.governance.campaigns.prevalence import Prevalence

Id = Annotated[str, typer.Argument(metavar="ID", help="专项治理的编号(cmp_…)。 The campaign.")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]


def size(
    before: Annotated[float, typer.Option("--before", help="治理前预计的违规率,如 0.05。 Expected share before.")],
    after: Annotated[
        float | None, typer.Option("--after", help="希望能看出降到多少,如 0.02。 The share to be told from it.")
    ] = None,
    half: Annotated[
        float | None, typer.Option("--half", help="或:区间的半宽,如 0.01。 Or: half the width of the interval.")
    ] = None,
    power: Annotated[float, typer.Option("--power", help="看得出的把握。 Power.")] = 0.8,
    population: Annotated[
        int | None, typer.Option("--population", min=1, help="内容总数(有限总体)。 How many there are.")
    ] = None,
    level: Annotated[float, typer.Option("--level", help="置信水平。 Confidence.")] = 0.95,
    effect: Annotated[float, typer.Option("--effect", help="分层加权的设计效应。 Design effect.")] = 1.0,
    lang: Lang = None,
) -> None:
    """样本量:要看出降幅(或达到精度)每侧须抽多少。 How many to draw on each side.

    [bold]例 Examples[/bold]

      mingjian campaign size --before 0.05 --after 0.02

      mingjian campaign size --before 0.05 --half 0.01 --population 279000
    """
    from mingjian.governance.campaigns.planning import size_for_fall, size_for_share

    lang_of(lang)
    if (after is None) == (half is None):
        raise Failure("给 --after(要看出的降幅)或 --half(区间半宽)其中之一", None)
    try:
        if after is not None:
            number = size_for_fall(before, after, power=power, population=population, level=level, effect=effect)
        else:
            number = size_for_share(before, half or 0.0, population=population, level=level, effect=effect)
    except ValueError as error:
        raise Failure("违规率、把握、置信水平应在 0 与 1 之间,且前后不同;设计效应至少为 1", str(error)) from error
    typer.echo(say(f"每侧须抽 {number} 件"))


def draw(
    campaign: Id,
    side: Annotated[str, typer.Option("--side", metavar="before|after", help="治理前或治理后。 Which side.")],
    number: Annotated[int, typer.Option("--number", min=1, help="抽多少件。 How many.")],
    by: Annotated[str, typer.Option("--by", metavar="FIELDS", help="按什么分层,逗号分隔。 Strata.")] = "platform",
    source: Annotated[
        Path | None, typer.Option("--source", metavar="ARCHIVE", help="从档案抽;不给则从审核台抽。 An archive.")
    ] = None,
    origin: Annotated[
        str, typer.Option("--origin", help="档案内容入台的来源名(与回查相同)。 What its items are known under.")
    ] = "archive",
    seed: Annotated[str | None, typer.Option("--seed", help="抽签的种子;默认随机并留存。 Seed of the draw.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="发布日自。 Published from.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY", help="发布日至。 Published to.")] = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """抽样:分层随机,名单封存。 Draw a stratified random sample of what people can see.

    [bold]例 Examples[/bold]

      mingjian campaign draw cmp_06fhzd0000c6bva4d4g0 --side before --number 600

      mingjian campaign draw cmp_06fhzd0000c6bva4d4g0 --side before --number 600 --source 档案/ --by platform,month
    """
    settings = settled(data, database, lang)
    fields = tuple(word.strip() for word in by.split(",") if word.strip())
    days = {"since": _day("--from", since), "until": _day("--to", until)}
    who = asks()
    if source is None:
        from mingjian.governance.campaigns.sampling import draw_from_desk

        with opened(settings) as store, told(), store.write() as tx:
            found = draw_from_desk(tx, who, campaign, side, number, by=fields, seed=seed, **days)
    else:
        from mingjian.doors.desk.opening import open_desk
        from mingjian.governance.campaigns.archives import Wish, draw_from_archive
        from mingjian.intake.archive import open_archive
        from mingjian.intake.errors import UnreadableError

        wish = Wish(campaign, side, number, origin, fields, seed, **days)
        with opened(settings):
            pass  # tells what is wrong with the store before the rules are loaded
        try:
            archive = open_archive(source)
        except UnreadableError as error:
            raise Failure(str(error), None) from error
        with told():
            desk = open_desk(settings)
            try:
                with Bar("抽样中", archive.rows() * 2) as bar:
                    seen = [0, 0]

                    def more(rows: int) -> None:
                        if rows < seen[1]:
                            seen[0] += seen[1]
                        seen[1] = rows
                        bar.at(seen[0] + rows)

                    found = draw_from_archive(desk.database, desk.screening, who, archive, wish, more)
            finally:
                desk.close()
    typer.echo(say(f"已抽 {found.number} 件(总体 {found.size} 件),样本 {found.id},种子 {found.seed}"))
    typer.echo(say(f"名单指纹 {found.list}"))


def ask(
    samples: Annotated[list[str], typer.Argument(metavar="SAMPLE...", help="样本编号(smp_…)。 The samples.")],
    queue: Annotated[
        str, typer.Option("--queue", help="送到哪个(不处置的)队列。 A queue that never acts.")
    ] = "quality",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """送去标注:几份样本打乱后一起立案,案件不说属于哪一侧。 Open cases about samples, shuffled together.

    [bold]例 Example[/bold]

      mingjian campaign ask smp_06fhzd0000c6bva4d4g0 smp_06fj000000c6bva4d4g0
    """
    from mingjian.governance.campaigns.labels import ask as open_labels

    settings = settled(data, database, lang)
    with opened(settings) as store, told(), store.write() as tx:
        found = open_labels(tx, asks(), samples, queue)
    typer.echo(say(f"已立案 {sum(one.number for one in found)} 件,由审核人员逐件判断"))


def prevalence(campaign: Id, as_json: AsJson = False, data: Data = None, database: Address = None,
               lang: Lang = None) -> None:  # fmt: skip
    """违规率:治理前后,附区间。 Prevalence before and after, with intervals."""
    from mingjian.governance.campaigns.prevalence import prevalence as estimate

    settings = settled(data, database, lang)
    with opened(settings) as store, told(), store.read() as tx:
        found = estimate(tx, asks(), campaign)
    if as_json:
        typer.echo(json.dumps(found.plain(), ensure_ascii=False, indent=2))
        return
    _told(found)


def _told(found: Prevalence) -> None:
    from mingjian.governance.campaigns.wording import percent

    names = {"before": say("治理前"), "after": say("治理后")}

    def shown(one: Any) -> str:
        return "—" if one is None else f"{percent(one.value)}({percent(one.low)}–{percent(one.high)})"

    rows = [[names[side], one.sample.as_of, f"{one.sample.size:,}", f"{one.labelled:,}/{one.sample.number:,}",
             str(one.by_people.hits), shown(one.by_people.interval) if one.labelled else "—", shown(one.corrected)]
            for side, one in found.sides.items()]  # fmt: skip
    if not rows:
        typer.echo(say("还没有样本;先 mingjian campaign draw"))
        return
    heads = ["", say("抽样日"), say("总体"), say("已判断"), say("违规"), say("违规率"), say("机器校正")]
    typer.echo(table(heads, rows), nl=False)
    if found.fall is not None:
        value, low, high = (f"{one * 100:.2f}" for one in (found.fall.value, found.fall.low, found.fall.high))
        typer.echo(say(f"下降 {value} 个百分点,95% 区间 {low} 至 {high}"))
        typer.echo(say("超出抽样误差") if found.fell else say("没有超出抽样误差"))


def settled(data: Path | None, database: str | None, lang: str | None) -> DeskSettings:
    """The settings, with a deployer's figures and queues in force."""
    from mingjian.desk.queues.load import read_book, use_book
    from mingjian.governance.campaigns.figure_load import use_figures

    lang_of(lang)
    settings = settings_of(data, database)
    with told():
        use_figures(settings.campaign_figures)
        use_book(read_book(settings.queues))
    return settings


def asks() -> Principal:
    """Whoever holds the data folder asks as the house."""
    from mingjian.desk.people.model import house

    return house("cli")


def _day(option: str, given: str | None) -> str | None:
    try:
        return None if given is None else date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise Failure(f"{option} 不是日期:{given}", "写成 2026-03-01 的样子") from error
