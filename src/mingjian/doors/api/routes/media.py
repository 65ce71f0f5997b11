"""Pictures, clips and documents, uploaded before the items that name them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors.api.answers import answer
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.sessions import desk_of
from mingjian.perception.kinds import kind_of
from mingjian.records.blobs import Blobs

router = APIRouter(tags=["items"])


@router.post("/media", status_code=201, responses=gives({201: "Media"}))
def upload(request: Request, principal: Caller, file: Annotated[UploadFile, File()]) -> Response:
    """Keep a file; its digest is what an item's ``media`` names. The same file again is the same digest."""
    demand(principal, "item.submit")
    desk = desk_of(request)
    name = (file.filename or "")[:200]
    head = file.file.read(64)
    file.file.seek(0)
    digest, size = Blobs(desk.settings.blobs).put(file.file, desk.settings.max_upload)
    return answer({"digest": digest, "size": size, "kind": kind_of(name, head) or "document", "name": name}, 201)
