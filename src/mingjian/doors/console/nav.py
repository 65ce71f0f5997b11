"""The navigation on the left: each page module says its own entries, grouped by task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed

# In the order they are shown.
GROUPS = ("审核", "发布", "检测", "登记", "评分", "治理", "统计", "策略", "申诉", "存证", "系统")


@dataclass(frozen=True, slots=True)
class Nav:
    """An entry. ``group`` is one of GROUPS; ``permissions``: any of them is enough to see it; ``icon`` names a macro
    of templates/_icons.html; ``order`` sorts within the group; ``keys`` is a two-key way there (``g q``)."""

    group: str
    title: str
    path: str
    permissions: tuple[str, ...]
    icon: str = "dot"
    order: int = 50
    keys: str | None = None


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A group with what somebody may see of it."""

    title: str
    entries: tuple[Nav, ...]


def arranged(entries: Iterable[Nav]) -> tuple[Nav, ...]:
    """All entries in the order shown. ValueError for an unknown group or keys used twice."""
    listed = list(entries)
    for entry in listed:
        if entry.group not in GROUPS:
            raise ValueError(f"{entry.path}: unknown navigation group {entry.group}")
    keys = [entry.keys for entry in listed if entry.keys is not None]
    twice = sorted({one for one in keys if keys.count(one) > 1})
    if twice:
        raise ValueError(f"two pages share the keys {twice}")
    return tuple(sorted(listed, key=lambda entry: (GROUPS.index(entry.group), entry.order, entry.path)))


def visible(entries: Iterable[Nav], principal: Principal) -> tuple[NavGroup, ...]:
    """What this somebody may see; empty groups are left out."""
    seen = [entry for entry in entries if any(allowed(principal, name) for name in entry.permissions)]
    groups = (NavGroup(group, tuple(entry for entry in seen if entry.group == group)) for group in GROUPS)
    return tuple(group for group in groups if group.entries)


def current(entries: Iterable[Nav], path: str) -> Nav | None:
    """The entry a page belongs to: the longest path it begins with."""
    under = [entry for entry in entries if path == entry.path or path.startswith(entry.path.rstrip("/") + "/")]
    return max(under, key=lambda entry: len(entry.path), default=None)
