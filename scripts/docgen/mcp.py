"""docs/mcp.md: the tools for writing agents, from the server itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from docgen.common import filled, plain, table
from mingjian.core.rulebook.load import Sources
from mingjian.doors.mcp.server import create_server


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): one page."""
    server = create_server()
    lines: list[str] = []
    for tool in asyncio.run(server.list_tools()):
        lines += ["", f"## `{tool.name}`", "", cleandoc(tool.description or ""), ""]
        required = set(tool.inputSchema.get("required", ()))
        rows = (
            [f"`{name}`", "●" if name in required else "", _values(schema), plain(schema.get("description", ""))]
            for name, schema in tool.inputSchema["properties"].items()
        )
        lines += table(["参数 Argument", "必填 Required", "取值 Values", "说明"], rows)
    yield "mcp.md", filled("mcp", tools=lines)


def _values(schema: dict[str, Any]) -> str:
    return "、".join(f"`{value}`" for value in schema.get("enum", ()) if value is not None)
