"""The pages about the desk keep up with it: settings, permissions, routes, commands, events, and both languages."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from mingjian.desk.people.permissions import permissions, roles
from mingjian.desk.queues.load import read_book
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.live.settings import LiveSettings
from mingjian.records.journal.fold import known_kinds
from mingjian.records.storage.tables import load_tables

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT / "scripts"))


def rows(page: str) -> dict[str, str]:
    """First cell of each table row of a generated page, without its ticks → the rest."""
    text = (DOCS / page).read_text("utf-8")
    return dict(re.findall(r"^\| `([^`|]+)` \|(.*)\|$", text, re.MULTILINE))


def test_every_setting_of_the_desk_is_told_in_both_languages() -> None:
    told = rows("desk-settings.md")
    desk = {f"MINGJIAN_DESK_{name.upper()}" for name in DeskSettings.model_fields}
    assert set(told) == desk | {f"MINGJIAN_LIVE_{name.upper()}" for name in LiveSettings.model_fields}
    for name, row in told.items():
        chinese, _, english = row.rsplit("|", 1)[-1].partition("<br>")
        assert re.search(r"[\u4e00-\u9fff]", chinese) and re.search("[a-z]{3}", english), name


def test_every_permission_role_queue_and_event_is_told() -> None:
    words = importlib.import_module("docgen.desk").words

    load_tables()
    assert set(words()["permissions"]) == set(permissions())
    assert set(rows("roles.md")) == set(permissions()) | set(roles())
    assert all(f'<a id="{name}"></a>' in (DOCS / "queues.md").read_text("utf-8") for name in read_book().queues)
    assert known_kinds() <= set(words()["events"]) == set(rows("events.md"))


def test_every_command_below_a_command_is_documented() -> None:
    from mingjian.doors.cli.main import app

    root: Any = typer.main.get_command(app)
    context = root.context_class(root, info_name="mingjian")
    page = (DOCS / "cli.md").read_text("utf-8")
    for name in root.list_commands(context):
        for word, command in getattr(root.get_command(context, name), "commands", {}).items():
            section = re.search(rf"^### mingjian {name} {word}$(.*?)(?=^##|\Z)", page, re.DOTALL | re.MULTILINE)
            assert section, f"{name} {word}"
            options = {option for p in command.params for option in p.opts if option.startswith("-")} - {"--help", "-h"}
            assert {option for option in options if f"`{option}`" not in section[1]} == set(), f"{name} {word}"


def test_every_route_is_documented_with_who_may() -> None:
    described = json.loads((DOCS / "api" / "openapi.json").read_text("utf-8"))
    routes = {f"{method.upper()} {path}" for path, each in described["paths"].items() for method in each}
    told = rows("api.md")
    assert routes == set(told)
    assert [route for route, row in told.items() if "—" in row.split("|")[0]] == []


@pytest.mark.parametrize("page", ["desk.md", "desk.zh-CN.md"])
def test_commands_shown_on_the_desk_pages_exist(page: str) -> None:
    known = (DOCS / "cli.md").read_text("utf-8")
    text = (DOCS / page).read_text("utf-8")
    shown = re.findall(r"mingjian ((?:serve|store|evidence|mcp|redact)(?: [a-z-]+)?)((?: --[a-z-]+)*)", text)
    assert len(shown) > 10
    for command, options in shown:
        words = command.split()
        heading = command if words[0] in ("store", "evidence") else words[0]
        section = re.search(rf"^##+ mingjian {heading}$(.*?)(?=^##|\Z)", known, re.DOTALL | re.MULTILINE)
        assert section, command
        assert {option for option in options.split() if f"`{option}`" not in section[1]} == set(), command


def test_both_desk_pages_have_the_same_parts() -> None:
    def shape(page: str) -> list[str]:
        found = re.findall(r"^(#+) |!\[[^\]]*\]\(([^)]+)\)|^(```)", (DOCS / page).read_text("utf-8"), re.MULTILINE)
        return ["".join(each) for each in found]

    assert shape("desk.md") == shape("desk.zh-CN.md")
