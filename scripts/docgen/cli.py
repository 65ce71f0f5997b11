"""docs/cli.md and docs/settings.md, from the commands and the settings themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from inspect import cleandoc
from typing import Any

import typer

from docgen.common import page, plain, table
from mingjian.core.model import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS, SEVERITIES
from mingjian.core.rulebook.load import Sources
from mingjian.doors.i18n import LANGUAGES
from mingjian.doors.settings import FORMATS, KEYS, Settings

# What a setting may hold where its option is free text for the terminal's sake.
ALLOWED: dict[str, tuple[str, ...]] = {
    "publisher": PUBLISHER_KINDS,
    "channel": CHANNELS,
    "nature": ("auto", *NATURES),
    "domain": ("auto", *DOMAINS),
    "format": FORMATS,
    "min_severity": SEVERITIES,
    "lang": LANGUAGES,
}
# Settings whose option says the opposite.
OWN = {"classifier": "用不用分类器。 Whether the trained classifier is used."}
_MARKUP = re.compile(r"\[/?(?:bold|dim|italic|cyan|green|red|yellow|magenta|blue)[^\]]*\]")


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): the command line and the settings."""
    root = _root()
    yield "cli.md", _cli(root)
    yield "settings.md", _settings(_commands(root)["check"])


def _root() -> Any:
    from mingjian.doors.cli.main import app

    return typer.main.get_command(app)


def _commands(root: Any) -> dict[str, Any]:
    context = root.context_class(root, info_name="mingjian")
    return {name: root.get_command(context, name) for name in root.list_commands(context)}


def _cli(root: Any) -> str:
    lines: list[str] = []
    commands = _commands(root)
    for name, command in commands.items():
        lines += ["", f'<a id="{name}"></a>', "", f"## mingjian {name}", "", _said(command.help), ""]
        below = getattr(command, "commands", {})
        if not below:
            lines += _parameters(f"mingjian {name}", command)
            continue
        summary = ([f"[`{word}`](#{name}-{word})", plain(c.get_short_help_str(200))] for word, c in below.items())
        lines += table(["", "做什么"], summary)
        for word, each in below.items():
            lines += ["", f'<a id="{name}-{word}"></a>', "", f"### mingjian {name} {word}", "", _said(each.help), ""]
            lines += _parameters(f"mingjian {name} {word}", each)
    return page(
        "# 命令行",
        "",
        _said(root.help),
        "",
        table(
            ["命令", "做什么"],
            ([f"[`{n}`](#{n})", plain(c.get_short_help_str(200))] for n, c in commands.items()),
        ),
        lines,
    )


def _parameters(name: str, command: Any) -> list[str]:
    lines = ["```", f"{name} {_usage(command)}".rstrip(), "```", ""]
    shown = [p for p in command.params if not getattr(p, "hidden", False)]
    arguments = [p for p in shown if p.param_type_name == "argument"]
    options = [p for p in shown if p.param_type_name == "option"]
    if arguments:
        rows = ([f"`{_metavar(p)}`".replace("|", "\\|"), _help(p)] for p in arguments)
        lines += [*table(["参数", "说明"], rows), ""]
    if options:
        lines += table(
            ["选项", "取值", "默认", "说明"],
            ([_names(p), _values(p), _default(p), _help(p)] for p in options),
        )
    return lines


def _settings(check: Any) -> str:
    options = {p.name: p for p in check.params}
    defaults = {field.name: field.default for field in fields(Settings)}
    rows = []
    for key in KEYS:
        rows.append(
            [
                f"`{key.replace('_', '-')}`",
                "、".join(f"`{value}`" for value in ALLOWED.get(key, ())) or _kind(key),
                _shown(defaults[key]),
                OWN.get(key) or (_help(options[key]) if key in options else ""),
            ]
        )
    return page(
        "# 设置",
        "",
        "写在 `mingjian.toml`,或 `pyproject.toml` 的 `[tool.mingjian]`。"
        "从当前文件夹向上找,最近的一个算数,只用这一个;"
        "同一文件夹里 `mingjian.toml` 优先。命令行给出的选项高于设置。写错的键会一次全部指出。",
        "",
        "```toml",
        "# mingjian.toml",
        'platform = "xiaohongshu"',
        'publisher = "institution"',
        'min-severity = "low"',
        'ignore = ["CL-"]          # 代码或代码的开头',
        'exclude = ["drafts/*"]',
        "```",
        "",
        table(["键", "取值", "默认", "说明"], rows),
        "",
        "键里的 `-` 也可以写作 `_`。`output` 的相对路径从设置文件所在的文件夹算起。",
    )


def _kind(key: str) -> str:
    if key == "as_of":
        return "日期"
    if key in {"select", "ignore", "exclude"}:
        return "字符串数组"
    return "true、false" if key in {"exit_zero", "preview", "classifier"} else "文字"


def _said(text: str | None) -> str:
    return _MARKUP.sub("", cleandoc(text or "")).replace("\b", "").replace("\f", "").strip()


def _help(param: Any) -> str:
    return plain(_said(getattr(param, "help", None)))


def _metavar(param: Any) -> str:
    return str(param.metavar or param.name.upper()).removeprefix("[").removesuffix("]")


def _usage(command: Any) -> str:
    wanted = [p for p in command.params if p.param_type_name == "argument"]
    arguments = " ".join(_metavar(p) if p.required else f"[{_metavar(p)}]" for p in wanted)
    return f"[OPTIONS] {arguments}" if len(wanted) < len(command.params) else arguments


def _names(param: Any) -> str:
    return " ".join(f"`{name}`" for name in (*param.opts, *param.secondary_opts))


def _values(param: Any) -> str:
    if param.is_flag or (param.secondary_opts and not param.metavar):
        return ""
    if not param.metavar:
        return f"`{param.name.upper()}`"
    return "、".join(f"`{word}`" for word in str(param.metavar).split("|"))


def _default(param: Any) -> str:
    return _shown(None if callable(param.default) else param.default)


def _shown(value: Any) -> str:
    if value is None or value is False or value == () or value == []:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else getattr(value, 'value', value)}`"
