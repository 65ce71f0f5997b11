"""Policies: read, written, tried on what is stored, brought into force step by step; and rules that are held."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.policies import clauses_of, next_text, outcome_word, wrong_lines
from mingjian.doors.console.subjects import names_of, titles_of
from mingjian.governance.policies import service
from mingjian.governance.policies.states import former_of
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.policies.model import STAGES, TrialFilter

router = APIRouter()
NAV = (
    Nav("策略", "策略", "/policies", ("policy.read",), icon="policy", order=10, keys="g p"),
    Nav("策略", "规则状态", "/policies/rules", ("policy.read",), icon="alert", order=20),
)
MOST_TEXT = 100_000
# A page waits for a trial; longer ones are work for the command line.
TRIALS = (500, 2000, 10_000)
ONWARD = {"tried": ("shadow",), "shadow": ("share",), "share": ("share", "live")}


@router.get("/policies")
def listed(request: Request) -> Response:
    """Every policy with its versions."""
    asks = permitted(request, "policy.read")
    with desk(request).database.read() as tx:
        found = service.list_policies(tx, asks)
        names = names_of(tx, [name for one in found for name in (*one.authors, one.staged_by)])
    groups: dict[str, list[object]] = {}
    for one in found:
        groups.setdefault(one.name, []).append(one)
    return page(request, "policies/list.html", title="策略", groups=groups, names=names, titles=service.TITLES)


@router.get("/policies/new")
def new(request: Request, name: str | None = None, edit: str | None = None) -> Response:
    """Write a version: the next of a policy, one anew that was not deployed yet, or the first of a new one."""
    asks = permitted(request, "policy.author")
    with desk(request).database.read() as tx:
        if edit is not None:
            opened = service.get_policy(tx, asks, edit)
            return _editor(request, opened.text, revision=opened.kept.revision, of=opened.kept.id)
        versions = service.list_policies(tx, asks, name) if name else service.list_policies(tx, asks)
        if name and not versions:
            raise NotFound(f"没有策略“{name}”")
        base = versions[0] if versions else None
        words = (
            next_text(
                service.get_policy(tx, asks, base.id).text, versions[0].version + 1 if name else 1, fresh=not name
            )
            if base
            else ""
        )
    return _editor(request, words, of=base.id if base and name else None)


@router.post("/policies/new")
def write(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Keep what was written, or show everything that is wrong with it beside its lines."""
    asks = permitted(request, "policy.author")
    words = form.get("text")
    words = words.replace("\r\n", "\n")[:MOST_TEXT] if isinstance(words, str) else ""
    given = text(form, "revision", 20)
    revision = int(given) if given.isascii() and given.isdigit() else None
    try:
        with desk(request).database.write() as tx:
            kept = service.draft(tx, asks, words, revision=revision)
    except service.PolicyError as error:
        return _editor(request, words, revision=revision, problems=error.problems, of=text(form, "of", 80) or None)
    return redirect(request, f"/policies/{kept.id}", Flash(spoken(request, "已保存为草稿,先回测再发布。")))


@router.get("/policies/rules")
def rules(request: Request) -> Response:
    """Rules and clauses that are held, and the rates the breaker looks at."""
    asks = permitted(request, "policy.read")
    with desk(request).database.read() as tx:
        states = service.rule_states(tx, asks)
        rates = service.readings(tx, asks)[:20]
        names = names_of(tx, [one.set_by for one in states])
    titles = {rule.code: rule.title for rule in desk(request).engine.compiled.rules}
    return page(
        request,
        "policies/rules.html",
        title="规则状态",
        states=states,
        rates=rates,
        names=names,
        titles=titles,
        limits=service.LIMITS,
    )


@router.post("/policies/rules")
def change_rule(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Let a rule or clause act again, or take its power by hand."""
    asks = permitted(request, "policy.deploy")
    does = {"restore": service.restore, "suspend": service.suspend_rule, "shadow": service.shadow_rule}
    chosen = does.get(text(form, "to", 20))
    if chosen is None:
        raise Invalid("请选择要做什么。", field="to")
    with desk(request).database.write() as tx:
        done = chosen(tx, asks, text(form, "subject", 160), text(form, "reason"))
    return redirect(request, "/policies/rules", Flash(spoken(request, "{s} 已改。", s=done.subject)))


@router.get("/policies/{id}")
def version(request: Request, id: str) -> Response:
    """A version: what it says, what it was tried with, where it stands and who may bring it further."""
    asks = permitted(request, "policy.read")
    lang = language(request)
    with desk(request).database.read() as tx:
        opened = service.get_policy(tx, asks, id)
        kept = opened.kept
        history = service.policy_history(tx, asks, id)
        diff = service.trial_of(tx, asks, id)
        shadow = service.shadow_report(tx, asks, id) if kept.state in ("shadow", "share") else None
        versions = service.list_policies(tx, asks, kept.name)
        former = former_of(versions, kept) if kept.state == "live" else None
        names = names_of(tx, [*kept.authors, kept.staged_by, *(event.actor for event in history)])
        samples = [item for items in diff.samples.values() for item in items[:5]] if diff is not None else []
        titles = titles_of(tx, [*samples, *(hit.item for hit in (shadow.samples if shadow else ()))])
    return page(
        request,
        "policies/version.html",
        title=kept.id,
        crumbs=(Crumb("策略", "/policies"), Crumb(kept.id)),
        kept=kept,
        opened=opened,
        clauses=clauses_of(opened.policy, lang),
        wrong=wrong_lines(opened.problems),
        history=history,
        diff=diff,
        shadow=shadow,
        versions=versions,
        former=former,
        names=names,
        titles=titles,
        states=service.TITLES,
        stages=("draft", "tried", *STAGES),
        onward=ONWARD.get(kept.state, ()),
        trials=TRIALS,
        own=asks.actor in kept.authors,
        deploys=allowed(asks, "policy.deploy"),
        authors=allowed(asks, "policy.author"),
        outcome=lambda word: outcome_word(word, lang),
    )


@router.post("/policies/{id}/trial")
def trial(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Try a version on stored items, newest first, and keep the result beside it."""
    asks = permitted(request, "policy.author")
    limit = text(form, "limit", 8)
    if limit not in map(str, TRIALS):
        raise Invalid("请选回测多少件内容。", field="limit")
    chosen = TrialFilter(**{name: text(form, name, 64) or None for name in ("platform", "kind", "since", "until")})
    opened = desk(request)
    with opened.database.read() as tx:
        revision = service.get_policy(tx, asks, id).kept.revision
    diff = service.backtest(opened.database, asks, id, chosen, int(limit))
    with opened.database.write() as tx:
        service.attach_trial(tx, asks, id, diff, revision=revision)
    told = spoken(request, "回测完:看了 {n} 件,{c} 件结果不同。", n=diff.seen, c=diff.changed)
    return redirect(request, f"/policies/{id}", Flash(told))


@router.post("/policies/{id}/stage")
def stage(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """One step on, back to the former version, or out of use."""
    asks = permitted(request, "policy.deploy")
    to, reason = text(form, "to", 20), text(form, "reason")
    revision, percent = _whole(text(form, "revision", 20)), text(form, "percent", 3)
    with desk(request).database.write() as tx:
        if to == "retire":
            done = service.retire(tx, asks, id, revision=revision, reason=reason)
        elif to == "rollback":
            done = service.rollback(tx, asks, id.partition("@")[0], revision=revision, reason=reason)
        else:
            done = service.deploy(
                tx, asks, id, to, revision=revision, reason=reason, percent=_whole(percent) if to == "share" else None
            )
    return redirect(request, f"/policies/{done.id}", Flash(spoken(request, "已改为:") + service.TITLES[done.state]))


def _editor(
    request: Request,
    words: str,
    *,
    revision: int | None = None,
    of: str | None = None,
    problems: list[tuple[int | None, str, str]] | None = None,
) -> Response:
    return page(
        request,
        "policies/edit.html",
        status=422 if problems else 200,
        title="编写策略",
        text=words,
        revision=revision,
        of=of,
        problems=problems or [],
        wrong=wrong_lines(problems or []),
        crumbs=(Crumb("策略", "/policies"), *((Crumb(of, f"/policies/{of}"),) if of else ()), Crumb("编写策略")),
    )


def _whole(given: str) -> int:
    if not (given.isascii() and given.isdigit()):
        raise Invalid("应为整数。", field="revision")
    return int(given)
