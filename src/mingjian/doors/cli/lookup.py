"""官方核验:提出、列出、登记人工查到的结果。

Official look-ups: ask, list, record what a person saw.

[bold]例 Examples[/bold]

  mingjian lookup ask crd_01h…

  mingjian lookup answer lkp_01h… confirmed --evidence 截图.png
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.stores import Address, Data, opened, settings_of
from mingjian.doors.i18n import say


def ask(
    credentials: Annotated[list[str], typer.Argument(metavar="CREDENTIAL…", help="资质编号。 Ids of credentials.")],
    why: Annotated[str, typer.Option(help="为什么核验。 Why.")] = "",
    again: Annotated[bool, typer.Option("--again", help="不沿用以前的答复。 Use no earlier answer.")] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """提出官方核验;由后台任务去问,不能自动问的等人查。 Ask; the desk's duty does the rest."""
    from mingjian.desk.people.model import house
    from mingjian.governance.lookups import service
    from mingjian.governance.lookups.sources import SOURCES

    spoken = lang_of(lang)
    settings = settings_of(data, database)
    SOURCES.use(settings.lookups)
    with opened(settings) as store, store.write() as tx:
        found = service.request(tx, house("command-line"), credentials, why=why, again=again)
    for one in found:
        source = SOURCES.current().get(one.source)
        typer.echo(f"{one.id}  {one.outcome or one.state}  {source.label(spoken) if source else say('人工核对')}")


def listed(
    state: Annotated[str | None, typer.Option(help="waiting by_hand answered cancelled。 Only these.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几条。 At most so many.")] = 50,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """列出核验,新的在前。 List look-ups, the newest first."""
    from mingjian.records.clock import moment
    from mingjian.records.storage import lookups

    lang_of(lang)
    with opened(settings_of(data, database)) as store, store.read() as tx:
        found, _ = lookups.list_lookups(tx, state, None, None, None, limit)
    for one in found:
        said = one.said or one.error or ""
        typer.echo(f"{one.id}  {moment(one.asked_at):%Y-%m-%d}  {one.credential}  {one.outcome or one.state}  {said}")


def answer(
    lookup: Annotated[str, typer.Argument(metavar="LOOKUP", help="核验编号。 The look-up's id.")],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="confirmed contradicted not_found。")],
    evidence: Annotated[Path | None, typer.Option(metavar="FILE", help="截图或文件。 What shows it.")] = None,
    note: Annotated[str, typer.Option(help="备注。 A note.")] = "",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """登记人工查到的结果。 Record what a person saw."""
    from mingjian.desk.people.model import house
    from mingjian.governance.lookups import service
    from mingjian.governance.lookups.sources import SOURCES
    from mingjian.records.blobs import Blobs

    lang_of(lang)
    settings = settings_of(data, database)
    SOURCES.use(settings.lookups)
    with opened(settings) as store:
        digest = None
        if evidence is not None:
            try:
                with evidence.open("rb") as file:
                    digest, _ = Blobs(settings.blobs).put(file, settings.max_upload)
            except OSError as error:
                raise Failure(f"读不到 {evidence}:{error.strerror}") from error
        with store.write() as tx:
            found = service.answer_by_hand(tx, house("command-line"), lookup, outcome,
                                           facts={"note": note} if note else {}, evidence=digest)  # fmt: skip
    typer.echo(say(f"已登记:{found.id} {found.outcome}"))


ACTIONS = {"ask": ask, "list": listed, "answer": answer}
