"""Accounts to begin with."""

from __future__ import annotations

from mingjian.desk.people.model import User, house
from mingjian.desk.people.service import create_user, set_password
from mingjian.records.storage.database import Database

PASSWORD = "correct-horse-7"
SETUP = house("setup")


def hire(database: Database, login: str = "li.ming", *roles: str, password: str | None = PASSWORD) -> User:
    """An account that may sign in at once with ``PASSWORD``."""
    with database.write() as tx:
        user = create_user(tx, SETUP, login, "李明", roles or ("reviewer",))
        return user if password is None else set_password(tx, SETUP, user.id, password, must_change=False)
