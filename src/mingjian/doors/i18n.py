"""Languages. Messages are Chinese where they are made; a door that speaks English looks them up in a catalogue.

The catalogues are made by scripts/build_messages.py and read only when a language other than Chinese is asked for.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from string import Formatter
from typing import NamedTuple

DOMAIN = "mingjian"
SOURCE = "zh"
LANGUAGES = (SOURCE, "en")
VARIABLE = "MINGJIAN_LANG"
LONGEST = 2000  # characters; what is longer is no message
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LISTED = re.compile(r"(?<=[!-~])、(?=[!-~])")  # between words that are not Chinese
_current = SOURCE


class _Template(NamedTuple):
    """A message with values: what it looks like, how many characters are its own, the names of the values, and what it
    is in the other language."""

    pattern: re.Pattern[str]
    words: int
    names: tuple[str, ...]
    translation: str


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of a language; for Chinese, and for a language there is none for, one that changes nothing."""
    file = resources.files("mingjian.doors") / "locale" / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if lang not in LANGUAGES or lang == SOURCE or not file.is_file():
        return gettext.NullTranslations()
    with file.open("rb") as stream:
        return gettext.GNUTranslations(stream)


def use(lang: str) -> None:
    """Speak this language from now on: for the command line, which speaks one at a time."""
    global _current
    _current = lang if lang in LANGUAGES else SOURCE


def current() -> str:
    """The language that is spoken."""
    return _current


def wanted(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language asked for by ``--lang`` or the environment: even of a command line that has mistakes."""
    for before, word in zip(("", *arguments), arguments, strict=False):
        if before == "--lang" or word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return environment.get(VARIABLE, SOURCE)


def say(message: str, lang: str | None = None) -> str:
    """A message in the language (the one that is spoken), values in their places. Unknown ones stay as they are."""
    return _said(message, lang or _current, 1)


def _said(message: str, lang: str, least: int) -> str:
    """``least``: how many characters of its own a message with values must have to be recognised."""
    if lang == SOURCE or len(message) > LONGEST or not _CHINESE.search(message):
        return message
    found = translations(lang).gettext(message)
    if found != message:
        return found
    for template in _templates(lang):
        match = template.pattern.fullmatch(message) if template.words >= least else None
        if match is not None:
            # A value may be a message itself: what could not be read, and why. More often it is a name.
            values = [_LISTED.sub(", ", _said(value, lang, 2)) for value in match.groups()]
            named = dict(zip(template.names, values, strict=True))
            found = Formatter().vformat(template.translation, values, named)
            return found if values[0] else found.lstrip()
    place, colon, rest = message.partition(": ")
    return f"{place}{colon}{_said(rest, lang, 2)}" if rest else message


@cache
def _templates(lang: str) -> tuple[_Template, ...]:
    """Messages with values, those with most words of their own and fewest values first: it is they that fit best."""
    known: dict[object, object] = getattr(translations(lang), "_catalog", {})
    made = [(text, str(other)) for text, other in known.items() if isinstance(text, str) and text]
    found = [template for text, other in made for template in _template(text, other)]
    return tuple(sorted(found, key=lambda each: (-each.words, len(each.names))))


def _template(text: str, translation: str) -> Iterator[_Template]:
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:  # the braces of an example
        return
    names = tuple(name for _, name, _, _ in pieces if name is not None)
    if names and all(name.isidentifier() or name.isdigit() for name in names):
        pattern = "".join(re.escape(words) + ("(.*?)" if name is not None else "") for words, name, _, _ in pieces)
        own = sum(len(words) for words, *_ in pieces)
        yield _Template(re.compile(pattern, re.DOTALL), own, names, translation)
