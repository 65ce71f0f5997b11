"""What several commands share: the day, the options that mean the same everywhere, codes and platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

import typer

from mingjian.core.model import Rule
from mingjian.doors import i18n
from mingjian.doors.cli.failures import Failure, closest, warn
from mingjian.intake.values import CHINA

T = TypeVar("T")

Lang = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="zh|en", envvar=i18n.VARIABLE, show_envvar=False,
        help="说明和提示的语言, 默认 zh; 也可设 MINGJIAN_LANG。 Language of labels and messages.",
    ),
]  # fmt: skip
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="按哪一天的法律,如 2025-06-01;默认今天。 The day whose law binds."),
]
Format = Annotated[str, typer.Option("--format", "-f", metavar="text|json", help="输出格式。 Output format.")]


def today() -> date:
    """The day in China, where the law is."""
    return datetime.now(CHINA).date()


def day(text: str | None) -> date:
    """The day an option names, or today."""
    if text is None:
        return today()
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Failure(f"--as-of: {text!r} 不是日期", "写作 2025-06-01")


def choose(option: str, value: str, allowed: Sequence[str]) -> str:
    """A value that must be one of a few words."""
    if value in allowed:
        return value
    near = closest(value, allowed, 1)
    hint = f"是否想写 {near[0]}?" if near else ""
    raise Failure(f"{option}: {value!r} 不在允许的范围内", f"{hint}允许:{'、'.join(allowed)}")


def lang_of(value: str | None, setting: str | None = None) -> str:
    """The language of labels, and of messages from now on: the option's, else the setting's, else Chinese."""
    language = choose("--lang", value or setting or i18n.SOURCE, i18n.LANGUAGES)
    i18n.use(language)
    return language


def format_of(value: str) -> str:
    """text or json."""
    return choose("--format", value, ("text", "json"))


def platform_of(slug: str | None, known: Mapping[str, str]) -> str | None:
    """A platform by its slug or its Chinese name."""
    if slug is None or slug in known:
        return slug
    lower = slug.casefold()
    by_name = [name for name, title in known.items() if lower == name or (len(slug) >= 2 and slug in title)]
    if len(by_name) == 1:
        return by_name[0]
    near = closest(slug, known, 1)
    hint = f"是否想写 {near[0]}?" if near else ""
    names = "、".join(f"{name}({title})" for name, title in known.items())
    raise Failure(f"--platform: 规则库里没有平台 {slug!r}", f"{hint}已知:{names};其他平台不要写这个选项")


def codes(option: str, asked: Iterable[str], rules: Iterable[Rule], strict: bool) -> tuple[str, ...]:
    """Rule codes, or their beginnings, in the spelling of the rulebook.

    One that fits no rule is a failure where it would silently check nothing, else only said.
    """
    known = [rule.code for rule in rules]
    out: list[str] = []
    for code in asked:
        low = code.casefold()
        found = {name[: len(code)] for name in known if name.casefold().startswith(low)}
        if found:
            out += sorted(found)
            continue
        near = closest(code, known)
        hint = f"是否想写 {'、'.join(near)}?" if near else "全部代码见 mingjian rules"
        if strict:
            raise Failure(f"{option}: 没有代码以 {code!r} 开头的规则", hint)
        warn(f"{option}: 没有代码以 {code!r} 开头的规则", hint)
    return tuple(out)


def keep(values: Iterable[T], test: Callable[[T], bool]) -> list[T]:
    """The values that pass."""
    return [value for value in values if test(value)]


def plain(value: Any) -> Any:
    """A value that JSON can hold: dataclasses and dates made plain."""
    from dataclasses import fields, is_dataclass

    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value
