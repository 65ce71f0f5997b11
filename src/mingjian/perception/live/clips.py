"""Evidence cut out of what was recorded: over segments, restarts and changes of size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from mingjian.perception.live.model import Clip
from mingjian.perception.live.record import FOLDER, Entry, entries, opened, probe
from mingjian.perception.model import PerceptionError

NEAR = 1.0
"""Seconds between two segments that are no hole."""
_MILLI = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Segment:
    """A recorded file that can be played alone, in seconds of room time."""

    name: str
    path: Path
    start: float
    end: float
    bytes: int
    width: int = 0
    height: int = 0


def segments(folder: Path) -> list[Segment]:
    """What is recorded in a room's folder, in order; also what is written at the moment, or was left by a process that
    was killed, as far as it can be read."""
    home = folder / FOLDER
    found = {each.name: _segment(home, each) for each in entries(folder) if (home / each.name).is_file()}
    for path in home.glob("*.m??"):
        if path.name not in found and path.stem.isdigit():
            with suppress(PerceptionError, OSError):
                found[path.name] = _segment(home, probe(path))
    return sorted(found.values(), key=lambda segment: segment.start)


def _segment(home: Path, entry: Entry) -> Segment:
    return Segment(entry.name, home / entry.name, entry.start, entry.end, entry.bytes, entry.width, entry.height)


def covered(folder: Path, from_: float, to: float) -> list[tuple[float, float]]:
    """The stretches between two room times that are recorded."""
    return _stretches([each for each in segments(folder) if each.end > from_ and each.start < to], from_, to)


def cut_clip(folder: Path, from_: float, to: float, out: Path) -> Clip:
    """Writes what was recorded between two room times to ``out``, an MP4, whole or not at all.

    It begins at the last picture at or before ``from_`` that needs no other; where nothing was recorded the picture
    stands. Packets are taken as they are; where the size, the codec or its parameters change within it, pictures and
    sound are encoded anew in the first size. PerceptionError when nothing of it was recorded.
    """
    import av

    parts = [each for each in segments(folder) if each.end > from_ and each.start < to]
    if not parts:
        raise PerceptionError("这一段没有录像", "可能已超过保留时间,或当时没有录制")
    new = out.with_name(f".{out.name}.new")
    try:
        kinds = [_kind(each.path) for each in parts]
        same = all(kind == kinds[0] for kind in kinds) and all(each.path.suffix == ".mp4" for each in parts)
        start = _copied(parts, from_, to, new) if same else _encoded(parts, from_, to, new)
        new.replace(out)
    except (av.error.FFmpegError, ValueError) as error:
        raise PerceptionError(f"录像剪不出来:{str(error)[:100]}", "检查录像文件夹") from error
    finally:
        new.unlink(missing_ok=True)
    end = min(to, parts[-1].end)
    return Clip(start, end, tuple(_stretches(parts, start, end)), not same)


def _stretches(parts: Sequence[Segment], from_: float, to: float) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for each in parts:
        start, end = max(each.start, from_), min(each.end, to)
        if found and start - found[-1][1] < NEAR:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


def _kind(path: Path) -> tuple[object, ...]:
    """What must be the same for packets of two files to follow each other."""
    with opened(path) as container:
        return tuple(
            (stream.type, context.name, bytes(context.extradata or b""), getattr(context, "width", 0),
             getattr(context, "height", 0), getattr(context, "sample_rate", 0))
            for stream in container.streams
            if (context := stream.codec_context) is not None
        )  # fmt: skip


def _first_key(segment: Segment, from_: float) -> float:
    """Room time of the last picture at or before ``from_`` that needs no other; of the first when none is before."""
    found: list[float] = []
    with opened(segment.path) as container:
        if not container.streams.video:
            return max(from_, segment.start)
        stream = container.streams.video[0]
        for packet in container.demux(stream):
            if packet.is_keyframe and packet.dts is not None:
                at = segment.start + float(packet.dts * packet.time_base)
                if at > from_ and found:
                    break
                found.append(at)
    return found[-1] if found else segment.start


def _packets(parts: Sequence[Segment], start: float, to: float) -> Iterator[tuple[Any, Any, float]]:
    """(container, packet, its room time) of all parts within the stretch; a part that breaks off gives what it has."""
    import av

    for part in parts:
        with opened(part.path) as container, suppress(av.error.FFmpegError):
            for packet in container.demux():
                if packet.dts is None:
                    continue
                at = part.start + float(packet.dts * packet.time_base)
                if start - 1e-3 <= at <= to:
                    yield container, packet, at


def _copied(parts: Sequence[Segment], from_: float, to: float, out: Path) -> float:
    import av

    start = _first_key(parts[0], from_)
    with av.open(str(out), "w", format="mp4", options={"movflags": "faststart"}) as made:
        streams: dict[int, Any] = {}
        ends: dict[int, int] = {}
        for container, packet, at in _packets(parts, start, to):
            if not streams:
                streams = {each.index: made.add_stream_from_template(each) for each in container.streams}
            index, base = packet.stream_index, packet.time_base
            delay = max(0, packet.pts - packet.dts) if packet.pts is not None else 0
            ticks = max(round((at - start) / float(base)), ends.get(index, -1) + 1)
            ends[index] = ticks
            packet.dts, packet.pts, packet.stream = ticks, ticks + delay, streams[index]
            made.mux(packet)
        if not streams:
            raise PerceptionError("这一段没有录像", "可能已超过保留时间,或当时没有录制")
    return start


def _encoded(parts: Sequence[Segment], from_: float, to: float, out: Path) -> float:
    """One size, one codec: the pictures fitted into the first's size, the sound as 48 kHz stereo."""
    import av

    start = _first_key(parts[0], from_)
    wide = next((each.width for each in parts if each.width), 640) // 2 * 2
    high = next((each.height for each in parts if each.height), 360) // 2 * 2
    with av.open(str(out), "w", format="mp4", options={"movflags": "faststart"}) as made:
        # The header names all streams, so both are there from the first packet on.
        video = made.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "22"})
        video.width, video.height, video.pix_fmt = wide, high, "yuv420p"
        video.codec_context.time_base = video.time_base = _MILLI
        audio = made.add_stream("aac", rate=48_000, layout="stereo") if any(_sounds(each) for each in parts) else None
        shown, heard = -1, -1
        for part in parts:
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)
            with opened(part.path) as container, suppress(av.error.FFmpegError):
                for frame in container.decode():
                    at = part.start + float(frame.time or 0.0)
                    if not start - 1e-3 <= at <= to:
                        continue
                    if isinstance(frame, av.VideoFrame):
                        shown = max(shown + 1, round((at - start) * 1000))
                        picture = frame.reformat(width=wide, height=high, format="yuv420p")
                        picture.pts, picture.time_base = shown, _MILLI
                        made.mux(video.encode(picture))
                    elif audio is not None:
                        frame.pts = None
                        for piece in resampler.resample(frame):
                            heard = max(heard, round((at - start) * 48_000))
                            piece.pts = heard
                            heard += piece.samples
                            made.mux(audio.encode(piece))
        made.mux(video.encode(None))
        if audio is not None:
            made.mux(audio.encode(None))
    return start


def _sounds(segment: Segment) -> bool:
    with opened(segment.path) as container:
        return bool(container.streams.audio)
