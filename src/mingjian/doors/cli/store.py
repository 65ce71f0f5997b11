"""数据:升级、备份、恢复、从日志重算。

The store: migrate, back up, restore, make the state anew from the journal.

[bold]例 Examples[/bold]

  mingjian store backup 备份.zip --with-secrets

  mingjian store restore 备份.zip --data 新文件夹
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.records.backup import Summary


def migrate(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """把数据库升级到本程序的版本。 Bring the store to this version's shape."""
    from mingjian.records.storage.migrate import migrate as bring_up

    lang_of(lang)
    settings = settings_of(data, database)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with opened(settings, new=True) as store:
        before = bring_up(store)
    if before.current:
        typer.echo(say(f"数据库已是最新:{before.wanted}"))
    else:
        typer.echo(say(f"数据库已升级到 {before.wanted}"))


def status(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """显示数据库的版本、日志和检查点。 Show the store's version, journal and checkpoints."""
    from mingjian.records.blobs import Blobs
    from mingjian.records.clock import moment
    from mingjian.records.storage.checkpoints import last_checkpoint
    from mingjian.records.storage.events import head
    from mingjian.records.storage.migrate import shape

    lang_of(lang)
    settings = settings_of(data, database)
    with opened(settings) as store:
        there = shape(store)
        with store.read() as tx:
            end, last = head(tx), last_checkpoint(tx)
        typer.echo(say(f"数据库:{store.url.render_as_string(hide_password=True)}"))
    typer.echo(say(f"版本:{there.here or '-'}"))
    typer.echo(say(f"日志:{end.seq} 条事件"))
    if last is not None:
        typer.echo(say(f"最近的检查点:{last.number},到第 {last.seq} 条,{moment(last.at):%Y-%m-%d %H:%M}"))
    files = sum(1 for _ in Blobs(settings.blobs).folder.glob("??/*"))
    typer.echo(say(f"媒体文件:{files} 个"))


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪里,如 backup.zip。 Where to write it.")],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="连同密钥一起备份;文件须妥善保管。 Keys too: guard the file.")
    ] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """备份到一个文件;审核台可以照常运行。 Back up into one file while the desk goes on."""
    from mingjian.doors.sweeps import folder_of
    from mingjian.records.backup import backup as write
    from mingjian.records.blobs import Blobs

    lang_of(lang)
    settings = settings_of(data, database)
    with opened(settings) as store, Bar("备份中") as bar:
        made = write(store, file, blobs=Blobs(settings.blobs), sweeps=folder_of(settings.data),
                     secrets=settings.secrets if with_secrets else None,
                     progress=lambda _name, size: bar.more(size))  # fmt: skip
    typer.echo(say(f"已备份到 {file}:{say(_held(made))}"))
    if made.sweeps:
        typer.echo(say("回查的结果已备份;所回查的档案不在备份里,须保留在原处,续做和看样本时要用。"))
    if not with_secrets:
        typer.echo(say("没有备份密钥:签名密钥遗失后不能再为旧的检查点换密钥。要连同密钥备份,加 --with-secrets。"))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件。 The backup.")],
    replace: Annotated[bool, typer.Option("--replace", help="换掉现有数据。 Take the place of what is there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。 Do not ask.")] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """从备份恢复:全部成功,或什么都不改。先停止审核台。 Restore: all of it, or nothing changes. Stop the desk first."""
    from mingjian.doors.sweeps import folder_of
    from mingjian.records.restoring import restore as fill
    from mingjian.records.storage.migrate import migrate as bring_up

    lang_of(lang)
    settings = settings_of(data, database)
    if replace and not yes:
        typer.confirm(say("现有数据将被备份换掉,不能撤回。继续吗?"), abort=True)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with opened(settings, new=True) as store:
        with Bar("恢复中") as bar:
            made = fill(file, store, blobs=settings.blobs, secrets=settings.secrets,
                        sweeps=folder_of(settings.data), replace=replace,
                        progress=lambda _name, size: bar.more(size))  # fmt: skip
        if made.revision is not None:
            bring_up(store)
    typer.echo(say(f"已恢复,日志完好:{say(_held(made))}"))


def _held(made: Summary) -> str:
    return (f"{made.seq} 条事件,{made.rows} 行,{made.blobs} 个媒体文件,{made.sweeps} 个回查结果文件,"
            f"{made.secrets} 个密钥文件")  # fmt: skip


def refold(data: Data = None, database: Address = None, lang: Lang = None) -> None:
    """从日志重新算出全部状态。先停止审核台。 Make all state from the journal anew. Stop the desk first."""
    from mingjian.records.journal.append import refold as fold_again
    from mingjian.records.storage.events import head

    lang_of(lang)
    settings = settings_of(data, database)
    with opened(settings) as store:
        with store.read() as tx:
            total = head(tx).seq
        with Bar("重算中", total) as bar:
            done = fold_again(store, progress=bar.at)
    typer.echo(say(f"已从 {done} 条事件重算"))


def reset_password(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="登录名。 The account's login.")],
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """给忘了密码的账号(包括唯一的管理员)换一次性密码。 Give an account a one-time password."""
    from mingjian.desk.people.model import house
    from mingjian.desk.people.service import reset_password as renew
    from mingjian.records.storage.people import user_by_login

    lang_of(lang)
    with opened(settings_of(data, database)) as store, store.write() as tx:
        user = user_by_login(tx, login)
        if user is None:
            raise Failure(f"没有这个账号:{login}", None)
        password = renew(tx, house("setup"), user.id)
    typer.echo(say(f"一次性密码:{password}"))
    typer.echo(say("下次登录须改密码;此密码只显示这一次。"))


ACTIONS = {
    "migrate": migrate,
    "status": status,
    "backup": backup,
    "restore": restore,
    "refold": refold,
    "reset-password": reset_password,
}
