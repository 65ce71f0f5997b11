"""``mingjian check``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.core.model import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS, SEVERITIES, Item, Print, Verdict
from mingjian.core.report import FORMATS as RENDERERS
from mingjian.core.report import Options as Printing
from mingjian.core.report import Report, text
from mingjian.core.report.model import MediaView
from mingjian.core.report.visible import visible
from mingjian.doors import cache, settings
from mingjian.doors.cli.common import Lang, choose, lang_of
from mingjian.doors.cli.failures import Failure, warn
from mingjian.doors.cli.judge import Tally, judged, media_of, options_of, reading_of
from mingjian.doors.cli.output import Output, coloured
from mingjian.doors.cli.progress import Progress
from mingjian.doors.settings import Settings
from mingjian.intake import ReadOptions, count_files, files, read
from mingjian.intake.formats import DOCUMENTS, FORMATS, by_suffix

if TYPE_CHECKING:
    from mingjian.doors.media import Media

_CHANNEL, _SEVERITY, _REPORT, _INPUT = map(", ".join, (CHANNELS, SEVERITIES, settings.FORMATS, FORMATS))
_WHO, _NATURE, _DOMAIN = map(", ".join, (PUBLISHER_KINDS, ("auto", *NATURES), ("auto", *DOMAINS)))


def run(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH|-]", help="文件、文件夹;- 为标准输入。 Files, folders, - for stdin."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="按哪一天的法律; 默认发布日或今天。 Day whose law binds; default: of publication, or today.",
        ),
    ] = None,
    platform: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="发布平台, 如 xiaohongshu。 Platform it is published on."),
    ] = None,
    publisher: Annotated[str | None, typer.Option(metavar="KIND", help=f"谁发布。 Who speaks: {_WHO}")] = None,
    channel: Annotated[str | None, typer.Option(metavar="KIND", help=f"经什么渠道。 Through what: {_CHANNEL}")] = None,
    nature: Annotated[
        str | None, typer.Option(metavar="KIND", help=f"在法律上是什么。 What it is in law: {_NATURE}")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(metavar="KIND", help=f"说的是什么。 What it speaks of: {_DOMAIN}")
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="CODES", help="只查这些规则(代码或其开头)。 Only these rules, by code or its beginning."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="CODES", help="不查这些规则。 All but these rules.")
    ] = None,
    min_severity: Annotated[
        str | None,
        typer.Option(metavar="LEVEL", help=f"只查不轻于此的规则。 Rules at least this grave: {_SEVERITY}"),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="也用试行规则。 Also rules on trial.")] = False,
    no_classifier: Annotated[
        bool, typer.Option("--no-classifier", help="不用分类器。 Without the trained classifier.")
    ] = False,
    format: Annotated[
        str | None, typer.Option("--format", "-f", metavar="FORMAT", help=f"输出格式。 Output: {_REPORT}")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="写到文件。 Write to a file.")
    ] = None,
    prints: Annotated[
        bool,
        typer.Option(
            "--prints", help="JSON 中附上文字、图片、文件的指纹。 Fingerprints of words, pictures and files, in JSON."
        ),
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="有发现也以 0 退出。 Exit 0 despite findings.")
    ] = False,
    input_format: Annotated[str, typer.Option(metavar="FORMAT", help=f"输入格式。 Input: {_INPUT}")] = "auto",
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="表格的正文列。 The column of posts: its name, letter or number."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="不查的文件, 如 'old/*'。 Files in folders to leave out."),
    ] = None,
    no_media: Annotated[
        bool, typer.Option("--no-media", help="不读图片和音视频。 Leave pictures, clips and sound alone.")
    ] = False,
    speech_model: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="本地语音识别模型的文件夹。 Folder of a local speech recogniser."),
    ] = None,
    speech_endpoint: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="OpenAI 兼容的语音转写接口, 密钥取自 MINGJIAN_SPEECH_KEY。 OpenAI-compatible transcription.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="设置文件。 Settings; default: the nearest mingjian.toml."),
    ] = None,
    lang: Lang = None,
) -> None:
    """检查文本、Markdown、HTML、DOCX、PDF、CSV、XLSX、JSONL 和文件夹,逐处指出问题并引法条。

    Check text, documents, tables, items in JSONL and whole folders, and cite the law for each finding.

    [bold]例 Examples[/bold]

      mingjian check 文案.docx

      mingjian check 笔记/ --platform xiaohongshu --publisher institution --format html -o 报告.html

      echo "术后永不反弹" | mingjian check - --as-of 2025-06-01

      mingjian check 帖子.xlsx --column 正文 --min-severity high

    退出码 Exit codes: 0 未见问题(仅有建议也算) · 1 有违规或待证的发现 · 2 用法有误,或有内容读不了(先于 1)

    0 clean or advice only · 1 violations, or findings that wait for evidence · 2 usage, or unreadable input
    """
    if not paths:
        raise Failure("没有说要检查什么", "给出文件或文件夹;检查标准输入写 mingjian check -")
    choose("--input-format", input_format, FORMATS)
    asked = settings.merge(
        settings.load(explicit=config), as_of=as_of, platform=platform, publisher=publisher, channel=channel,
        nature=nature, domain=domain, select=select, ignore=ignore, format=format, output=output,
        min_severity=min_severity, exit_zero=exit_zero or None, column=column, preview=preview or None,
        classifier=False if no_classifier else None, exclude=exclude, media=False if no_media else None,
        speech_model=speech_model, speech_endpoint=speech_endpoint,
    )  # fmt: skip
    language = lang_of(lang, asked.lang)
    _refuse_overwriting(asked, paths)
    if prints and asked.format not in ("json", "jsonl"):
        raise Failure("--prints 只用于 JSON 输出", "加上 --format json 或 --format jsonl")
    tally = check(asked, paths, input_format, language, prints)
    raise typer.Exit(tally.exit_code(asked.exit_zero))


def check(asked: Settings, paths: list[str], input_format: str, lang: str, prints: bool = False) -> Tally:
    """Check everything and write the report; with ``prints``, which JSON can hold, the fingerprints of each item."""
    with media_of(asked, input_format, paths) as media:
        return _checked(asked, replace(reading_of(asked, input_format, paths), media=media), paths, media, lang, prints)


def _checked(
    asked: Settings, reading: ReadOptions, paths: list[str], media: Media | None, lang: str, prints: bool
) -> Tally:
    if any(by_suffix(path) in DOCUMENTS for path in paths):
        from mingjian.intake import documents

        documents.expect()  # gets ready while the rulebook loads
    if media is not None:
        media.expect(files(paths, reading))
    engine = cache.engine()
    options = options_of(asked, engine)
    tally = Tally()
    with Output(asked.output, machine=asked.format != "text") as out:
        streams = asked.format == "jsonl"
        quiet = streams and out.is_stdout and sys.stdout.isatty()  # a bar would run through the lines
        pairs: list[tuple[Item, Verdict]] = []
        with Progress(lambda: count_files(paths, reading), allowed=not quiet) as progress:
            if streams:
                from mingjian.core.report import json_  # not needed for the text that most runs print
            for item, verdict in judged(read(paths, reading), engine, options, tally, progress):
                if streams:
                    out.write(json_.line(verdict, item, _prints(item, media) if prints else None) + "\n")
                else:
                    pairs.append((item, verdict))
        if not streams:
            day = options.as_of if options.force_as_of or not pairs else None
            printing = Printing(lang=lang)
            seen = _seen(media) if asked.format == "html" else {}
            taken = {item.id: _prints(item, media) for item, _ in pairs} if prints else {}
            report = Report(pairs, tuple(tally.errors), engine.rulebook, day, printing, seen, taken)
            out.write(_rendered(report, asked.format, out.is_stdout and coloured()))
        _tell(tally, asked.format == "text" and out.is_stdout, lang)
    return tally


def _prints(item: Item, media: Media | None) -> tuple[Print, ...]:
    """Fingerprints of the words of an item, and of the file and pictures it was read from where it is of such."""
    from mingjian.core.text.prints import text_prints, words_of

    return (*text_prints(words_of(item.parts)), *(media.prints.get(item.id, ()) if media is not None else ()))


def _seen(media: Media | None) -> dict[str, MediaView]:
    """What was perceived, as the page shows it."""
    views = {}
    for id, found in media.perceived.items() if media is not None else ():
        views[id] = MediaView(found.kind, found.seconds, found.shown, found.scenes)
    return views


def _rendered(report: Report, format_: str, colours: bool) -> str:
    if format_ == "text":
        return text.render(report, text.ANSI if colours else text.PLAIN)
    return RENDERERS[format_](report)


def _tell(tally: Tally, told: bool, lang: str) -> None:
    """What was not read, on standard error: the text report on the screen has said the errors already."""
    for note in tally.notes:
        warn(visible(str(replace(note, hint=None))), note.hint and visible(note.hint))
    if not told:
        for error in tally.errors:
            sys.stderr.write(text.error_line(error, lang=lang) + "\n")
    if not tally.items and not tally.errors:
        warn("没有可以检查的内容")


def _refuse_overwriting(asked: Settings, paths: list[str]) -> None:
    if asked.output is None or asked.output == "-":
        return
    target = Path(asked.output).resolve()
    for path in paths:
        if path != "-" and Path(path).resolve() == target and target.is_file():
            raise Failure(f"--output 会覆盖正在检查的文件:{path}", "换一个文件名")
