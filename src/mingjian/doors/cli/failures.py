"""What a command says when it cannot go on: what is wrong, where, and what to do. Never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import typer

from mingjian.doors import i18n

CLEAN, FINDINGS, UNUSABLE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
# The library that reads the command line may be click or a copy of it inside typer.
_UsageError = typer.BadParameter.__mro__[1]
_CommandLineError = typer.BadParameter.__mro__[2]
_KINDS = {
    "NoSuchOption": "没有这个选项:{name}",
    "MissingParameter": "缺少参数:{name}",
    "BadOptionUsage": "选项用法有误:{text}",
    "BadArgumentUsage": "参数用法有误:{text}",
    "BadParameter": "参数 {name} 的值不对:{text}",
    "NoSuchCommand": "没有这个命令:{text}",
}


class Failure(Exception):
    """A command cannot do what was asked."""

    def __init__(self, message: str, hint: str | None = None, code: int = UNUSABLE) -> None:
        super().__init__(message)
        self.message, self.hint, self.code = message, hint, code

    @classmethod
    def unknown(cls, kind: str, word: str, known: Iterable[str], listing: str | None = None) -> Failure:
        """A name that does not exist, with what was probably meant."""
        names = list(known)
        hint: str | None
        near = closest(word, names)
        if near:
            hint = f"是否想写 {'、'.join(near)}?"
        elif len(names) <= 20 and names:
            hint = f"可用:{'、'.join(names)}"
        else:
            hint = listing
        return cls(f"没有这个{kind}:{word}", hint)


class ReaderGone(Exception):
    """Nobody reads what is written: the other end of the pipe (head, less) has been closed."""


def closest(word: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names most like a word, whatever its case; also those that hold it."""
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.casefold(), name)
    wanted = word.casefold().strip()
    near = get_close_matches(wanted, folded, n=most, cutoff=0.6)
    if len(wanted) >= 2:
        near += sorted((name for name in folded if wanted in name and name not in near), key=len)
    return [folded[name] for name in near[:most]]


def tell(message: str, hint: str | None = None, kind: str = "错误") -> None:
    """One message on standard error, in the language that is spoken."""
    if i18n.current() == i18n.SOURCE:
        text = f"{kind}:{message}" + (f"({hint})" if hint else "") + "\n"
    else:
        text = f"{i18n.say(kind)}: {i18n.say(message)}" + (f" ({i18n.say(hint)})" if hint else "") + "\n"
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except UnicodeEncodeError:
        sys.stderr.write(text.encode("ascii", "backslashreplace").decode("ascii"))
    except (OSError, ValueError):  # nobody listens
        pass


def warn(message: str, hint: str | None = None) -> None:
    """Something to know that does not stop the command."""
    tell(message, hint, "提示")


def usage_message(error: Exception) -> tuple[str, str | None] | None:
    """Message and hint for a mistake on the command line; None for any other error."""
    if not isinstance(error, _CommandLineError):
        return None
    detail: Any = error
    text = str(getattr(detail, "message", "") or error)
    name = _parameter(detail)
    pattern = _KINDS.get(type(error).__name__)
    message = pattern.format(name=name or text, text=text) if pattern else text
    near = getattr(detail, "possibilities", None)
    context = getattr(detail, "ctx", None)
    path = getattr(context, "command_path", "mingjian")
    hint = f"是否想写 {'、'.join(near)}?" if near else f"用法见 {path} --help"
    return message, hint


def _parameter(error: Any) -> str | None:
    option = getattr(error, "option_name", None)
    if option:
        return str(option)
    parameter = getattr(error, "param", None)
    if parameter is None:
        hint = getattr(error, "param_hint", None)
        return str(hint) if hint else None
    if getattr(parameter, "param_type_name", "") == "argument":
        return str(parameter.metavar or parameter.name)
    return "/".join(parameter.opts)
