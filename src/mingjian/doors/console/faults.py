"""Faults as people see them: a page with what happened and what to do, or a line that htmx puts on the page."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mingjian.doors.console.context import fragment, is_htmx, page
from mingjian.doors.desk.signin import MustChange
from mingjian.records.errors import DeskError, Unauthenticated

_TITLES = {
    400: "请求有误", 403: "没有权限", 404: "找不到", 405: "不支持的操作", 409: "已被他人改动或占用", 413: "文件太大",
    422: "填写有误", 429: "操作过于频繁", 500: "出错了", 503: "暂时不可用",
}  # fmt: skip


def shown(request: Request, error: DeskError) -> Response:
    """An error as a page, or for htmx as a notice at the top of the page there is."""
    if isinstance(error, Unauthenticated):
        return _go(request, sign_in_address(request), error.status)
    if isinstance(error, MustChange):
        return _go(request, "/password", error.status)
    title = _TITLES.get(error.status, "出错了")
    if is_htmx(request):
        return notice(request, title, error.message, error.status)
    return page(request, "error.html", status=error.status, title=title, message=error.message, code=error.status)


def notice(request: Request, title: str, message: str, status: int = 200, kind: str = "error") -> Response:
    """A line at the top of the page that htmx is on."""
    response = fragment(request, "_alert.html", status=status, kind=kind, title=title, message=message)
    response.headers["HX-Retarget"] = "#alerts"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def sign_in_address(request: Request) -> str:
    """The sign-in page, with the way back here where that is a page."""
    if request.method != "GET" or is_htmx(request) or request.url.path == "/":
        return "/signin"
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/signin?next={quote(here, safe='')}"


def _go(request: Request, path: str, status: int) -> Response:
    if is_htmx(request):
        return Response(status_code=status, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)
