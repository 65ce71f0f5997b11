"""One draft under review and after: its text with findings and comments, the answer keys, the seal, comparisons."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.model import Draft, Judged, Opened, Published
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case
from mingjian.desk.people import masking
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.desk.people.service import log_access
from mingjian.desk.queues.load import book
from mingjian.doors.console import media as blobs
from mingjian.doors.console.context import (
    Crumb,
    Flash,
    desk,
    page,
    permitted,
    posted,
    redirect,
    spoken,
    text,
    user,
)
from mingjian.doors.console.draft_forms import published_text
from mingjian.doors.console.drafts import (
    DRIFT_WORDS,
    SOURCES,
    STATES,
    Rights,
    changes,
    laid_out,
    posted_anchor,
    rights_on,
    setting_changes,
    steps,
    told,
)
from mingjian.doors.console.i18n import labeller, language, speaker
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verdicts import answer_of, reason_keys, verdict_keys
from mingjian.records.canonical import canonical
from mingjian.records.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from mingjian.records.items.model import Media
from mingjian.records.storage import draft_queries
from mingjian.records.storage.database import Tx

router = APIRouter()
_verified: set[tuple[str, int, int]] = set()


@router.get("/drafts/{id}")
def draft(request: Request, id: str, version: int | None = None) -> Response:
    """The draft as it stands. Its author is sent on to the editor while it is his to write."""
    asks = _known(request)
    lang = language(request)
    with desk(request).database.read() as tx:
        found = publication.get_draft(tx, asks, id)
        rights = rights_on(asks, found)
        if rights.writes and found.state in ("writing", "returned") and version is None:
            return RedirectResponse(f"/drafts/{id}/edit", 303)
        sealed = draft_queries.seal_of(tx, id)
        number = version or (sealed.version if sealed else found.version)
        shown = publication.open_version(tx, asks, id, number)
        former = publication.open_version(tx, asks, id, number - 1) if number > 1 else None
        said = _said(request, tx, found, number) if shown.content else None
        threads = publication.threads(tx, asks, id, number)
        waivers = draft_queries.waivers_of(tx, id)
        in_force = {(one.code, one.quote): one for one in waivers if one.until > tx.now}
        checks = draft_queries.checks_of(tx, id)
        compared = [(one, publication.differences_of(tx, asks, one)) for one in checks[:10]]
        case = _case_of(tx, asks, found, checks[0].case if checks else None)
        events = publication.timeline(tx, asks, id)
        passed = [one for one in draft_queries.steps_of(tx, id) if not one.undone]
        stops = publication.stops(tx, found, said) if said else None
        said_by = [one.comment.made_by for each in threads for one in (each.first, *each.answers)]
        names = names_of(tx, [found.author, *(event.actor for event in events), *said_by,
                              *(one.made_by for one in waivers), *([case.lease_holder] if case else [])])  # fmt: skip
        title = publication.titles_of(tx, [found])[id]
        versions = draft_queries.versions_of(tx, id)
    queue = book().queue(case.queue) if case else None
    mine = case is not None and case.lease_holder == asks.actor
    laid = laid_out(shown, said, threads, in_force, cover=not rights.whole) if said else None
    takes = (case is not None and queue is not None and allowed(asks, queue.permission, queue.name)
             and found.author != asks.actor and case.state != "closed")  # fmt: skip
    speak, label = speaker(lang), labeller(lang)
    return page(
        request, "publication/draft.html", title="稿件", draft=found, heading=_cover(title, rights) or found.id,
        crumbs=(Crumb("待发布内容", "/drafts"), Crumb("稿件")), version=shown, number=number, versions=versions,
        shown=laid, said=said, threads=threads, case=case, queue=queue, mine=mine, takes=takes, rights=rights,
        keys=verdict_keys(queue, asks) if queue else (), reasons=reason_keys(queue) if queue else (),
        changed=changes(former, shown) if rights.whole else None, fields=setting_changes(former, shown), stops=stops,
        sealed=sealed, checks=compared, names=names, states=STATES, drifts=DRIFT_WORDS, sources=SOURCES, steps=steps(),
        passed=passed, content=shown.content, unread=shown.perceived.unread,
        history=[(event, told(event, speak, label)) for event in reversed(events)],
    )  # fmt: skip


@router.post("/drafts/{id}/take")
def take(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Lease the draft's case."""
    asks = _known(request)
    with desk(request).database.write() as tx:
        publication.get_draft(tx, asks, id)
        cases.take_case(tx, asks, _case(tx, asks, id, form).id)
    return redirect(request, f"/drafts/{id}")


@router.post("/drafts/{id}/release")
def release(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Give the lease back."""
    asks = _known(request)
    with desk(request).database.write() as tx:
        publication.get_draft(tx, asks, id)
        cases.release_case(tx, asks, _case(tx, asks, id, form).id)
    return redirect(request, "/drafts", Flash(spoken(request, "已放回队列。")))


@router.post("/drafts/{id}/answer")
def answer(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The answer; after the last approval the draft is sealed. What stands in the way is told on the draft's page."""
    asks = _known(request)
    try:
        with desk(request).database.write() as tx:
            given = answer_of(form, _case(tx, asks, id, form))
            done = publication.review_draft(tx, asks, given, judge=desk(request).engine,
                                            know=desk(request).screening.know)  # fmt: skip
    except (Conflict, Invalid) as error:
        return redirect(request, f"/drafts/{id}", Flash(spoken(request, error.message), "error"))
    said = (
        spoken(request, "已封存第 {n} 版。", n=done.seal.version) if done.seal else spoken(request, "已提交审核结论。")
    )
    undo = None if done.seal or done.draft.state == "sealed" else f"/drafts/{id}/undo"
    return redirect(request, f"/drafts/{id}", Flash(said, undo=undo))


@router.post("/drafts/{id}/undo")
def undo(request: Request, id: str) -> Response:
    """Take one's own last answer back."""
    asks = _known(request)
    with desk(request).database.write() as tx:
        publication.undo_draft_review(tx, asks, id, "审核人撤回")
    return redirect(request, f"/drafts/{id}", Flash(spoken(request, "已撤回,请重新审核。")))


@router.post("/drafts/{id}/comment")
def comment(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A comment on words, on a box, on the whole, or an answer to one."""
    asks = _known(request)
    number = text(form, "version", 8)
    with desk(request).database.write() as tx:
        publication.comment(
            tx, asks, id, text(form, "text", 3000), version=int(number) if number.isdecimal() else None,
            anchor=posted_anchor(text(form, "anchor", 400)), thread=text(form, "thread", 40) or None,
        )  # fmt: skip
    return _back(request, id, form)


@router.post("/drafts/{id}/resolve")
def resolve(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Settle a thread, or open it again."""
    asks = _known(request)
    with desk(request).database.write() as tx:
        publication.resolve(tx, asks, id, text(form, "comment", 40), resolved=text(form, "resolved", 4) != "no")
    return _back(request, id, form)


@router.post("/drafts/{id}/waive")
def waive(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Let a violation through with a reason, for some days."""
    asks = _known(request)
    days = text(form, "days", 6)
    with desk(request).database.write() as tx:
        publication.waive(tx, asks, id, text(form, "code", 80), _raw(form, "quote"), text(form, "reason", 600),
                          judge=desk(request).engine, know=desk(request).screening.know,
                          days=int(days) if days.isdecimal() else None)  # fmt: skip
    return redirect(request, f"/drafts/{id}", Flash(spoken(request, "已放行,理由已记录。")))


@router.post("/drafts/{id}/drift")
def drift(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Compare with what was published: pasted, an item of the store, or a text file."""
    asks = _known(request)
    item, pasted, file = text(form, "item", 40), _raw(form, "published"), published_text(form)
    source = "item" if item else "file" if file and not pasted.strip() else "text"
    given = Published(pasted if pasted.strip() else file, text(form, "published_title", 400), source, item or None)
    with desk(request).database.write() as tx:
        done = publication.check_drift(tx, asks, id, given, judge=desk(request).engine,
                                       know=desk(request).screening.know)  # fmt: skip
    if done.outcome == "matched":
        return redirect(request, f"/drafts/{id}#drift", Flash(spoken(request, "发布内容与封存版本一致。")))
    return redirect(request, f"/drafts/{id}#drift", Flash(
        spoken(request, "发布内容与封存版本有 {n} 处不一致。", n=done.changes), "warning"))  # fmt: skip


@router.get("/drafts/{id}/proof.{kind}")
def proof(request: Request, id: str, kind: str) -> Response:
    """The proof of the seal as a file: JSON for programs, HTML for people."""
    asks = _known(request)
    if kind not in ("json", "html"):
        raise NotFound("只有 json 和 html 两种证明。")
    with desk(request).database.write() as tx:  # an uncovered look by who does not work on it is logged
        found = publication.get_draft(tx, asks, id)
        if not rights_on(asks, found).exports:
            raise Forbidden("没有权限导出这份稿件的证明。")
        made = publication.proof_of(tx, asks, id)
        kinds = masking.kinds(str(part["text"]) for part in made["content"]["parts"])
        if kinds and not rights_on(asks, found).whole:
            log_access(tx, asks, "draft.proof", id, kinds)
    name = f"{id}-v{made['version']}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "json":
        return Response(canonical(made), media_type="application/json", headers=headers)
    response: HTMLResponse = page(request, "publication/proof.html", title="封存证明", proof=made)
    response.headers.update(headers)
    return response


@router.get("/drafts/{id}/media/{digest}")
def media(request: Request, id: str, digest: str) -> Response:
    """A file of one of the draft's versions."""
    asks = _known(request)
    opened = desk(request)
    with opened.database.read() as tx:
        publication.get_draft(tx, asks, id)
        file = next((one for one in _files(tx, asks, id) if one.digest == digest), None)
    if file is None:
        raise NotFound("这份稿件没有这个文件。")
    return blobs.send(opened.settings.blobs, file, _verified)


def _said(request: Request, tx: Tx, draft: Draft, number: int) -> Judged:
    return publication.judged_now(tx, draft, number, desk(request).engine, desk(request).screening.know)


def _known(request: Request) -> Principal:
    asks = user(request)
    if not any(allowed(asks, name) for name in ("draft.department", "draft.publicity")):
        permitted(request, "draft.read")
    return asks


def _case_of(tx: Tx, asks: Principal, draft: Draft, drift_case: str | None) -> Case | None:
    """The case this person may look at now: at its level, or about a drift."""
    for id in (draft.case, drift_case):
        if id is not None:
            try:
                found = cases.get_case(tx, asks, id)
            except DeskError:
                continue
            if found.state != "closed":
                return found
    return None


def _case(tx: Tx, asks: Principal, id: str, form: FormData) -> Case:
    found = cases.get_case(tx, asks, text(form, "case", 40))
    if found.kind != "draft" or found.subject != id:
        raise NotFound("这件案件不是这份稿件的。")
    return found


def _files(tx: Tx, asks: Principal, id: str) -> list[Media]:
    seen: list[Opened] = [
        publication.open_version(tx, asks, id, one.number) for one in draft_queries.versions_of(tx, id)
    ]
    return [Media(**file) for each in seen for file in (each.content or {}).get("media", ())]


def _cover(words: str, rights: Rights) -> str:
    return words if rights.whole else masking.mask(words)


def _raw(form: FormData, name: str) -> str:
    value = form.get(name)
    return value[:200_000] if isinstance(value, str) else ""


def _back(request: Request, id: str, form: FormData) -> Response:
    return redirect(
        request, f"/drafts/{id}/edit#comments" if text(form, "back", 10) == "edit" else f"/drafts/{id}#comments"
    )
