"""An item as its page shows it: text cut where findings begin and end, pictures with boxes, clips with a line of time.

Works on the kept objects (the item as it was judged, the verdict), so that the page shows what was judged and not what
today's rulebook would say. What is personal is covered here, at its own length: places keep their meaning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.core.report.model import WORST_FIRST
from mingjian.core.report.spans import Run, runs
from mingjian.desk.people import masking
from mingjian.records.errors import NotFound
from mingjian.records.items.model import Media, Stored
from mingjian.records.storage import contents, events, items
from mingjian.records.storage.database import Tx

# Findings about these are seen on pictures of people: the pictures stay blurred until somebody asks.
SENSITIVE_FAMILIES = frozenset(("patient_testimonial_or_image", "privacy", "minors", "superstition_or_vulgar"))
SENSITIVE_ROLES = frozenset(("depicted",))
_READ_ROLES = frozenset(("ocr", "speech", "subtitle", "caption", "card", "code", "depicted", "background"))


@dataclass(frozen=True, slots=True)
class Box:
    """A finding's box on a picture, in pixels of the original."""

    number: int
    severity: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A finding's time in a clip, in seconds."""

    number: int
    severity: str
    title: str
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A file of the item with what was found in it."""

    digest: str
    name: str
    kind: str
    size: int
    boxes: tuple[Box, ...]
    times: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the item: its role, its text in runs (``Run.findings`` are indexes into the findings), and whether it
    was read from a file."""

    role: str
    runs: tuple[Run, ...]
    read: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its number on the page; ``data`` is the kept object with its quote covered."""

    number: int
    data: Mapping[str, Any]
    time: float | None
    placed: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """All of it. ``personal`` names the kinds of personal data in the text; ``covered`` whether they are."""

    stored: Stored
    item: Mapping[str, Any] | None
    verdict: Mapping[str, Any] | None
    pieces: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = ()
    media: tuple[Shown, ...] = ()
    sensitive: bool = False
    personal: tuple[str, ...] = ()
    covered: bool = True

    @property
    def publisher_name(self) -> str | None:
        """What the publisher calls itself, where the item says so."""
        return ((self.item or {}).get("publisher") or {}).get("name")


def read_item(tx: Tx, id: str, *, covered: bool = True) -> Reading:
    """The item of an id; NotFound."""
    stored = items.item_by_id(tx, id)
    if stored is None:
        raise NotFound("没有这件内容。")
    read, begins = _as_judged(tx, stored)
    wanted = [name for name in (stored.digest, read, stored.verdict) if name]
    bodies = contents.get_many(tx, wanted)
    if stored.digest not in bodies:
        return Reading(stored, None, None)
    content = json.loads(bodies[stored.digest])
    item = json.loads(bodies[read]) if read and read in bodies else content["item"]
    verdict = json.loads(bodies[stored.verdict]) if stored.verdict and stored.verdict in bodies else None
    files = [Media(**{**each, "part": begins.get(each["digest"], each["part"])}) for each in content.get("media", ())]
    return _reading(stored, item, files, verdict, covered)


def media_of(tx: Tx, id: str) -> tuple[Media, ...]:
    """The files of an item; none once it is erased."""
    stored = items.item_by_id(tx, id)
    body = contents.get(tx, stored.digest) if stored is not None and stored.state != "erased" else None
    return tuple(Media(**each) for each in json.loads(body).get("media", ())) if body is not None else ()


def _as_judged(tx: Tx, stored: Stored) -> tuple[str | None, Mapping[str, int]]:
    """The digest of the item as judged, media words included, and with which part each file's words begin: the judging
    event says both."""
    if stored.judged_at is None:
        return None, {}
    found = [event.body for event in events.events_of(tx, stored.id) if event.kind == "item.judged"]
    return (str(found[-1]["read"]), found[-1].get("parts", {})) if found else (None, {})


def _reading(stored: Stored, item: Mapping[str, Any], media: Sequence[Media], verdict: Mapping[str, Any] | None,
             covered: bool) -> Reading:  # fmt: skip
    parts = _parts(item)
    texts = [str(part["text"]) for part in parts]
    personal = masking.kinds(texts)
    hide = covered and bool(personal)
    shown = [masking.mask(text) for text in texts] if hide else texts
    found = list(verdict["findings"]) if verdict is not None else []
    numbered = [_finding(number, data, shown) for number, data in enumerate(found, 1)]
    pieces = tuple(
        Piece(str(part.get("role", "body")), tuple(_cut(shown[at], at, found)), bool(part.get("places")))
        for at, part in enumerate(parts)
    )
    owners = _owners(parts, media)
    files = tuple(_file(one, numbered, owners) for one in media)
    sensitive = any(data["role"] in SENSITIVE_ROLES or data["family"] in SENSITIVE_FAMILIES for data in found)
    return Reading(stored, item, verdict, pieces, tuple(numbered), files,
                   sensitive and any(file.kind in ("picture", "video") for file in files), personal, hide)  # fmt: skip


def _parts(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{"text": item["text"], "role": "body"}] if "text" in item else list(item.get("parts", ()))


def _cut(text: str, part: int, found: Sequence[Mapping[str, Any]]) -> list[Run]:
    """Runs of one part with the findings' numbers (from 1) in place of indexes."""
    here = [number for number, data in enumerate(found, 1) if data["part"] == part and data["end"] > data["start"]]
    spans = [(int(found[number - 1]["start"]), int(found[number - 1]["end"])) for number in here]
    return [Run(run.text, tuple(here[at] for at in run.findings), run.hidden, run.skipped) for run in runs(text, spans)]


def _finding(number: int, data: Mapping[str, Any], texts: Sequence[str]) -> Finding:
    part = int(data["part"])
    quote = texts[part][data["start"] : data["end"]] if part < len(texts) else data["quote"]
    places = data.get("places", ())
    times = [place["time"][0] for place in places if place.get("time")]
    # The rule's words repeat the quotation: what is covered there is covered here.
    message = str(data["message"]).replace(str(data["quote"]), quote) if data["quote"] else str(data["message"])
    return Finding(number, {**data, "quote": quote, "message": message}, min(times, default=None), bool(places))


def _owners(parts: Sequence[Mapping[str, Any]], media: Sequence[Media]) -> dict[int, Media]:
    """Which file each part was read from: the one that names it or the nearest before it that does; where none names
    its part, the only file, or the one of the part's page."""
    owners: dict[int, Media] = {}
    named = {one.part: one for one in media if one.part is not None}
    last: Media | None = None
    for at, part in enumerate(parts):
        last = named.get(at, last)
        if not part.get("places") and part.get("role") not in _READ_ROLES:
            continue
        page = next((place.get("page") for place in part.get("places", ()) if place.get("page")), None)
        unnamed = [one for one in media if one.part is None]
        if last is not None:
            owners[at] = last
        elif len(unnamed) == 1:
            owners[at] = unnamed[0]
        elif page is not None and page <= len(unnamed):
            owners[at] = unnamed[page - 1]
    return owners


def _file(one: Media, found: Sequence[Finding], owners: Mapping[int, Media]) -> Shown:
    boxes: list[Box] = []
    times: list[Stretch] = []
    for finding in found:
        if owners.get(int(finding.data["part"])) != one:
            continue
        for place in finding.data.get("places", ()):
            severity = str(finding.data["severity"])
            if place.get("box") and not place.get("time"):
                boxes.append(Box(finding.number, severity, *place["box"]))
            if place.get("time"):
                first, last = place["time"]
                times.append(Stretch(finding.number, severity, str(finding.data["title"]), first, last))
    boxes.sort(key=lambda box: -box.width * box.height)  # those inside another lie above it
    times.sort(key=lambda time: (time.first, WORST_FIRST.index(time.severity)))
    return Shown(one.digest, one.name, one.kind, one.size, tuple(boxes), tuple(times))
