"""``mingjian eval``: how much is found, how much is wrongly flagged, how well it cites, on labelled texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.core.accuracy.evaluate import evaluate
from mingjian.core.engine.options import Options
from mingjian.doors import cache
from mingjian.doors.cli.common import AsOf, Format, Lang, day, format_of, lang_of
from mingjian.doors.cli.failures import CLEAN, UNUSABLE, Failure, tell
from mingjian.doors.cli.labelled import read_cases, read_lawful
from mingjian.doors.cli.output import Output
from mingjian.doors.cli.show_accuracy import as_dict, as_text


def run(
    cases: Annotated[Path, typer.Argument(metavar="CASES.jsonl", help="违规样本。 Claims held unlawful.")],
    lawful: Annotated[Path, typer.Argument(metavar="LAWFUL.jsonl", help="合规文本。 Lawful passages.")],
    format: Format = "text",
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="写到文件。 Write to a file.")
    ] = None,
    as_of: AsOf = None,
    no_classifier: Annotated[
        bool, typer.Option("--no-classifier", help="不用分类器。 Without the trained classifier.")
    ] = False,
    preview: Annotated[bool, typer.Option("--preview", help="也用试行规则。 Also rules on trial.")] = False,
    lang: Lang = None,
) -> None:
    """用标注样本衡量查出率、误报率和引法条的准确率,附威尔逊 95% 区间和漏报、误报清单。

    Measure recall by kind of violation, false positives by kind of text and citation accuracy on labelled
    texts, with Wilson 95 % intervals, and list the misses and false alarms.

    CASES: {"id", "text", "violation": ["cure_rate"], "articles": ["广告法16.1.2"], "text_decidable": true}

    LAWFUL: {"id", "text", "kind": "科普"}

    [bold]例 Example[/bold]

      mingjian eval cases.jsonl lawful.jsonl --format json -o accuracy.json

    退出码 Exit codes: 0 已衡量 measured · 2 用法有误,或有的行读不了 usage, or lines that could not be read
    """
    language, as_json = lang_of(lang), format_of(format) == "json"
    when = day(as_of)
    known, bad_cases = read_cases(cases)
    passages, bad_lawful = read_lawful(lawful)
    problems = [*bad_cases, *bad_lawful]
    for problem in problems:
        tell(problem)
    if not known and not passages:
        raise Failure("没有可用的样本", "每行一个 JSON 对象,字段见 mingjian eval --help")
    options = Options(as_of=when, preview=preview, classifier=not no_classifier)
    engine = cache.engine()
    result = evaluate(engine, known, passages, options)
    with Output(output, machine=as_json) as out:
        if as_json:
            import json

            data = {"rulebook": engine.rulebook, "as_of": when.isoformat(), **as_dict(result)}
            out.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        else:
            out.write(as_text(result, engine.rulebook, language))
    raise typer.Exit(UNUSABLE if problems else CLEAN)
