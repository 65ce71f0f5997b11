"""One room's stream from connection to connection: packets to the recorder, frames to the looker, sound to the ears."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from mingjian.perception.live.clock import Stamps
from mingjian.perception.live.ears import Sound
from mingjian.perception.live.looking import Slot
from mingjian.perception.live.marks import Marks
from mingjian.perception.live.opening import Refused, is_file, is_waiting, open_stream
from mingjian.perception.live.pictures import BEHIND, Pictures
from mingjian.perception.live.record import Recorder
from mingjian.perception.live.settings import StreamSettings
from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.container import streams
from mingjian.perception.sound.decode import RATE

AWAY = ("stalled", "ended", "connecting_failed", "restarted")
STEADY = 5.0
"""Seconds of a connection after which the next attempt is made at once again."""
LONG_WAIT = 10.0
"""Seconds of a file's time stamps that are no pause but a broken clock."""


class _Over(Exception):
    """The file, or the list of a stream that has ended, is at its end."""


@dataclass
class Taken:
    """How the stream is, for the signs of life."""

    state: str = "connecting"
    picture: float | None = None
    sound: float | None = None
    size: tuple[int, int] = (0, 0)
    behind: float = 0.0
    jumps: int = 0
    connections: int = 0
    ended: str = ""
    detail: str = ""


class Taker:
    """Reads the stream, in its own thread, until it is at its end, lost, or nobody wants more."""

    def __init__(
        self, url: str, settings: StreamSettings, marks: Marks, slot: Slot, sound: Sound | None,
        recorder: Recorder | None,
    ) -> None:  # fmt: skip
        self._url, self._settings, self._marks = url, settings, marks
        self._slot, self._sound, self._recorder = slot, sound, recorder
        self._file = is_file(url)
        self.taken = Taken()

    def run(self) -> None:
        """Connect, read, and again; ``taken.ended`` says why it is over."""
        away_since: float | None = None
        pause = self._settings.patience.again_from
        while not self._marks.stop.is_set():
            self._marks.beat("take")
            began, before = time.monotonic(), self.taken.connections
            try:
                self._connection()
                why, detail = "ended", ""
            except _Over:
                self.taken.ended = "ended"
                break
            except Refused as error:
                self._lost(error.message)
                break
            except TimeoutError:
                why, detail = "stalled", ""
            except PerceptionError as error:
                why, detail = "connecting_failed", error.message
            except Exception as error:  # streams of strangers fail in any way
                why, detail = _why(error)
            if self._marks.stop.is_set():
                break
            connected = self.taken.connections > before
            if connected and why == "connecting_failed":
                why = "ended"
            if not connected and why in ("ended", "stalled"):
                why = "connecting_failed"
            if self._file:
                if connected:
                    self.taken.ended, self.taken.detail = "ended", detail
                else:
                    self._lost(detail)
                break
            now = self._marks.clock.now()
            if connected or away_since is None:
                away_since = last if (last := self._last()) is not None and connected else now
            self._marks.gap("stream", why, away_since if connected else None, detail)
            self.taken.state = "waiting"
            if now - away_since > self._settings.patience.lost:
                self._lost(detail or why)
                break
            if connected and time.monotonic() - began > STEADY:
                pause = self._settings.patience.again_from
            self._wait(pause)
            if not is_waiting(self._url):  # who pushes finds us listening
                pause = min(2 * pause, self._settings.patience.again_to)
        self._marks.done("take")

    def _last(self) -> float | None:
        seen = [at for at in (self.taken.picture, self.taken.sound) if at is not None]
        return max(seen, default=None)

    def _lost(self, detail: str) -> None:
        self.taken.ended, self.taken.detail = "lost", detail

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._marks.stop.is_set():
            self._marks.beat("take")
            self._marks.stop.wait(min(left, 0.5))

    def _connection(self) -> None:
        self.taken.state = "connecting"
        with open_stream(self._url, self._settings) as container:
            found, heard = streams(container, "video"), streams(container, "audio")
            if not found and not heard:
                raise PerceptionError("流里没有画面也没有声音", "检查推流")
            if not found:
                self._marks.gap("picture", "no_picture")
            else:
                self._marks.over("picture", "no_picture")
            listed = container.format.name.startswith("hls")
            closed = self._file or (listed and bool(container.duration))  # a playlist that says it is complete
            if self._recorder is not None:
                self._recorder.begin(found[0] if found else None, heard[0] if heard else None)
            # A playlist's pieces come all at once, as a file does, and are played as a player plays them.
            paced = self._file or listed
            reading = _Reading(self, found[0] if found else None, heard[0] if heard else None, paced)
            for packet in _packets(container, found[:1] + heard[:1]):
                if self._marks.stop.is_set():
                    return
                self._marks.beat("take")
                reading.packet(packet)
        if closed:
            raise _Over


class _Reading:
    """One connection while it lasts."""

    def __init__(self, taker: Taker, video: Any, audio: Any, paced: bool) -> None:
        import av

        self._paced = paced

        self._taker, self._marks, self._taken = taker, taker._marks, taker.taken
        self._stamps = Stamps(self._marks.clock)
        self._pictures = Pictures(video, taker._settings.looking) if video is not None else None
        self._ears = taker._sound if audio is not None else None
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        self._first = True
        self._began = self._marks.clock.now()
        self._jumps = self._taken.jumps

    def packet(self, packet: Any) -> None:
        if packet.dts is None and packet.pts is None:
            return
        said = float((packet.dts if packet.dts is not None else packet.pts) * packet.time_base)
        if self._paced and not self._due(said):
            return
        at = self._stamps.at(said)
        taken = self._taken
        taken.behind, taken.jumps = self._stamps.behind, self._jumps + self._stamps.jumps
        if self._first:
            self._arrived(at)
        anew = packet.has_sidedata("new_extradata")
        if packet.stream.type == "video" and self._pictures is not None:
            taken.picture = at
            if self._stamps.behind > BEHIND and not packet.is_keyframe:
                self._pictures.fall_behind(at)
            sample = self._pictures.take(packet, said, at, self._stamps.behind)
            anew |= self._pictures.resized
            taken.size = self._pictures.size
            if sample is not None:
                self._taker._slot.put(sample)
            silent = at - max(taken.sound or 0.0, self._began)
            if silent > self._taker._settings.patience.silent:
                self._marks.gap("sound", "no_sound", at - silent)
        elif packet.stream.type == "audio":
            taken.sound = at
            self._marks.over("sound", "no_sound", at)
            self._listen(packet, at)
        if self._taker._recorder is not None:
            self._taker._recorder.packet(packet, at, anew)

    def _arrived(self, at: float) -> None:
        self._first = False
        self._taken.connections += 1
        self._taken.state = "running"
        for why in AWAY:
            self._marks.over("stream", why, at)

    def _due(self, said: float) -> bool:
        """Waits until a packet is to be shown; False when nobody wants more."""
        clock = self._marks.clock
        while (wait := self._stamps.ahead(said)) > 0:
            if wait > LONG_WAIT:
                break
            self._marks.beat("take")
            if self._marks.stop.wait(min(wait / clock.pace, 0.5)):
                return False
        return True

    def _listen(self, packet: Any, at: float) -> None:
        import av

        if self._ears is None:
            return
        try:
            for frame in packet.decode():
                frame.pts = None  # holes are seen by our own clock
                for part in self._resampler.resample(frame):
                    pcm = np.nan_to_num(np.asarray(part.to_ndarray(), np.float32).reshape(-1))
                    if len(pcm):
                        self._ears.put(at, np.clip(pcm, -1.0, 1.0))
                        at += len(pcm) / RATE
        except (av.error.FFmpegError, ValueError):  # a format that changes half way
            self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)


def _packets(container: Any, wanted: list[Any]) -> Any:
    """The packets; a stream that comes up later than the rest ends the connection, and the next one knows it."""
    try:
        yield from container.demux(wanted)
    except IndexError:
        return


def _why(error: Exception) -> tuple[str, str]:
    name = type(error).__name__
    if name in ("ExitError", "TimeoutError"):  # FFmpeg was interrupted by the time limit
        return "stalled", ""
    return "ended", str(getattr(error, "strerror", None) or name)[:100]
