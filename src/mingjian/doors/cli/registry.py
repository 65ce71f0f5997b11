"""登记:导入、导出、查询对象与资质。

The registry: who everybody is and what they hold. Import, export, look up.

[bold]例 Examples[/bold]

  mingjian registry import 机构.csv --kind institution --rejects 有误.csv

  mingjian registry import 医师.xlsx --kind physician --map 证号=physician_practice.number --dry-run

  mingjian registry find 云杉 --kind institution

  mingjian registry export 机构.xlsx --kind institution
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, format_of, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.intake.source import Source
    from mingjian.records.registry.model import Import, Reject
    from mingjian.records.storage.database import Database

_SHOWN = 20
Kind = Annotated[
    str | None, typer.Option("--kind", "-k", help="登记对象的种类,如 institution、physician、device。 Kind of entity.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="哪一天的情况。 As of which day.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="登记对象的编号,或它的登记号、证号。 An id, key or number.")]


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV、XLSX、JSON 或 JSONL 文件。 The file.")],
    kind: Kind = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="HEAD=COLUMN", help="某一表头是什么列,可多次给出。 What a heading is."),
    ] = None,
    input_format: Annotated[
        str | None, typer.Option("--input-format", help="csv、tsv、xlsx、json、jsonl;默认按文件判断。 Format.")
    ] = None,
    source: Annotated[str, typer.Option("--source", help="来自哪个登记系统,一个词。 Which register.")] = "import",
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="有误的行写到哪里,改好可再导入。 Bad rows.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会怎样,什么都不写。 Say what it would do.")] = False,
    format: Format = "text",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """导入:好的行登记,有误的行留存并说明;中断后同一命令从停下处继续。 Import; resumes after an interruption.

    退出码 Exit codes: 0 全部登记 all recorded · 1 有的行有误 some rows refused · 2 读不了 unreadable
    """
    lang_of(lang)
    format_of(format)
    settings = settings_of(data, database)
    from mingjian.desk.people.model import house
    from mingjian.desk.registry.importing import import_file, options_of, rehearse

    if rejects is not None and rejects.exists():
        raise Failure(f"文件已存在:{rejects}", "换一个名字")
    with told():
        options = options_of(
            {"kind": kind, "mapping": _mapping(mapping or []), "format": input_format, "source": source}
        )
    given = _source(file)
    who = house("cli")
    with opened(settings) as store, told():
        first: Sequence[Reject] = ()
        with Bar("导入中" if not dry_run else "试运行中") as bar:
            if dry_run:
                made, first = rehearse(store, who, given, options, progress=bar.at)
            else:
                made = import_file(store, who, given, options, progress=bar.at)
        if not dry_run:
            first = _rejects(store, made, rejects)
    typer.echo(_as_json(made, first) if format == "json" else _as_text(made, first, dry_run))
    raise typer.Exit(FINDINGS if made.rejected else 0)


def _mapping(given: list[str]) -> dict[str, str]:
    found = {}
    for one in given:
        heading, sign, word = one.rpartition("=")
        if not sign or not heading or not word:
            raise Failure(f"--map 应为 表头=列:{one}", "如 --map 证号=physician_practice.number")
        found[heading] = word
    return found


def _source(file: Path) -> Source:
    from mingjian.intake.source import Source

    if not file.is_file():
        raise Failure(f"{file}: 没有这个文件" if not file.exists() else f"{file}: 是文件夹,不是文件")
    return Source(file.name, file.name, file)


def _rejects(store: Database, made: Import, path: Path | None) -> Sequence[Reject]:
    """The first rows that were not taken; all of them in the file."""
    from mingjian.desk.registry.rejecting import write
    from mingjian.records.storage.registry_imports import all_rejects, rejects_of

    with store.read() as tx:
        first = rejects_of(tx, made.id, 0, _SHOWN)
        if path is not None and first:
            headings = made.options["headings"]
            try:
                with path.open("xb") as stream:
                    write(all_rejects(tx, made.id), headings, stream)
            except OSError as error:
                raise Failure(f"有误的行没有写成 {path}:{error.strerror}", "它们仍在库里,可再次导出") from error
    return first


def _as_text(made: Import, rejects: Sequence[Reject], dry_run: bool) -> str:
    from mingjian.desk.registry.rejecting import said

    begin = "试运行,什么都没有写" if dry_run else f"导入 {made.id}"
    lines = [
        say(f"{begin}:读了 {made.rows} 行,新登记 {made.added},有变化 {made.changed},没有变化 {made.same},"
            f"有误 {made.rejected}"),
    ]  # fmt: skip
    if made.malformed:
        lines.append(say(f"  · 编号不合编码规则的资质 {made.malformed} 项,已登记并标明"))
    if made.awaited:
        lines.append(say(f"  · 对方尚未登记的关系 {made.awaited} 项,对方登记后自动连上"))
    lines += [f"  · {say(note)}" for note in made.notes]
    lines += [say(f"  ✗ 第 {one.line} 行:{said(one)}") for one in rejects[:_SHOWN]]
    if made.rejected > min(len(rejects), _SHOWN):
        lines.append(say(f"  ……共 {made.rejected} 行有误;用 --rejects 写到文件"))
    return "\n".join(lines)


def _as_json(made: Import, rejects: Sequence[Reject]) -> str:
    names = ("id", "state", "digest", "rows", "recorded", "added", "changed", "same", "rejected", "malformed",
             "awaited", "notes")  # fmt: skip
    value = {name: getattr(made, name) for name in names}
    value["rejects"] = [{"line": one.line, "problems": list(one.problems), "row": one.raw} for one in rejects]
    return json.dumps(value, ensure_ascii=False, indent=2)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪里:.csv、.xlsx、.json 或 .jsonl。 Where to.")],
    kind: Kind = None,
    as_of: AsOf = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """导出登记,可原样导回。 Export the registry; importing reads it back."""
    lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.desk.people.model import house
    from mingjian.desk.registry.exporting import FORMATS, records, write

    format = file.suffix.lstrip(".").lower()
    if format not in FORMATS:
        raise Failure(f"不知道写成什么格式:{file.name}", f"文件名以 {'、'.join('.' + one for one in FORMATS)} 结尾")
    if file.exists():
        raise Failure(f"文件已存在:{file}", "换一个名字")
    day = _day(as_of)
    try:
        with opened(settings) as store, told(), Bar("导出中") as bar, file.open("xb") as stream, store.read() as tx:
            count = write(lambda: records(tx, house("cli"), kind, day), stream, format, bar.at)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise Failure(f"没有写成 {file}:{error.strerror or type(error).__name__}") from error
    except Failure:
        file.unlink(missing_ok=True)
        raise
    typer.echo(say(f"已导出 {count} 行到 {file}"))


def show(
    id: Id,
    as_of: AsOf = None,
    history: Annotated[bool, typer.Option("--history", help="连同以前的各版。 Former versions too.")] = False,
    format: Format = "text",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """显示一个登记对象:资质、关系、历史。 Show one entity with its credentials, links and history."""
    lang_of(lang)
    format_of(format)
    settings = settings_of(data, database)
    from mingjian.desk.people.model import house
    from mingjian.desk.registry.asking import opened_entity

    day = _day(as_of)
    with opened(settings) as store, told(), store.read() as tx:
        found = opened_entity(tx, house("cli"), _one(tx, id), day, history=history)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2) if format == "json" else _shown(found))


def _one(tx: Any, given: str) -> str:
    """The id that is meant."""
    from mingjian.desk.people.model import house
    from mingjian.desk.registry.service import search
    from mingjian.records.storage.registry import entities_by_id

    if entities_by_id(tx, [given]):
        return given
    found, _ = search(tx, house("cli"), given, limit=2)
    if not found:
        raise Failure(f"登记里没有 {given}", "用 mingjian registry find 查找")
    if len(found) > 1:
        raise Failure(f"{given} 不止一个:{'、'.join(f'{one.id} {one.name}' for one in found)}", "写明编号")
    return found[0].id


def _shown(found: dict[str, Any]) -> str:
    entity = found["entity"]
    lines = [f"{entity['name']}  {entity['kind']}  {entity['key']}  {entity['state']}", f"  {entity['id']}"]
    lines += [f"  {name}: {value}" for name, value in entity["attributes"].items()]
    for one in found["credentials"]:
        term = f"{one['valid_from'] or '?'} – {one['valid_to'] or ''}"
        why = f" ({one['why']})" if one["why"] else ""
        lines.append(f"  ▪ {one['kind']} {one['number']}  {term}  {one['state']}  {one['check']}{why}")
        if one["scope"]:
            lines.append(f"      {'、'.join(one['scope'])}")
    names = {one["id"]: one for one in found["others"]}
    for one in found["links"]:
        outward = one["source"] == entity["id"]
        other = names.get(one["target"] if outward else one["source"], {"name": "?", "key": ""})
        arrow = "→" if outward else "←"
        term = f"{one['valid_from'] or '?'} – {one['valid_to'] or ''}"
        lines.append(
            f"  {arrow} {one['kind']} {other['name']} {other['key']}  {term}  {'、'.join(one['scope'])}".rstrip()
        )
    for one in found["awaited"]:
        lines.append(say(f"  ? {one['link']} {one['kind']}:{one['key']}(尚未登记)"))
    for one in found.get("history", ()):
        what = "、".join(one["changed"]) or say("登记")
        lines.append(f"  #{one['seq']} {one['at']} {one['noun']} v{one['version']} {what} {one['actor']}")
    return "\n".join(lines)


def find(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="名称里的词,或完整的编号。 Words, or a number.")],
    kind: Kind = None,
    state: Annotated[str | None, typer.Option("--state", help="active、suspended、closed。 State.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多列多少个。 At most.")] = 20,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """按名称或编号查找登记对象。 Find entities by name, key or number."""
    tongue = lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.desk.people.model import house
    from mingjian.desk.registry.service import search

    with opened(settings) as store, told(), store.read() as tx:
        found, more = search(tx, house("cli"), words, kind=kind, state=state, limit=limit)
    if not found:
        typer.echo(say("没有找到"))
        raise typer.Exit(FINDINGS)
    heads = ("编号", "种类", "登记号", "状态", "名称") if tongue != "en" else ("Id", "Kind", "Key", "State", "Name")
    typer.echo(table(heads, [(one.id, one.kind, one.key, one.state, one.name) for one in found]).rstrip())
    if more is not None:
        typer.echo(say("……还有更多,请缩小范围"))


def status(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """登记了多少,导入到哪里。 How much there is, and how far imports have come."""
    lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.records.clock import moment
    from mingjian.records.registry.model import ENTITY_KINDS
    from mingjian.records.storage.registry import count_awaited, count_entities
    from mingjian.records.storage.registry_imports import list_imports

    with opened(settings) as store, store.read() as tx:
        counts, waiting, imports = count_entities(tx), count_awaited(tx), list_imports(tx, None, 10)
    for kind in ENTITY_KINDS:
        if kind in counts:
            typer.echo(f"{kind}: {counts[kind]}")
    typer.echo(say(f"共 {sum(counts.values())} 个登记对象,{waiting} 项关系的对方尚未登记"))
    for one in imports:
        when = f"{moment(one.changed_at):%Y-%m-%d %H:%M}"
        typer.echo(say(f"{one.id} {when} {one.name}:{one.state},{one.rows} 行,有误 {one.rejected}"))


def erase(
    id: Id,
    reason: Annotated[str, typer.Option("--reason", help="为何删除。 Why.")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。 Do not ask.")] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """永久删除一个登记对象的内容;日志只留编号和摘要。 Erase one entity's data for ever."""
    lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.desk.people.model import house
    from mingjian.desk.registry.service import erase as forget

    with opened(settings) as store, told(), store.write() as tx:
        which = _one(tx, id)
        if not yes:
            typer.confirm(say(f"永久删除 {which},不能撤回。继续吗?"), abort=True)
        forget(tx, house("cli"), which, reason)
    typer.echo(say(f"已删除 {which}"))


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Failure(f"不是日期:{given}", "写成 2026-03-01 的样子") from None


ACTIONS: dict[str, Any] = {
    "import": import_,
    "export": export,
    "find": find,
    "show": show,
    "status": status,
    "erase": erase,
}
