"""Patrols: when each is due, its runs and what they found, what was missed, the figures."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.ranges import range_of
from mingjian.doors.console.subjects import names_of, titles_of
from mingjian.doors.console.verifying import Told, place_of
from mingjian.doors.desk.bell import WORK
from mingjian.governance.lookups.sources import sources
from mingjian.governance.patrols import rescreening, service
from mingjian.governance.patrols.figures import figures, overviews
from mingjian.governance.patrols.load import patrols as known_patrols
from mingjian.records.errors import NotFound
from mingjian.records.storage import lookups, patrol_entries, patrols, rescreenings
from mingjian.records.storage.patrol_entries import EntryFilter

router = APIRouter()
NAV = (Nav("登记", "巡查", "/patrols", ("patrol.read",), icon="eye", order=30, keys="g x"),)
READS, MANAGES = "patrol.read", "patrol.manage"
_PAGE, _SHOWN = 50, 30


@router.get("/patrols")
def index(request: Request) -> Response:
    """Every patrol with where it stands."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = overviews(tx, asks)
        counts = patrol_entries.count_entries(tx)
        going = rescreenings.list_rescreenings(tx, limit=_SHOWN)
        told = Told(tx, (one.entity for one in going))
    return page(request, "patrols/index.html", title="巡查", tab="index", found=found, counts=counts, going=going,
                told=told, missed=sum(one.missed for one in found))  # fmt: skip


@router.get("/patrols/of/{name}")
def patrol(request: Request, name: str, before: str | None = None) -> Response:
    """One patrol: what it does, its runs, what was missed."""
    asks = permitted(request, READS)
    service.the(name)
    with desk(request).database.read() as tx:
        overview = next(one for one in overviews(tx, asks) if one.patrol.name == name)
        runs, last = patrols.list_runs(tx, name, place_of(before), _SHOWN)
        missed = patrols.missed_of(tx, name, _SHOWN)
    onward = address(f"/patrols/of/{name}", {}, before=last) if last is not None else None
    return page(request, "patrols/patrol.html", title=overview.patrol.title,
                crumbs=(Crumb("巡查", "/patrols"), Crumb(overview.patrol.title)), one=overview, runs=runs,
                missed=missed, next=onward)  # fmt: skip


@router.post("/patrols/of/{name}/run")
def run_now(request: Request, name: str) -> Response:
    """Start it by hand."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        run = service.run_now(tx, asks, name)
    WORK.ring()
    return redirect(request, f"/patrols/run/{run.id}", Flash(spoken(request, "已开始,结果会陆续出现。")))


@router.post("/patrols/of/{name}/pause")
def pause(request: Request, name: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Plan no more runs for now."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.pause(tx, asks, name, text(form, "reason", 501))
    return redirect(request, f"/patrols/of/{name}", Flash(spoken(request, "已暂停。")))


@router.post("/patrols/of/{name}/resume")
def resume(request: Request, name: str) -> Response:
    """Go on from now."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.resume(tx, asks, name)
    return redirect(request, f"/patrols/of/{name}", Flash(spoken(request, "已恢复,从现在起算。")))


@router.get("/patrols/run/{id}")
def run(request: Request, id: str) -> Response:
    """One run: how far it is, what it found, what followed."""
    permitted(request, READS)
    with desk(request).database.read() as tx:
        found = patrols.run_by_id(tx, id)
        if found is None:
            raise NotFound(f"没有这次巡查:{id}")
        entries, _ = patrol_entries.list_entries(tx, EntryFilter("live", run=id), None, _SHOWN)
        asked = lookups.lookups_of_run(tx, id, _SHOWN)
        again = rescreenings.list_rescreenings(tx, run=id, limit=_SHOWN)
        notices = patrol_entries.notices_of(tx, run=id, limit=_SHOWN)
        papers = [one.credential for some in (entries, asked, notices) for one in some]
        told = Told(tx, [one.entity for some in (entries, asked, again, notices) for one in some], papers)
        names = names_of(tx, [found.started_by, *(entry.assignee for entry in entries)])
    known = known_patrols().get(found.patrol)
    return page(request, "patrols/run.html", title="巡查结果",
                crumbs=(Crumb("巡查", "/patrols"), Crumb(known.title if known else found.patrol,
                                                       f"/patrols/of/{found.patrol}"), Crumb(found.as_of)),
                run=found, known=known, entries=entries, asked=asked, again=again, notices=notices, told=told,
                names=names, sources=sources())  # fmt: skip


@router.get("/patrols/missed")
def missed(request: Request) -> Response:
    """What was planned and did not run in time, and what made up for it."""
    permitted(request, READS)
    with desk(request).database.read() as tx:
        found = patrols.missed_of(tx, None, 200)
    return page(request, "patrols/missed.html", title="漏巡记录", crumbs=(Crumb("巡查", "/patrols"), Crumb("漏巡记录")),
                tab="missed", found=found, known=known_patrols())  # fmt: skip


@router.get("/patrols/figures")
def shown(request: Request) -> Response:
    """The figures of a stretch of days."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, ("since", "until"))
    days = range_of(values, desk(request).database.clock.now())
    stretch = days.stretch({})
    with desk(request).database.read() as tx:
        found = figures(tx, asks, stretch.since, stretch.until)
    return page(request, "patrols/figures.html", title="巡查统计",
                crumbs=(Crumb("巡查", "/patrols"), Crumb("巡查统计")), tab="figures", found=found, days=days,
                known=known_patrols(), sources=sources())  # fmt: skip


@router.post("/rescreenings")
def rescreen(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Judge somebody's whole content again."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        begun = rescreening.start(tx, asks, text(form, "entity", 64), text(form, "why", 501))
    WORK.ring()
    return redirect(request, f"/rescreenings/{begun.id}", Flash(spoken(request, "已开始复审。")))


@router.get("/rescreenings/{id}")
def rescreened(request: Request, id: str, after: str | None = None, all: str | None = None) -> Response:
    """How far one is, and where the new verdicts differ from the old ones."""
    permitted(request, READS)
    with desk(request).database.read() as tx:
        found = rescreenings.rescreening_by_id(tx, id)
        if found is None:
            raise NotFound(f"没有这次复审:{id}")
        lines, last = rescreenings.rejudged_of(tx, id, changed=not all, after=place_of(after) or 0, limit=_PAGE)
        titles = titles_of(tx, [line.item for line in lines])
        told = Told(tx, [found.entity])
        names = names_of(tx, [found.started_by])
    onward = address(f"/rescreenings/{id}", {"all": all}, after=last) if last is not None else None
    return page(request, "patrols/rescreening.html", title="内容复审",
                crumbs=(Crumb("巡查", "/patrols"), Crumb("内容复审")), one=found, lines=lines, titles=titles,
                told=told, names=names, all=all, next=onward)  # fmt: skip
