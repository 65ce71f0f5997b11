"""``mingjian schema``."""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.doors.cli.common import choose
from mingjian.doors.cli.output import put_json
from mingjian.intake import json_schema


def run(
    what: Annotated[
        str,
        typer.Argument(metavar="[item|verdict]", help="送检的一行, 或结果的一行。 An input line, or an output line."),
    ] = "item",
) -> None:
    """输出 JSONL 的 JSON Schema:送检内容(item)或检查结果(verdict)。

    Print the JSON Schema of a line of JSONL: what goes in (item) or what comes out (verdict).

    [bold]例 Examples[/bold]

      mingjian schema > item.schema.json

      mingjian schema verdict
    """
    schemas = {"item": json_schema.item_schema, "verdict": json_schema.finding_schema}
    put_json(schemas[choose("SCHEMA", what, tuple(schemas))]())
