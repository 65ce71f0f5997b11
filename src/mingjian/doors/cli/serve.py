"""``mingjian serve``: the review desk in one process."""

from __future__ import annotations

import importlib.util
import os
import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure

if TYPE_CHECKING:
    from mingjian.doors.desk.settings import DeskSettings

FIRST = "admin"
NEEDED = ("sqlalchemy", "fastapi", "uvicorn", "argon2")


def run(
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="数据文件夹:数据库、图片视频、密钥。 Where everything is kept.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="PostgreSQL 地址;不给则用数据文件夹里的 SQLite。 PostgreSQL.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="监听地址。 Address to listen at.")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口,0 由系统选。 Port; 0 lets the system choose.")] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="对外地址。 The address people use.")] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="服务进程数(PostgreSQL)。 Serving processes.")] = 1,
    workers: Annotated[int | None, typer.Option(help="每个进程的后台筛查线程数。 Screening threads each.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="打开装好演示数据的审核台。 Open on a seeded desk.")] = False,
    lang: Lang = "zh",
) -> None:
    """启动审核台:网页、接口和后台任务都在一个进程里,不需要别的服务。

    Run the review desk: console, API and duties in one process, no other service.

    [bold]例 Examples[/bold]

      mingjian serve

      mingjian serve --demo --port 8000

      mingjian serve --database postgresql+psycopg://mingjian@db/mingjian --processes 4

    首次启动会新建管理员并显示一次性密码。设置也可以写在环境变量 MINGJIAN_DESK_… 里(见 docs/desk-settings.md)。
    """
    tongue = lang_of(lang)
    _demand_server()
    from mingjian.records.errors import DeskError

    settings = _settings(data, database, host, port, base_url, workers, demo)
    if processes > 1 and settings.database is None:
        raise Failure("SQLite 只用一个服务进程", "用 --database 指向 PostgreSQL,或去掉 --processes")
    try:
        _prepare(settings, demo, tongue)
    except DeskError as error:
        raise Failure(error.message, None) from error
    _listen(settings, processes)


def _demand_server() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Failure(f"审核台还缺 {'、'.join(missing)}", "安装:pip install 'mingjian[server]'")


def _settings(
    data: Path | None, database: str | None, host: str | None, port: int | None, base_url: str | None,
    workers: int | None, demo: bool,
) -> DeskSettings:  # fmt: skip
    from pydantic import ValidationError

    from mingjian.doors.desk.settings import DeskSettings

    given = {"data": data, "database": database, "host": host, "port": port, "base_url": base_url, "workers": workers}
    named = {name: value for name, value in given.items() if value is not None}
    try:
        settings = DeskSettings(**named)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise Failure("设置有误", ";".join(lines)) from error
    if demo and data is None and "MINGJIAN_DESK_DATA" not in os.environ:
        settings = settings.model_copy(update={"data": settings.data.parent / "demo"})
    return settings


def _prepare(settings: DeskSettings, demo: bool, lang: str) -> None:
    """Data folder, tables, the first administrator and, for a demonstration, something to see."""
    from mingjian.desk.people.service import first_administrator
    from mingjian.doors.desk.opening import install, open_desk
    from mingjian.records.errors import Conflict
    from mingjian.records.storage.migrate import migrate
    from mingjian.records.storage.people import any_user

    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    desk = open_desk(settings)
    with closing(desk):
        migrate(desk.database)
        if demo:
            from mingjian.doors.demo.seed import seed

            seed(desk, say=typer.echo)
        install(desk)
        if demo:
            return
        with desk.database.write() as tx:
            if any_user(tx):
                return
            try:
                user, password = first_administrator(tx, FIRST)
            except Conflict:  # another process that started at the same moment was first
                return
    typer.echo("")
    typer.echo(f"  已新建管理员  Administrator:  {user.login}")
    typer.echo(f"  一次性密码    One-time password:  {password}")
    typer.echo("  首次登录须改密码;此密码只显示这一次。 Change it at the first sign-in; it is shown only now.")
    typer.echo("")


def _listen(settings: DeskSettings, processes: int) -> None:
    import uvicorn

    port = _bindable(settings.host, settings.port)
    # What the serving processes need to know reaches them through the environment, as it does when they are started
    # by somebody else.
    os.environ["MINGJIAN_DESK_DATA"] = str(settings.data)
    for name in ("database", "host", "base_url", "workers"):
        value = getattr(settings, name)
        if value is not None:
            os.environ[f"MINGJIAN_DESK_{name.upper()}"] = str(value)
    shown = settings.base_url or f"http://{'127.0.0.1' if settings.host in ('0.0.0.0', '::') else settings.host}:{port}"
    typer.echo(f"审核台 Review desk: {shown}   (Ctrl-C 停止 stops)")
    uvicorn.run(
        "mingjian.doors.serve.app:from_environment",
        factory=True, host=settings.host, port=port, workers=processes, log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=10, h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip


def _bindable(host: str, port: int) -> int:
    """The port, one of the system's choice for 0; Failure when it cannot be listened at."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as held:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind((host, port))
            found: int = held.getsockname()[1]
            return found
    except OSError as error:
        raise Failure(f"不能监听 {host}:{port}:{error.strerror}", "换一个 --port,或停掉占用它的程序") from error
