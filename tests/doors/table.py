"""The table of who may ask what (authorisation.yaml), for tests that go over every route."""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mingjian.desk.people.permissions import roles
from tests.doors.whole import LOGINS

_TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("authorisation.yaml").read_text("utf-8"))
GRANTED = {role: frozenset(roles()[role].permissions) if role in roles() else frozenset() for role in LOGINS}


@dataclass(frozen=True, slots=True)
class Row:
    """A route with who may ask it and how the test asks."""

    route: str
    needs: str
    at: str
    form: dict[str, str] | None
    hidden: bool
    own: bool

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def api(self) -> bool:
        return " /api/" in self.route

    def address(self, ids: Mapping[str, str]) -> str:
        """Where the test asks, over the things of its desk."""
        return string.Template(self.at).substitute(ids)

    def sent(self, ids: Mapping[str, str]) -> dict[str, str] | None:
        """The form it sends."""
        if self.form is None:
            return None
        return {name: string.Template(value).substitute(ids) for name, value in self.form.items()}

    def lets(self, granted: Collection[str]) -> bool:
        """Whether somebody with an account or a key who holds these permissions may."""
        if self.needs in ("public", "account"):
            return True
        return any(all(word.strip() in granted for word in one.split("&")) for one in self.needs.split("|"))


def _row(route: str, given: str | dict[str, Any]) -> Row:
    told: dict[str, Any] = {"needs": given} if isinstance(given, str) else given
    return Row(route, told["needs"], told.get("at", route.partition(" ")[2]), told.get("form"),
               told.get("hidden", False), told.get("own", False))  # fmt: skip


ROWS = {route: _row(route, given) for route, given in _TABLE.items()}
