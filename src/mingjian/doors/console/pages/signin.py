"""Signing in and out, one's own password, and the language."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mingjian.doors.console.context import Flash, local_path, page, posted, redirect, spoken, text
from mingjian.doors.console.i18n import COOKIE, YEAR_S
from mingjian.doors.desk import signin
from mingjian.doors.i18n import LANGUAGES
from mingjian.records.errors import DeskError, Forbidden, Invalid, NotFound, TooMany, Unauthenticated

router = APIRouter()


@router.get("/signin")
def form(request: Request, next: str = "/", left: str = "") -> Response:
    """The form; ``left=sso`` for who has just signed out here and may want to at the provider too."""
    return _form(request, local_path(next), left=left == "sso")


@router.post("/signin")
def sign_in(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Check the password; a wrong one comes back with the form."""
    login, onward = text(form, "login", 200), local_path(text(form, "next"))
    password = form.get("password")
    response = redirect(request, onward)
    try:
        signin.sign_in(request, response, login, password if isinstance(password, str) else "")
    except (Unauthenticated, TooMany, Forbidden) as error:
        return _form(request, onward, login, error)
    return response


def _form(
    request: Request, onward: str, login: str = "", error: DeskError | None = None, left: bool = False
) -> Response:
    return page(
        request, "signin/form.html", status=200 if error is None else error.status, title="登录", next=onward,
        login=login, left=left, fault=None if error is None else error.message,
    )  # fmt: skip


@router.post("/signout")
def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    session = signin.current_session(request)
    response = redirect(request, "/signin?left=sso" if session.user.issuer else "/signin")
    signin.sign_out(request, response, session)
    return response


@router.get("/password")
def password_form(request: Request) -> Response:
    """Change one's own password."""
    session = signin.current_session(request)
    return page(request, "signin/password.html", title="修改密码", forced=session.user.must_change, fault=None)


@router.post("/password")
def change_password(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The old one proves who asks."""
    session = signin.current_session(request)
    old, new, again = (value if isinstance(value := form.get(name), str) else "" for name in ("old", "new", "again"))
    response = redirect(request, "/", Flash(spoken(request, "密码已修改。")))
    try:
        if new != again:
            raise Invalid("两次输入的新密码不一样。", field="again")
        signin.change_password(request, response, session, old, new)
    except (Invalid, Unauthenticated, TooMany) as error:
        return page(request, "signin/password.html", status=422, title="修改密码", forced=session.user.must_change,
                    fault=error.message)  # fmt: skip
    return response


@router.get("/language/{lang}")
def choose_language(lang: str, next: str = "/") -> Response:
    """Remember the language in this browser."""
    if lang not in LANGUAGES:
        raise NotFound("没有这种语言。")
    response = RedirectResponse(local_path(next), 303)
    response.set_cookie(COOKIE, lang, path="/", max_age=YEAR_S, samesite="lax")
    return response
