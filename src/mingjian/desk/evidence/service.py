"""Exporting an evidence package: permission, covering, the access log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from mingjian.desk.evidence.covering import Cover, parsed
from mingjian.desk.evidence.subjects import About, about
from mingjian.desk.people.accesses import log_access
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.records.blobs import Blobs
from mingjian.records.canonical import canonical
from mingjian.records.errors import NotFound
from mingjian.records.evidence.checkpoints import checkpoint
from mingjian.records.evidence.keys import Signer
from mingjian.records.evidence.package import Contents
from mingjian.records.evidence.proof import stretches
from mingjian.records.storage import checkpoints as store
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx

LANGS = ("zh", "en")
Tell = Callable[[str, str], str]
"""(decision, language) → the statement of reasons as text; lent by a door, since this room does not know it."""


def export(
    tx: Tx,
    principal: Principal,
    subject: str,
    signer: Signer,
    *,
    tell: Tell | None = None,
    unmasked: bool = False,
    blobs: Blobs | None = None,
) -> Contents:
    """What goes into the package of an item or a case (``records.evidence.package.write_package`` writes it).

    Personal data is covered unless ``unmasked``, which also needs personal.read. Media files go in where ``blobs`` is
    given: pictures cannot be covered here, so that needs ``unmasked`` too. The export is put on the access log. Events
    that no checkpoint vouches for yet get one. Forbidden; NotFound for the subject, or a media file that is not there.
    """
    demand(principal, "evidence.export")
    if unmasked or blobs is not None:
        demand(principal, "personal.read")
    found = about(tx, subject)
    last = store.last_checkpoint(tx)
    if found.events and (last is None or last.seq < found.events[-1].seq):
        checkpoint(tx, signer)
    kept = contents.get_many(tx, found.digests())
    cover = None if unmasked else Cover(kept.values())
    events = [event for event in found.events if cover is None or not cover.discloses(event.body)]
    parts, ends = stretches(tx, events)
    made = Contents(
        subject=subject,
        kind=found.kind,
        at=tx.now,
        masked=cover is not None,
        events=events,
        stretches=parts,
        checkpoints=ends,
        timestamps=[stamp for end in ends for stamp in store.timestamps(tx, end.number)],
        signers=store.signers(tx),
        files={**_record(found, len(found.events) - len(events), cover), **_contents(kept, cover),
               **_statements(found, tell, cover)},
        media={} if blobs is None else _media(kept, blobs),
    )  # fmt: skip
    log_access(tx, principal, "evidence.export", subject, ["unmasked"] if unmasked else [])
    return made


def _record(found: About, withheld: int, cover: Cover | None) -> dict[str, bytes]:
    record: Any = json.loads(canonical(found.record()))
    record["withheld_events"] = withheld
    return {"record.json": canonical(record if cover is None else cover.value(record))}


def _contents(kept: Mapping[str, bytes], cover: Cover | None) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, content in kept.items():
        ending = "txt" if isinstance(parsed(content), str) else "json"
        covered = content if cover is None else cover.content(content)
        files[f"{'content' if covered == content else 'masked'}/{name}.{ending}"] = covered
    return files


def _statements(found: About, tell: Tell | None, cover: Cover | None) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for decision in found.decisions if tell is not None else ():
        for lang in LANGS:
            text = tell(decision.id, lang) if tell is not None else ""
            files[f"statements/{decision.id}.{lang}.txt"] = (text if cover is None else cover.text(text)).encode()
    return files


def _media(kept: Mapping[str, bytes], blobs: Blobs) -> dict[str, Any]:
    names: set[str] = set()
    for content in kept.values():
        value = parsed(content)
        listed = value.get("media") if isinstance(value, dict) else None
        names |= {str(one["digest"]) for one in listed or () if isinstance(one, dict) and "digest" in one}
    gone = sorted(name for name in names if blobs.size(name) is None)
    if gone:
        raise NotFound(f"媒体文件不在了:{gone[0]}" + (f" 等 {len(gone)} 个" if len(gone) > 1 else ""))
    return {name: blobs.path(name) for name in sorted(names)}
