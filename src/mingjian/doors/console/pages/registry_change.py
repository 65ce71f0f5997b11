"""Forms over the registry: a new entity, credentials and links added, changed and ended, numbers checked again."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.credentials import verify
from mingjian.desk.registry import service
from mingjian.desk.registry.model import Record, Recorded
from mingjian.doors.console import registry as shown
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.records.blobs import Blobs
from mingjian.records.errors import DeskError, Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS, ENTITY_KINDS
from mingjian.records.storage.registry import credentials_of

router = APIRouter()
UPLOADS = ("/registry/entity/", "/registry/credential/")
SOURCE = "console"
_SEPARATORS = re.compile(r"[、,,;;\s]+")
_LINE = re.compile(r"([a-z][a-z0-9_]{0,39})\s*[==::]\s*(.*)")
_KEY_HINTS = {
    "institution": "登记号或统一社会信用代码", "physician": "医师执业证书编码", "nurse": "护士执业证书编号",
    "account": "平台:账号,如 douyin:123456", "device": "注册证或备案编号", "drug": "批准文号",
}  # fmt: skip


@router.get("/registry/new")
def new(request: Request) -> Response:
    """The form for somebody new."""
    permitted(request, "registry.write")
    return _new(request, {})


def _new(request: Request, given: dict[str, str], fault: str = "", status: int = 200) -> Response:
    return page(
        request, "registry/new.html", status=status, title="新登记对象",
        crumbs=(Crumb("登记册", "/registry"), Crumb("新登记对象")), kinds=ENTITY_KINDS,
        credential_kinds=CREDENTIAL_KINDS, given=given, fault=fault, hints=_KEY_HINTS,
    )  # fmt: skip


@router.post("/registry/new")
def create(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Record somebody new with a first credential, if one is given. What is wrong is told over the form."""
    asks = permitted(request, "registry.write")
    given = {name: text(form, name, 2000) for name in ("kind", "key", "name", "attributes", "credential", "number",
                                                       "issuer", "valid_from", "valid_to")}  # fmt: skip
    try:
        entity = {
            "kind": given["kind"], "key": given["key"], "name": given["name"],
            "attributes": _attributes(given["attributes"]),
        }  # fmt: skip
        credentials: list[dict[str, Any]] = []
        if given["credential"]:
            days = {name: given[name] or None for name in ("valid_from", "valid_to")}
            credentials.append(
                {"kind": given["credential"], "number": given["number"], "issuer": given["issuer"], **days}
            )
        with desk(request).database.write() as tx:
            (made,) = service.record(tx, asks, [Record(entity, credentials)], SOURCE)
    except DeskError as error:
        if error.status >= 500 or error.status in (401, 403):
            raise
        return _new(request, given, str(error), error.status)
    return redirect(request, f"/registry/entity/{made.entity}", _told(request, made))


@router.post("/registry/entity/{id}")
def change_entity(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Change the name and what is registered besides."""
    asks = permitted(request, "registry.write")
    entity: dict[str, Any] = {"id": id, "attributes": _attributes(text(form, "attributes", 4000))}
    if text(form, "name", 200):
        entity["name"] = text(form, "name", 200)
    if text(form, "version", 12).isdigit():
        entity["version"] = int(text(form, "version", 12))
    with desk(request).database.write() as tx:
        (made,) = service.record(tx, asks, [Record(entity, effective=text(form, "effective", 10) or None)], SOURCE)
    return redirect(request, f"/registry/entity/{id}", _told(request, made))


@router.post("/registry/entity/{id}/credentials")
def add_credential(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A credential more."""
    asks = permitted(request, "registry.write")
    credential = {
        "kind": text(form, "kind", 40), "number": text(form, "number", 200), "issuer": text(form, "issuer", 200),
        "scope": _list(text(form, "scope")), **_days(form), **_evidence(request, form),
    }  # fmt: skip
    with desk(request).database.write() as tx:
        (made,) = service.record(tx, asks, [Record({"id": id}, [credential])], SOURCE)
    return redirect(request, f"/registry/entity/{id}", _told(request, made))


@router.post("/registry/entity/{id}/links")
def add_link(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A link more, to somebody named by kind and key; where nobody has that key yet, it waits for them."""
    asks = permitted(request, "registry.write")
    kind, _, end = text(form, "kind", 80).partition(":")
    link = {
        "kind": kind, "target": {"kind": end, "key": text(form, "key", 200)}, "scope": _list(text(form, "scope")),
        **_days(form),
    }  # fmt: skip
    with desk(request).database.write() as tx:
        (made,) = service.record(tx, asks, [Record({"id": id}, links=[link])], SOURCE)
    told = [_told(request, made)]
    if made.awaited:
        told.append(Flash(spoken(request, "对方还没有登记,登记后关系自动接上。"), "warning"))
    return redirect(request, f"/registry/entity/{id}", *told)


@router.post("/registry/entity/{id}/links/{link}/end")
def end_link(request: Request, id: str, link: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A link holds until a day, and no longer."""
    asks = permitted(request, "registry.write")
    until = text(form, "until", 10)
    if not until:
        raise Invalid("请写最后一天。", field="until")
    with desk(request).database.write() as tx:
        (made,) = service.record(tx, asks, [Record({"id": id}, links=[{"id": link, "valid_to": until}])], SOURCE)
    return redirect(request, f"/registry/entity/{id}", _told(request, made))


@router.post("/registry/credential/{id}")
def change_credential(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Change a credential's issuer, scope, days or file."""
    asks = permitted(request, "registry.write")
    with desk(request).database.read() as tx:
        _, owner = shown.credential_with_owner(tx, id)
    fields = {"id": id, "issuer": text(form, "issuer", 200), "scope": _list(text(form, "scope")), **_days(form)}
    fields |= _evidence(request, form)
    record = Record({"id": owner.id}, [fields], effective=text(form, "effective", 10) or None)
    with desk(request).database.write() as tx:
        (made,) = service.record(tx, asks, [record], SOURCE)
    return redirect(request, f"/registry/entity/{owner.id}#{id}", _told(request, made))


@router.post("/registry/credential/{id}/verify")
def check_again(request: Request, id: str) -> Response:
    """Look at the number once more, offline, with what is known besides. What an official source said stays."""
    asks = permitted(request, "registry.write")
    with desk(request).database.write() as tx:
        credential, owner = shown.credential_with_owner(tx, id)
        known = shown.context_of(owner, credentials_of(tx, [owner.id]).get(owner.id, []))
        found = verify(credential.kind, credential.number, shown.today_of(request), known)
        word, why = shown.check_word(found), ";".join(found.reasons)
        official = credential.check in shown.OFFICIAL
        if not official:
            service.note_check(tx, asks, id, word, why)
    back = f"/registry/entity/{owner.id}#{id}"
    if found.ok:
        return redirect(request, back, Flash(spoken(request, "编号格式成立。真伪和状态须向登记机关查询。")))
    told = spoken(request, "编号不成立:{why}" if found.ok is False else "离线无法判断:{why}", why=why)
    flashes = [Flash(told, "error" if found.ok is False else "warning")]
    if official:
        flashes.append(Flash(spoken(request, "官方来源的核验结论保留不变。"), "warning"))
    return redirect(request, back, *flashes)


@router.post("/registry/state")
def change_state(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Suspend, revoke, close or restore, with the reason."""
    asks = permitted(request, "registry.write")
    effective = text(form, "effective", 10)
    with desk(request).database.write() as tx:
        service.change_state(
            tx, asks, text(form, "id", 40), text(form, "state", 20), text(form, "reason", 500),
            effective=_day(effective) if effective else None,
        )  # fmt: skip
    back = text(form, "back", 40)
    onward = f"/registry/entity/{back}" if re.fullmatch(r"ent_[0-9A-Za-z]+", back) else "/registry"
    return redirect(request, onward, Flash(spoken(request, "已改变状态。")))


def _told(request: Request, made: Recorded) -> Flash:
    if not made.changed:
        return Flash(spoken(request, "内容与登记的一样,没有改动。"), "warning")
    if made.malformed:
        return Flash(spoken(request, "已登记;但有编号不成立,请看资质下的说明。"), "warning")
    return Flash(spoken(request, "已登记。"))


def _attributes(lines: str) -> dict[str, Any]:
    """Attributes from lines of name=value; an empty value takes one away. Invalid."""
    found: dict[str, Any] = {}
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        read = _LINE.fullmatch(line.strip())
        if read is None:
            raise Invalid(f"登记信息第 {number} 行应写作 字段=值,字段用小写字母。", field="attributes")
        found[read[1]] = read[2].strip() or None
    return found


def _list(words: str) -> list[str]:
    return [word for word in _SEPARATORS.split(words) if word]


def _days(form: FormData) -> dict[str, str | None]:
    return {name: text(form, name, 10) or None for name in ("valid_from", "valid_to")}


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Invalid(f"不是日期:{given}。请写作 2026-03-02。", field="effective") from error


def _evidence(request: Request, form: FormData) -> dict[str, str]:
    """The digest of the file that came with the form, if one did."""
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return {}
    settings = desk(request).settings
    digest, _ = Blobs(settings.blobs).put(given.file, settings.max_upload)
    return {"evidence": digest}
