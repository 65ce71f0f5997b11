"""``mingjian rewrite``: the text with the safest replacements, and what is left for a person."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mingjian.core.model import Finding, Item
from mingjian.core.report import rewrite as mending
from mingjian.core.report.labels import label
from mingjian.core.report.model import Positions, source_of
from mingjian.core.report.visible import visible
from mingjian.doors import cache, settings
from mingjian.doors.cli.common import Lang, choose, lang_of
from mingjian.doors.cli.failures import CLEAN, FINDINGS, UNUSABLE, Failure, tell, warn
from mingjian.doors.cli.judge import context_of, options_of
from mingjian.doors.cli.output import Output
from mingjian.doors.mending import Mended, mend
from mingjian.intake import ReadOptions, item_to_dict, read
from mingjian.intake.formats import FORMATS, by_suffix

_TEXTS = ("text", "markdown")


def run(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="文件; - 为标准输入。 A file, or - for stdin.")],
    diff: Annotated[bool, typer.Option("--diff", help="只看改了哪里。 Show the changes only.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="写到文件。 Write to a file.")
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", "-i", help="改写原文件(纯文本、Markdown)。 Change the file itself.")
    ] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="按哪一天的法律。 The day whose law binds.")] = None,
    platform: Annotated[str | None, typer.Option(metavar="SLUG", help="发布平台。 Platform.")] = None,
    publisher: Annotated[str | None, typer.Option(metavar="KIND", help="谁发布。 Who speaks.")] = None,
    channel: Annotated[str | None, typer.Option(metavar="KIND", help="经什么渠道。 Through what.")] = None,
    nature: Annotated[str | None, typer.Option(metavar="KIND", help="在法律上是什么。 What it is in law.")] = None,
    domain: Annotated[str | None, typer.Option(metavar="KIND", help="说的是什么。 What it speaks of.")] = None,
    select: Annotated[list[str] | None, typer.Option(metavar="CODES", help="只改这些规则。 Only these rules.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="CODES", help="不改这些规则。 All but these.")] = None,
    input_format: Annotated[str, typer.Option(metavar="FORMAT", help="输入格式。 How to read.")] = "auto",
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="设置文件。 Settings file.")] = None,
    lang: Lang = None,
) -> None:
    """按规则给出的改法改写文本:换词、删词、删分句。不编造事实;改不了的留给人,并逐条列出。

    Mend a text by what the rules prescribe: words replaced or deleted, clauses deleted. No fact is invented;
    what cannot be mended so is listed on standard error for a person to decide.

    [bold]例 Examples[/bold]

      mingjian rewrite 文案.txt --diff

      mingjian rewrite 文案.md -i

      cat 文案.txt | mingjian rewrite - > 新文案.txt

    多项的输入(JSONL、表格)输出为 JSONL。 Input of several items comes out as JSONL.

    退出码 Exit codes: 0 已无问题 nothing left · 1 还有要人处理的 left for a person · 2 读不了 unusable
    """
    choose("--input-format", input_format, FORMATS)
    given = settings.load(explicit=config)
    language = lang_of(lang, given.lang)
    asked = settings.merge(
        replace(given, output=None), as_of=as_of, platform=platform, publisher=publisher, channel=channel,
        nature=nature, domain=domain, select=select, ignore=ignore,
    )  # fmt: skip
    kind = _kind(file, input_format)
    if in_place:
        _check_in_place(file, kind, diff, output)
    reading = ReadOptions(kind, asked.column, context=context_of(asked))
    engine = cache.engine()
    options = options_of(asked, engine)
    items, failed = _read(file, reading)
    done = [mend(item, engine, options) for item in items]
    target = file if in_place else output
    with Output(target, machine=in_place or output is not None or kind == "jsonl") as out:
        out.write(_shown(done, diff, kind, _mark(file) if in_place else ""))
    _tell(done, language)
    if failed:
        raise typer.Exit(UNUSABLE)
    raise typer.Exit(FINDINGS if any(each.left or each.emptied for each in done) else CLEAN)


def _kind(file: str, input_format: str) -> str:
    # Markdown is mended as it is written, not as it is shown.
    if input_format == "markdown" or (input_format == "auto" and file != "-" and by_suffix(file) == "markdown"):
        return "text"
    if input_format == "auto" and file != "-":
        return by_suffix(file) or "auto"
    return input_format


def _check_in_place(file: str, kind: str, diff: bool, output: str | None) -> None:
    if file == "-" or diff or output is not None:
        raise Failure("--in-place 不能与标准输入、--diff、--output 同用")
    if kind not in (*_TEXTS, "auto"):
        raise Failure(f"--in-place 只能改写纯文本和 Markdown:{file}", "用 --output 写到另一个文件")
    try:
        Path(file).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Failure(f"{file} 不是 UTF-8,不能就地改写", "用 --output 写到另一个文件(UTF-8)") from None
    except (OSError, ValueError) as error:
        raise Failure(f"读不到 {file}:{getattr(error, 'strerror', None) or error}") from None


def _mark(file: str) -> str:
    with Path(file).open("rb") as stream:
        return "\ufeff" if stream.read(3) == codecs.BOM_UTF8 else ""


def _read(file: str, reading: ReadOptions) -> tuple[list[Item], bool]:
    if file != "-" and Path(file).is_dir():
        raise Failure(f"{file} 是文件夹", "rewrite 一次改写一个文件")
    items: list[Item] = []
    failed = False
    for each in read([file], reading):
        if isinstance(each, Item):
            items.append(each)
        elif each.level == "error":
            tell(str(each))
            failed = True
        else:
            warn(str(each))
    if failed and not items:
        raise typer.Exit(UNUSABLE)
    return items, failed


def _shown(done: Sequence[Mended], diff: bool, kind: str, mark: str) -> str:
    if diff:
        return "".join(
            mending.diff(old.text, new.text, _named(each.before, number))
            for each in done
            for number, (old, new) in enumerate(zip(each.before.parts, each.after.parts, strict=True))
        )
    if kind == "jsonl" or len(done) != 1:
        return "".join(json.dumps(item_to_dict(each.after), ensure_ascii=False) + "\n" for each in done)
    texts = [part.text for part in done[0].after.parts]
    text = mark + "\n\n".join(text for text in texts if text.strip() or len(texts) == 1)
    return text if len(texts) == 1 else text + "\n"


def _named(item: Item, part: int) -> str:
    return source_of(item) if len(item.parts) == 1 else f"{source_of(item)}#{item.id}.{part}"


def _tell(done: Sequence[Mended], lang: str) -> None:
    """On standard error: how much was mended, and each thing left with the reason."""
    mended, left = sum(each.count for each in done), sum(len(each.left) for each in done)
    chinese = lang == "zh"
    for each in done:
        positions = Positions(each.after)
        for finding in each.left:
            at = positions.of(finding)
            where = f"{visible(source_of(each.after))}:{at.line}:{at.column}"
            sys.stderr.write(f"{where}  {finding.code}  “{visible(finding.quote)}”  {_reason(finding, lang)}\n")
    if chinese:
        sys.stderr.write(f"改了 {mended} 处;" + (f"还有 {left} 处要人处理。\n" if left else "没有要人处理的了。\n"))
    else:
        sys.stderr.write(f"{mended} mended; {left} left for a person.\n")
    for each in done:
        if each.emptied:
            why = "删去违规内容后没有剩下文字,需要重写" if chinese else "no words are left: write it anew"
            warn(f"{source_of(each.after)}: {why}")


def _reason(finding: Finding, lang: str) -> str:
    chinese = lang == "zh"
    if finding.status == "needs_evidence":
        facts = "、".join(finding.missing)
        reason = "要有证据才能定" if chinese else "waits for evidence"
        return f"{reason}:{facts}" if facts else reason
    if finding.family in mending.UNMENDABLE:
        kind = label("family", finding.family, lang)
        return f"{kind}:删字改不了,须补办或重写" if chinese else f"{kind}: deleting words does not mend it"
    if finding.words:
        return "分类器认为有问题,请人判断" if chinese else "suspected by the classifier: judge it yourself"
    return "改写后仍有问题" if chinese else "still a breach after mending"
