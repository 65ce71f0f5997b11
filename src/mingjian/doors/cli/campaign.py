"""专项治理:列出、数字(可从日志复算)、公告、商家、抽样与违规率。

Campaigns: list, figures recounted from the journal, announcements, merchants, samples and prevalence.

[bold]例 Examples[/bold]

  mingjian campaign figures cmp_06fhzd0000c6bva4d4g0 --batch 1 --verify

  mingjian campaign announce ann_06fhzd0000c6bva4d4g0 --out 公告.docx

  mingjian campaign size --before 0.05 --after 0.02

  mingjian campaign draw cmp_06fhzd0000c6bva4d4g0 --side before --number 600 --by platform,kind

  mingjian campaign prevalence cmp_06fhzd0000c6bva4d4g0
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mingjian.doors.cli.campaign_samples import AsJson, Id, ask, asks, draw, prevalence, settled, size
from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Data, opened, told
from mingjian.doors.i18n import say

Batch = Annotated[int | None, typer.Option("--batch", metavar="N", min=1, help="只数第 N 批。 One batch only.")]
_SUFFIXES = (".pdf", ".docx", ".txt", ".json")


def listing(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """列出专项治理。 Campaigns, the newest first."""
    from mingjian.records.storage import campaigns as stored

    settings = settled(data, database, lang)
    with opened(settings) as store, store.read() as tx:
        found = stored.campaigns(tx, limit=200)
    rows = [[one.id, say(one.title), f"{one.since} – {one.until or ''}", str(one.batch),
             say("进行中") if one.state == "open" else say("已结束")] for one in found]  # fmt: skip
    if not rows:
        typer.echo(say("还没有专项治理"))
        return
    typer.echo(table(["id", say("名称"), say("日期"), say("批次"), say("状态")], rows), nl=False)


def figures(
    campaign: Id,
    batch: Batch = None,
    only: Annotated[
        list[str] | None, typer.Option("--figure", metavar="NAME", help="只要这些数字,可多次。 Only these.")
    ] = None,
    upto: Annotated[
        int | None,
        typer.Option("--upto", metavar="SEQ", min=0, help="从日志数到第几条。 From the journal, up to here."),
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="表与日志各数一遍并比对。 Count twice and compare.")] = False,
    items: Annotated[bool, typer.Option("--items", help="列出每个数字数到的编号。 List what is counted.")] = False,
    as_json: AsJson = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """一个批次(或整个专项)的数字。 The figures of a batch or of the whole campaign.

    [bold]例 Examples[/bold]

      mingjian campaign figures cmp_06fhzd0000c6bva4d4g0 --batch 1 --upto 48211

      mingjian campaign figures cmp_06fhzd0000c6bva4d4g0 --figure notes_removed --items

    退出码 Exit codes: 0 一致(或未核对) the same · 1 与日志不符 they differ · 2 用法有误 usage
    """
    from mingjian.doors.campaigns import compared_dict, figure_dict
    from mingjian.governance.campaigns import figures as counting

    settings = settled(data, database, lang)
    spoken, who = lang_of(lang), asks()
    if verify and upto is not None:
        raise Failure("--verify 比对现状,不能与 --upto 同用", None)
    compared = None
    with opened(settings) as store, told(), store.read() as tx:
        if verify:
            compared = counting.reconcile(tx, who, campaign, batch, only=only or ())
            lines = [one.tables for one in compared]
        elif upto is not None:
            lines = counting.recount(tx, who, campaign, batch, upto=upto, only=only or ())
        else:
            lines = counting.figures(tx, who, campaign, batch, only=only or ())
    if as_json:
        made = [figure_dict(one) for one in lines] if compared is None else [compared_dict(one) for one in compared]
        for one, line in zip(made, lines, strict=True):
            if items:
                one["items"] = sorted(line.subjects)
        typer.echo(json.dumps({"campaign": campaign, "batch": batch, "figures": made}, ensure_ascii=False, indent=2))
    else:
        heads = [say("数字"), say("数量"), say("至今有效"), say("清单指纹")]
        rows = [[line.figure.label(spoken), f"{line.number:,}", f"{line.standing:,}", line.list[:16]] for line in lines]
        if compared is not None:
            heads += [say("日志重算"), say("核对")]
            for row, both in zip(rows, compared, strict=True):
                row += [f"{both.journal.number:,}", say("一致") if both.agrees else say("不一致")]
        typer.echo(table(heads, rows), nl=False)
        for line in lines if items else ():
            typer.echo(f"{line.figure.name}:")
            typer.echo("\n".join(f"  {id}" for id in sorted(line.subjects)))
    if compared is not None and not all(one.agrees for one in compared):
        raise typer.Exit(FINDINGS)


def announce(
    announcement: Annotated[str, typer.Argument(metavar="ID", help="公告(ann_…)或专项(cmp_…)的编号。 Its id.")],
    batch: Batch = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写成 .pdf .docx .txt 或 .json。 Write a file.")
    ] = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """治理公告;给出专项编号和批次时按日志预览,不留存。 An announcement; or a preview of a closed batch.

    [bold]例 Examples[/bold]

      mingjian campaign announce ann_06fhzd0000c6bva4d4g0 --out 公告.pdf

      mingjian campaign announce cmp_06fhzd0000c6bva4d4g0 --batch 1
    """
    from mingjian.doors.campaign_files import announcement_file, announcement_text
    from mingjian.governance.campaigns import announcing
    from mingjian.governance.campaigns.wording import worded
    from mingjian.records.canonical import canonical, digest

    settings = settled(data, database, lang)
    if out is not None and out.suffix.lower() not in _SUFFIXES:
        raise Failure(f"不会写 {out.suffix or '这种'} 文件", f"可用:{' '.join(_SUFFIXES)}")
    with opened(settings) as store, told(), store.read() as tx:
        if announcement.startswith("cmp_"):
            if batch is None:
                raise Failure("预览公告须指明批次", "加 --batch 1")
            content, _ = announcing.prepare(tx, asks(), announcement, batch)
            id, seal = f"{announcement}-{batch}", digest(canonical(content))
        else:
            found = announcing.announcement_of(tx, announcement)
            content, id, seal = announcing.content_of(tx, found), found.id, found.seal
        now = tx.now
    words = worded(id, seal, content, lang_of(lang))
    if out is None:
        typer.echo(announcement_text(words), nl=False)
        return
    suffix = out.suffix.lower()[1:]
    out.write_bytes(canonical(content) if suffix == "json" else announcement_file(words, suffix, now))
    typer.echo(say(f"已写入 {out}"))


def verify(
    announcement: Annotated[str, typer.Argument(metavar="ANN", help="公告的编号(ann_…)。 The announcement.")],
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """核对公告:按封存的口径从日志逐条复算。 Count an announcement's figures again from the journal.

    [bold]例 Example[/bold]

      mingjian campaign verify ann_06fhzd0000c6bva4d4g0

    退出码 Exit codes: 0 相符 borne out · 1 有出入 it differs · 2 用法有误 usage
    """
    from mingjian.governance.campaigns.announcing import announcement_of
    from mingjian.governance.campaigns.announcing import verify as again

    settings = settled(data, database, lang)
    with opened(settings) as store, told(), store.read() as tx:
        found = announcement_of(tx, announcement)
        wrong = again(tx, asks(), announcement)
    if wrong:
        typer.echo(say("公告与日志不符:"))
        for line in wrong:
            typer.echo(f"  {say(line)}")
        raise typer.Exit(FINDINGS)
    typer.echo(say(f"公告与日志第 {found.counted_to} 条为止的记录逐项相符,指纹 {found.seal}"))


def merchants(campaign: Id, batch: Batch = None, as_json: AsJson = False, data: Data = None, database: Address = None,
              lang: Lang = None) -> None:  # fmt: skip
    """违规售卖的商家与机构。 Merchants and institutions whose goods or services were dealt with."""
    from mingjian.doors.campaigns import merchant_dict
    from mingjian.governance.campaigns.merchants import Merchant
    from mingjian.governance.campaigns.merchants import merchants as page

    settings = settled(data, database, lang)
    found: list[Merchant] = []
    after: str | None = ""
    with opened(settings) as store, told(), store.read() as tx:
        while after is not None:
            some, after = page(tx, asks(), campaign, batch, after=after, limit=1000)
            found += some
    if as_json:
        typer.echo(json.dumps([merchant_dict(one) for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo(say("没有登记可查的商家"))
        return
    rows = [[one.entity.id, one.entity.name, "、".join(each.name for each in one.institutions), str(len(one.items)),
             str(one.standing)] for one in found]  # fmt: skip
    typer.echo(table(["id", say("商家"), say("机构"), say("处置商品与服务"), say("至今有效")], rows), nl=False)


ACTIONS = {
    "list": listing,
    "figures": figures,
    "announce": announce,
    "verify": verify,
    "merchants": merchants,
    "size": size,
    "draw": draw,
    "ask": ask,
    "prevalence": prevalence,
}
