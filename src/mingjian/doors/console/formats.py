"""How times, numbers and names are written on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.core.report.labels import label
from mingjian.core.report.media import clock
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import roles
from mingjian.doors import cache
from mingjian.records.clock import MICROSECONDS, moment

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def platform_names() -> Mapping[str, str]:
    """The platforms the rulebook knows: slug → Chinese name."""
    return cache.platforms()


def role_titles(principal: Principal, lang: str) -> str:
    """What somebody is here: 审核员、专家."""
    known = roles()
    found = [known[name] for name in principal.roles if name in known]
    titles = (role.title_en if lang == "en" else role.title for role in found)
    return label("ui", "sep", lang).join(titles)


@dataclass(frozen=True, slots=True)
class Formats:
    """``f`` in templates. Times are microseconds and shown as in China."""

    lang: str

    def when(self, at: int | None) -> str:
        """2026-03-02 09:05; a dash for None."""
        return moment(at).strftime("%Y-%m-%d %H:%M") if at is not None else "—"

    def date(self, at: int | None) -> str:
        """2026-03-02; a dash for None."""
        return moment(at).strftime("%Y-%m-%d") if at is not None else "—"

    def span(self, microseconds: int) -> str:
        """A length of time in its largest unit: 3 天, 2 小时, 5 分钟, 40 秒."""
        seconds = abs(microseconds) // MICROSECONDS
        for size, zh, en in ((_DAY, "天", "d"), (_HOUR, "小时", "h"), (_MINUTE, "分钟", "min")):
            if seconds >= size:
                return f"{seconds // size} {en if self.lang == 'en' else zh}"
        return f"{seconds} {'s' if self.lang == 'en' else '秒'}"

    def ago(self, at: int | None, now: int) -> str:
        """How long ago, or in how long; a dash for None."""
        if at is None:
            return "—"
        told = self.span(now - at)
        if self.lang == "en":
            return f"{told} ago" if at <= now else f"in {told}"
        return f"{told}前" if at <= now else f"{told}后"

    def number(self, value: float) -> str:
        """1,043,313."""
        return f"{value:,}"

    def percent(self, share: float | None, digits: int = 0) -> str:
        """0.123 → 12%; a dash for None."""
        return f"{100 * share:.{digits}f}%" if share is not None else "—"

    def time(self, seconds: float) -> str:
        """01:05 within a clip."""
        return clock(seconds)

    def size(self, count: int) -> str:
        """Bytes for people: 1.2 MB."""
        size = float(count)
        for unit in ("B", "KB", "MB"):
            if size < 1024:
                return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
            size /= 1024
        return f"{size:.1f} GB"

    def short(self, text: str, limit: int = 80) -> str:
        """The beginning of a text on one line."""
        line = " ".join(text.split())
        return line if len(line) <= limit else line[: limit - 1] + "…"
