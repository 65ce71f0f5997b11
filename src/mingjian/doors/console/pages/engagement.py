"""Alarms about engagement: the list, one with its evidence and what people decide, and the data that was pushed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.masking import mask
from mingjian.doors.console import engagement_charts as drawn
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.i18n import labeller, language, speaker
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.uploads import file_of
from mingjian.doors.console.verifying import place_of
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.engagement import take_in
from mingjian.governance.engagement import service
from mingjian.governance.engagement.loads import PUSHES
from mingjian.governance.engagement.service import MANAGES, READS
from mingjian.governance.engagement.settings import METHODS
from mingjian.records.engagement.model import ALARM_STATES, ROLES
from mingjian.records.storage import engagement as store
from mingjian.records.storage import engagement_loads as loads
from mingjian.records.storage.engagement import AlarmFilter

router = APIRouter()
NAV = (Nav("治理", "异常互动", "/engagement", (READS,), icon="probe", order=20),)
UPLOADS = ("/engagement/loads",)
_PAGE, _MEMBERS = 50, 30
_DONE = {"confirm": "已确认,计入评分。", "dismiss": "已排除,同一批账号不再提示。", "reopen": "已撤回,重新待核对。"}


@router.get("/engagement")
def listed(request: Request) -> Response:
    """Alarms, the newest first."""
    permitted(request, READS)
    values = chosen(request.query_params, ("state", "kind", "member", "load", "before"))
    wanted = AlarmFilter(values.get("state"), values.get("kind"), values.get("load"), values.get("member"))
    with desk(request).database.read() as tx:
        found, last = store.list_alarms(tx, wanted, place_of(values.get("before")), _PAGE)
        counts = store.count_alarms(tx)
    onward = address("/engagement", values, before=last) if last is not None else None
    return page(request, "engagement/list.html", title="异常互动", tab="alarms", found=found, counts=counts,
                values=values, states=ALARM_STATES, kinds=METHODS, next=onward)  # fmt: skip


@router.get("/engagement/loads")
def given(request: Request) -> Response:
    """What was pushed, the newest first, and where more is given."""
    permitted(request, READS)
    values = chosen(request.query_params, ("before",))
    with desk(request).database.read() as tx:
        found, last = loads.list_loads(tx, place_of(values.get("before")), _PAGE)
        names = names_of(tx, [one.received_by for one in found])
    onward = address("/engagement/loads", values, before=last) if last is not None else None
    return page(request, "engagement/loads.html", title="互动数据", tab="loads",
                crumbs=(Crumb("异常互动", "/engagement"), Crumb("互动数据")), found=found, names=names,
                next=onward)  # fmt: skip


@router.post("/engagement/loads")
def give(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take a file in; the duty looks through it."""
    asks = permitted(request, PUSHES)
    file = file_of(form.get("file"))
    take_in(desk(request), asks, file.filename or "", file.file)
    WORK.ring()
    return redirect(request, "/engagement/loads", Flash(spoken(request, "已收下,分析完会列出线索。")))


@router.get("/engagement/alarms/{id}")
def alarm(request: Request, id: str) -> Response:
    """One alarm: what each method saw, when and where, who belongs to it."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, ("role", "after"))
    role = values["role"] if values.get("role") in ROLES else "actor"
    after = place_of(values.get("after"))
    lang = language(request)
    with desk(request).database.read() as tx:
        found, content = service.get_alarm(tx, asks, id)
        members = store.members_of(tx, id, role, after, _MEMBERS + 1)
        known = store.desk_items(tx, [one.ref for one in members]) if role == "item" else {}
        names = names_of(tx, [found.decided_by])
    charts = drawn.charts_of(content, labeller(lang), speaker(lang)) if content is not None else ()
    onward = members[_MEMBERS - 1].place if len(members) > _MEMBERS else None
    more = address(f"/engagement/alarms/{id}", {"role": role}, after=onward) if onward is not None else None
    counts = {"actor": found.actors, "item": found.items,
              "publisher": len(content["publishers"]) if content is not None else 0}  # fmt: skip
    return page(request, "engagement/alarm.html", title="异动线索",
                crumbs=(Crumb("异常互动", "/engagement"), Crumb(id)), one=found, content=content, charts=charts,
                members=members[:_MEMBERS], role=role, counts=counts,
                known=known, names=names, next=more, samples=_said(content))  # fmt: skip


def _said(content: Mapping[str, Any] | None) -> list[tuple[str, int]]:
    """The commonest words of an alarm's comments, personal data covered."""
    return [(mask(words), times) for words, times in (content or {}).get("samples", ())]


@router.post("/engagement/alarms/{id}/confirm")
def confirm(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """It was bought."""
    return _decide(request, id, "confirm", form)


@router.post("/engagement/alarms/{id}/dismiss")
def dismiss(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """It was not."""
    return _decide(request, id, "dismiss", form)


@router.post("/engagement/alarms/{id}/reopen")
def reopen(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take that back."""
    return _decide(request, id, "reopen", form)


def _decide(request: Request, id: str, word: str, form: FormData) -> Response:
    asks = permitted(request, MANAGES)
    acts = {"confirm": service.confirm, "dismiss": service.dismiss, "reopen": service.reopen}
    with desk(request).database.write() as tx:
        acts[word](tx, asks, id, text(form, "reason", 501))
    return redirect(request, f"/engagement/alarms/{id}", Flash(spoken(request, _DONE[word])))
