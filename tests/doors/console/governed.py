"""A console's desk with something decided, something appealed, and one person of every role."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.people import service as people
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import roles
from mingjian.governance.appeals.service import lodge
from mingjian.governance.appeals.token import Concerned, make_token
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide
from mingjian.governance.policies.shipped import install_shipped
from tests.doors.console.seeded import HOSTILE, PASSWORD, Seeded

NAMED = "<img src=x onerror=window.owned=1>"


@dataclass(frozen=True, slots=True)
class Governed:
    """``decision`` may be appealed, ``appealed`` was, by ``appeal``; tokens are those of the links. Everybody's login
    is the name of their role."""

    seeded: Seeded
    decision: str
    token: str
    appealed: str
    appeal: str
    actors: dict[str, str]


def govern(full: Seeded) -> Governed:
    """Decide and appeal on a seeded desk."""
    actors: dict[str, str] = {}
    with full.desk.database.write() as tx:
        install_shipped(tx)
        for role in roles():
            if role not in full.users:
                user = people.create_user(tx, house("setup"), role, f"{role}{NAMED}", (role,))
                people.set_password(tx, house("setup"), user.id, PASSWORD, must_change=False)
            actors[role] = f"user:{full.users.get(role) or user.id}"
        lead = Principal(full.users["lead"], "user", "林", ("desk_lead",))
        first = decide(tx, lead, DecisionInput("take_down", item=full.items["plain"], reasons=(HOSTILE,))).decision
        second = decide(tx, lead, DecisionInput("take_down", item=full.items["hostile"], reasons=("effect",))).decision
        appeal = lodge(tx, Concerned(second.id), second.id, HOSTILE)
    return Governed(full, first.id, make_token(full.desk.secret, first.id), second.id, appeal.id, actors)
