"""``mingjian mcp``: the tools for writing agents."""

from __future__ import annotations

import importlib.util
from typing import Annotated

import typer

from mingjian.doors.cli.common import Lang
from mingjian.doors.cli.failures import Failure


def run(
    http: Annotated[
        bool,
        typer.Option("--http", help="用 HTTP(streamable)而不是标准输入输出。 HTTP instead of standard in and out."),
    ] = False,
    host: Annotated[str, typer.Option(help="HTTP 监听地址。 Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="HTTP 端口。 Port.")] = 8421,
    lang: Lang = None,
) -> None:
    """启动 MCP 服务,供写作智能体在发布前检查、解释、改写。引擎就在本进程里,不需要审核台和数据库。

    Serve the MCP tools check, explain, rewrite and rules to writing agents. The engine runs in this process; no desk
    and no database are needed. HTTP has no log-in: keep it on this machine or behind a gateway.

    [bold]例 Examples[/bold]

      mingjian mcp

      mingjian mcp --http --port 8421
    """
    if importlib.util.find_spec("mcp") is None:
        raise Failure("还缺 mcp", "安装:pip install 'mingjian[server]'")
    from mingjian.doors import cache
    from mingjian.doors.mcp.server import create_server

    cache.engine()  # before the first question, not during it
    server = create_server(host=host, port=port)
    if http:
        typer.echo(f"MCP: http://{host}:{port}/mcp   (Ctrl-C 停止 stops)", err=True)
    server.run(transport="streamable-http" if http else "stdio")
