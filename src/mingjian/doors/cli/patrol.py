"""巡查:列出、现在巡查、进行到哪里。

Patrols: list them, run one now, see where they are.

[bold]例 Examples[/bold]

  mingjian patrol list

  mingjian patrol run licence_expiry
"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from mingjian.doors.cli.common import Format, Lang, choose, lang_of
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of
from mingjian.doors.i18n import say

Name = Annotated[str, typer.Argument(metavar="NAME", help="哪一项,见 patrol list。 Which one; see patrol list.")]


def listed(data: Data = None, database: Address = None, format: Format = "text", lang: Lang = None) -> None:
    """列出各项巡查:下次、上次、漏了几次。 Every patrol: next, last, missed."""
    from mingjian.desk.people.model import house
    from mingjian.governance.patrols.figures import overviews
    from mingjian.governance.patrols.load import PATROLS
    from mingjian.records.clock import moment

    spoken = lang_of(lang)
    choose("--format", format, ("text", "json"))
    settings = settings_of(data, database)
    PATROLS.use(settings.patrols)
    with opened(settings) as store, store.read() as tx:
        found = overviews(tx, house("command-line"))
    if format == "json":
        told = [{"name": one.patrol.name, "title": one.patrol.label(spoken), "kind": one.patrol.subjects.kind,
                 "next_at": moment(one.next_at).isoformat() if one.next_at else None, "missed": one.missed,
                 "last": one.last.id if one.last else None} for one in found]  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in found:
        due = f"{moment(one.next_at):%Y-%m-%d %H:%M}" if one.next_at else say("停用")
        typer.echo(f"{one.patrol.name:24} {due:18} {one.patrol.label(spoken)}")
        if one.last is not None:
            seen = f"上次 {moment(one.last.started_at):%Y-%m-%d %H:%M} 看过 {one.last.seen} 发现 {one.last.hits}"
            typer.echo(f"{'':24} {say(seen)}")
        if one.missed:
            typer.echo(f"{'':24} {say(f'近 90 天漏巡 {one.missed} 次')}")


def run(name: Name, data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """现在巡查一次,做完为止(内容复审和官方核验由后台任务接着做)。 Run one now, to its end."""
    from mingjian.core.engine.check import Engine
    from mingjian.desk.people.model import house
    from mingjian.doors import cache
    from mingjian.governance.patrols import service
    from mingjian.governance.patrols.load import PATROLS
    from mingjian.governance.patrols.practice import use_scope
    from mingjian.records.storage import patrols as runs

    lang_of(lang)
    settings = settings_of(data, database)
    PATROLS.use(settings.patrols)
    engine: Engine = cache.engine()
    use_scope(engine.compiled.catalogue, engine.compiled.finder)
    with opened(settings) as store, Bar("巡查中") as bar:
        with store.write() as tx:
            begun = service.run_now(tx, house("command-line"), name)
        while True:
            done = service.advance(store)
            bar.more(done)
            with store.read() as tx:
                found = runs.run_by_id(tx, begun.id)
            if not done or found is None or found.state != "running":
                break
    assert found is not None
    typer.echo(say(f"看过 {found.seen} / {found.total},发现 {found.hits}"))
    for word, count in found.counts.items():
        typer.echo(f"  {word}: {count}")


def status(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """进行到哪里:正在做的巡查和复审、待办、等待的核验和函询。 Where things are."""
    from mingjian.records.storage import enquiries, lookups, patrol_entries, patrols, rescreenings

    lang_of(lang)
    with opened(settings_of(data, database)) as store, store.read() as tx:
        running, again = patrols.oldest_running(tx), rescreenings.oldest_running(tx)
        work, asked = patrol_entries.count_entries(tx), enquiries.count_enquiries(tx)
        states = {one.state: 0 for one in lookups.counted(tx, 0, tx.now + 1)}
        for one in lookups.counted(tx, 0, tx.now + 1):
            states[one.state] += one.count
    if running is not None:
        typer.echo(say(f"正在巡查:{running.patrol},{running.seen} / {running.total}"))
    if again is not None:
        typer.echo(say(f"正在复审:{again.id},{again.judged + again.skipped} / {again.total}"))
    typer.echo(say(f"工作清单:待办 {work['open']},超时 {work['overdue']},推迟 {work['snoozed']}"))
    typer.echo(say(f"官方核验:等待 {states.get('waiting', 0)},待人工 {states.get('by_hand', 0)}"))
    typer.echo(say(f"函询:已发出 {asked.get('sent', 0)},超时 {asked['overdue']}"))


ACTIONS = {"list": listed, "run": run, "status": status}
