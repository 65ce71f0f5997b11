"""Taking items in: content by digest, one event each, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from mingjian.records.canonical import canonical, digest
from mingjian.records.items.model import Stored, Submission
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, items, media_uses
from mingjian.records.storage.database import Tx


@dataclass(frozen=True, slots=True)
class Taken:
    """``item`` as it is kept; ``fresh`` is False when the same content was here already under this number."""

    item: Stored
    fresh: bool


def content_of(submission: Submission) -> bytes:
    """The bytes that are kept and hashed: the item's object and its media's names and digests."""
    return canonical({"item": dict(submission.item), "media": [asdict(media) for media in submission.media]})


def submit(
    tx: Tx, submissions: Sequence[Submission], actor: str, beside: Sequence[Sequence[bytes]] = ()
) -> list[Taken]:
    """Keep items for judging. The same number with the same content is the same item; with other content its next
    version. Items were validated before (intake.item_schema). ``beside``: contents that will be kept with each if it
    is fresh; they are put at once, before the journal's end is held, for which others wait."""
    bodies = [content_of(submission) for submission in submissions]
    digests = [digest(body) for body in bodies]
    known: dict[tuple[str, str], Stored] = {}
    for source in {submission.source for submission in submissions}:
        externals = [str(s.item["id"]) for s in submissions if s.source == source]
        known |= {(source, number): item for number, item in items.latest_versions(tx, source, externals).items()}
    places: list[str] = []
    events: list[Event] = []
    kept: list[bytes] = []
    new: dict[tuple[str, str], tuple[str, str, int]] = {}  # number → id, digest, version, within this call
    for place, (submission, name) in enumerate(zip(submissions, digests, strict=True)):
        key = (submission.source, str(submission.item["id"]))
        before = known.get(key)
        id, last, version = new.get(key) or ((before.id, before.digest, before.version) if before else ("", "", 0))
        if last != name:
            id = tx.new_id("itm")
            new[key] = (id, name, version + 1)
            events.append(_event(submission, id, name, version + 1, actor))
            kept += [bodies[place], *(beside[place] if beside else ())]
        places.append(id)
    contents.put(tx, kept)
    made = {event.subject: items.fresh(event) for event in append_all(tx, events)}
    named = zip(places, submissions, strict=True)
    media_uses.put_uses(tx, ((id, media.digest) for id, one in named for media in one.media))
    there = {item.id: item for item in known.values()}
    return [Taken(made.get(id) or there[id], id in made) for id in places]


def _event(submission: Submission, id: str, name: str, version: int, actor: str) -> Event:
    item = submission.item
    publisher = item.get("publisher") or {}
    body = {
        "source": submission.source,
        "external": str(item["id"]),
        "version": version,
        "digest": name,
        "kind": item.get("kind"),
        "platform": item.get("platform"),
        "channel": item.get("channel"),
        "publisher": publisher.get("id"),
        "publisher_kind": publisher.get("kind"),
        "published_on": item.get("published_at"),
    }
    return Event("item.submitted", id, {key: value for key, value in body.items() if value is not None}, actor)
