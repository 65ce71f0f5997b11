"""Which language a page speaks, and its words. The source strings are Chinese."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from mingjian.doors.console.words import word
from mingjian.doors.i18n import LANGUAGES, SOURCE, translations

COOKIE = "mingjian_lang"
YEAR_S = 365 * 24 * 3600
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def language(request: Request) -> str:
    """The language chosen in this browser, else the account's, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    user = getattr(request.state, "principal", None)
    return user.lang if user is not None and user.lang in LANGUAGES else SOURCE


def speaker(lang: str) -> Callable[..., str]:
    """``_``: a message in the language with its named values filled in: ``_("共 {n} 件", n=3)``. What other rooms
    said with values already in it (errors) is looked up by ``say``."""

    catalogue = translations(lang)

    def spoken(message: str, **values: object) -> str:
        found = catalogue.gettext(message) if message else message
        return found.format(**values) if values else found

    return spoken


def labeller(lang: str) -> Callable[[object, str], str]:
    """``label(value, "severity")``: the printed word of a datum; empty for None."""

    def labelled(value: object, group: str) -> str:
        return "" if value is None else word(group, str(value), lang)

    return labelled
