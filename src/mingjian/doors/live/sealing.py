"""The evidence of an incident, once the seconds after it have run: clip and frames among the blobs, what was said and
written around it, and what of all that was not perceived."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from mingjian.core.live.model import Gap, Moment
from mingjian.governance.live.escalation_load import escalation
from mingjian.governance.live.evidence import MOST_FRAMES, Seal
from mingjian.records.blobs import Blobs, BlobTooLarge
from mingjian.records.errors import Unavailable

if TYPE_CHECKING:
    from mingjian.core.live.model import Incident
    from mingjian.doors.live.room import LiveRoom

_FRAME_BYTES = 8 << 20
_MOST_COMMENTS = 5000
_LOG = structlog.get_logger("mingjian.live.sealing")


def span_of(incident: Incident) -> tuple[float, float]:
    """The stretch of room time that is kept, as the escalation's policy says."""
    policy = escalation()
    return max(0.0, incident.from_ - policy.before_seconds), incident.to + policy.after_seconds


def seal_of(room: LiveRoom, incident: Incident, blobs: Blobs, streamed: bool) -> Seal:
    """Cut, keep, and name. ``streamed``: the room has a stream, which may have been recorded. Unavailable when the
    disk does not take it: try again."""
    from_, to = span_of(incident)
    clip, size, why = None, 0, "没有拉流,只有推送的内容"
    if streamed:
        clip, size, why = _clip(room.folder, from_, to, blobs, room.settings.clip_bytes)
    moments = room.recent.between(from_, to)
    named = set(incident.moments)
    older = [one for one in room.recent.named(incident.moments) if one not in moments]
    moments = sorted([*older, *moments], key=lambda one: one.number)
    comments = [one for one in moments if one.channel == "comment"]
    if len(comments) > _MOST_COMMENTS:  # those it rests on, and the first of the rest
        rest = [one for one in comments if one.number not in named][: _MOST_COMMENTS - len(named)]
        comments = sorted([*(one for one in comments if one.number in named), *rest], key=lambda one: one.number)
    return Seal(from_, to, clip, size, _frames(room.folder, from_, to, blobs),
                _lines([one for one in moments if one.channel != "comment"]), _lines(comments),
                [(one.channel, one.start, one.end, one.why) for one in _gaps(room, from_, to)], why)  # fmt: skip


def _clip(folder: Path, from_: float, to: float, blobs: Blobs, most: int) -> tuple[str | None, int, str]:
    from mingjian.perception.live import cut_clip
    from mingjian.perception.model import PerceptionError

    with tempfile.TemporaryDirectory(prefix="clip-", dir=folder) as scratch:
        out = Path(scratch) / "clip.mp4"
        try:
            cut_clip(folder, from_, to, out)
            with out.open("rb") as stream:
                digest, size = blobs.put(stream, most)
            return digest, size, ""
        except PerceptionError as error:
            return None, 0, str(error)[:200]
        except BlobTooLarge:
            return None, 0, "片段太大"
        except Unavailable:
            raise
        except Exception as error:  # what a stream left behind can break what cuts it: the words are still sealed
            _LOG.exception("clip_failed")
            return None, 0, f"片段剪不出来:{type(error).__name__}"


def _frames(folder: Path, from_: float, to: float, blobs: Blobs) -> list[tuple[str, float]]:
    found = []
    for path in sorted((folder / "frames").glob("*.jpg")):
        if path.stem.isdigit() and from_ <= int(path.stem) / 1000 <= to:
            found.append(path)
    step = max(1, -(-len(found) // MOST_FRAMES))
    kept = []
    for path in found[::step]:
        try:
            digest, _ = blobs.put(io.BytesIO(path.read_bytes()), _FRAME_BYTES)
        except FileNotFoundError:  # rolled away meanwhile
            continue
        kept.append((digest, int(path.stem) / 1000))
    return kept


def _gaps(room: LiveRoom, from_: float, to: float) -> list[Gap]:
    return [one for one in [*room.past_gaps, *room.gaps.values()]
            if one.start <= to and (one.end is None or one.end >= from_)]  # fmt: skip


def _lines(moments: Sequence[Moment]) -> bytes:
    told = []
    for one in moments:
        entry = {"number": one.number, "channel": one.channel, "start": one.start, "end": one.end, "text": one.text,
                 "at": one.at, "speaker": one.speaker, "source": one.source, "ref": dict(one.ref)}  # fmt: skip
        told.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
    return ("\n".join(told) + "\n").encode("utf-8", "replace") if told else b""
