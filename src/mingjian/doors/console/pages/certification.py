"""Professional certification: who holds the badge, who applies, which policy is in force, what another would do."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.queues.load import queues
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.doors.desk.bell import WORK
from mingjian.governance.certification import adopting, applying, batches, holding
from mingjian.governance.certification.badges import badges_now
from mingjian.governance.certification.load import shelf
from mingjian.governance.certification.risks import risk_bands
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import actions, appeals, certification, registry
from mingjian.records.storage import certification_batches as stored

router = APIRouter()
READS, MANAGES = "certification.read", "certification.manage"
NAV = (Nav("登记", "专业认证", "/certification", (READS,), icon="check", order=40, keys="g y"),)
_PAGE, _SHOWN = 40, 200
OUTCOMES = {"eligible": "符合", "not": "不符合", "undetermined": "不明"}


@router.get("/certification")
def overview(request: Request, programme: str = "", before: int | None = None) -> Response:
    """A programme: the policy in force, applications that wait, batches, certificates."""
    permitted(request, READS)
    programme = _programme(programme)
    with desk(request).database.read() as tx:
        policy = adopting.policy_on(tx, programme, day(tx.now))
        waiting = [one for one in certification.application_page(tx, "open", None, 50) if one.programme == programme]
        listed = certification.certificate_page(tx, programme, before, _PAGE + 1)
        badges = badges_now(tx, [one.entity for one in listed], programme)
        made = [one for one in stored.batches(tx) if one.programme == programme]
        progress = {one.id: stored.progress(tx, one.id) for one in made[:10]}
        exempt = [one for one in certification.exemptions(tx, programme) if one.holds(day(tx.now).isoformat())]
        named = [*(one.entity for one in waiting), *(one.entity for one in listed), *(one.entity for one in exempt)]
        entities = registry.entities_by_id(tx, named)
    return page(
        request, "certification/overview.html", title="专业认证", programme=programme, policy=policy, waiting=waiting,
        found=listed[:_PAGE], badges=badges, batches=made[:10], progress=progress, exempt=exempt, entities=entities,
        next=listed[_PAGE - 1].seq if len(listed) > _PAGE else None, later=before is not None, shelf=shelf(),
        outcomes=OUTCOMES,
    )  # fmt: skip


@router.post("/certification/apply")
def apply(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Apply for an entity: by its id, or by its kind and key."""
    asks = permitted(request, READS)
    if not any(allowed(asks, name) for name in applying.APPLIES):
        demand(asks, applying.APPLIES[0])
    programme, given, kind = _programme(text(form, "programme", 40)), text(form, "entity", 64), text(form, "kind", 20)
    with desk(request).database.write() as tx:
        found = registry.entity_by_key(tx, kind, given) if kind else None
        made = applying.apply(tx, asks, found.id if found is not None else given, programme)
    WORK.ring()
    return redirect(request, f"/certification/applications/{made.id}", Flash(spoken(request, "已提交认证申请。")))


@router.get("/certification/applications/{id}")
def application(request: Request, id: str) -> Response:
    """An application with the chain of facts, then and now, and the keys to answer with."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = applying.application_of(tx, id)
        entity = registry.entities_by_id(tx, [found.entity]).get(found.entity)
        then = applying.kept_evaluation(tx, found.evaluation)
        now = applying.judge(tx, found.entity, found.programme) if found.state == "open" else None
        names = names_of(tx, [found.lodged_by, found.decided_by])
    queue = queues().get("onboarding")
    return page(
        request, "certification/application.html", title="认证申请", found=found, entity=entity, then=then, now_=now,
        names=names, reasons=queue.reasons if queue is not None else (), outcomes=OUTCOMES, shelf=shelf(),
        crumbs=(Crumb("专业认证", "/certification"), Crumb("认证申请")),
        answers=found.state == "open" and allowed(asks, "case.review"),
        withdraws=found.state == "open" and any(allowed(asks, name) for name in applying.APPLIES),
    )  # fmt: skip


@router.post("/certification/applications/{id}")
def answer(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Grant or refuse, for a reason the applicant will read."""
    asks = permitted(request, "case.review")
    demand(asks, READS)
    words = tuple(value for value in form.getlist("word") if isinstance(value, str) and value)
    with desk(request).database.write() as tx:
        done = applying.decide_application(tx, asks, id, text(form, "outcome", 20), words, text(form, "note"))
    told = {"granted": "已通过认证。", "refused": "已退回申请。"}.get(done.state, "已提交,还须他人复审。")
    return redirect(request, f"/certification/applications/{id}", Flash(spoken(request, told)))


@router.post("/certification/applications/{id}/withdraw")
def withdraw(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take an application back."""
    asks = permitted(request, READS)
    if not any(allowed(asks, name) for name in applying.APPLIES):
        demand(asks, applying.APPLIES[0])
    with desk(request).database.write() as tx:
        applying.withdraw_application(tx, asks, id, text(form, "reason"))
    return redirect(request, f"/certification/applications/{id}", Flash(spoken(request, "申请已撤回。")))


@router.get("/certification/policies")
def policies(request: Request, programme: str = "") -> Response:
    """The variants, what is in force, what waits for another person's approval."""
    asks = permitted(request, READS)
    programme = _programme(programme)
    with desk(request).database.read() as tx:
        today = day(tx.now)
        adoptions = certification.adoptions(tx, programme)
        now = adopting.policy_on(tx, programme, today)
        names = names_of(tx, [name for one in adoptions for name in (one.proposed_by, one.decided_by)])
    return page(
        request, "certification/policies.html", title="认证政策", programme=programme, found=shelf().of(programme),
        adoptions=adoptions, in_force=now, names=names, today=today, shelf=shelf(), me=asks.actor,
        crumbs=(Crumb("专业认证", "/certification"), Crumb("认证政策")),
    )  # fmt: skip


@router.post("/certification/policies")
def propose(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Put a policy forward."""
    asks = permitted(request, MANAGES)
    announced = text(form, "announced", 10)
    with desk(request).database.write() as tx:
        made = adopting.propose(
            tx, asks, text(form, "policy", 120), day_of(text(form, "since", 10), "since"), text(form, "reason"),
            announced=day_of(announced, "announced") if announced else None,
        )  # fmt: skip
    told = spoken(request, "已提出,等待他人批准。")
    return redirect(request, f"/certification/policies?programme={made.programme}", Flash(told))


@router.post("/certification/policies/{id}/{to}")
def settle(request: Request, id: str, to: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Adopt what another proposed, or turn it down."""
    asks = permitted(request, READS)
    if to not in ("adopt", "decline"):
        raise NotFound("没有这个页面。")
    if to == "adopt" or not allowed(asks, MANAGES):
        demand(asks, adopting.APPROVES)
    with desk(request).database.write() as tx:
        done = (adopting.adopt if to == "adopt" else adopting.decline)(tx, asks, id)
    told = spoken(request, "已批准。" if to == "adopt" else "已否决。")
    return redirect(request, f"/certification/policies?programme={done.programme}", Flash(told))


@router.get("/certification/impact")
def impact(request: Request, policy: str = "", kind: str = "revoke") -> Response:
    """What a policy would do today: counts, and the qualified ones by name."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        named = adopting.policy_named(tx, policy)
        told = batches.impact(tx, asks, kind, policy, risks=risk_bands)
        now = adopting.policy_on(tx, named.programme, day(tx.now))
    return page(
        request, "certification/impact.html", title="影响测算", told=told, policy=named, most=_SHOWN, shelf=shelf(),
        in_force=now is not None and now.id == policy, kind=kind, outcomes=OUTCOMES,
        crumbs=(Crumb("专业认证", "/certification"), Crumb("认证政策", "/certification/policies"), Crumb("影响测算")),
    )  # fmt: skip


@router.get("/certification/entities/{id}")
def entity(request: Request, id: str) -> Response:
    """One body: its badge, what withholds it, and everything that led there."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = registry.entities_by_id(tx, [id]).get(id)
        if found is None:
            raise NotFound(f"没有登记对象 {id}")
        certificates = certification.certificates_of(tx, [id]).get(id, [])
        programme = certificates[-1].programme if certificates else next(iter(shelf().programmes))
        badge = badges_now(tx, [id], programme).get(id)
        judged = applying.judge(tx, id, programme)
        applied = certification.applications_of(tx, id)
        exempt = [one for one in certification.exemptions(tx) if one.entity == id]
        members = stored.memberships(tx, id)
        done = [one for one in actions.actions_ever_on(tx, id) if one.right == "certification"]
        appealed = appeals.appeals_of(tx, [one.decision for one in done])
    return page(
        request, "certification/entity.html", title="专业认证", entity=found, certificates=certificates, badge=badge,
        judged=judged, applications=applied, exemptions=exempt, members=members, actions=done, appealed=appealed,
        programme=programme, outcomes=OUTCOMES, shelf=shelf(),
        crumbs=(Crumb("专业认证", "/certification"), Crumb(found.name or id)),
        manages=allowed(asks, MANAGES), decides=allowed(asks, "appeal.decide"),
    )  # fmt: skip


@router.post("/certification/entities/{id}/{what}")
def change(request: Request, id: str, what: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """End or resume a certificate, grant or end an exemption."""
    asks = permitted(request, MANAGES)
    reason, of = text(form, "reason"), text(form, "of", 40)
    with desk(request).database.write() as tx:
        if what == "end":
            holding.end_certificate(tx, asks, of, reason)
        elif what == "resume":
            holding.resume_certificate(tx, asks, of, reason)
        elif what == "exempt":
            until = day_of(text(form, "until", 10), "until")
            holding.exempt(tx, asks, id, _programme(text(form, "programme", 40)), until, reason)
        elif what == "unexempt":
            holding.end_exemption(tx, asks, of, reason)
        else:
            raise NotFound("没有这个页面。")
    return redirect(request, f"/certification/entities/{id}", Flash(spoken(request, "已改。")))


def day_of(written: str, field: str) -> date:
    """A day as forms send it; Invalid."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Invalid("日期应写成 YYYY-MM-DD。", field=field) from error


def _programme(name: str) -> str:
    name = name or next(iter(shelf().programmes), "")
    if name not in shelf().programmes:
        raise NotFound(f"没有认证项目 {name}")
    return name
