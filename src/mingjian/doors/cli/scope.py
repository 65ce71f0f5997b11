"""``mingjian scope``: may they perform it, may they advertise it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import AsOf, Format, Lang, choose, day, format_of, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.stores import Address, Data, opened, read, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from datetime import date

    from mingjian.core.engine.compile import Compiled
    from mingjian.core.scope import Answer
    from mingjian.desk.registry.scope import Answered

VALUES = {"yes": "可以", "no": "不可以", "undetermined": "待定"}
MARKS = {"yes": "✓", "no": "✗", "undetermined": "?"}


def run(
    procedure: Annotated[
        str | None, typer.Argument(help="项目:名称、别名或代码。 The procedure.", show_default=False)
    ] = None,
    institution: Annotated[
        str | None, typer.Option("--institution", "-i", metavar="WHO", help="机构:编号、名称。 The institution.")
    ] = None,
    physician: Annotated[
        str | None, typer.Option("--physician", "-p", metavar="WHO", help="医师:编号、姓名。 The physician.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", "-a", metavar="WHO", help="账号,如 xiaohongshu:123。 The account.")
    ] = None,
    product: Annotated[
        str | None, typer.Option("--product", metavar="WHAT", help="所用产品。 The product used or advertised.")
    ] = None,
    ask: Annotated[
        str | None,
        typer.Option("--ask", metavar="perform|advertise", help="问能否实施或能否作广告。 Perform or advertise."),
    ] = None,
    supervised: Annotated[
        bool | None,
        typer.Option("--supervised/--unsupervised", help="是否在主诊医师指导下。 Under a lead physician."),
    ] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", metavar="FILE", help="从 JSON 文件读事实,不用数据库。 Facts from a file.")
    ] = None,
    as_of: AsOf = None,
    format: Format = "text",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """范围问答:这位医师当日能否在这家机构做这个项目,这个账号能否宣传。 May they perform or advertise it?

    [bold]例 Examples[/bold]

      mingjian scope 双眼皮 --institution 云杉医疗美容门诊部 --physician 林知遥

      mingjian scope 光子嫩肤 --account xiaohongshu:9001 --as-of 2026-03-01

      mingjian scope --facts 事实.json

    退出码 Exit codes: 0 可以 yes · 1 不可以或待定 no or undetermined · 2 用法有误或读不了 unusable
    """
    lang_of(lang)
    format_of(format)
    if ask is not None:
        choose("--ask", ask, ("perform", "advertise"))
    from mingjian.doors import cache

    compiled = cache.compiled()
    if facts is not None:
        if any((procedure, institution, physician, account, product)):
            raise Failure("--facts 已写明问题", "去掉其他选项,或不用 --facts")
        answer = _of_file(facts, compiled, day(as_of), ask)
        _tell(answer, compiled, format)
        raise typer.Exit(0 if answer.value == "yes" else FINDINGS)
    question = {
        "ask": ask or ("advertise" if account else "perform"), "procedure": procedure, "institution": institution,
        "physician": physician, "account": account, "product": product, "supervised": supervised,
    }  # fmt: skip
    found = _of_store(question, compiled, day(as_of), data, database)
    if found.answer is None:
        raise _choices(found)
    _tell(found.answer, compiled, format)
    raise typer.Exit(0 if found.answer.value == "yes" else FINDINGS)


def _of_file(path: Path, compiled: Compiled, as_of: date, ask: str | None) -> Answer:
    from mingjian.doors.scope_files import answer_file

    try:
        given = json.loads(read(path))
    except ValueError as error:
        raise Failure(f"{path} 不是 JSON:{error}") from error
    except RecursionError as error:
        raise Failure(f"{path} 嵌套过深") from error
    answer, problems = answer_file(given, compiled.catalogue, compiled.finder, as_of, ask)
    if answer is None:
        lines = [str(problem) for problem in problems[:10]]
        raise Failure(f"{path} 有 {len(problems)} 处错误:{lines[0]}", ";".join(lines[1:]))
    return answer


def _of_store(
    question: dict[str, Any], compiled: Compiled, as_of: date, data: Path | None, database: str | None
) -> Answered:
    settings = settings_of(data, database)
    from mingjian.desk.people.model import house
    from mingjian.desk.registry.scope import Question, answer

    with opened(settings) as store, told(), store.read() as tx:
        asked = Question(as_of=as_of, **question)
        return answer(tx, house("cli"), compiled.catalogue, compiled.finder, asked)


def _choices(found: Answered) -> Failure:
    from mingjian.desk.registry.scope import ROLE_NAMES

    if found.unknown:
        names = "、".join(ROLE_NAMES[role] for role in found.unknown)
        return Failure(f"登记里没有这个{names}", "用编号、登记名称,或先用 mingjian registry 导入")
    role, some = next(iter(found.candidates.items()))
    lines = ";".join(f"{one.name}({one.key})" for one in some)
    return Failure(f"有 {len(some)} 个{ROLE_NAMES[role]}符合,请写明编号", lines)


def _tell(answer: Answer, compiled: Compiled, format: str) -> None:
    from mingjian.core.scope.model import MISSING
    from mingjian.doors.scopes import answer_dict

    shown = answer_dict(answer, compiled.lawbook)
    if format == "json":
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    named = compiled.catalogue.procedures.get(answer.procedure or "")
    head = f"{say(VALUES[answer.value])}  {named.name if named is not None else ''} {answer.as_of}".rstrip()
    typer.echo(head)
    for step in shown["steps"]:
        cites = "、".join(one["label"] for one in step["cites"])
        typer.echo(f"  {MARKS[step['value']]} {say(step['title'])}:{say(step['why'])}  [{cites}]")
    if answer.missing and answer.value != "yes":
        typer.echo(f"  {say('缺少事实')}:{'、'.join(say(MISSING.get(name, name)) for name in answer.missing)}")
