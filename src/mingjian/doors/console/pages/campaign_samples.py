"""Prevalence of a campaign: how many to draw, samples, labelling, what comes out."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.campaign_words import BY_WORDS, SAMPLE_WORDS, SIDE_WORDS, prevalence_chart
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.governance.campaigns import labels, planning, sampling, service
from mingjian.governance.campaigns.prevalence import prevalence
from mingjian.governance.campaigns.service import MANAGES, READS
from mingjian.governance.campaigns.wording import percent
from mingjian.records.errors import Invalid
from mingjian.records.storage.campaign_samples import STRATIFY

router = APIRouter()
_USUAL = (5.0, 2.0)
"""Percent before and after that the planner begins with."""


@router.get("/campaigns/{id}/prevalence")
def measured(request: Request, id: str, before: float = _USUAL[0], after: float = _USUAL[1]) -> Response:
    """What samples say, the samples, and how many to draw to see a fall (``before`` to ``after``, in percent)."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = service.campaign_of(tx, id)
        drawn = sampling.samples(tx, asks, id)
        told = prevalence(tx, asks, id)
    try:
        needed = planning.size_for_fall(before / 100, after / 100)
    except ValueError:
        needed = None
    heads = ("", spoken(request, "违规率(%)"), spoken(request, "下限(%)"), spoken(request, "上限(%)"))
    words = {side: spoken(request, word) for side, word in SIDE_WORDS.items()}
    chart = prevalence_chart(spoken(request, "治理前后的违规率"), heads, told, words)
    live = [one for one in drawn if one.state != "dropped"]
    return page(
        request, "campaigns/prevalence.html", title="违规率", found=found, drawn=drawn, told=told, needed=needed,
        before=before, after=after, chart_=chart, percent=percent, sides=SIDE_WORDS, sample_words=SAMPLE_WORDS,
        by_words=BY_WORDS, stratify=STRATIFY, missing=[one for one in SIDE_WORDS if one not in {s.side for s in live}],
        waiting=[one for one in live if one.state == "drawn"],
        crumbs=(Crumb("专项治理", "/campaigns"), Crumb(found.title, f"/campaigns/{id}"), Crumb("违规率")),
    )  # fmt: skip


@router.post("/campaigns/{id}/samples")
def draw(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Draw a sample from what the desk holds."""
    asks = permitted(request, MANAGES)
    number = text(form, "number", 8)
    if not number.isascii() or not number.isdigit():
        raise Invalid("样本量应为整数", field="number")
    by = [str(one) for one in form.getlist("by")] or ["platform"]
    with desk(request).database.write() as tx:
        made = sampling.draw_from_desk(tx, asks, id, text(form, "side", 8), int(number), by=by)
    told = spoken(request, "已抽 {n} 件,名单已封存。", n=made.number)
    return redirect(request, f"/campaigns/{id}/prevalence", Flash(told))


@router.post("/campaigns/{id}/samples/ask")
def ask(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Have people label samples, shuffled together."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.campaign_of(tx, id)
        done = labels.ask(tx, asks, [str(one) for one in form.getlist("sample")])
    told = spoken(request, "已送去标注,共 {n} 件。", n=sum(one.number for one in done))
    return redirect(request, f"/campaigns/{id}/prevalence", Flash(told))


@router.post("/campaigns/{id}/samples/drop")
def drop(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Drop a sample of which nobody was asked."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        sampling.drop(tx, asks, text(form, "sample", 64), text(form, "reason"))
    return redirect(request, f"/campaigns/{id}/prevalence", Flash(spoken(request, "样本已作废。")))
