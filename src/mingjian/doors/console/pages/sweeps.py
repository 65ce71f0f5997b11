"""Sweeps: planned, counted, looked at in samples, carried out in stages, halted and taken back."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.masking import mask
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import charts
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.formats import platform_names
from mingjian.doors.console.i18n import language, speaker
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.policies import outcome_word
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verifying import place_of
from mingjian.doors.console.words import word
from mingjian.doors.desk.bell import WORK
from mingjian.doors.sweeps import archive_named, archive_names, archives_of
from mingjian.governance.policies import service as policies
from mingjian.governance.sweeps import service
from mingjian.governance.sweeps.figures import judgements, progress
from mingjian.governance.sweeps.service import BINDS, Wish
from mingjian.governance.sweeps.shown import items_at, verdicts_of
from mingjian.governance.sweeps.sources import archive_source, open_source
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.storage import sweeps as stored
from mingjian.records.sweeps.model import ANSWERS, STATES, WORKING, Sweep

router = APIRouter()
READS, MANAGES = "sweep.read", "sweep.manage"
NAV = (Nav("治理", "回查", "/sweeps", (READS,), icon="undo", order=30),)
_PAGE, _SAMPLES, _TAKEN = 30, 10, 50
_STAGES = {"cautious": ("1%", "10%", "100%"), "halves": ("5%", "50%", "100%"), "whole": ("100%",)}


@router.get("/sweeps")
def listed(request: Request, before: str | None = None, state: str | None = None) -> Response:
    """All sweeps, the newest first."""
    permitted(request, READS)
    if state and state not in STATES:
        raise Invalid("没有这种状态。", field="state")
    with desk(request).database.read() as tx:
        found, last = stored.list_sweeps(tx, states=[state] if state else [], before=place_of(before), limit=_PAGE)
        names = names_of(tx, [one.made_by for one in found])
        now = tx.now
    onward = address("/sweeps", {"state": state or ""}, before=last) if last is not None else None
    return page(request, "sweeps/index.html", title="回查", found=found, names=names, next=onward, state=state,
                at={one.id: progress(one, now) for one in found}, states=STATES, later=before)  # fmt: skip


@router.get("/sweeps/new")
def new(request: Request) -> Response:
    """Plan one over an archive in the desk's archive folder."""
    asks = permitted(request, MANAGES)
    data = desk(request).settings.data
    with desk(request).database.read() as tx:
        seen = policies.list_policies(tx, asks) if allowed(asks, "policy.read") else []
    known = [one for one in seen if one.state in (*BINDS, "share", "tried", "shadow")]
    return page(request, "sweeps/new.html", title="新建回查", crumbs=(Crumb("回查", "/sweeps"), Crumb("新建回查")),
                archives=archive_names(data), folder=archives_of(data), policies=known, stages=_STAGES,
                binds=BINDS)  # fmt: skip


@router.post("/sweeps")
def plan(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Freeze it; the dry run begins at once."""
    asks = permitted(request, MANAGES)
    held = desk(request)
    stages = _STAGES.get(text(form, "stages", 20))
    if stages is None:
        raise Invalid("请选分几个阶段。", field="stages")
    least = text(form, "review", 3)
    if not (least.isascii() and least.isdigit()):
        raise Invalid("请填每个条款至少看几个样本。", field="review")
    source = archive_source(archive_named(held.settings.data, text(form, "archive", 200)))
    wish = Wish(text(form, "policy", 120), source, text(form, "name", 200), text(form, "reason", 2000), stages,
                least=int(least))  # fmt: skip
    manifest = open_source(source).manifest(wish.rows)
    with held.database.write() as tx:
        made = service.plan(tx, asks, wish, manifest, held.engine.rulebook)
        service.begin(tx, asks, made.id)
    WORK.ring()
    told = spoken(request, "计划已冻结,共 {n} 条,开始试运行。", n=made.rows)
    return redirect(request, f"/sweeps/{made.id}", Flash(told))


@router.get("/sweeps/{id}")
def one(request: Request, id: str) -> Response:
    """How far it is, what was found, what the samples say, and the keys of whoever may bring it further."""
    asks = permitted(request, READS)
    lang = language(request)
    with desk(request).database.read() as tx:
        found = service.get_sweep(tx, asks, id)
        frozen = service.plan_of(tx, found)
        counts, seen, hows = stored.tallies(tx, id), judgements(tx, id), stored.hows(tx, id)
        names = names_of(tx, [found.made_by, found.started_by])
        now = tx.now
    manages = allowed(asks, MANAGES)
    return page(
        request, "sweeps/sweep.html", title=found.name, crumbs=(Crumb("回查", "/sweeps"), Crumb(found.name)),
        one=found, frozen=frozen, at=progress(found, now), counts=counts, seen=seen, hows=_by_stage(found, hows),
        names=names, charts=_charts(counts, lang), clauses={each.name: each for each in frozen.read.clauses},
        outcome=lambda given: outcome_word(given, lang), working=found.state in WORKING,
        begins=manages and found.state == "planned", own=asks.kind == "user" and asks.actor == found.made_by,
        stages=manages and found.state in ("tried", "staged"), pauses=manages and found.state in WORKING,
        resumes=manages and found.state == "paused",
        stops=manages and found.state not in ("done", "stopped", "undoing", "undone") and found.resumes != "undoing",
        undoes=manages and allowed(asks, "decision.reverse") and bool(found.taken)
        and found.state not in ("undoing", "undone"),
    )  # fmt: skip


def _by_stage(found: Sweep, hows: dict[tuple[int, str], int]) -> list[tuple[str, str, dict[str, int]]]:
    """Each stage as written, whether it is done, runs or waits, and what became of its items."""
    told = []
    for number, written in enumerate(found.stages):
        running = found.state == "running" or found.resumes == "running"
        state = "waiting" if number > found.stage else "running" if number == found.stage and running else "done"
        told.append((written, state, {how: n for (stage, how), n in sorted(hows.items()) if stage == number}))
    return told


def _charts(counts: dict[str, dict[str, int]], lang: str) -> list[charts.Chart]:
    said = speaker(lang)
    made = []
    outcomes = {key: n for key, n in counts.get("word", {}).items() if key != "pass"}
    rows = [(outcome_word(key, lang), float(n)) for key, n in outcomes.items()]
    made.append(charts.bars("outcomes", said("处置结果"), [said("处置结果"), said("条数")], rows[:10]))
    families = [(word("family", key, lang), float(n)) for key, n in counts.get("family", {}).items()]
    made.append(charts.bars("families", said("问题种类"), [said("问题种类"), said("条数")], families[:12]))
    hit, of = counts.get("hit:month", {}), counts.get("month", {})
    months = sorted(key for key in of if key != "-")[-36:]
    made.append(
        charts.stacked(
            "months",
            said("有处置结果的,按发布月份"),
            months,
            {"found": [hit.get(key, 0) for key in months]},
            {"found": said("条数")},
            said("月份"),
        )
    )
    platforms = platform_names()
    hits = [(platforms.get(key, key), float(n)) for key, n in counts.get("hit:platform", {}).items()]
    made.append(charts.bars("platforms", said("有处置结果的,按平台"), [said("平台"), said("条数")], hits[:10]))
    return made


@router.get("/sweeps/{id}/samples")
def samples(request: Request, id: str) -> Response:
    """The samples with their words, masked, and what was found in them."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, ("clause", "after"))
    lang = language(request)
    with desk(request).database.read() as tx:
        found = service.get_sweep(tx, asks, id)
        frozen = service.plan_of(tx, found)
        after = place_of(values.get("after"))
        some, last = stored.samples(tx, id, clause=values.get("clause"), after=-1 if after is None else after,
                                    limit=_SAMPLES)  # fmt: skip
        pieces = stored.pieces_at(tx, id, [each.place for each in some])
        seen = judgements(tx, id)
        names = names_of(tx, [each.answered_by for each in some])
    items = items_at(frozen, pieces, [(each.place, each.row) for each in some])
    verdicts = verdicts_of(frozen, desk(request).engine, items)
    texts = {key: [mask(part.text) for part in item.parts if part.text] for key, item in items.items()}
    onward = address(f"/sweeps/{id}/samples", values, after=last) if last is not None else None
    return page(
        request, "sweeps/samples.html", title="样本审看", one=found, some=some, texts=texts, items=items,
        crumbs=(Crumb("回查", "/sweeps"), Crumb(found.name, f"/sweeps/{id}"), Crumb("样本审看")), values=values,
        verdicts=verdicts, next=onward, seen=seen, names=names, answers=ANSWERS, mask=mask,
        clauses={each.name: each for each in frozen.read.clauses}, outcome=lambda given: outcome_word(given, lang),
        may_answer=allowed(asks, "case.review") and found.stage < 0, platforms=platform_names(),
    )  # fmt: skip


@router.post("/sweeps/{id}/samples/{number}")
def answer(request: Request, id: str, number: int, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Say whether a sample's outcome is right; an empty answer takes it back."""
    asks = permitted(request, READS)
    with desk(request).database.write() as tx:
        made = service.answer(tx, asks, id, number, text(form, "answer", 10) or None, text(form, "note", 2001))
    back = address(f"/sweeps/{id}/samples", {"clause": text(form, "clause", 120)}, after=text(form, "after", 10))
    told = "已记下。" if made.answer else "已取消。"
    return redirect(request, f"{back}#sample-{number}", Flash(spoken(request, told)))


@router.get("/sweeps/{id}/taken")
def taken(request: Request, id: str, after: str | None = None) -> Response:
    """What was taken into the desk, and what became of it."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = service.get_sweep(tx, asks, id)
        rows = stored.taken(tx, id, _pair(after), _TAKEN + 1)
    lang = language(request)
    onward = f"/sweeps/{id}/taken?after={rows[_TAKEN - 1].place}-{rows[_TAKEN - 1].row}" if len(rows) > _TAKEN else None
    return page(request, "sweeps/taken.html", title="已入台内容", one=found, rows=rows[:_TAKEN], next=onward,
                crumbs=(Crumb("回查", "/sweeps"), Crumb(found.name, f"/sweeps/{id}"), Crumb("已入台内容")), later=after,
                outcome=lambda given: outcome_word(given, lang))  # fmt: skip


def _pair(given: str | None) -> tuple[int, int]:
    if not given:
        return -1, -1
    place, dash, row = given.partition("-")
    if not (dash and place.isascii() and place.isdigit() and row.isascii() and row.isdigit() and len(given) < 40):
        raise Invalid("翻页地址不对,请从头再看。", field="after")
    return int(place), int(row)


@router.post("/sweeps/{id}/stage")
def stage(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Begin the next stage, the one that was looked at."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        found = service.get_sweep(tx, asks, id)
        if text(form, "stage", 10) != str(found.stage + 1):
            raise Conflict("回查的状态已经变化,请刷新后再看")
        service.start_stage(tx, asks, id)
    WORK.ring()
    return redirect(request, f"/sweeps/{id}", Flash(spoken(request, "本阶段已开始,由后台执行。")))


@router.post("/sweeps/{id}/begin")
def begin(request: Request, id: str) -> Response:
    """Let the dry run begin."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.begin(tx, asks, id)
    WORK.ring()
    return redirect(request, f"/sweeps/{id}", Flash(spoken(request, "开始试运行。")))


@router.post("/sweeps/{id}/resume")
def resume(request: Request, id: str) -> Response:
    """Go on."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.resume(tx, asks, id)
    WORK.ring()
    return redirect(request, f"/sweeps/{id}", Flash(spoken(request, "已恢复。")))


@router.post("/sweeps/{id}/pause")
def pause(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Halt."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.pause(tx, asks, id, text(form, "reason", 2001))
    return redirect(request, f"/sweeps/{id}", Flash(spoken(request, "已暂停。")))


@router.post("/sweeps/{id}/stop")
def stop(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """End it for good."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.stop(tx, asks, id, text(form, "reason", 2001))
    return redirect(request, f"/sweeps/{id}", Flash(spoken(request, "已停止。")))


@router.post("/sweeps/{id}/undo")
def undo(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take everything back."""
    asks = permitted(request, MANAGES)
    permitted(request, "decision.reverse")
    with desk(request).database.write() as tx:
        service.undo(tx, asks, id, text(form, "reason", 2001))
    WORK.ring()
    return redirect(request, f"/sweeps/{id}", Flash(spoken(request, "开始撤销,由后台逐批恢复。")))
