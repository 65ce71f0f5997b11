"""One's own account: language, password, signed-in browsers, one's own scorecard."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people import service
from mingjian.desk.people.permissions import granted, permissions, roles
from mingjian.desk.people.signing import close_session
from mingjian.doors.console.context import Flash, desk, page, posted, redirect, spoken, text, user
from mingjian.doors.console.i18n import COOKIE
from mingjian.doors.desk import signin
from mingjian.doors.i18n import LANGUAGES
from mingjian.records.errors import NotFound
from mingjian.records.storage import sessions

router = APIRouter()


@router.get("/account")
def account(request: Request) -> Response:
    """What everybody may see and change of their own."""
    asks = user(request)
    session = signin.current_session(request)
    with desk(request).database.read() as tx:
        found = service.get_user(tx, asks.id)
        open_ = sessions.sessions_of(tx, asks.id)
    return page(request, "people/account.html", title="我的账号", person=found, sessions=open_, here=session.id,
                roles=roles(), permissions={name: permissions()[name] for name in sorted(granted(asks))},
                languages=LANGUAGES)  # fmt: skip


@router.post("/account/language")
def language(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The language of the account, on every browser."""
    asks = user(request)
    with desk(request).database.write() as tx:
        service.choose_language(tx, asks, text(form, "lang", 8))
    response = redirect(request, "/account", Flash(spoken(request, "已保存。")))
    response.delete_cookie(COOKIE, path="/")
    return response


@router.post("/account/sessions/{id}/end")
def end(request: Request, id: str) -> Response:
    """Sign one's other browser out. ``id`` is the beginning of the session's, which is no secret."""
    asks = user(request)
    with desk(request).database.write() as tx:
        found = [one for one in sessions.sessions_of(tx, asks.id) if one.id.startswith(id) and len(id) >= 12]
        if len(found) != 1:
            raise NotFound("没有这个登录。")
        close_session(tx, found[0])
    return redirect(request, "/account", Flash(spoken(request, "已退出那台设备。")))


@router.post("/account/sessions/end")
def end_all(request: Request) -> Response:
    """Sign out everywhere, here too."""
    session = signin.current_session(request)
    response = redirect(request, "/signin")
    signin.sign_out(request, response, session, everywhere=True)
    return response
