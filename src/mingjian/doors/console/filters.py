"""Filters that live in the address: read from the query, written back into links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from mingjian.records.clock import CHINA, micros
from mingjian.records.errors import Invalid


def chosen(query: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The filters that are set, in the order of ``names``."""
    return {name: value for name in names if (value := query.get(name, "").strip()[:200])}


def address(path: str, values: Mapping[str, object], **changed: object) -> str:
    """A path with its filters, some of them changed; None and empty take one away."""
    merged = {name: value for name, value in {**values, **changed}.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(merged)}" if merged else path


def day_bounds(since: str | None, until: str | None) -> tuple[int | None, int | None]:
    """Days in China (YYYY-MM-DD) as microseconds: the beginning of the first, the end of the last. Invalid."""
    first, last = _day(since, "since"), _day(until, "until")
    if first is not None and last is not None and last < first:
        raise Invalid("结束日期早于开始日期。", field="until")
    return _begin(first), _begin(last + timedelta(days=1)) if last is not None else None


def _day(text: str | None, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"不是日期:{text[:40]}。请写作 2026-03-02。", field=field) from error


def _begin(day: date | None) -> int | None:
    return micros(datetime.combine(day, time(), CHINA)) if day is not None else None
