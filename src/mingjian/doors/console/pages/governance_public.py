"""What anybody may see of campaigns, without signing in: announcements that were published, as they were sealed."""

from __future__ import annotations

from fastapi import APIRouter
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import desk, page
from mingjian.doors.console.i18n import language
from mingjian.doors.console.pages.campaign_batches import as_file
from mingjian.governance.campaigns.announcing import public
from mingjian.governance.campaigns.wording import worded
from mingjian.records.errors import NotFound, TooMany
from mingjian.records.storage import campaigns as stored
from mingjian.records.storage import contents

router = APIRouter()
_LOOKS = parse("120/minute")
_PAGE = 30


@router.get("/governance")
def listed(request: Request, before: int | None = None) -> Response:
    """Published announcements, the newest first."""
    _slow(request)
    with desk(request).database.read() as tx:
        found = stored.announcements(tx, state="published", before=before, limit=_PAGE + 1)
        told = [(one, content) for one in found[:_PAGE] if (content := public(tx, one.id)[1]) is not None]
    lang = language(request)
    rows = [(one, worded(one.id, one.seal, content, lang).title, content) for one, content in told]
    return page(request, "campaigns/public_list.html", title="治理公告", rows=rows,
                next=found[_PAGE - 1].seq if len(found) > _PAGE else None)  # fmt: skip


@router.get("/governance/{id}")
def announcement(request: Request, id: str) -> Response:
    """One announcement. One that was withdrawn says that it was, and why."""
    _slow(request)
    with desk(request).database.read() as tx:
        found, content = public(tx, id)
    told = None if content is None else worded(found.id, found.seal, content, language(request))
    return page(request, "campaigns/public.html", title="治理公告", found=found, told=told)


@router.get("/governance/{id}/file.{suffix}")
def file(request: Request, id: str, suffix: str) -> Response:
    """The same as a document; ``json`` are the very bytes that were sealed."""
    _slow(request)
    with desk(request).database.read() as tx:
        found, content = public(tx, id)
        kept = contents.get(tx, found.seal)
        now = found.published_at or tx.now
    if content is None or kept is None:
        raise NotFound("公告已撤回。")
    if suffix == "json":
        return Response(kept, media_type="application/json")
    return as_file(worded(found.id, found.seal, content, language(request)), suffix, now)


def _slow(request: Request) -> None:
    """TooMany when one address asks too often. Each app counts for itself."""
    state = request.app.state
    if not hasattr(state, "governance_limiter"):
        state.governance_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
    limiter: SlidingWindowCounterRateLimiter = state.governance_limiter
    address = request.client.host if request.client is not None else "-"
    if not limiter.hit(_LOOKS, "look", address):
        raise TooMany("操作过于频繁,请过一分钟再试。", retry_after=60)
