"""评分:查看、计算、测算、报告、导入观测值。

Scores: show, count, compare, report, import observations.

[bold]例 Examples[/bold]

  mingjian score show user_risk acct-001

  mingjian score compute institution_risk

  mingjian score whatif 新评分卡.yaml

  mingjian score import-observations 投诉.csv
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Bar, Data, opened, read, settings_of
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.desk.people.model import Principal
    from mingjian.doors.desk.settings import DeskSettings
    from mingjian.governance.scorecards.reports import Shift

Card = Annotated[str, typer.Argument(metavar="CARD", help="评分卡,如 user_risk。 A scorecard.")]
Actor = Annotated[str, typer.Argument(metavar="ACTOR", help="发布者或登记对象的编号。 A publisher's id or key.")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
On = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="日期 YYYY-MM-DD。 A day.")]
_MICRO = 1_000_000


def show(
    card: Card, actor: Actor, as_of: On = None, as_json: AsJson = False, data: Data = None, database: Address = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    """一个主体的评分:各特征贡献、怎样会变、经过。 A score with its contributions and what would change it."""
    from mingjian.doors.scores import explained_dict
    from mingjian.governance.scorecards import service
    from mingjian.records.scores.model import day_at

    lang_of(lang)
    settings, keeper = _begin(data, database)
    with opened(settings) as store, store.read() as tx:
        found = service.explain(tx, keeper, card, actor, _day(as_of))
    if as_json:
        typer.echo(json.dumps(explained_dict(found), ensure_ascii=False, indent=2))
        return
    band = found.card.band(found.score.band)
    word = say(band.title) if band is not None else say("未定(缺数据太多)")
    typer.echo(say(f"{found.card.id} {actor}:{found.score.value:g} 分,{word},截至 {day_at(found.day)}"))
    if not found.agrees:
        typer.echo(say("注意:与留存的评分不一致,之后有数据补报或更正。"))
    rows = []
    for part in sorted(found.score.contributions, key=lambda one: -abs(one.points)):
        feature = found.card.feature(part.feature)
        value = "—" if part.value is None else f"{part.value:g}{feature.unit if feature is not None else ''}"
        rows.append([feature.title if feature is not None else part.feature, value, f"{part.points / _MICRO:g}",
                     part.why])  # fmt: skip
    typer.echo(table([say("特征"), say("值"), say("分"), say("说明")], rows), nl=False)
    for lever in found.levers[:5]:
        feature = found.card.feature(lever.feature)
        other = found.card.band(lever.band)
        if feature is not None and other is not None:
            bound = {"at_least": say("不低于"), "below": say("低于"), "is": say("为")}[lever.bound]
            typer.echo(say(f"若“{feature.title}”{bound} {lever.to / _MICRO:g}{feature.unit},则为{say(other.title)}"))


def compute(
    card: Card,
    actor: Annotated[str | None, typer.Option("--actor", help="只算这一个。 Only this one.")] = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """重算一张卡的全部评分(可中断续算),先核对留存的评分。 Count everybody; an interrupted count goes on."""
    from mingjian.governance.scorecards import service

    lang_of(lang)
    settings, keeper = _begin(data, database)
    with opened(settings) as store:
        if actor is not None:
            with store.write() as tx:
                kept = service.compute_one(tx, keeper, card, actor)
            typer.echo(say(f"{actor}:{kept.points / _MICRO:g} 分"))
            return
        service.catch_up(store)
        with Bar("计算中") as bar:
            run = service.recount(store, card, progress=lambda one: bar.at(one.done))
    if run is None:
        raise Failure(f"没有生效的评分卡“{card}”", "用 mingjian score report 看有哪些")
    typer.echo(say(f"已算 {run.done} 步,更新 {run.changed} 个;核对 {run.checked} 个,不一致 {run.differing} 个"))
    if run.differing:
        raise typer.Exit(1)


def whatif(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="改过的评分卡(YAML)。 The changed card.")],
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="只看这么多主体。 A sample of so many.")] = None,
    as_json: AsJson = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """换成这张卡会怎样:等级迁移、谁升谁降;不改动任何东西。 What a changed card would do; nothing is kept."""
    from mingjian.governance.scorecards import service
    from mingjian.governance.scorecards.limits import check_band
    from mingjian.governance.scorecards.parse import load_scorecard
    from mingjian.governance.scorecards.sources import check
    from mingjian.governance.scorecards.whatif import compare
    from mingjian.records.scores.model import number_at

    lang_of(lang)
    settings, _ = _begin(data, database)
    with opened(settings) as store, store.read() as tx:
        card = load_scorecard(read(file).decode("utf-8", "replace"), str(file), check=check, check_band=check_band)
        live = service.live_cards(tx).get(card.name)
        found = compare(tx, card, live.card if live is not None else None, number_at(tx.now), limit=limit)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return
    typer.echo(say(f"{found.against or '—'} → {found.card}:看了 {found.seen} 个主体,{found.moved} 个换等级"))
    moves = [[one or "—", other or "—", str(many)] for one, other, many in found.migration]
    typer.echo(table([say("现在"), say("换成这张"), say("个数")], moves), nl=False)
    for title, movers in ((say("变差最多"), found.worse), (say("变好最多"), found.better)):
        if movers:
            rows = [[actor, f"{was / _MICRO:g} {old or '—'}", f"{now / _MICRO:g} {new or '—'}"]
                    for actor, was, now, old, new in movers[:10]]  # fmt: skip
            typer.echo(table([title, say("现在"), say("换成这张")], rows), nl=False)


def report(
    card: Annotated[str | None, typer.Argument(metavar="[CARD]", help="评分卡;不给则列出。 A card; else all.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="较早的一天。 The earlier day.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="校准观察期。 Days observed.")] = 90,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """稳定性(PSI)、等级迁移、校准;不给评分卡则列出各卡。 Stability, band migration, calibration."""
    from mingjian.governance.scorecards import service
    from mingjian.records.scores.model import number_at

    lang_of(lang)
    settings, keeper = _begin(data, database)
    with opened(settings) as store, store.read() as tx:
        if card is None:
            rows = [[one.live.card.id, one.live.card.title,
                     " ".join(f"{band.title} {one.bands.get(band.name, 0)}" for band in one.live.card.bands)]
                    for one in service.overview(tx, keeper)]  # fmt: skip
            typer.echo(table([say("评分卡"), say("名称"), say("各等级")], rows), nl=False)
            return
        today = number_at(tx.now)
        first = _day(since)
        found = service.stability(tx, keeper, card, today - 30 if first is None else first, today)
        later = service.calibration(tx, keeper, card, today - days, days)
    typer.echo(say(f"{found.card}:看了 {found.seen}/{found.of} 个主体"))
    shifts = [_shift(one) for one in (found.score, *found.features)]
    typer.echo(table([say("分布"), "PSI", say("判断")], shifts), nl=False)
    rates = [[one.title, str(one.actors), str(one.hits), f"{one.share:.1%} [{one.low:.1%}, {one.high:.1%}]"]
             for one in later.rates]  # fmt: skip
    typer.echo(table([say("等级"), say("主体"), say("之后被处置"), say("比例(95% 区间)")], rates), nl=False)


def import_observations(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV:source,actor,kind,day 和各指标。 A CSV file.")],
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """导入观测值:好的收下,错的逐行说明。 Import observations: bad rows are told one by one."""
    from mingjian.governance.scorecards import service

    lang_of(lang)
    settings, keeper = _begin(data, database)
    text = read(file).decode("utf-8-sig", "replace")
    kept, wrong = 0, 0
    with opened(settings) as store, Bar("导入中") as bar:
        rows = list(service.rows_of_csv(text))
        for first in range(0, len(rows), service.MOST_ROWS):
            with store.write() as tx:
                told = service.observe(tx, keeper, rows[first : first + service.MOST_ROWS])
            kept, wrong = kept + told.kept, wrong + len({one.row for one in told.wrong})
            for one in told.wrong:
                typer.echo(say(f"第 {first + one.row + 2} 行 {one.field}:{one.message}"), err=True)
            bar.at(first + service.MOST_ROWS)
    typer.echo(say(f"收下 {kept} 条,{wrong} 条有误"))
    if wrong:
        raise typer.Exit(1)


def _begin(data: Path | None, database: str | None) -> tuple[DeskSettings, Principal]:
    """The settings, and who asks: whoever may open the store is the house. A deployer's folder counts here too."""
    from mingjian.desk.people.model import house
    from mingjian.doors.cli.stores import told
    from mingjian.governance.scorecards import service

    settings = settings_of(data, database)
    with told():
        service.use_folder(settings.scorecards)
    return settings, house("cli")


def _day(written: str | None) -> int | None:
    from mingjian.records.scores.model import number_of

    if written is None:
        return None
    try:
        return number_of(date.fromisoformat(written))
    except ValueError as error:
        raise Failure(f"不是日期:{written}", "写作 2026-03-02") from error


def _shift(one: Shift) -> list[str]:
    words = {"stable": say("稳定"), "shifted": say("有偏移"), "far": say("偏移大")}
    return [one.title, f"{one.index:.3f}", words[one.word]]


ACTIONS = {
    "show": show,
    "compute": compute,
    "whatif": whatif,
    "report": report,
    "import-observations": import_observations,
}
