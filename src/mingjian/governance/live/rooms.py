"""Rooms: opened, changed, closed and opened again; their product cards, and the gaps in what was perceived of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mingjian.core.live.model import GAP_CHANNELS, About, Gap
from mingjian.core.model import DOMAINS, PUBLISHER_KINDS
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import allowed, demand
from mingjian.records.canonical import canonical
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.live.model import Card, Room
from mingjian.records.storage import contents
from mingjian.records.storage import live_rooms as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.live_rooms import RoomFilter

READS, ACTS, MANAGES, FEEDS = "live.read", "live.act", "live.manage", "live.feed"
HOUSE = house("live")
MOST_CARDS = 200
MOST_REASON = 2000
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,32}")
_LONGEST = {"platform": 64, "title": 500, "url": 1000, "external": 200}


@dataclass(frozen=True, slots=True)
class NewCard:
    """A product card to put up. ``merchant`` and ``institution`` are ids of the registry, or the platform's own."""

    product: str
    title: str = ""
    price: str = ""
    url: str = ""
    merchant: str | None = None
    institution: str | None = None


def open_room(tx: Tx, principal: Principal, about: About) -> Room:
    """A room that is running. Without an id it gets one; a known room that is open is given back, with what is new of
    it taken in; one that was closed is opened for another session. Invalid names what is wrong."""
    _demand_feed(principal)
    _check(about)
    hold_head(tx)
    before = store.room_by_id(tx, about.id) if about.id else None
    if before is not None and before.state == "open":
        return _change(tx, principal, before, about)
    id = about.id or tx.new_id("lvr")
    body = {"about": _kept(tx, about), "session": before.session + 1 if before is not None else 1}
    append(tx, Event("live.room_opened", id, body, principal.actor))
    return the(tx, id)


def change_room(tx: Tx, principal: Principal, id: str, about: About) -> Room:
    """What is known of a room from outside is another now (its title, its stream). Nothing happens where it is the
    same."""
    _demand_feed(principal)
    _check(about)
    hold_head(tx)
    return _change(tx, principal, the(tx, id), about)


def close_room(tx: Tx, principal: Principal, id: str, reason: str = "") -> Room:
    """The stream is over; opening it again is the reverse. A room that is closed stays as it is."""
    _demand_feed(principal)
    if len(reason) > MOST_REASON:
        raise Invalid(f"理由最多 {MOST_REASON} 字。", field="reason")
    hold_head(tx)
    room = the(tx, id)
    if room.state == "open":
        append(tx, Event("live.room_closed", id, {"reason": reason.strip(), "session": room.session}, principal.actor))
    return the(tx, id)


def add_cards(tx: Tx, principal: Principal, id: str, cards: Sequence[NewCard]) -> list[Card]:
    """Put product cards up; a product that is up already with the same words is left as it is. The cards, in order."""
    _demand_feed(principal)
    if not 0 < len(cards) <= MOST_CARDS:
        raise Invalid(f"一次 1 至 {MOST_CARDS} 张商品卡。", field="cards")
    for at, card in enumerate(cards):
        _check_card(at, card)
    hold_head(tx)
    room = the(tx, id)
    if room.state != "open":
        raise Conflict("直播已结束,不能再挂商品。")
    said = contents.put(tx, [canonical({"title": one.title, "price": one.price, "url": one.url}) for one in cards])
    up = {(one.product, one.said, one.merchant, one.institution): one.id
          for one in store.cards_of(tx, id, room.session, up=True)}  # fmt: skip
    ids, new = [], []
    for card, digest in zip(cards, said, strict=True):
        key = (card.product, digest, card.merchant, card.institution)
        if key not in up:
            up[key] = tx.new_id("lvc")
            new.append({"id": up[key], "product": card.product, "said": digest, "merchant": card.merchant,
                        "institution": card.institution})  # fmt: skip
        ids.append(up[key])
    if new:
        append(tx, Event("live.room_changed", id, {"session": room.session, "cards": new}, principal.actor))
    known = {one.id: one for one in store.cards_of(tx, id, room.session, limit=5000)}
    return [known[one] for one in ids]


def drop_cards(tx: Tx, principal: Principal, id: str, cards: Sequence[str]) -> None:
    """Cards were taken down."""
    _demand_feed(principal)
    hold_head(tx)
    room = the(tx, id)
    up = {one.id for one in store.cards_of(tx, id, room.session, up=True, limit=5000)}
    down = [one for one in dict.fromkeys(cards) if one in up]
    if down:
        append(tx, Event("live.room_changed", id, {"session": room.session, "cards_down": down}, principal.actor))


def card_words(tx: Tx, cards: Sequence[Card]) -> dict[str, dict[str, str]]:
    """Of each card its title, price and address; empty once deleted."""
    kept = contents.get_many(tx, [one.said for one in cards])
    return {one.id: json.loads(kept[one.said]) if one.said in kept else {} for one in cards}


def record_gap(tx: Tx, room: str, gap: Gap, *, session: int | None = None) -> bool:
    """That a channel was not perceived for a while; told again when it ends. Whether that was news."""
    if gap.channel not in GAP_CHANNELS:
        raise Invalid(f"没有通道“{gap.channel}”,可用:{'、'.join(GAP_CHANNELS)}", field="channel")
    if gap.end is not None and gap.end < gap.start:
        raise Invalid("缺口的结束早于开始。", field="end")
    hold_head(tx)
    found = the(tx, room)
    of = found.session if session is None else session
    start, end = round(gap.start, 3), None if gap.end is None else round(gap.end, 3)
    before = store.gap_at(tx, room, of, gap.channel, start)
    if before is not None and (before.end is not None or end is None):
        return False
    body = {"session": of, "channel": gap.channel, "start": start, "end": end, "why": gap.why[:32],
            "detail": gap.detail[:200]}  # fmt: skip
    append(tx, Event("live.gap", room, body, HOUSE.actor))
    return True


def get_room(tx: Tx, principal: Principal, id: str) -> Room:
    """One room; NotFound."""
    _demand_look(principal)
    return the(tx, id)


def list_rooms(
    tx: Tx, principal: Principal, wanted: RoomFilter, before: int | None = None, limit: int = 50
) -> tuple[list[Room], int | None]:
    """Up to ``limit``, the last opened first; and the one to go on from."""
    _demand_look(principal)
    return store.list_rooms(tx, wanted, before, limit)


def the(tx: Tx, id: str) -> Room:
    """A room, or NotFound."""
    found = store.room_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这个直播间:{id}")
    return found


def about_of(tx: Tx, room: Room) -> About:
    """What is known of a room from outside."""
    found = contents.get(tx, room.about)
    known: dict[str, Any] = {} if found is None else json.loads(found)
    return About(room.id, **{name: known[name] for name in About.__slots__ if name != "id" and name in known})


def required(reason: str) -> str:
    """A reason, or Invalid."""
    why = reason.strip()
    if not why or len(why) > MOST_REASON:
        raise Invalid(f"请写明理由,最多 {MOST_REASON} 字。", field="reason")
    return why


def _change(tx: Tx, principal: Principal, room: Room, about: About) -> Room:
    now = _kept(tx, about)
    if now != room.about:
        append(tx, Event("live.room_changed", room.id, {"session": room.session, "about": now}, principal.actor))
    return the(tx, room.id)


def _kept(tx: Tx, about: About) -> str:
    told = {name: dict(value) if name in ("publisher", "facts") else value
            for name, value in ((name, getattr(about, name)) for name in About.__slots__) if name != "id"}  # fmt: skip
    return contents.put(tx, [canonical(told)])[0]


def _demand_feed(principal: Principal) -> None:
    """Whoever pushes rooms, or whoever manages them."""
    if not allowed(principal, FEEDS):
        demand(principal, MANAGES)


def _demand_look(principal: Principal) -> None:
    if not allowed(principal, FEEDS):
        demand(principal, READS)


def _check(about: About) -> None:
    if about.id and _ID.fullmatch(about.id) is None:
        raise Invalid("直播间编号为 1 至 32 个字母、数字或 _ . : -;平台自己的编号请填 external。", field="id")
    for name, most in _LONGEST.items():
        if len(getattr(about, name) or "") > most:
            raise Invalid(f"{name} 最多 {most} 字。", field=name)
    kind, who = about.publisher.get("kind"), about.publisher.get("id")
    if kind is not None and kind not in PUBLISHER_KINDS:
        raise Invalid(f"publisher.kind 应为 {'、'.join(PUBLISHER_KINDS)} 之一", field="publisher.kind")
    if who is not None and (not isinstance(who, str) or not 0 < len(who) <= 200 or not who.isprintable()):
        raise Invalid("publisher.id 应为 1 至 200 个可见字符", field="publisher.id")
    if about.domain is not None and about.domain not in DOMAINS:
        raise Invalid(f"domain 应为 {'、'.join(DOMAINS)} 之一", field="domain")


def _check_card(at: int, card: NewCard) -> None:
    for name, value in asdict(card).items():
        most = 1000 if name == "url" else 200
        if value is not None and (len(value) > most or (name == "product" and not value)):
            raise Invalid(f"cards[{at}].{name}:{'必填,' if name == 'product' else ''}最多 {most} 字。", field="cards")
