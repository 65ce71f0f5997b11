"""What anybody may see of accreditation without signing in: the list of certificates, one of them checked, the standard
they were granted by."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mingjian.doors.console.context import desk, page
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.strangers import slow
from mingjian.governance.accreditation import certifying, looking
from mingjian.governance.accreditation.load import standard_named, standards
from mingjian.governance.decisions.law import basis_in_force
from mingjian.records.clock import day
from mingjian.records.errors import Invalid
from mingjian.records.storage import accreditation_certificates as certificates

router = APIRouter()
STANDINGS = ("valid", "suspended", "withdrawn", "expired", "replaced")
_PAGE = 40


@router.get("/certificates")
def listed(request: Request, before: int | None = None) -> Response:
    """Certificates of accreditation, the newest first."""
    slow(request, "certificates")
    values = chosen(request.query_params, ("standing", "q"))
    standing = values.get("standing")
    if standing is not None and standing not in STANDINGS:
        raise Invalid("没有这个状态。", field="standing")
    with desk(request).database.read() as tx:
        today = day(tx.now)
        found = certificates.certificate_page(tx, today, standing=standing, words=values.get("q", ""), before=before,
                                              limit=_PAGE + 1)  # fmt: skip
    onward = address("/certificates", values, before=found[_PAGE - 1].seq) if len(found) > _PAGE else None
    return page(request, "accreditation/certificates.html", title="质量认证证书", found=found[:_PAGE], today=today,
                values=values, standings=STANDINGS, next=onward, standards=standards().values())  # fmt: skip


@router.get("/verify")
def ask(request: Request, code: str = "") -> Response:
    """Type or paste a number or a code."""
    slow(request, "certificates")
    if code.strip():
        return _shown(request, code)
    return page(request, "accreditation/verify.html", title="核验质量认证证书", proven=None, given="", fault=None)


@router.get("/verify/{code}")
def verify(request: Request, code: str) -> Response:
    """What the QR code on a certificate leads to."""
    slow(request, "certificates")
    return _shown(request, code)


@router.get("/standards")
def newest(request: Request) -> Response:
    """The standard there is."""
    return RedirectResponse(f"/standards/{next(iter(standards()))}", 303)


@router.get("/standards/{name}")
def standard(request: Request, name: str) -> Response:
    """A standard with all its clauses and where each comes from."""
    slow(request, "certificates")
    with desk(request).database.read() as tx:
        today = day(tx.now)
    found = standard_named(name, today)
    resolve = basis_in_force().resolve
    law = {ref: cite for clause in found.clauses.values() for ref in clause.law
           if (cite := resolve(ref, today)) is not None}  # fmt: skip
    return page(request, "accreditation/standard.html", title=found.title, s=found, law=law)


def _shown(request: Request, given: str) -> Response:
    given = given[: certifying.LONGEST + 200]
    try:
        with desk(request).database.read() as tx:
            proven, today = looking.prove(tx, given), day(tx.now)
    except Invalid as error:
        return page(request, "accreditation/verify.html", status=error.status, title="核验质量认证证书", proven=None,
                    given=given[:200], fault=error.message)  # fmt: skip
    standard_of = standards().get(proven.certificate.standard) if proven.certificate else None
    return page(request, "accreditation/verify.html", title="核验质量认证证书", proven=proven, given="", fault=None,
                today=today, s=standard_of)  # fmt: skip

