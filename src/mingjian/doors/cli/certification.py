"""专业认证:政策、测算、批次、治理公告;处罚公示与待恢复名单。

Certification: policies, what they would do, batches, announcements; counts of penalties, who waits for a right.

[bold]例 Examples[/bold]

  mingjian certification impact public_3a_only@1

  mingjian certification run

  mingjian certification announce --batch cbt_06fhzd0000c6bva4d4g0 --out 公告.pdf

  mingjian certification counts --since 2026-01-01 --until 2026-12-31 --verify
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.doors.cli.common import Format, Lang, format_of, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.doors.desk.settings import DeskSettings

Named = Annotated[str, typer.Argument(metavar="POLICY", help="认证政策,如 public_3a_only@1。 A policy.")]
BatchId = Annotated[str, typer.Option("--batch", metavar="ID", help="批次编号。 The batch.")]
Programme = Annotated[
    str, typer.Option("--programme", metavar="NAME", help="认证项目。 The programme.")
]  # fmt: skip
_SUFFIXES = (".pdf", ".docx", ".txt", ".json")


def policies(programme: Programme = "medical_aesthetics", data: Data = None, database: Address = None,
             lang: Lang = None) -> None:  # fmt: skip
    """列出认证政策和现在生效的一份。 The policies, and the one in force."""
    from mingjian.governance.certification.adopting import policy_on
    from mingjian.governance.certification.load import shelf
    from mingjian.records.clock import day

    settings = _settled(data, database, lang)
    with opened(settings) as store, store.read() as tx:
        now = policy_on(tx, programme, day(tx.now))
    rows = [[one.id, "●" if now is not None and now.id == one.id else "", f"{one.since} – {one.until or say('长期')}",
             say(one.title)] for one in shelf().of(programme)]  # fmt: skip
    if not rows:
        raise Failure(f"没有认证项目 {programme}", None)
    typer.echo(table([say("政策"), say("生效"), say("有效期"), say("名称")], rows), nl=False)


def impact(
    policy: Named,
    kind: Annotated[
        str, typer.Option("--kind", metavar="revoke|readmit", help="取消或再次准入。 Which way.")
    ] = "revoke",
    format: Format = "text",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """测算:一项政策会影响谁,其中哪些本身合格。 Whom a policy would hit, and the qualified ones among them."""
    from mingjian.desk.people.model import house
    from mingjian.doors.certification import impact_dict
    from mingjian.governance.certification.batches import impact as ask
    from mingjian.governance.certification.risks import risk_bands

    settings = _settled(data, database, lang)
    format_of(format)
    with opened(settings) as store, store.read() as tx:
        told = ask(tx, house("cli"), kind, policy, risks=risk_bands)
    if format == "json":
        typer.echo(json.dumps(impact_dict(told, len(told.hit)), ensure_ascii=False, indent=2))
        return
    head = f"{told.policy}:持证 {told.holders},影响 {len(told.hit)},其中本身合格 {len(told.qualified)},"
    typer.echo(say(f"{head}登记不明 {len(told.open)},豁免 {len(told.exempt)}"))
    for name, counts in told.counts.items():
        shown = " ".join(f"{value or say('不明')}={number}" for value, number in counts.items())
        typer.echo(f"  {name}: {shown}")
    rows = [[one.entity.name, one.entity.kind, say("是") if one.qualified else "",
             ";".join(fact.told("zh") for fact in one.evaluation.against)] for one in told.hit[:50]]  # fmt: skip
    if rows:
        typer.echo(table([say("名称"), say("类别"), say("本身合格"), say("原因")], rows), nl=False)


def batches(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """列出批次和进度。 Batches and how far they are."""
    from mingjian.records.storage import certification_batches as stored

    settings = _settled(data, database, lang)
    with opened(settings) as store, store.read() as tx:
        found = stored.batches(tx)
        counts = {one.id: stored.progress(tx, one.id) for one in found}
    rows = [[one.id, one.kind, one.state, f"{one.number - counts[one.id].get('waiting', 0)}/{one.number}", one.policy]
            for one in found]  # fmt: skip
    typer.echo(table(["id", say("种类"), say("状态"), say("进度"), say("政策")], rows), nl=False)


def run(
    batch: Annotated[str | None, typer.Option("--batch", metavar="ID", help="只执行这一批。 Only this one.")] = None,
    piece: Annotated[int, typer.Option("--piece", min=1, max=1000, help="每个事务处理多少个。 At a time.")] = 50,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """执行已批准的批次(或正在撤销的);中断后重跑即续做,不会重复。 Carry out approved batches; may be interrupted."""
    from mingjian.governance.certification.batches import advance, batch_of
    from mingjian.records.storage import certification_batches as stored

    settings = _settled(data, database, lang)
    with opened(settings) as store:
        with store.read() as tx:
            waiting = [one for one in stored.batches(tx, ("approved", "running", "undoing")) if batch in (None, one.id)]
            if batch is not None:
                batch_of(tx, batch)
        for one in waiting:
            with Bar("执行中", one.number) as bar:
                while True:
                    with store.write() as tx:
                        done = advance(tx, one.id, piece)
                    if not done:
                        break
                    bar.more(done)
            with store.read() as tx:
                counts = stored.progress(tx, one.id)
            typer.echo(f"{one.id} " + " ".join(f"{state}={number}" for state, number in sorted(counts.items())))
    if not waiting:
        typer.echo(say("没有要执行的批次"))


def announce(
    batch: BatchId,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写成 .pdf .docx .txt 或 .json。 Write a file.")
    ] = None,
    format: Format = "text",
    least: Annotated[int, typer.Option("--least", min=1, help="小于此数的隐去;1 为不隐去。 Cover below.")] = 1,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """一个批次的治理公告,数字逐条由日志统计。 A batch's public announcement, counted from the journal."""
    from mingjian.doors.announcing import announcement_docx, announcement_pdf, announcement_text
    from mingjian.governance.certification.announce import announcement

    settings = _settled(data, database, lang)
    format_of(format)
    with opened(settings) as store, store.read() as tx:
        told = announcement(tx, batch, lang_of(lang), least=least)
        now = tx.now
    plain = json.dumps(told.plain(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        typer.echo(plain if format == "json" else announcement_text(told), nl=False)
        return
    suffix = out.suffix.lower()
    if suffix not in _SUFFIXES:
        raise Failure(f"不会写 {out.suffix or '这种'} 文件", f"可用:{' '.join(_SUFFIXES)}")
    if suffix == ".pdf":
        content = announcement_pdf(told, now)
    elif suffix == ".docx":
        content = announcement_docx(told)
    else:
        content = (plain if suffix == ".json" else announcement_text(told)).encode()
    out.write_bytes(content)
    typer.echo(say(f"已写入 {out}"))


def waiting(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """待恢复:谁还有条件要满足。 Who has a condition to meet before a right comes back."""
    from mingjian.desk.people.model import house
    from mingjian.governance.decisions.law import book_in_force
    from mingjian.governance.ladders.reinstate import awaiting
    from mingjian.records.clock import moment

    settings = _settled(data, database, lang)
    book, rows, seq = book_in_force(), [], 0
    with opened(settings) as store, store.read() as tx:
        while found := awaiting(tx, house("cli"), seq, 500):
            seq = found[-1].action.seq
            for one in found:
                until = f"{moment(one.action.until):%Y-%m-%d}" if one.action.until else "—"
                state = say("期满待恢复") if one.awaits else say("停权中")
                open_ = "、".join(each.condition.word(lang_of(lang)) for each in one.open)
                right = book.right(one.action.right or "", lang_of(lang))
                rows.append([one.action.id, one.action.publisher or "", right, until, state, open_])
    heads = [say("处置"), say("主体"), say("权限"), say("期满"), say("状态"), say("还差")]
    typer.echo(table(heads, rows), nl=False)


def counts(
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="起始日 YYYY-MM-DD。 The first day.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="截止日。 The last day.")],
    monthly: Annotated[bool, typer.Option("--monthly", help="逐月。 Month by month.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="用日志逐条重数并比对。 Recount from the journal.")] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """处罚公示:按权限和期限统计停权数,小数隐去。 Public counts of suspensions; small numbers are covered.

    退出码 Exit codes: 0 一致 the same · 1 与日志不符 the journal says otherwise
    """
    from mingjian.governance.decisions.law import book_in_force
    from mingjian.governance.ladders.tally import DEFINITION, MEASURES, TERMS, retold, start_of, tally
    from mingjian.records.storage.penalties import count_penalties

    settings = _settled(data, database, lang)
    first, last = _day(since), _day(until)
    book, spoken = book_in_force(), lang_of(lang)
    with opened(settings) as store, store.read() as tx:
        periods = tally(tx, first, last, monthly=monthly)
        true = retold(tx, first, last) if verify else None
        same = true is None or true == count_penalties(tx, MEASURES, start_of(first), start_of(last, 1), TERMS)
    rows = [[f"{period.first} – {period.last}", book.word(line.measure, spoken), book.right(line.right or "", spoken),
             *("<5" if number is None else str(number) for number in (line.subjects, *line.at_least))]
            for period in periods for line in period.lines]  # fmt: skip
    typer.echo(
        table([say("期间"), say("措施"), say("权限"), say("对象数"), *(f"≥{term}d" for term in TERMS)], rows), nl=False
    )
    typer.echo(say(DEFINITION))
    if verify:
        typer.echo(say("与日志逐条重数一致") if same else say("与日志逐条重数不一致"))
        if not same:
            raise typer.Exit(FINDINGS)


def _settled(data: Path | None, database: str | None, lang: str | None) -> DeskSettings:
    """The settings, with a deployer's policies, measures and ladders in force."""
    from mingjian.doors.cli.stores import told
    from mingjian.governance.actions.book import deployed
    from mingjian.governance.certification.load import use_shelf
    from mingjian.governance.decisions.law import basis_of, packaged_basis, use_basis

    lang_of(lang)
    settings = settings_of(data, database)
    with told():
        use_shelf(settings.certification)
        if settings.measures is not None or settings.ladders is not None:
            from mingjian.doors import cache

            compiled = cache.engine().compiled
            book = deployed(settings.measures, settings.ladders)
            use_basis(basis_of(compiled.lawbook, compiled.rules, book, cache.platforms()))
        else:
            packaged_basis()
    return settings


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Failure(f"日期应写成 YYYY-MM-DD:{written}", None) from error


ACTIONS = {
    "policies": policies,
    "impact": impact,
    "batches": batches,
    "run": run,
    "announce": announce,
    "waiting": waiting,
    "counts": counts,
}
