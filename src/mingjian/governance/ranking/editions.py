"""Editions: drafted, opened, moved on, withdrawn. What each step asks for is said here once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.words import required
from mingjian.governance.ranking.load import read_ranking, shipped_texts
from mingjian.governance.ranking.model import Ranking
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.ranking.model import Edition, Entrant
from mingjian.records.storage import contents, registry
from mingjian.records.storage import people as accounts
from mingjian.records.storage import ranking as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

MANAGE = "ranking.manage"
MOST_JURY = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """An edition as somebody wants it. ``jury`` are {user, entity}: an expert's account and, where the registry knows
    the expert, who they are there (conflicts of interest are found by it). ``content`` is the ranking's text where it
    is not a shipped one."""

    ranking: str
    title: str
    title_en: str
    opens: date
    closes: date
    as_of: date
    jury: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    most: int | None = None
    content: str | None = None


def plan_of(tx: Tx, edition: Edition) -> Ranking:
    """The ranking an edition is made with, as it was when the edition was drafted."""
    kept = contents.get(tx, edition.plan)
    if kept is None:
        raise NotFound("这一期所用的榜单方案已不在。")
    return read_ranking(kept.decode(), edition.ranking)


def draft(tx: Tx, principal: Principal, wish: Wish) -> Edition:
    """Draft an edition. Invalid when its days are out of order, its jury unknown or its ranking no ranking."""
    demand(principal, MANAGE)
    if wish.content is None and wish.ranking not in shipped_texts():
        raise Invalid(f"没有榜单方案“{wish.ranking}”。可用:{'、'.join(shipped_texts())}", field="ranking")
    content = wish.content if wish.content is not None else shipped_texts()[wish.ranking]
    plan = read_ranking(content, wish.ranking)
    title, title_en = (_titled(text, name) for text, name in ((wish.title, "title"), (wish.title_en, "title_en")))
    if wish.closes < wish.opens:
        raise Invalid("截止日早于开始日。", field="closes")
    if wish.as_of < plan.since:
        raise Invalid(f"评定日早于榜单方案的起用日({plan.since})。", field="as_of")
    if wish.most is not None and not 1 <= wish.most <= 1_000_000:
        raise Invalid("入榜人数应为正整数。", field="most")
    (digest,) = contents.put(tx, [content.encode()])
    id = tx.new_id("edt")
    body = {"ranking": plan.name, "plan": digest, "title": title, "title_en": title_en, "version": 1,
            "replaces": None, "reason": None, "opens": wish.opens.isoformat(), "closes": wish.closes.isoformat(),
            "as_of": wish.as_of.isoformat(), "jury": _jury(tx, wish.jury), "most": wish.most}  # fmt: skip
    append(tx, Event("edition.drafted", id, body, principal.actor))
    return get_edition(tx, id)


def _titled(text: str, field: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= 200:
        raise Invalid("请填写 1 至 200 字的标题。", field=field)
    return text


def _jury(tx: Tx, jury: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(jury) > MOST_JURY:
        raise Invalid(f"评委最多 {MOST_JURY} 人。", field="jury")
    made: dict[str, dict[str, Any]] = {}
    known = registry.entities_by_id(tx, [str(one["entity"]) for one in jury if one.get("entity")])
    for one in jury:
        user, entity = str(one.get("user") or ""), one.get("entity") or None
        if accounts.user_by_id(tx, user) is None:
            raise Invalid(f"没有这个账号:{user}", field="jury")
        if entity is not None and entity not in known:
            raise Invalid(f"登记里没有这个对象:{entity}", field="jury")
        made[user] = {"user": user, "entity": entity}
    return list(made.values())


def seat(tx: Tx, principal: Principal, edition: str, jury: Sequence[Mapping[str, Any]]) -> Edition:
    """Change the jury, before it is asked."""
    demand(principal, MANAGE)
    hold_head(tx)
    in_state(get_edition(tx, edition), "drafted", "open")
    append(tx, Event("edition.seated", edition, {"jury": _jury(tx, jury)}, principal.actor))
    return get_edition(tx, edition)


def open_edition(tx: Tx, principal: Principal, edition: str) -> Edition:
    """Let entrants come."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "drafted")
    return move(tx, principal, found, "open", "开放参评")


def return_edition(tx: Tx, principal: Principal, edition: str, reason: str) -> Edition:
    """Send what was computed back, for a reason: marks or facts were wrong."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "computed", "reviewed")
    return move(tx, principal, found, "rating", required(reason))


def withdraw_edition(tx: Tx, principal: Principal, edition: str, reason: str) -> Edition:
    """Give an edition up before it is published."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "drafted", "open", "rating", "computed", "reviewed")
    return move(tx, principal, found, "withdrawn", required(reason))


def move(tx: Tx, principal: Principal, edition: Edition, to: str, reason: str) -> Edition:
    """Record that an edition is in another state."""
    append(tx, Event("edition.moved", edition.id, {"to": to, "reason": reason}, principal.actor))
    return get_edition(tx, edition.id)


def get_edition(tx: Tx, id: str) -> Edition:
    """One edition; NotFound."""
    found = store.edition_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这一期榜单:{id}")
    return found


def get_entrant(tx: Tx, id: str) -> Entrant:
    """One entrant; NotFound."""
    found = store.entrant_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这位参评医师:{id}")
    return found


STATES = {"drafted": "草拟", "open": "参评中", "rating": "评分中", "computed": "已计算", "reviewed": "已复核",
          "published": "已公布", "replaced": "已更正", "withdrawn": "已撤回"}  # fmt: skip


def in_state(edition: Edition, *states: str) -> Edition:
    """The edition, or Conflict when it is in another state."""
    if edition.state not in states:
        wanted = "、".join(STATES[one] for one in states)
        raise Conflict(f"这一期现在是“{STATES[edition.state]}”,此操作只能在“{wanted}”时进行。")
    return edition


def list_editions(tx: Tx, principal: Principal, states: Iterable[str] = ()) -> list[Edition]:
    """Editions, the newest first."""
    demand(principal, MANAGE)
    return store.all_editions(tx, states)
