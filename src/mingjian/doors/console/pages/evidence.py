"""Evidence: is the journal whole, what vouches for it, packages to hand out, and verdicts judged again."""

from __future__ import annotations

import tempfile
import threading
from typing import Any

from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mingjian.core.engine.check import Engine
from mingjian.core.rulebook.errors import RulebookError
from mingjian.desk.evidence.service import export
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import desk, page, permitted, posted, text
from mingjian.doors.console.nav import Nav
from mingjian.doors.desk.opening import Desk
from mingjian.governance.screening.replaying import Replayed, replay_items
from mingjian.governance.screening.service import Judge
from mingjian.governance.statements.service import statement
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.evidence.checkpoints import copy_checkpoint, current_signer, read_copies
from mingjian.records.evidence.examine import Examined, examine
from mingjian.records.evidence.keys import find_signer
from mingjian.records.evidence.package import write_package
from mingjian.records.evidence.snapshots import compiled_from, kept_bundle
from mingjian.records.storage import checkpoints as store
from mingjian.records.storage.events import head
from mingjian.records.storage.items import item_by_id

router = APIRouter()
NAV = (Nav("存证", "存证与校验", "/evidence", ("evidence.read",), icon="seal", order=10, keys="g e"),)
_SHOWN, _IN_MEMORY = 20, 4 << 20
_verifying = threading.Lock()


@router.get("/evidence")
def evidence(request: Request, subject: str = "") -> Response:
    """The journal's state and the tools."""
    permitted(request, "evidence.read")
    return _shown(request, subject=subject)


@router.post("/evidence/verify")
def verify(request: Request) -> Response:
    """Walk the whole chain; hash a sample of contents. One at a time: it reads everything there is."""
    permitted(request, "evidence.read")
    opened = desk(request)
    if not _verifying.acquire(blocking=False):
        raise Conflict("正在校验,请稍后再看。")
    try:
        settings = opened.settings
        own = find_signer(settings.secrets)
        copies = read_copies(settings.checkpoints) if settings.checkpoints.is_file() else []
        found = examine(opened.database, pinned=own.public if own else None, copies=copies)
    finally:
        _verifying.release()
    return _shown(request, examined=found)


@router.post("/evidence/replay")
def replay(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Judge a stored item again: the verdict must come out to the same bytes."""
    permitted(request, "evidence.read")
    id, opened = text(form, "item", 64), desk(request)
    with opened.database.read() as tx:
        if item_by_id(tx, id) is None:
            raise NotFound("没有这件内容,请填内容编号(itm_…)。")
    (found,) = replay_items(opened.database, [id], lambda version: _judge(opened, version))
    return _shown(request, replayed=found, subject=id)


@router.post("/evidence/package")
def package(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The package of an item, a case, an accreditation or an edition, which others can verify without us. The export is
    put on the access log."""
    asks = permitted(request, "evidence.export")
    subject, unmasked = text(form, "subject", 64), form.get("unmasked") == "1"
    if not subject.startswith(("itm_", "cas_", "acc_", "edt_")):
        raise Invalid("请填内容(itm_…)、案件(cas_…)、质量认证(acc_…)或榜单(edt_…)的编号。", field="subject")
    opened = desk(request)
    signer = current_signer(opened.database, opened.settings.secrets)
    with opened.database.write() as tx:
        before = store.last_checkpoint(tx)
        made = export(
            tx,
            asks,
            subject,
            signer,
            unmasked=unmasked,
            tell=lambda decision, lang: statement(tx, asks, decision, lang).text,
        )
        after = store.last_checkpoint(tx)
    if after is not None and after != before:
        copy_checkpoint(opened.settings.checkpoints, after)
    file: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed when it was sent)
    write_package(made, signer, file)
    size = file.tell()
    file.seek(0)
    headers = {
        "Content-Disposition": f'attachment; filename="mingjian-evidence-{subject}.zip"',
        "Content-Length": str(size),
    }
    return StreamingResponse(
        iter(lambda: file.read(1 << 16), b""),
        media_type="application/zip",
        headers=headers,
        background=BackgroundTask(file.close),
    )


def _shown(
    request: Request, *, examined: Examined | None = None, replayed: Replayed | None = None, subject: str = ""
) -> Response:
    asks = permitted(request, "evidence.read")
    with desk(request).database.read() as tx:
        at, kept, keys, stamps = head(tx), store.checkpoints(tx), store.signers(tx), store.timestamps(tx)
    return page(
        request,
        "evidence/index.html",
        title="存证与校验",
        head=at,
        checkpoints=kept[-_SHOWN:][::-1],
        count=len(kept),
        keys=keys,
        stamps={stamp.checkpoint: stamp for stamp in stamps},
        examined=examined,
        replayed=replayed,
        subject=subject,
        exports=allowed(asks, "evidence.export"),
        reveals=allowed(asks, "personal.read"),
    )


def _judge(opened: Desk, version: str) -> Judge | None:
    """The engine of a rulebook: this program's, or one made from the kept rulebook; None when there is none."""
    if version == opened.engine.rulebook:
        return opened.engine
    with opened.database.read() as tx:
        content = kept_bundle(tx, version)
    if content is None:
        return None
    try:
        engine = Engine(compiled_from(content))
    except RulebookError:  # its rules ask for what this program no longer has
        return None
    return engine if engine.rulebook == version else None
