"""Taking items in: content by digest, one event each, nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from mingjian.records.canonical import canonical, digest
from mingjian.records.items.model import Stored, Submission
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, items, media_uses
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head


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
    known = _known(tx, submissions)
    places, events = _events(tx, submissions, digests, known, actor)
    made = {event.subject for event in events}
    kept: list[bytes] = []
    for place, id in enumerate(places):
        if id in made:
            kept += [bodies[place], *(beside[place] if beside else ())]
    contents.put(tx, kept)
    if events and tx.dialect != "sqlite" and tx.held is None:
        # Where writers run side by side, another may have kept the same number since it was asked for. Nobody does
        # from here on; contents that turn out to be kept already lie under the same digest.
        hold_head(tx)
        known = _known(tx, submissions)
        places, events = _events(tx, submissions, digests, known, actor)
    fresh = {event.subject: items.fresh(event) for event in append_all(tx, events)}
    named = zip(places, submissions, strict=True)
    media_uses.put_uses(tx, ((id, media.digest) for id, one in named for media in one.media))
    there = {item.id: item for item in known.values()}
    return [Taken(fresh.get(id) or there[id], id in fresh) for id in places]


_Key = tuple[str, str]  # source and number


def _key(submission: Submission) -> _Key:
    return submission.source, str(submission.item["id"])


def _known(tx: Tx, submissions: Sequence[Submission]) -> dict[_Key, Stored]:
    known: dict[_Key, Stored] = {}
    for source in {submission.source for submission in submissions}:
        numbers = [str(s.item["id"]) for s in submissions if s.source == source]
        known |= {(source, number): item for number, item in items.latest_versions(tx, source, numbers).items()}
    return known


def _events(
    tx: Tx, submissions: Sequence[Submission], digests: Sequence[str], known: Mapping[_Key, Stored], actor: str
) -> tuple[list[str], list[Event]]:
    """The item of each submission, and the events of those that are new."""
    places: list[str] = []
    events: list[Event] = []
    new: dict[_Key, tuple[str, str, int]] = {}  # id, digest, version, within this call
    for submission, name in zip(submissions, digests, strict=True):
        key = _key(submission)
        before = known.get(key)
        id, last, version = new.get(key) or ((before.id, before.digest, before.version) if before else ("", "", 0))
        if last != name:
            id = tx.new_id("itm")
            new[key] = (id, name, version + 1)
            events.append(_event(submission, id, name, version + 1, actor))
        places.append(id)
    return places, events


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
