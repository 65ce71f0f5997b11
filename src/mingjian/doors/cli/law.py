"""``mingjian law``: the instruments of law in the rulebook, or the provisions of one."""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.doors import cache
from mingjian.doors.cli.articles import find_instrument
from mingjian.doors.cli.common import AsOf, Format, Lang, choose, day, format_of, lang_of, plain
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.output import put, put_json
from mingjian.doors.cli.show_law import force, instrument_head, provision_block
from mingjian.doors.cli.words import LEVELS, word


def run(
    slug: Annotated[
        str | None,
        typer.Argument(metavar="[SLUG]", help="文件代号或名称, 如 广告法。 Slug or name of one instrument."),
    ] = None,
    level: Annotated[
        str | None, typer.Option(metavar="LEVEL", help=f"只列这一层级。 Only this level: {', '.join(LEVELS)}")
    ] = None,
    as_of: AsOf = None,
    format: Format = "text",
    lang: Lang = None,
) -> None:
    """列出收录的法律文件;给出文件代号或名称则列出它的条款。

    List the instruments of law in the rulebook, or the provisions of one of them.

    [bold]例 Examples[/bold]

      mingjian law

      mingjian law 医疗广告管理办法

      mingjian law cn.advertising-law --format json
    """
    when, language, as_json = day(as_of), lang_of(lang), format_of(format) == "json"
    if level is not None:
        choose("--level", level, tuple(LEVELS))
    book = cache.compiled().lawbook
    if slug is not None:
        instrument = find_instrument(slug, book)
        if as_json:
            put_json(plain(instrument))
            return
        blocks = [instrument_head(instrument, when, language)]
        blocks += [provision_block(instrument, provision, when, language) for provision in instrument.provisions]
        put("\n\n".join(blocks))
        return
    order = list(LEVELS)
    listed = [i for i in book.instruments.values() if level in (None, i.level)]
    listed.sort(key=lambda i: (order.index(i.level) if i.level in order else len(order), i.slug))
    if as_json:
        put_json([
            {**{name: value for name, value in plain(i).items() if name != "provisions"},
             "provisions": len(i.provisions)}
            for i in listed
        ])  # fmt: skip
        return
    heads = (
        ("代号", "简称", "层级", "条款", "施行")
        if language == "zh"
        else ("slug", "name", "level", "provisions", "in force")
    )
    put(table(heads, [
        (i.slug, i.short, word(LEVELS, i.level, language), str(len(i.provisions)),
         force(i.effective, i.repealed, when, language))
        for i in listed
    ]))  # fmt: skip
