"""Accounts and what roles may do; who looked at which personal data."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people import service
from mingjian.desk.people.permissions import allowed, permissions, roles
from mingjian.desk.queues.load import queues
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text, user
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.ranges import csv_response
from mingjian.doors.console.subjects import names_of
from mingjian.doors.i18n import LANGUAGES

router = APIRouter()
NAV = (
    Nav("系统", "账号", "/people", ("user.manage",), icon="people", order=10, keys="g u"),
    Nav("系统", "角色权限", "/roles", ("user.manage", "access.read"), icon="book", order=20),
    Nav("系统", "访问日志", "/accesses", ("access.read",), icon="eye", order=50),
)
_PAGE = 100


@router.get("/people")
def listed(request: Request) -> Response:
    """Every account."""
    asks = permitted(request, "user.manage")
    with desk(request).database.read() as tx:
        users = service.list_users(tx, asks)
    return page(request, "people/list.html", title="账号", users=users, roles=roles(), queues=queues())


@router.get("/people/{id}")
def person(request: Request, id: str) -> Response:
    """One account."""
    permitted(request, "user.manage")
    with desk(request).database.read() as tx:
        found = service.get_user(tx, id)
    return page(
        request,
        "people/person.html",
        title=found.name,
        crumbs=(Crumb("账号", "/people"), Crumb(found.login)),
        person=found,
        roles=roles(),
        queues=queues(),
        languages=LANGUAGES,
    )


@router.post("/people")
def create(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A new account with a one-time password, shown now and never again."""
    asks = permitted(request, "user.manage")
    with desk(request).database.write() as tx:
        made = service.create_user(
            tx,
            asks,
            text(form, "login", 200),
            text(form, "name", 200),
            _many(form, "role"),
            queues=_many(form, "queue"),
            department=text(form, "department", 64) or None,
        )
        password = service.reset_password(tx, asks, made.id)
    return _secret(request, "账号已建立", made.login, password, f"/people/{made.id}")


@router.post("/people/{id}")
def change(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Change what the form holds."""
    asks = permitted(request, "user.manage")
    with desk(request).database.write() as tx:
        service.change_user(
            tx,
            asks,
            id,
            name=text(form, "name", 200),
            roles=_many(form, "role"),
            queues=_many(form, "queue"),
            department=text(form, "department", 64),
            lang=text(form, "lang", 8),
        )
    return redirect(request, f"/people/{id}", Flash(spoken(request, "已保存。")))


@router.post("/people/{id}/disable")
def disable(request: Request, id: str) -> Response:
    """Nobody signs in with it any more."""
    asks = permitted(request, "user.manage")
    with desk(request).database.write() as tx:
        service.disable_user(tx, asks, id)
    return redirect(request, f"/people/{id}", Flash(spoken(request, "已停用。"), undo=f"/people/{id}/enable"))


@router.post("/people/{id}/enable")
def enable(request: Request, id: str) -> Response:
    """The reverse."""
    asks = permitted(request, "user.manage")
    with desk(request).database.write() as tx:
        service.enable_user(tx, asks, id)
    return redirect(request, f"/people/{id}", Flash(spoken(request, "已启用。")))


@router.post("/people/{id}/password")
def reset(request: Request, id: str) -> Response:
    """A new one-time password, shown now and never again."""
    asks = permitted(request, "user.manage")
    with desk(request).database.write() as tx:
        found = service.get_user(tx, id)
        password = service.reset_password(tx, asks, id)
    return _secret(request, "密码已重置", found.login, password, f"/people/{id}")


@router.get("/roles")
def role_table(request: Request) -> Response:
    """Roles and permissions, as a deployer has set them."""
    if not allowed(user(request), "access.read"):
        permitted(request, "user.manage")
    return page(request, "people/roles.html", title="角色权限", roles=roles(), permissions=permissions())


@router.get("/accesses")
def accesses(request: Request, before: int | None = None) -> Response:
    """Who looked at which personal data, the latest first."""
    asks = permitted(request, "access.read")
    values = chosen(request.query_params, ("actor", "subject"))
    with desk(request).database.read() as tx:
        found = service.list_accesses(
            tx, asks, actor=values.get("actor"), subject=values.get("subject"), before=before, limit=_PAGE + 1
        )
        names = names_of(tx, [one.actor for one in found])
    shown = found[:_PAGE]
    return page(
        request,
        "people/accesses.html",
        title="访问日志",
        found=shown,
        names=names,
        values=values,
        next=address("/accesses", values, before=shown[-1].seq) if len(found) > _PAGE else None,
        file=address("/accesses.csv", values),
    )


@router.get("/accesses.csv")
def accesses_file(request: Request) -> Response:
    """The latest thousand as a table."""
    asks = permitted(request, "access.read")
    values = chosen(request.query_params, ("actor", "subject"))
    with desk(request).database.read() as tx:
        found = service.list_accesses(tx, asks, actor=values.get("actor"), subject=values.get("subject"), limit=1000)
        names = names_of(tx, [one.actor for one in found])
    rows = [
        (one.seq, one.at, names[one.actor], one.actor, one.what, one.subject, " ".join(one.fields)) for one in found
    ]
    return csv_response("mingjian-accesses", ("seq", "at", "name", "actor", "what", "subject", "fields"), rows)


def _secret(request: Request, title: str, login: str, password: str, onward: str) -> Response:
    return page(
        request, "people/secret.html", title=title, login=login, secret=password, onward=onward, kind="password"
    )


def _many(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str) and value]
