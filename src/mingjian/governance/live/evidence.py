"""What an incident rests on: its words as they were when it was raised, and the seal put on clip, frames, transcript
and comments once the seconds after it have run. Everything is named by digest, so that a third party can check it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from mingjian.core.live.model import Incident, Moment, Signal
from mingjian.governance.live.rooms import HOUSE
from mingjian.records.blobs import Blobs
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.live.model import Happening
from mingjian.records.storage import contents, media_uses
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

MOST_FRAMES = 60
_TEXTS = {"transcript": "字幕", "comments": "评论", "evidence": "线索原文"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was known when an incident was raised. ``moments`` are empty where the judge's caller gave none."""

    moments: tuple[Moment, ...]
    signals: tuple[Signal, ...]
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seal:
    """What is kept of the seconds around an incident: ``clip`` and ``frames`` (digest, room time) lie among the blobs
    already; ``transcript`` and ``comments`` are JSON Lines. ``from_`` to ``to`` is the stretch in room time, ``gaps``
    what of it was not perceived (channel, from, to, why). ``why_no_clip`` says so where there is none."""

    from_: float
    to: float
    clip: str | None = None
    clip_size: int = 0
    frames: Sequence[tuple[str, float]] = ()
    transcript: bytes = b""
    comments: bytes = b""
    gaps: Sequence[tuple[str, float, float | None, str]] = field(default=())
    why_no_clip: str = ""


def evidence_of(incident: Incident, moments: Sequence[Moment]) -> bytes:
    """An incident's object as it is kept."""
    return canonical({
        "moments": [_plain(one) for one in moments], "signals": [asdict(one) for one in incident.signals],
        "item": dict(incident.item),
    })  # fmt: skip


def told(tx: Tx, incident: Happening) -> Evidence | None:
    """What an incident rests on; None once that was deleted."""
    found = contents.get(tx, incident.evidence)
    if found is None:
        return None
    kept = json.loads(found)
    return Evidence(tuple(Moment(**one) for one in kept["moments"]), tuple(Signal(**one) for one in kept["signals"]),
                    kept["item"])  # fmt: skip


def seal(tx: Tx, incident: str, what: Seal) -> Happening:
    """Put the seal on an incident's evidence, once; sealed again it stays as it was."""
    if len(what.frames) > MOST_FRAMES:
        raise Invalid(f"最多 {MOST_FRAMES} 张截图。", field="frames")
    if what.to < what.from_:
        raise Invalid("片段的结束早于开始。", field="to")
    hold_head(tx)
    found = store.incident_by_id(tx, incident)
    if found is None:
        raise NotFound(f"没有这条线索:{incident}")
    if found.sealed is not None:
        return found
    transcript, comments = (contents.put(tx, [one])[0] if one else None for one in (what.transcript, what.comments))
    body = {
        "room": found.room, "from": what.from_, "to": what.to, "clip": what.clip, "clip_size": what.clip_size,
        "frames": [[name, at] for name, at in what.frames], "transcript": transcript, "comments": comments,
        "gaps": [list(one) for one in what.gaps], "why_no_clip": what.why_no_clip[:200], "evidence": found.evidence,
        "item": found.item,
    }  # fmt: skip
    files = [name for name in (what.clip, *(name for name, _ in what.frames)) if name]
    (kept,) = contents.put(tx, [canonical({**body, "media": [{"digest": name} for name in files]})])
    media_uses.put_uses(tx, ((found.item, name) for name in files))
    append(tx, Event("live.incident_sealed", incident, {**body, "seal": kept}, HOUSE.actor))
    sealed_now = store.incident_by_id(tx, incident)
    assert sealed_now is not None
    return sealed_now


def sealed(tx: Tx, incident: Happening) -> Mapping[str, Any] | None:
    """What the seal holds (the keys of its event); None before it is put."""
    found = contents.get(tx, incident.sealed) if incident.sealed else None
    return None if found is None else json.loads(found)


def texts_of(tx: Tx, sealed: Mapping[str, Any]) -> tuple[bytes | None, bytes | None]:
    """The transcript and the comments of a seal; None for what there was none of, or was deleted."""
    names = [sealed["transcript"], sealed["comments"]]
    kept = contents.get_many(tx, [one for one in names if one])
    return kept.get(names[0]), kept.get(names[1])


def verify_seal(tx: Tx, incident: Happening, blobs: Blobs) -> list[str]:
    """What is wrong with an incident's seal, in words; nothing when every byte is as it was."""
    known = sealed(tx, incident)
    if known is None:
        return ["还没有封存"] if incident.sealed is None else ["封存记录不在了"]
    wrong = []
    texts = {known[name]: said for name, said in _TEXTS.items() if known[name]}
    kept = contents.get_many(tx, texts)
    for name, said in texts.items():
        if name not in kept:
            wrong.append(f"{said}不在了")
        elif digest(kept[name]) != name:
            wrong.append(f"{said}与摘要不符")
    files = [("留证片段", known["clip"]), *(("截图", one[0]) for one in known["frames"])]
    for said, name in files:
        if name is None:
            continue
        if blobs.size(name) is None:
            wrong.append(f"{said}不在了:{name[:12]}")
            continue
        with blobs.open(name) as file:
            seen = hashlib.sha256()
            while piece := file.read(1 << 20):
                seen.update(piece)
        if seen.hexdigest() != name:
            wrong.append(f"{said}与摘要不符:{name[:12]}")
    return wrong


def _plain(moment: Moment) -> dict[str, Any]:
    return {name: dict(value) if name == "ref" else value
            for name, value in ((name, getattr(moment, name)) for name in Moment.__slots__)}  # fmt: skip
