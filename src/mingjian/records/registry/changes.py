"""What the journal says has changed in the registry, in one form whatever the event: for those who react to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.records.journal.model import Recorded

KINDS = ("registry.recorded", "entity.changed", "credential.changed", "link.changed", "credential.checked",
         "entity.erased")  # fmt: skip
"""The events that change the registry."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An entity, and what of it is new: ``entity.new`` alone, or words such as ``entity.state``,
    ``entity.attributes.grade``, ``credential.new``, ``credential.scope``, ``credential.valid_to``,
    ``credential.check``, ``link.new``, ``link.valid_to``, ``entity.erased``. ``subject`` is the credential or link
    where the event is of one."""

    seq: int
    at: int
    entity: str
    words: tuple[str, ...]
    subject: str | None = None


def changes_of(event: Recorded) -> Iterator[Changed]:
    """What an event changed; nothing for other kinds of event."""
    if event.kind not in KINDS:
        return
    body = event.body
    if event.kind == "registry.recorded":
        for entity in dict.fromkeys(body["entities"]):
            yield Changed(event.seq, event.at, entity, tuple(body["changed"].get(entity, ("entity.new",))))
    elif event.kind == "entity.erased":
        yield Changed(event.seq, event.at, event.subject, ("entity.erased",))
    elif body["changed"]:
        subject = None if event.kind == "entity.changed" else event.subject
        yield Changed(event.seq, event.at, body["entity"], tuple(body["changed"]), subject)
