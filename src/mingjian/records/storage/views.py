"""Saved filters: an address of the console under a name, of one account or shared with all.

Operational, not a projection: nothing follows from them and the journal does not speak of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata

MOST = 50  # of one account
SAVED_VIEWS = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(128), nullable=False),
    sa.Column("page", sa.String(64), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("address", sa.String(1000), nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.UniqueConstraint("owner", "page", "name"),
    sa.Index("ix_saved_views_page", "page"),
)


@dataclass(frozen=True, slots=True)
class View:
    """A saved filter. ``page`` is the part of the console it belongs to; ``address`` a path with its query."""

    id: str
    owner: str
    page: str
    name: str
    address: str
    shared: bool


def views_of(tx: Tx, owner: str, page: str) -> list[View]:
    """An account's own and the shared ones of a page, by name."""
    seen = sa.or_(SAVED_VIEWS.c.owner == owner, SAVED_VIEWS.c.shared)
    asked = sa.select(*_columns()).where(SAVED_VIEWS.c.page == page, seen)
    return [View(*row) for row in tx.rows(asked.order_by(SAVED_VIEWS.c.name, SAVED_VIEWS.c.id))]


def save_view(tx: Tx, owner: str, page: str, name: str, address: str, *, shared: bool = False) -> View:
    """Keep an address under a name; the same name is overwritten. Invalid for a name or address that is none."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        raise Invalid("名称应为 1 至 60 个字。", field="name")
    if not address.startswith("/") or address.startswith("//") or len(address) > 1000:
        raise Invalid("只能保存本系统的页面地址。", field="address")
    held = tx.scalar(sa.select(sa.func.count()).select_from(SAVED_VIEWS).where(SAVED_VIEWS.c.owner == owner))
    if held >= MOST:
        raise Conflict(f"最多保存 {MOST} 个筛选,请先删去不用的。")
    tx.run(SAVED_VIEWS.delete().where(SAVED_VIEWS.c.owner == owner, SAVED_VIEWS.c.page == page,
                                      SAVED_VIEWS.c.name == name))  # fmt: skip
    view = View(tx.new_id("vew"), owner, page, name, address, shared)
    tx.run(SAVED_VIEWS.insert(), {**asdict(view), "at": tx.now})
    return view


def drop_view(tx: Tx, owner: str, id: str) -> None:
    """Forget one of an account's own; NotFound for another's."""
    if not tx.run(SAVED_VIEWS.delete().where(SAVED_VIEWS.c.id == id, SAVED_VIEWS.c.owner == owner)):
        raise NotFound("没有这个筛选,或它不是你的。")


def _columns() -> list[sa.ColumnElement[object]]:
    return [SAVED_VIEWS.c[name] for name in ("id", "owner", "page", "name", "address", "shared")]
