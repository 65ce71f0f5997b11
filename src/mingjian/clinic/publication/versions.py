"""Versions with their content."""

from __future__ import annotations

import json

from mingjian.clinic.publication.model import Draft, Opened, Perceived
from mingjian.records.errors import NotFound
from mingjian.records.storage import contents, draft_queries
from mingjian.records.storage.database import Tx


def opened(tx: Tx, draft: Draft, number: int) -> Opened:
    """A version of a draft with what it says; NotFound when it has none of this number."""
    version = next((one for one in draft_queries.versions_of(tx, draft.id) if one.number == number), None)
    if version is None:
        raise NotFound(f"这份稿件没有第 {number} 版。")
    names = [name for name in (version.digest, version.verdict, version.read) if name]
    found = {name: json.loads(body) for name, body in contents.get_many(tx, names).items()}
    read = found.get(version.read or "", {"parts": (), "unread": ()})
    perceived = Perceived(tuple(read["parts"]), tuple(read["unread"]))
    return Opened(version, found.get(version.digest), found.get(version.verdict), perceived)
