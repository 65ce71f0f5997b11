"""Who is behind what rooms sell: joined over rooms, told to the scorecards, counted in a campaign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mingjian.core.live.model import Moment
from mingjian.governance.campaigns import service as campaigns
from mingjian.governance.campaigns.figures import reconcile
from mingjian.governance.campaigns.merchants import merchants as of_campaign
from mingjian.governance.live import acting, incidents, rooms
from mingjian.governance.live.incidents import Raised
from mingjian.governance.live.merchants import merchants, report
from mingjian.records.errors import Forbidden
from mingjian.records.storage.score_observations import observations_of
from tests.governance.live.staged import LEAD, OPERATOR, Live, about
from tests.governance.registered import put, to
from tests.governance.world import person


def registered(live: Live) -> tuple[str, str]:
    """A merchant that is a branch of an institution, which the host's account belongs to; their ids."""
    with live.database.write() as tx:
        clinic = put(tx, "institution", "PDY1", "虚构医美门诊").entity
        shop = put(tx, "merchant", "M-1", "虚构小店", links=[to("branch_of", ("institution", "PDY1"))]).entity
        put(tx, "account", "douyin:host", links=[to("belongs_to", ("institution", "PDY1"))])
    return clinic, shop


def sold(live: Live, product: str = "p9", **refs: str) -> Raised:
    """An incident with a product card in it."""
    made, moment = live.incident(kind="card")
    card = Moment(live.room.id, 1000 + live.keys, "product", made.from_, made.to, "水光针体验", moment.at, moment.at,
                  "house", "api", {"product": product, **refs})  # fmt: skip
    return incidents.raise_now(live.screening, live.room, made, [moment, card])


def test_cards_and_accounts_lead_to_the_merchant_and_the_institution_over_rooms(live: Live) -> None:
    clinic, shop = registered(live)
    with live.database.write() as tx:
        rooms.add_cards(tx, LEAD, "room1", [rooms.NewCard("p9", "水光针体验", merchant="M-1")])
        rooms.add_cards(tx, LEAD, "room1", [rooms.NewCard("p10", "洗面奶", merchant="M-2")])
    first = sold(live)
    assert first.incident.merchants == (shop, clinic)  # the other card's merchant sold nothing restricted
    with live.database.write() as tx:
        live.room = rooms.open_room(tx, LEAD, about(id="room2", publisher={"id": "other", "kind": "creator"}))
    second = sold(live, "px", merchant="M-1", institution="unknown-77")
    assert second.incident.merchants == (shop, "unknown-77")
    with live.database.write() as tx:
        acting.act(tx, OPERATOR, second.incident.id, "interrupt", "推广水光针")
    with live.database.read() as tx:
        found = {one.id: one for one in merchants(tx, OPERATOR)[0]}
        page, onward = merchants(tx, OPERATOR, limit=1)
        assert len(page) == 1 and onward == page[0].id
        with pytest.raises(Forbidden):
            merchants(tx, person("ana", "analyst"))
    assert set(found) == {clinic, shop, "unknown-77"}
    assert (found[shop].incidents, found[shop].rooms, found[shop].interrupted) == (2, 2, 1)
    assert [one.id for one in found[shop].institutions] == [clinic] and found["unknown-77"].entity is None
    with live.database.write() as tx:
        incidents.dismiss(tx, OPERATOR, first.incident.id, "误判")
    with live.database.read() as tx:
        assert {one.id: one.incidents for one in merchants(tx, OPERATOR)[0]} == {shop: 1, "unknown-77": 1}


def test_scorecards_are_told_and_told_again_when_an_incident_is_dismissed(live: Live) -> None:
    registered(live)
    first = sold(live, merchant="M-1")
    second = live.raised()
    with live.database.write() as tx:
        acting.act(tx, OPERATOR, second.incident.id, "interrupt", "推广水光针")
    with live.database.write() as tx:
        while report(tx):
            pass

    def told(actor: str) -> dict[str, float]:
        with live.database.read() as tx:
            (only,) = observations_of(tx, [actor], "live")
        return {name: value / 1_000_000 for name, value in only.values.items()}

    assert told("host") == {"restricted": 2, "interrupted": 1}
    assert told("M-1") == {"restricted": 1, "interrupted": 1}  # the same session of the same room
    assert told("PDY1") == {"restricted": 2, "interrupted": 1}
    with live.database.write() as tx:
        incidents.dismiss(tx, OPERATOR, first.incident.id, "误判")
        while report(tx):
            pass
    assert told("host") == {"restricted": 1, "interrupted": 1}
    assert told("M-1") == {"restricted": 0, "interrupted": 0}


def test_a_campaign_counts_rooms_interrupted_and_who_sold_by_tables_and_journal_alike(live: Live) -> None:
    clinic, shop = registered(live)
    first, second = sold(live, merchant="M-1"), live.raised()
    with live.database.write() as tx:
        for one in (first, second):
            acting.act(tx, OPERATOR, one.incident.id, "interrupt", "推广水光针")
        made = campaigns.open_campaign(tx, LEAD, "直播医美专项", date(2026, 3, 1), "清理直播推广").id
        campaigns.link(tx, LEAD, made, [("live", first.incident.id), ("live", second.incident.id)], "本批处理")
    with live.database.read() as tx:
        found = {one.tables.figure.name: one for one in reconcile(tx, LEAD, made, 1)}
        sellers, _ = of_campaign(tx, LEAD, made)
    assert [name for name, one in found.items() if not one.agrees] == []
    assert dict(found["rooms_interrupted"].tables.subjects) == {"room1#1": True}
    assert set(found["merchants"].tables.subjects) == {clinic, shop}
    assert {one.entity.id: len(one.items) for one in sellers} == {clinic: 2, shop: 1}
    with live.database.write() as tx:
        for act in live.acts():
            if act.measure == "interrupt":
                acting.lift(tx, replace(OPERATOR, roles=("desk_lead",)), act.id, "误判")
    with live.database.read() as tx:
        (again,) = [one for one in reconcile(tx, LEAD, made, 1) if one.tables.figure.name == "rooms_interrupted"]
    assert again.agrees and dict(again.tables.subjects) == {"room1#1": False}
