"""复用:在档案里查找相同的图片、视频和文字;审核台指纹的重建。

Reuse: find the same pictures, clips and texts in an archive; take the desk's prints anew.

[bold]例 Examples[/bold]

  mingjian reuse find 档案/ --out 结果/

  mingjian reuse find 档案/ --out 结果/ --matter text --format jsonl

  mingjian reuse show itm_0abc

  mingjian reuse rebuild --data 数据/
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from mingjian.doors.cli.common import Format, Lang, choose, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of, told
from mingjian.doors.i18n import say

STAGES = {
    "read": "读取档案",
    "take": "取文字指纹",
    "link": "归并相同片段",
    "compare": "逐对核对文字",
    "print": "图片指纹与核对",
    "film": "视频指纹与核对",
}


def find(
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="档案文件夹或内容文件。 An archive.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="结果文件夹;中断后同样的命令接着做。 Results.")],
    matter: Annotated[
        list[str] | None,
        typer.Option("--matter", metavar="KIND", help="text、picture 或 video,可多次;默认都查。 What."),
    ] = None,
    format: Annotated[str, typer.Option("--format", help="parquet 或 jsonl。 Format of the results.")] = "parquet",
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="进程数。 Processes.")] = 1,
    lang: Lang = None,
) -> None:
    """在一整份档案里查找相同的图片、视频和文字,结果逐对写成文件;可中断,可接着做。

    Every likeness within an archive, pair by pair, as files; goes on where it was stopped.
    """
    from mingjian.doors.desk.printing import ArchivePrinter
    from mingjian.governance.reuse.archive import FILES, MATTERS, Finding
    from mingjian.intake.archive import open_archive
    from mingjian.intake.errors import UnreadableError

    lang_of(lang)
    choose("--format", format, ("parquet", "jsonl"))
    matters = tuple(dict.fromkeys(matter or MATTERS))
    for one in matters:
        choose("--matter", one, MATTERS)
    try:
        source = open_archive(archive)
    except UnreadableError as error:
        raise Failure(error.message, error.hint) from error
    printer = ArchivePrinter(workers) if set(matters) & set(FILES) else None
    bars: dict[str, Bar] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.__exit__()
            bars[stage] = Bar(STAGES[stage], total or None)
        bars[stage].at(done)

    try:
        with told():
            found = Finding(source, out, format=format, workers=workers, progress=show).run(
                matters, {kind: partial(printer.taken, kind=kind) for kind in FILES} if printer is not None else None
            )
    finally:
        for bar in bars.values():
            bar.__exit__()
        if printer is not None:
            printer.close()
    typer.echo(say(f"读取 {found.rows} 条,写入 {out / 'likenesses'}"))
    for name, count in found.likenesses.items():
        typer.echo(say(f"  {_word(name)}相似 {count} 对"))
    if found.unread:
        typer.echo(say(f"  {found.unread} 个图片或视频文件不在档案里或读不了,没有比对"))
    _bad(source.bad, [str(one) for one in source.problems])


def rebuild(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """重取全部内容的指纹并补记相似:升级后或早先没有指纹的内容。审核台可以照常运行。

    Take the prints of all stored items anew and add likenesses the journal lacks. The desk may run meanwhile.
    """
    from mingjian.doors.desk.printing import FilePrinter
    from mingjian.governance.reuse.rebuild import Rebuild
    from mingjian.records.storage.items import count_judged

    lang_of(lang)
    settings = settings_of(data, database)
    printer = FilePrinter(settings)
    place = items = prints = found = 0
    unread: list[str] = []
    try:
        with opened(settings) as store:
            with store.read() as tx:
                total = count_judged(tx)
            with Bar("重取指纹", total) as bar:
                work = Rebuild(store, printer)
                while (step := work.step(place)) is not None:
                    place = step.place
                    items, prints, found = items + step.items, prints + step.prints, found + step.found
                    unread += step.unread
                    bar.at(items)
    finally:
        printer.close()
    typer.echo(say(f"内容 {items} 件,指纹 {prints} 个,新发现相似 {found} 对"))
    if unread:
        typer.echo(say(f"{len(unread)} 个文件没有取到指纹:{unread[0]}"))


def status(data: Data = None, database: Address = None, format: Format = "text", lang: Lang = None) -> None:
    """已知多少指纹、多少对相似。 How many prints and likenesses are known."""
    from mingjian.records.storage.reuse import count_likenesses
    from mingjian.records.storage.reuse_prints import count_prints

    lang_of(lang)
    choose("--format", format, ("text", "json"))
    with opened(settings_of(data, database)) as store, store.read() as tx:
        prints, pairs = count_prints(tx), count_likenesses(tx)
    if format == "json":
        typer.echo(json.dumps({"prints": prints, "likenesses": pairs}))
        return
    for matter, count in sorted(prints.items()):
        typer.echo(say(f"{_word(matter)}指纹 {count} 个"))
    typer.echo(say(f"相似 {pairs} 对"))


def show(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="内容编号,如 itm_…。 An item's number.")],
    data: Data = None,
    database: Address = None,
    format: Format = "text",
    lang: Lang = None,
) -> None:
    """一件内容与哪些已知内容相同。 What an item is like."""
    from mingjian.desk.people.model import house
    from mingjian.doors.console.words import word
    from mingjian.governance.reuse.lists import likenesses_of

    spoken = lang_of(lang)
    choose("--format", format, ("text", "json"))
    with opened(settings_of(data, database)) as store, told(), store.read() as tx:
        found, more = likenesses_of(tx, house("command-line"), item, limit=200)
    if format == "json":
        rows = [{"item": one.other.id, "earlier": one.earlier, "own": one.likeness.own, "matter": one.likeness.matter,
                 "how": one.likeness.how, "distance": one.likeness.distance, "share": one.likeness.share,
                 "publisher": one.other.publisher} for one in found]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo(say("没有与已知内容相同的图片、视频或文字。"))
    for one in found:
        like = one.likeness
        far = f"{like.distance}/256" if like.distance is not None else f"{(like.share or 0) / 10:.0f}%"
        when = say("先于本条") if one.earlier else say("晚于本条")
        own = " " + say("同一发布者") if like.own else ""
        words = f"{word('reuse_matter', like.matter, spoken)} {word('reuse_how', like.how, spoken)}"
        typer.echo(f"{one.other.id}  {words}  {far}  {when}{own}  {one.other.publisher or ''}")
    if more is not None:
        typer.echo(say("还有更多,见审核台。"))


def _word(matter: str) -> str:
    return {"text": "文字", "picture": "图片", "video": "视频"}[matter]


def _bad(count: int, lines: Sequence[str]) -> None:
    if not count:
        return
    typer.echo(say(f"有 {count} 行读不了,没有比对:"), err=True)
    for line in lines[:10]:
        typer.echo(f"  {line}", err=True)
    raise typer.Exit(1)


ACTIONS = {"find": find, "show": show, "rebuild": rebuild, "status": status}
