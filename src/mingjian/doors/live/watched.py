"""A room with what it is fed by: the reader of its stream and its feeds, started and ended together."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjian.doors.live.feeds import Feed, JsonlFeed, WebSocketFeed
from mingjian.doors.live.reaching import STREAMS, any_stream, public_stream
from mingjian.doors.media import KEY_VARIABLE
from mingjian.perception.live.model import Ended, Observed
from mingjian.perception.live.small import small
from mingjian.perception.options import SpeechSettings
from mingjian.records.storage.live_pulses import Pulse

if TYPE_CHECKING:
    from mingjian.doors.desk.settings import DeskSettings
    from mingjian.doors.live.room import LiveRoom
    from mingjian.doors.live.settings import LiveSettings
    from mingjian.perception.live import Eyes, RoomReader, StreamSettings

_PICTURE_S = 4.0
_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 300.0
_UNHEARD_S = 60.0
"""Seconds without a word, from the stream's beginning on, after which nobody seems to push what is said."""
_FRESH_S = 30.0


class Watched:
    """``source`` is the stream's address, or a file; None where everything is pushed. ``feeds`` make the feeds once
    the room's clock runs."""

    def __init__(
        self, room: LiveRoom, settings: LiveSettings, desk: DeskSettings, *, source: str | Path | None = None,
        feeds: Callable[[LiveRoom], list[Feed]] = lambda _room: [], eyes: Callable[[], Eyes] | None = None,
        pace: float = 1.0,
    ) -> None:  # fmt: skip
        self.room, self.settings, self.desk = room, settings, desk
        self.source = source
        self.reader: RoomReader | None = None
        self.feeds = feeds(room)
        self.began = room.clock.now()
        self.closing = False
        self._eyes, self._pace = eyes, pace
        self._pause, self._retry_at = _PAUSE_S, 0.0
        self._pictured = ("", 0.0)
        self._counted = (time.monotonic(), 0)

    def start(self) -> None:
        """Begin to read; says what nobody watched before."""
        if isinstance(self.source, Path):
            self.room.intake.skew = None  # known when its first picture is there
        channels = (["stream"] if self.source is not None else []) + (["comments"] if self.feeds else [])
        self.room.missed(tuple(channels) or ("judging",))
        for feed in self.feeds:
            feed.start()
        if self.source is not None:
            self._read()

    def again(self) -> None:
        """The stream was given up: a gap, and tried again after a pause that grows."""
        assert self.room.ended is not None
        self.room.begin_gap("stream", "lost", self.room.ended.detail)
        now = time.monotonic()
        if self._retry_at == 0.0:
            self._retry_at = now + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)
        elif now >= self._retry_at:
            self._retry_at = 0.0
            self.room.ended = self.room.alive = None
            self._read()

    def quiet(self) -> None:
        """No more is read; what was read has been told when this returns."""
        for feed in self.feeds:
            feed.stop()
        if self.reader is not None:
            self.reader.stop()
            self.reader.join(10.0)

    @property
    def over(self) -> bool:
        """Whether the stream has come to its own end."""
        return self.room.ended is not None and self.room.ended.why == "ended"

    @property
    def lost(self) -> bool:
        """Whether the stream was given up."""
        return self.room.ended is not None and self.room.ended.why == "lost"

    def recorded(self, to: float) -> bool:
        """Whether all there will be of the recording up to a moment is on disk."""
        alive = self.room.alive
        if self.reader is None or self.room.ended is not None or self.closing:
            return True
        if alive is not None and alive.recorded is not None and alive.recorded >= to:
            return True
        return self.room.clock.now() > to + 15.0  # the stream is away: it will not come any more

    def listened(self) -> None:
        """Say when nobody tells what is said, and when somebody does again; and that a stream that was given up is
        there again."""
        if ("stream", "lost") in self.room.gaps and self.room.alive is not None and self.room.alive.picture is not None:
            self.room.end_gap("stream", "lost")
            self._pause = _PAUSE_S
        if self.source is None or hearing_of(self.settings, self.desk).source != "pushed":
            return
        now = self.room.clock.now()
        heard = self.room.heard_at.get("speech")
        if heard is not None and now - heard < _UNHEARD_S:
            self.room.end_gap("speech", "no_recogniser")
        elif now - max(self.began, heard or 0.0) > _UNHEARD_S:
            self.room.begin_gap("speech", "no_recogniser", "没有语音识别,也没有推送的字幕")

    def pulse(self, worker: str, at: int) -> Pulse:
        """How the room is now."""
        room, now = self.room, self.room.clock.now()
        then, counted = self._counted
        steady = time.monotonic()
        rate = (room.comments - counted) / max(0.1, steady - then)
        self._counted = (steady, room.comments)
        alive = room.alive
        facts: dict[str, Any] = {"moments": room.intake.number, "wrong": room.wrongs,
                                 "streamed": self.source is not None}  # fmt: skip
        if alive is not None:
            facts |= {name: getattr(alive, name) for name in ("state", "dropped", "frame")}
            facts |= {"size": list(alive.size), "behind": round(alive.behind, 2),
                      "processor": round(alive.processor, 2)}  # fmt: skip
        facts["gaps"] = [{"channel": gap.channel, "why": gap.why, "start": gap.start}
                         for gap in list(room.gaps.values())]  # fmt: skip
        return Pulse(room.id, room.session, at, worker, round(now, 3), self._lights(now), round(rate, 2), facts,
                     self._picture(now))  # fmt: skip

    def _lights(self, now: float) -> dict[str, str]:
        gone = {gap.channel for gap in list(self.room.gaps.values())}
        lights: dict[str, str] = {}
        for channel in ("stream", "picture", "sound"):
            broken = channel in gone or "stream" in gone
            lights[channel] = "off" if self.source is None else "gap" if broken else "on"
        for channel, heard in (("speech", "speech"), ("comments", "comment")):
            fresh = now - self.room.heard_at.get(heard, -_FRESH_S) < _FRESH_S
            lights[channel] = "gap" if channel in gone else "on" if fresh else "off"
        lights["judging"] = "gap" if "judging" in gone else "on"
        return lights

    def _picture(self, now: float) -> bytes | None:
        alive = self.room.alive
        if alive is None or alive.frame is None or alive.frame == self._pictured[0]:
            return None
        if now - self._pictured[1] < _PICTURE_S:
            return None
        self._pictured = (alive.frame, now)
        return small(self.room.folder / alive.frame)

    def _read(self) -> None:
        from mingjian.perception.live import RoomReader

        assert self.source is not None
        eyes = self._eyes() if self._eyes is not None else None
        self.reader = RoomReader(self.room.id, str(self.source), self._settings(), self._observe, eyes)
        number = self.room.intake.number
        # Words that stand have numbers; those of an earlier process are not given again.
        self.reader.start(at=self.room.clock.now(), first_key=number + 1001 if number else 1)

    def _observe(self, observed: Observed) -> None:
        if isinstance(observed, Ended) and observed.why == "left":
            return
        self.room.tell(observed)

    def _settings(self) -> StreamSettings:
        from mingjian.perception.live import Recording, StreamSettings

        local = isinstance(self.source, Path)
        allowed = None if local else any_stream if self.settings.private_networks else public_stream
        recording = Recording(minutes=self.settings.keep_minutes, most_bytes=self.settings.keep_bytes)
        return StreamSettings(folder=self.room.folder, hearing=hearing_of(self.settings, self.desk),
                              recording=recording, allowed=allowed, pace=self._pace)  # fmt: skip


def hearing_of(settings: LiveSettings, desk: DeskSettings) -> Any:
    """How speech becomes words: by a streaming model, by the desk's recogniser, or by what others push."""
    from mingjian.perception.live import Hearing

    if settings.listening_model is not None:
        return Hearing("streaming", folder=settings.listening_model)
    speech = SpeechSettings(desk.speech_model, desk.speech_endpoint, os.environ.get(KEY_VARIABLE), desk.speech_name)
    return Hearing("pieces", speech=speech) if speech.wanted else Hearing("pushed")


def stream_of(url: str | None) -> str | None:
    """The address of a room's stream, where it is one that can be read."""
    return url if url is not None and url.partition("://")[0] in STREAMS else None


def comments_of(template: str | None, id: str, external: str | None, platform: str | None, private: bool) -> Any:
    """Makes the feed of a room's comments by the deployer's address for all rooms."""

    def made(room: LiveRoom) -> list[Feed]:
        if template is None:
            return []
        url = template
        for name, value in (("id", id), ("external", external), ("platform", platform)):
            url = url.replace(f"{{{name}}}", value or "")
        return [WebSocketFeed(url, room.tell, private=private)]

    return made


def feed_of(where: str, private: bool, source: str = "feed") -> Callable[[LiveRoom], Feed]:
    """Makes the feed that an address or a file names."""

    def made(room: LiveRoom) -> Feed:
        if where.startswith(("ws://", "wss://")):
            return WebSocketFeed(where, room.tell, source=source, private=private)
        name = f"{source}:{Path(where).name}"
        return JsonlFeed(Path(where), room.tell, now=room.played, source=name,
                         after=room.intake.lines.get(name, (0, 0)))  # fmt: skip

    return made
