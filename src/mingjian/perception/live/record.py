"""A stream's packets as they came, not encoded anew, in short segments that can be played alone.

Segments are fragmented MP4 (Matroska for what MP4 cannot hold), named by the room's milliseconds at their beginning.
What a killed process leaves can be played up to its last fragment.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mingjian.perception.live.settings import Recording
from mingjian.perception.model import PerceptionError

FOLDER, INDEX = "segments", "index.jsonl"
FRAGMENT = 1.0
"""Seconds after which what was recorded is on disk."""
ODD = 2.0
"""Seconds between two packets that are a broken clock; they follow each other closely then."""
STEP = 0.04
STRAYED = 1.0
LONGEST = 60.0
"""Seconds of a segment in which no picture that needs no other comes."""
_MP4 = frozenset(("h264", "hevc", "av1", "vp9", "mpeg4", "aac", "mp3", "opus", "ac3", "eac3", "flac"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished segment, in seconds of room time."""

    name: str
    start: float
    end: float
    bytes: int
    width: int = 0
    height: int = 0
    video: str = ""
    audio: str = ""


def entries(folder: Path) -> list[Entry]:
    """The finished segments of a room's folder that the index names, in order; lines that are none are passed over."""
    found: list[Entry] = []
    with suppress(OSError):
        for line in (folder / FOLDER / INDEX).read_text("utf-8").splitlines():
            with suppress(ValueError, TypeError):
                found.append(Entry(**json.loads(line)))
    return sorted(found, key=lambda entry: entry.start)


def opened(path: Path) -> Any:
    """A segment's container."""
    import av

    options = {"protocol_whitelist": "file", "format_whitelist": "mov,mp4,matroska,webm"}
    return av.open(f"file:{path.absolute()}", options=options)


def probe(path: Path) -> Entry:
    """A segment that no index names yet: its end is that of its last packet. PerceptionError when it holds none."""
    import av

    start, end, size, names = int(path.stem) / 1000, 0.0, (0, 0), {"video": "", "audio": ""}
    try:
        with opened(path) as container:
            for stream in container.streams:
                context = stream.codec_context
                if context is not None and stream.type in names:
                    names[stream.type] = context.name
                    size = (context.width, context.height) if stream.type == "video" else size
            for packet in container.demux():
                if packet.pts is not None:
                    end = max(end, float(packet.pts * packet.time_base))
        whole = path.stat().st_size
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
        if not end:
            raise PerceptionError("录像段读不了") from error
        whole = path.stat().st_size
    if not end:
        raise PerceptionError("录像段是空的")
    return Entry(path.name, start, round(start + end, 3), whole, *size, names["video"], names["audio"])


class Recorder:
    """Writes one room's segments. ``packet`` and ``close`` may be called by different threads."""

    def __init__(self, folder: Path, settings: Recording) -> None:
        self._room, self._settings = folder, settings
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._kept = entries(folder)
        self._inputs: dict[int, Any] = {}
        self._segment: _Segment | None = None
        self._lock = threading.Lock()
        self.recorded: float | None = None
        self.error = ""
        """Why nothing is recorded at the moment: a disk that is full."""
        self._adopt()

    def begin(self, *streams: Any) -> None:
        """A connection begins with these streams; None among them are passed over."""
        with self._lock:
            self._end()
            self._inputs = {stream.index: stream for stream in streams if stream is not None}

    def packet(self, packet: Any, at: float, anew: bool = False) -> None:
        """Takes a packet of room time ``at``, which is decoded already: its time stamps are changed. ``anew``: what
        comes is of another kind (size, parameters) than what came before."""
        import av

        with self._lock:
            if packet.stream_index not in self._inputs or (packet.dts is None and packet.pts is None):
                return
            try:
                self._take(packet, at, anew)
            except (OSError, av.error.FFmpegError, ValueError) as error:
                self.error = str(error)[:100] or type(error).__name__
                self._segment = None

    def close(self) -> None:
        """The last segment ends."""
        with self._lock:
            self._end()
            self._inputs = {}

    def _take(self, packet: Any, at: float, anew: bool) -> None:
        segment = self._segment
        pictures = [stream for stream in self._inputs.values() if stream.type == "video"]
        fits = bool(packet.is_keyframe) and (packet.stream.type == "video" or not pictures)
        if segment is not None and (
            anew
            or (fits and (at - segment.start >= self._settings.segment or segment.strayed))
            or at - segment.start > LONGEST
        ):
            self._end()
            segment = None
        if segment is None:
            if not fits:
                return
            segment = self._segment = self._begun(at, packet)
            self.error = ""
        segment.take(packet, at)
        self.recorded = max(segment.start, at - FRAGMENT)

    def _adopt(self) -> None:
        """What a killed process left is in the index from now on; what cannot be read of it goes."""
        named = {entry.name for entry in self._kept}
        for path in self._folder.glob("*.m??"):
            if path.name not in named and path.stem.isdigit():
                try:
                    self._kept.append(probe(path))
                except PerceptionError:
                    path.unlink(missing_ok=True)
        self._kept.sort(key=lambda entry: entry.start)

    def _begun(self, at: float, packet: Any) -> _Segment:
        video = next((stream for stream in self._inputs.values() if stream.type == "video"), None)
        audio = next((stream for stream in self._inputs.values() if stream.type == "audio"), None)
        names = [stream.codec_context.name for stream in self._inputs.values()]
        ending = "mp4" if all(name in _MP4 for name in names) else "mkv"
        extradata = None
        if packet.has_sidedata("new_extradata"):
            extradata = bytes(packet.get_sidedata("new_extradata"))
        path = self._folder / f"{round(at * 1000):012d}.{ending}"
        return _Segment(path, at, video, audio, extradata)

    def _end(self) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        with suppress(OSError, ValueError):
            self._kept.append(segment.close())
            self.recorded = segment.last
            self._thin()
            lines = "".join(json.dumps(asdict(entry)) + "\n" for entry in self._kept)
            new = self._folder / f"{INDEX}.new"
            new.write_text(lines, "utf-8")
            new.replace(self._folder / INDEX)

    def _thin(self) -> None:
        """What is too old, or too much, goes."""
        least = self._kept[-1].end - 60 * self._settings.minutes
        total = sum(entry.bytes for entry in self._kept)
        while len(self._kept) > 1 and (self._kept[0].end < least or total > self._settings.most_bytes):
            gone = self._kept.pop(0)
            total -= gone.bytes
            (self._folder / gone.name).unlink(missing_ok=True)


class _Segment:
    """One file while it is written."""

    def __init__(self, path: Path, start: float, video: Any, audio: Any, extradata: bytes | None) -> None:
        import av
        from av.bitstream import BitStreamFilterContext

        self.path, self.start, self.last = path, start, start
        # The header waits for the first packets: what the parameters of AAC in MPEG-TS are is known only then.
        flags = {"movflags": "frag_keyframe+delay_moov+default_base_moof", "frag_duration": f"{FRAGMENT * 1e6:.0f}"}
        options = {**(flags if path.suffix == ".mp4" else {}), "flush_packets": "1"}
        self._out = av.open(str(path), "w", format="mp4" if path.suffix == ".mp4" else "matroska", options=options)
        self._streams: dict[int, Any] = {}
        self._filters: dict[int, Any] = {}
        self.strayed = False
        """Whether times in the file and room times have come apart: a clock that jumped, a burst at the beginning."""
        self._offsets: dict[int, float] = {}
        self._ends: dict[int, float] = {}
        self._size, self._names = (0, 0), ["", ""]
        for place, stream in enumerate((video, audio)):
            if stream is None:
                continue
            made = self._out.add_stream_from_template(stream)
            if place == 0:
                self._size = (stream.codec_context.width, stream.codec_context.height)
                if extradata is not None:
                    made.codec_context.extradata = extradata
            self._names[place] = stream.codec_context.name
            if stream.codec_context.name == "aac" and not stream.codec_context.extradata and path.suffix == ".mp4":
                self._filters[stream.index] = BitStreamFilterContext("aac_adtstoasc", stream)  # of MPEG-TS
            self._streams[stream.index] = made

    def take(self, packet: Any, at: float) -> None:
        """Writes a packet at its place behind the ones before."""
        index, base = packet.stream_index, float(packet.time_base)
        dts = packet.dts if packet.dts is not None else packet.pts
        said = dts * base
        offset = self._offsets.get(index)
        if offset is None:
            offset = self._offsets[index] = at - self.start - said
        end = self._ends.get(index)
        if end is not None and not -1e-6 <= said + offset - end <= ODD:
            offset = self._offsets[index] = end + STEP - said
        if end is None and said + offset < 0:
            offset = self._offsets[index] = -said
        ticks = round((said + offset) / base)
        if end is not None:
            ticks = max(ticks, round(end / base) + 1)
        delay = max(0, packet.pts - dts) if packet.pts is not None else 0
        packet.dts, packet.pts = ticks, ticks + delay
        self._ends[index] = ticks * base
        self.strayed |= abs(self.start + ticks * base - at) > STRAYED
        self.last = max(self.last, at)
        bare = self._filters.get(index)
        for each in (packet,) if bare is None else bare.filter(packet):
            each.stream = self._streams[index]
            self._out.mux(each)

    def close(self) -> Entry:
        """Ends the file."""
        self._out.close()
        size = self.path.stat().st_size
        video, audio = self._names
        name = self.path.name
        return Entry(name, round(self.start, 3), round(self.last, 3), size, *self._size, video, audio)
