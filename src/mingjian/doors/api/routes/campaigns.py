"""Campaigns: what they hold, their figures down to the items, merchants, prevalence, announcements. Reading only:
opening, linking and publishing is people's work in the console."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.campaigns import (
    announcement_dict,
    batch_dict,
    campaign_dict,
    figure_dict,
    link_dict,
    merchant_dict,
    sample_dict,
)
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.campaigns import announcing, merchants, sampling
from mingjian.governance.campaigns.figures import figures, line_of, page_of, recount
from mingjian.governance.campaigns.prevalence import prevalence
from mingjian.governance.campaigns.service import READS, campaign_of
from mingjian.records.storage import campaigns as stored
from mingjian.records.storage.events import head

router = APIRouter(tags=["campaigns"])
Batch = Annotated[int | None, Query(ge=1, le=100_000, description="只数这一批。 One batch; none: the whole.")]
Upto = Annotated[int | None, Query(ge=0, le=2**53, description="从日志数到这一条。 From the journal, up to here.")]


@router.get("/campaigns", responses=gives({200: "CampaignPage"}))
def listed(request: Request, principal: Caller, cursor: paging.Cursor = None, limit: paging.Limit = 50) -> Response:
    """Campaigns, the newest first."""
    demand(principal, READS)
    desk = desk_of(request)
    place = paging.read(desk.secret, "campaigns", cursor)
    with desk.database.read() as tx:
        found = stored.campaigns(tx, place, limit + 1)
    last = found[limit - 1].seq if len(found) > limit else None
    next = None if last is None else paging.made(desk.secret, "campaigns", last)
    return answer({"items": [campaign_dict(one) for one in found[:limit]], "next": next})


@router.get("/campaigns/{id}", responses=gives({200: "CampaignOpened"}))
def campaign(request: Request, principal: Caller, id: str) -> Response:
    """One campaign with its batches."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        found = campaign_of(tx, id)
        counts = stored.count_links(tx, id)
        batches = [batch_dict(one, {kind: n for (number, kind), n in counts.items() if number == one.number})
                   for one in stored.batches_of(tx, id)]  # fmt: skip
    return answer(campaign_dict(found) | {"batches": batches})


@router.get("/campaigns/{id}/links", responses=gives({200: "CampaignLinkPage"}))
def links(
    request: Request, principal: Caller, id: str, batch: Batch = None, cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """What belongs to it, by kind and id."""
    demand(principal, READS)
    desk = desk_of(request)
    listing = ("campaign links", id, batch)
    place = paging.read(desk.secret, listing, cursor)
    with desk.database.read() as tx:
        campaign_of(tx, id)
        found = stored.links_of(tx, id, batch=batch, after=tuple(place) if place else None, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    next = None if last is None else paging.made(desk.secret, listing, [last.kind, last.ref])
    return answer({"items": [link_dict(one) for one in found[:limit]], "next": next})


@router.get("/campaigns/{id}/figures", responses=gives({200: "CampaignFigures"}))
def numbers(request: Request, principal: Caller, id: str, batch: Batch = None, upto: Upto = None) -> Response:
    """The figures with what each counts: as things stand, or recounted from the journal up to one of its numbers."""
    with desk_of(request).database.read() as tx:
        end = head(tx).seq
        if upto is None:
            told = figures(tx, principal, id, batch)
        else:
            end = min(upto, end)
            told = recount(tx, principal, id, batch, upto=end)
    return answer({"counted_to": end, "figures": [figure_dict(one) for one in told]})


@router.get("/campaigns/{id}/figures/{name}", responses=gives({200: "CampaignSubjects"}))
def subjects(
    request: Request, principal: Caller, id: str, name: str, batch: Batch = None, cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """What a figure counts, by id, and whether what was done still stands."""
    demand(principal, READS)
    desk = desk_of(request)
    listing = ("campaign figure", id, name, batch)
    place = paging.read(desk.secret, listing, cursor) or ""
    with desk.database.read() as tx:
        shown, last = page_of(line_of(tx, principal, id, batch, name), place, limit)
    next = None if last is None else paging.made(desk.secret, listing, last)
    return answer({"figure": name, "items": [{"id": one, "standing": stands} for one, stands in shown], "next": next})


@router.get("/campaigns/{id}/merchants", responses=gives({200: "CampaignMerchants"}))
def sellers(
    request: Request, principal: Caller, id: str, batch: Batch = None, cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Merchants and institutions whose goods or services were dealt with."""
    demand(principal, READS)
    desk = desk_of(request)
    listing = ("campaign merchants", id, batch)
    place = paging.read(desk.secret, listing, cursor) or ""
    with desk.database.read() as tx:
        found, last = merchants.merchants(tx, principal, id, batch, after=place, limit=limit)
    next = None if last is None else paging.made(desk.secret, listing, last)
    return answer({"items": [merchant_dict(one) for one in found], "next": next})


@router.get("/campaigns/{id}/prevalence", responses=gives({200: "CampaignPrevalence"}))
def measured(request: Request, principal: Caller, id: str) -> Response:
    """How common violations were before and are after, with intervals; and the samples it is estimated from."""
    with desk_of(request).database.read() as tx:
        drawn = sampling.samples(tx, principal, id)
        told = prevalence(tx, principal, id)
    return answer({"samples": [sample_dict(one) for one in drawn], "estimate": told.plain()})


@router.get("/governance-announcements", responses=gives({200: "GovernanceAnnouncementPage"}))
def announcements(
    request: Request, principal: Caller, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """Announcements in any state, the newest first."""
    demand(principal, READS)
    desk = desk_of(request)
    place = paging.read(desk.secret, "announcements", cursor)
    with desk.database.read() as tx:
        found = stored.announcements(tx, before=place, limit=limit + 1)
    last = found[limit - 1].seq if len(found) > limit else None
    next = None if last is None else paging.made(desk.secret, "announcements", last)
    return answer({"items": [announcement_dict(one) for one in found[:limit]], "next": next})


@router.get("/governance-announcements/{id}", responses=gives({200: "GovernanceAnnouncementOpened"}))
def announcement(request: Request, principal: Caller, id: str) -> Response:
    """One announcement with its sealed content."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        found = announcing.announcement_of(tx, id)
        return answer(announcement_dict(found, announcing.content_of(tx, found)))
