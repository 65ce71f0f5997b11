"""Taking a pushed file of engagement in: kept by its digest, then named by the journal."""

from __future__ import annotations

from typing import BinaryIO

from mingjian.desk.people.model import Principal
from mingjian.doors.desk.opening import Desk
from mingjian.governance.engagement.loads import receive, suffix_of
from mingjian.records.blobs import Blobs
from mingjian.records.engagement.model import Load
from mingjian.records.storage.engagement_loads import file_wanted

_HEAD = 512


def take_in(desk: Desk, principal: Principal, name: str, file: BinaryIO) -> Load:
    """Keep the bytes and wait for the duty; what is refused is not kept."""
    suffix = suffix_of(name, file.read(_HEAD))
    file.seek(0)
    blobs = Blobs(desk.settings.blobs)
    digest, size = blobs.put(file, desk.settings.max_upload)
    try:
        with desk.database.write() as tx:
            return receive(tx, principal, digest, size, suffix)
    finally:
        with desk.database.read() as tx:
            if not file_wanted(tx, digest):
                blobs.delete(digest)
