"""Accreditation: the list, applying, one application with all that belongs to it."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import accreditation as shared
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text, user
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.i18n import language
from mingjian.doors.console.media import send
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.governance.accreditation import appealing, applying, looking
from mingjian.governance.accreditation.access import APPLY, READ, demand_some, seen
from mingjian.governance.accreditation.applying import Application
from mingjian.governance.accreditation.load import standards
from mingjian.governance.decisions.law import thawed
from mingjian.records.accreditation.model import STATES, Filter
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.items.model import Media
from mingjian.records.registry.model import Entity
from mingjian.records.storage import accreditation_audits as audits
from mingjian.records.storage import accreditation_certificates as certificates
from mingjian.records.storage import accreditations, contents, registry
from mingjian.records.storage.database import Tx

router = APIRouter()
NAV = (Nav("评分", "质量认证", "/accreditations", (READ, APPLY), icon="seal", order=60, keys="g l"),)
UPLOADS = ("/accreditations/",)
FILTERS = ("state", "mine", "late")
_PAGE, _AHEAD, _FOUND = 40, 8, 20
_verified: set[tuple[str, int, int]] = set()


@router.get("/accreditations")
def index(request: Request, before: int | None = None) -> Response:
    """Applications by state, the audits to come, the appeals that wait."""
    asks = user(request)
    demand_some(asks)
    values = chosen(request.query_params, FILTERS)
    state = values.get("state")
    if state is not None and state not in (*STATES, "waiting"):
        raise Invalid("没有这个状态。", field="state")
    wanted = Filter(state, mine=asks.actor if values.get("mine") else None, late=bool(values.get("late")))
    with desk(request).database.read() as tx:
        listed = looking.list_page(tx, asks, wanted, before, _PAGE)
        counts = looking.counts(tx, asks)
        ahead = audits.audits_ahead(tx, None, _AHEAD) if allowed(asks, READ) else []
        places = accreditations.accreditations_by_id(tx, [one.accreditation for one in ahead])
        institutions = dict(listed.institutions)
        institutions |= registry.entities_by_id(tx, [one.institution for one in places.values()])
        appeals = appealing.waiting(tx, asks)
        names = names_of(tx, [one.reviewer for one in listed.found] + [one.lead for one in ahead])
    onward = address("/accreditations", values, before=listed.next) if listed.next else None
    return page(
        request, "accreditation/list.html", title="质量认证", found=listed.found, institutions=institutions,
        counts=counts, values=values, states=STATES, ahead=ahead, places=places, appeals=appeals, names=names,
        next=onward, standards=standards().values(),
    )  # fmt: skip


@router.get("/accreditations/new")
def new(request: Request, q: str = "", institution: str = "", previous: str = "") -> Response:
    """Find the institution, then say what is to be certified."""
    permitted(request, APPLY)
    standard = next(iter(standards().values()))
    with desk(request).database.read() as tx:
        found = [one for kind in standard.kinds for one in _search(tx, q, kind)]
        entity = registry.entities_by_id(tx, [institution]).get(institution) if institution else None
        licence = applying.licence_of(tx, standard, institution, day(tx.now)) if entity else None
        before = certificates.certificate_by_id(tx, previous) if previous else None
        advisers = shared.advisers(tx)
    return page(request, "accreditation/new.html", title="申请质量认证", crumbs=_crumbs(Crumb("申请质量认证")), q=q,
                found=found, entity=entity, licence=licence, standards=standards().values(), before=before,
                advisers=advisers)  # fmt: skip


@router.post("/accreditations")
def apply(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Apply."""
    asks = permitted(request, APPLY)
    ticked = [one for one in form.getlist("scope") if isinstance(one, str)]
    typed = [one.strip() for one in text(form, "more").replace("、", "\n").splitlines()]
    given = Application(
        institution=text(form, "institution", 40), standard=text(form, "standard", 64), scope=[*ticked, *typed],
        consultants=[one for one in form.getlist("consultant") if isinstance(one, str) and one],
        note=text(form, "note", 4001), previous=text(form, "previous", 40) or None,
    )  # fmt: skip
    with desk(request).database.write() as tx:
        made = applying.apply(tx, asks, given)
    told = spoken(request, "已提出申请。请逐条自评并上传证据。")
    return redirect(request, f"/accreditations/{made.id}/sheets/self", Flash(told))


@router.get("/accreditations/{id}")
def one(request: Request, id: str) -> Response:
    """One application."""
    asks = user(request)
    demand_some(asks)
    with desk(request).database.read() as tx:
        found = looking.whole(tx, asks, id)
        can, why = shared.may(tx, asks, found)
        sheets = shared.sheets(tx, asks, found)
        grounds = shared.grounds_of(tx, found) if "decide" in can else None
        actors = [event.actor for event in found.history] + [found.accreditation.reviewer]
        actors += [name for audit in found.audits for name in audit.auditors]
        actors += [name for finding in found.nonconformities for name in (finding.raised_by, finding.verified_by)]
        actors += list(found.accreditation.consultants)
        names = names_of(tx, actors)
        auditors = shared.auditors(tx) if "plan" in can or any(one.state == "planned" for one in found.audits) else []
        cites = thawed(contents.get(tx, found.accreditation.cites) or b"[]") if found.accreditation.cites else ()
        appealable = appealing.appealable(tx, found.accreditation) if "appeal" in can else None
        today = day(tx.now)
    name = found.institution.name if found.institution else id
    return page(
        request, "accreditation/one.html", title=name, crumbs=_crumbs(Crumb(name)), w=found, a=found.accreditation,
        s=found.standard, can=can, why=why, sheets=sheets, grounds=grounds, names=names, auditors=auditors,
        cites=cites, appealable=appealable, today=today, steps=shared.steps(found.accreditation.state),
        words=shared.HISTORY, history=[event for event in found.history if shared.told(event)],
    )  # fmt: skip


@router.get("/accreditations/{id}/files/{digest}")
def file(request: Request, id: str, digest: str) -> Response:
    """A file of evidence, for who may see the application."""
    asks = user(request)
    opened = desk(request)
    with opened.database.read() as tx:
        seen(tx, asks, id)
        found = accreditations.files_in(tx, id).get(digest)
    if found is None:
        raise NotFound("这份申请没有这个文件。")
    response = send(opened.settings.blobs, Media(digest, found.name, found.kind, found.size), _verified)
    response.headers["Cache-Control"] = "no-store"  # a shared tablet keeps nothing
    return response


@router.get("/accreditations/{id}/certificate.pdf")
def certificate(request: Request, id: str) -> Response:
    """The certificate to print."""
    from mingjian.doors.pdf.certificate import certificate_pdf  # only who prints pays for loading it

    asks = user(request)
    with desk(request).database.read() as tx:
        found = looking.whole(tx, asks, id)
        today = day(tx.now)
    if found.certificate is None:
        raise NotFound("这份申请没有证书。")
    key = found.institution.key if found.institution else ""
    base = desk(request).settings.base_url or str(request.base_url)
    made = certificate_pdf(found.certificate, found.standard, key, base, language(request), today)
    return Response(made, media_type="application/pdf",
                    headers={"Content-Disposition": f'inline; filename="{found.certificate.number}.pdf"'})  # fmt: skip


def _search(tx: Tx, words: str, kind: str) -> list[Entity]:
    """Active entities by words; none where the words cannot be looked for."""
    if not words.strip():
        return []
    try:
        return registry.search_entities(tx, words.strip()[:80], kind, "active", None, _FOUND)[0]
    except Invalid:
        return []


def _crumbs(*more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb("质量认证", "/accreditations"), *more)
