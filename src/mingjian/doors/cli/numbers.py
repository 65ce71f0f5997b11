"""证照编号:离线核验格式、校验码和内部一致,不联网。

Numbers of licences, certificates and approvals, verified offline: form, check digit, inner sense.

[bold]例 Examples[/bold]

  mingjian numbers check 国械注准20263130001 "(京)医广〔2026〕第01-15-001号"

  mingjian numbers check uscc 编号.csv --format json

  mingjian numbers kinds

格式成立不等于真实有效:是否核发、发给谁、是否在期,只有登记机关知道。
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.core.credentials import CODE_NAMES, Check, UnknownKind, guess, kinds, masked, number_kinds, verify
from mingjian.doors.cli.common import AsOf, Format, Lang, day, format_of, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.output import put, put_json
from mingjian.intake.encoding import decode
from mingjian.intake.errors import UnreadableError

NUMBER_HEADS = ("number", "编号", "号码", "文号", "证号", "登记号", "代码")
KIND_HEADS = ("kind", "类别", "种类", "编号种类")
ENGLISH_CODES = {
    "ok": "well formed", "form": "wrong form or length", "digit": "check digit", "region": "no such region",
    "date": "impossible date", "code": "code in no table", "sense": "contradicts itself", "expired": "expired",
    "doubt": "cannot be said offline",
}  # fmt: skip
Row = tuple[str | None, str]


def check(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="[KIND] NUMBER…|FILE.csv|-",
            help="编号种类(可省略)和编号, CSV 文件, 标准输入。 A kind (may be left out), numbers, CSV files, -.",
        ),
    ],
    as_of: AsOf = None,
    format: Format = "text",
    lang: Lang = None,
) -> None:
    """核验编号;不写种类时按写法辨认。CSV 可有“种类”“编号”两列,没有表头的取第一列。

    Verify numbers; without a kind it is told from the writing. A CSV file may have the columns kind and number.

    [bold]例 Examples[/bold]

      mingjian numbers check 91110105MA9DEMW13M

      mingjian numbers check medical_ad "京医广2026第0115001号" --as-of 2026-11-01

      mingjian numbers check 机构.csv --format json > 结果.json

    退出码 Exit codes: 0 没有不成立的 none fails · 1 有不成立的 some fail · 2 用法有误或读不了 usage or unreadable
    """
    when, language, as_json = day(as_of), lang_of(lang), format_of(format) == "json"
    kind, words = _kind(what)
    checks = [_checked(kind or own, number, when) for word in words for own, number in _numbers(word)]
    if not checks:
        raise Failure("没有编号可核验", "写编号,或给出有编号的 CSV 文件")
    if as_json:
        put_json({"as_of": when.isoformat(), "checks": [_plain(each) for each in checks]})
    else:
        put(_listing(checks, language))
    if any(each.ok is False for each in checks):
        raise typer.Exit(FINDINGS)


def list_kinds(format: Format = "text", lang: Lang = None) -> None:
    """列出能核验的编号种类:依据、可信度、例子、到哪里查真伪。

    List the kinds of numbers: source, confidence, example, and where the truth is kept.
    """
    language = lang_of(lang)
    known = list(kinds().values())
    if format_of(format) == "json":
        put_json(
            [
                {
                    "kind": kind.name, "title": kind.title, "title_en": kind.title_en, "law": list(kind.law),
                    "source": kind.source, "confidence": kind.confidence, "example": kind.example, "term": kind.term,
                    "lookup": kind.lookup, "note": kind.note, "forms": [form.name for form in kind.forms],
                }
                for kind in known
            ]
        )  # fmt: skip
        return
    english = ("kind", "title", "confidence", "example", "source")
    heads = ("种类", "名称", "可信度", "例子", "依据") if language == "zh" else english
    rows = [
        (kind.name, kind.title if language == "zh" else kind.title_en, kind.confidence, kind.example, kind.source)
        for kind in known
    ]
    put(table(heads, rows))


ACTIONS = {"check": check, "kinds": list_kinds}


def _kind(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The kind that is named first, if one is, and the rest."""
    first, rest = words[0], list(words[1:])
    by_title = {kind.title: kind.name for kind in kinds().values()}
    name = by_title.get(first, first)
    try:
        number_kinds(name)
    except UnknownKind:
        if rest and first.isascii() and first.replace("_", "").isalpha() and not Path(first).exists():
            raise Failure.unknown("编号种类", first, kinds(), "全部种类见 mingjian numbers kinds") from None
        return None, list(words)
    if not rest:
        raise Failure(f"只写了种类 {first},没有编号", "用法见 mingjian numbers check --help")
    return name, rest


def _numbers(word: str) -> Iterator[Row]:
    if word == "-":
        yield from _rows(sys.stdin.buffer.read(), "标准输入")
    elif word.lower().endswith((".csv", ".txt")) or (len(word) < 200 and Path(word).is_file()):
        try:
            yield from _rows(Path(word).read_bytes(), word)
        except OSError as error:
            raise Failure(f"读不了 {word}:{error.strerror or error}") from error
    else:
        yield None, word


def _rows(data: bytes, name: str) -> Iterator[Row]:
    """Kind and number of each row of a table; without known heads the first column holds numbers."""
    try:
        text, _ = decode(data)
    except UnreadableError as error:
        raise Failure(f"读不了 {name}:{error}") from error
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Failure(f"{name} 不是 CSV:{error}") from error
    if not rows:
        return
    heads = [cell.strip().lower() for cell in rows[0]]
    number = next((heads.index(head) for head in NUMBER_HEADS if head in heads), None)
    kind = next((heads.index(head) for head in KIND_HEADS if head in heads), None)
    for row in rows if number is None else rows[1:]:
        cells = [cell.strip() for cell in row]
        at = number or 0
        if at < len(cells) and cells[at]:
            named = cells[kind] if kind is not None and kind < len(cells) else ""
            yield _known(named, name), cells[at]


def _known(name: str, file: str) -> str | None:
    """The kind a cell names, in our words."""
    if not name:
        return None
    found = {kind.title: kind.name for kind in kinds().values()}.get(name, name)
    try:
        number_kinds(found)
    except UnknownKind as error:
        raise Failure(f"{file}:{error}", "全部种类见 mingjian numbers kinds") from error
    return found


def _checked(kind: str | None, number: str, as_of: date) -> Check:
    if kind is not None:
        return verify(kind, number, as_of)
    found = guess(number, as_of)
    if found is None:
        reason = "辨认不出是哪一种编号;写明种类可得到不成立的原因"
        return Check("", number, number, None, (reason,), {"code": "doubt"})
    return found


def _title(check: Check, lang: str) -> str:
    if check.kind not in kinds():
        return check.kind or "-"
    return kinds()[check.kind].title if lang == "zh" else kinds()[check.kind].title_en


def _listing(checks: Sequence[Check], lang: str) -> str:
    heads = ("结论", "种类", "编号", "说明") if lang == "zh" else ("result", "kind", "number", "reasons")
    words = CODE_NAMES if lang == "zh" else ENGLISH_CODES
    rows = [
        (words[each.code], _title(each, lang), masked(each.kind, each.number), ";".join((*each.reasons, *_notes(each))))
        for each in checks
    ]
    failing = sum(each.ok is False for each in checks)
    unknown = sum(each.ok is None for each in checks)
    if lang == "zh":
        tail = f"共 {len(checks)} 个,不成立 {failing} 个,无法判断 {unknown} 个;格式成立不等于真实有效\n"
    else:
        tail = f"{len(checks)} numbers, {failing} fail, {unknown} unknown; well formed is not yet genuine\n"
    return table(heads, rows) + tail


def _notes(check: Check) -> tuple[str, ...]:
    """How the writing was made canonical, and until when it holds."""
    notes = [str(note) for note in check.facts.get("variants", ())]
    if check.ok and "valid_to" in check.facts:
        notes.append(f"有效期到{check.facts['valid_to']}")
    return tuple(notes)


def _plain(check: Check) -> dict[str, Any]:
    return {
        "kind": check.kind or None,
        "number": masked(check.kind, check.number),
        "normal": masked(check.kind, check.normal),
        "ok": check.ok,
        "code": check.code,
        "reasons": list(check.reasons),
        "facts": {name: list(v) if isinstance(v, tuple) else v for name, v in check.facts.items() if name != "code"},
    }
