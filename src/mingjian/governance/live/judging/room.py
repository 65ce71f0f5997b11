"""The judge of one room: moments in, incidents out, as they come. Pure; all it knows is in its state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.core.live.model import CHANNELS, About, Incident, Moment, Proposed, Signal
from mingjian.core.model.rule import SEVERITIES
from mingjian.governance.live.judging.answers import Answers, moments_of, state_of
from mingjian.governance.live.judging.compose import compose, day_of
from mingjian.governance.live.judging.echoing import echoed
from mingjian.governance.live.judging.heard import SALE, Heard, hear
from mingjian.governance.live.judging.memory import Memory
from mingjian.governance.live.judging.naming import Names
from mingjian.governance.live.judging.settings import Accepted, Settings
from mingjian.governance.live.judging.settings import settings as ours
from mingjian.governance.live.judging.weighing import Join, Weighed, kind_of, live_names, weigh
from mingjian.intake.item_schema import item_to_dict

MAX_ROOM = 400  # moments of the room's side kept in the window
MAX_STANDING = 64
WRITTEN = ("comment", "pinned", "screen")
MAX_KEPT_ANSWERS = 400  # comments of the state: enough for answers that are still coming in
ELSEWHERE = 3.0  # times as long as the same channel is quiet about an item, another is
EXPOSES = 3  # the column of what exposes
EVERY = 0.25  # seconds of room time between two looks at what viewers answer
_names: dict[tuple[int, int], Names] = {}


def names_of(engine: Engine, settings: Settings) -> Names:
    """The names of an engine, made once for all rooms of a process."""
    key = id(engine), id(settings)
    if key not in _names:
        _names.clear()
        _names[key] = Names(engine, settings)
    return _names[key]


class RoomJudge:
    """Judges one room. Not for two threads at once; the engine may be shared."""

    def __init__(
        self, about: About, engine: Engine, settings: Settings | None = None, accepted: Accepted | None = None
    ) -> None:
        self.about = about
        self._engine, self._settings = engine, settings or ours()
        self._names = names_of(engine, self._settings)
        self._memory = Memory(self._settings, self._names, accepted or Accepted())
        self._answers = Answers(self._settings, self._names)
        self._room: list[Heard] = []  # by number: what the room's side said of late, and what still stands
        self._number, self._clock = 0, 0.0
        self._titled = bool(self._settings.context["teaching"].search(about.title.lower()))
        self._told: list[tuple[float, str, bool, bool]] = []  # speech: when, what, does it explain, does it expose
        self._exposer = bool(self._settings.context["exposing"].search(about.title.lower()))
        self._refused: dict[str, float] = {}
        self._called = -1e9  # until when viewers answer a call
        self._pending: dict[str, Join] = {}
        self._raised: dict[str, float] = {}  # key → room time
        # item → when it was raised last, its newest evidence, its kind
        self._last: dict[str, tuple[float, int, str]] = {}
        self._weighed_at = -1e9
        self.read: tuple[Signal, ...] = ()

    def take(self, moment: Moment) -> list[Incident]:
        """Take one moment in; the incidents that are due. A number already taken gives nothing."""
        if moment.number <= self._number:
            return []
        self._number = moment.number
        incidents = self._due(max(self._clock, moment.start))
        self._clock = max(self._clock, moment.start)
        self.read = ()
        if _by_viewer(moment):
            if moment.channel == "comment":
                self._answers.take(moment)
                if moment.start <= self._called:
                    signal = self._answers.signal(moment)
                    if signal is not None:
                        self.read = (signal,)
                        if moment.start - self._weighed_at >= EVERY:
                            self._join(moment.start)
            return incidents
        heard = self._hear(moment)
        self.read = heard.signals
        self._note(heard)
        if heard.names or heard.calls or heard.points or heard.vague:
            self._join(moment.end)
        return incidents + self._due(self._clock)

    def tick(self, now: float) -> list[Incident]:
        """The incidents that are due at a room time, whether or not anything was said."""
        self._clock = max(self._clock, now)
        return self._due(self._clock)

    def proposals(self) -> list[Proposed]:
        """Code words newly used beside restricted items of this room: for people to look at."""
        return self._memory.proposals()

    def use(self, accepted: Accepted) -> None:
        """Go by what people decided on code words."""
        self._memory.use(accepted)

    def state(self) -> dict[str, Any]:
        """Everything that :meth:`resume` needs, as JSON."""
        return {
            "number": self._number, "clock": self._clock, "titled": self._titled, "exposer": self._exposer,
            "told": [list(one) for one in self._told],
            "refused": dict(self._refused), "called": self._called, "memory": self._memory.state(),
            "room": state_of((heard.moment for heard in self._room), MAX_ROOM),
            "answers": state_of(self._answers.held(), MAX_KEPT_ANSWERS),
            "pending": [asdict(join) for join in self._pending.values()],
            "raised": dict(self._raised), "last": {item: list(last) for item, last in self._last.items()},
        }  # fmt: skip

    @classmethod
    def resume(
        cls, about: About, engine: Engine, state: Mapping[str, Any], settings: Settings | None = None,
        accepted: Accepted | None = None,
    ) -> RoomJudge:  # fmt: skip
        """A judge that goes on where another stopped: what was raised is never raised again."""
        judge = cls(about, engine, settings, accepted)
        judge._memory.restore(state["memory"])
        for moment in moments_of(state["answers"]):
            judge._answers.take(moment)
        judge._number, judge._clock, judge._titled = state["number"], state["clock"], state["titled"]
        judge._refused, judge._called = dict(state["refused"]), state["called"]
        judge._told, judge._exposer = (
            [(at, text, teaches, exposes) for at, text, teaches, exposes in state["told"]],
            state["exposer"],
        )
        for moment in moments_of(state["room"]):
            judge._room.append(judge._hear(moment))
        judge._raised = dict(state["raised"])
        judge._last = {item: (at, number, kind) for item, (at, number, kind) in state["last"].items()}
        judge._pending = {join["item"]: _join_of(join) for join in state["pending"]}
        return judge

    def _hear(self, moment: Moment) -> Heard:
        before = next((one.moment for one in reversed(self._room) if one.moment.channel == "speech"), None)
        echoes = moment.channel == "screen" and before is not None and moment.text in before.text
        return hear(moment, before if moment.channel == "speech" else None, self._names, self._settings,
                    self._memory.known(), self._teaching(), echoes)  # fmt: skip

    def _again(self, heard: Heard) -> Heard:
        """A moment read again with the code words known now."""
        if heard.moment.channel != "speech" or heard.names:
            return heard
        return hear(heard.moment, None, self._names, self._settings, self._memory.known(), self._teaching())

    def _note(self, heard: Heard) -> None:
        """Keep a moment, and what it changes for the others."""
        seconds, moment = self._settings.seconds, heard.moment
        if self._still(heard):
            return
        self._room.append(heard)
        if moment.channel == "title":
            self._titled, self._exposer = heard.teaching, heard.exposing
        elif moment.channel == "speech":
            self._told.append((moment.start, moment.text[:40], heard.teaching or heard.warning or heard.discusses,
                               heard.exposing))  # fmt: skip
        for spoken in heard.names:
            if spoken.stance == "refused" and moment.channel in ("speech", "pinned"):
                self._refused[spoken.item] = moment.start
            if spoken.code:
                self._memory.used(spoken.signal.quote, moment.number)
        if heard.refusing and moment.channel == "speech":
            self._withdraw(moment)
        learnt = self._memory.taught(heard)
        for other in self._room[:-1]:
            late = moment.start - other.moment.start <= seconds["window"] / 2
            if late and not (self._teaching() and _open(other, heard)):
                if moment.channel == "speech" and other.moment.channel in WRITTEN and other.names:
                    learnt = self._memory.shared(other, heard) or learnt
                elif moment.channel in WRITTEN and heard.names and other.moment.channel == "speech":
                    learnt = self._memory.shared(heard, other) or learnt
        if learnt:  # what was said before means more now
            self._room = [self._again(one) for one in self._room]
        if moment.channel == "speech" and not (heard.refusing or heard.warning):
            lasts = seconds["answers"] if "solicit" in heard.calls else seconds["secret"]
            if {"secret", "solicit"} & set(heard.calls) or heard.vague is not None:
                self._called = max(self._called, moment.end + lasts)
        old, stood = self._clock - seconds["window"], self._clock - seconds["stands"]
        standing = [one for one in self._room if one.standing and one.names]
        kept = set(map(id, standing[-MAX_STANDING:]))
        self._room = [
            one
            for one in self._room
            if one.moment.start >= old or (id(one) in kept and max(one.moment.start, one.moment.end) >= stood)
        ][-MAX_ROOM:]
        self._told = [one for one in self._told if one[0] >= self._clock - seconds["exposing"]][-MAX_ROOM:]
        self._answers.forget(self._clock - seconds["answers"] - seconds["window"])

    def _still(self, heard: Heard) -> bool:
        """Whether it tells but that something known goes on standing; the one told of then stands that much longer."""
        moment = heard.moment
        if not heard.standing or not heard.names:
            return False
        for at, one in enumerate(self._room):
            known = one.moment
            if one.standing and known.channel == moment.channel and known.text == moment.text:
                self._room[at] = replace(one, moment=replace(known, end=max(known.end, moment.start, moment.end)))
                return True
        return False

    def _withdraw(self, moment: Moment) -> None:
        """A refusal takes back what was only said: the name was read out to refuse it."""
        for item, join in list(self._pending.items()):
            if not (join.sure or len({signal.what for signal in join.signals} & SALE) > 1):
                self._refused[item] = moment.start
                del self._pending[item]
        for heard in self._room:
            if heard.moment.channel == "speech" and moment.start - heard.moment.end <= self._settings.seconds["beside"]:
                for spoken in heard.names:
                    if spoken.stance in ("open", "asked"):
                        self._refused[spoken.item] = moment.start

    def _teaching(self) -> bool:
        return self._titled or self._tells(2, self._settings.seconds["teaching"])

    def _exposing(self) -> bool:
        """Whether the room shows what others do: it quotes their calls, and sells nothing."""
        return self._exposer or self._tells(EXPOSES, self._settings.seconds["exposing"])

    def _tells(self, column: int, seconds: float) -> bool:
        """Whether enough of what was said of late explains (column 2) or exposes (3); a phrase told again is one."""
        share, least = self._settings.telling
        share = share / 2 if column == EXPOSES else share  # who sells hardly speaks of that at all
        late = [one for one in self._told if one[0] >= self._clock - seconds]
        telling = [one[1] for one in late if one[column]]
        return len(set(telling)) >= least and len(telling) >= share * len(late)

    def _need(self) -> float:
        points = self._settings.points
        return points["need"][0] + (points["teaching"][0] if self._teaching() else 0.0)

    def _join(self, now: float) -> None:
        """Weigh what is there and put by what is enough."""
        self._weighed_at = now
        best: dict[str, Join] = {}
        for heard, spoken in live_names(self._room):
            join = self._weighed(heard, spoken, now)
            if join is not None and (join.item not in best or join.points > best[join.item].points):
                best[join.item] = join
        join = (
            None
            if self._exposing()
            else echoed(
                self._room,
                self._answers,
                self._settings,
                self._need(),
                self._teaching(),
                now,
                self._settle(now),
                self._last,
            )
        )
        if join is not None and join.item not in best:
            best[join.item] = join
        for item, join in best.items():
            if self._is_new(join) and (item not in self._pending or join.points > self._pending[item].points):
                due = min(join.due, self._pending[item].due) if item in self._pending else join.due
                self._pending[item] = _with_due(join, due)

    def _weighed(self, heard: Heard, spoken: Any, now: float) -> Join | None:
        fleeting = heard.moment.channel == "speech"
        outright = len(SALE & set(heard.calls)) > 1
        meant = spoken.code or outright or spoken.stance == "offered"
        if fleeting and not meant and self._was_refused(spoken.item, now):
            return None
        after = self._last.get(spoken.item, (0.0, 0, ""))[1]
        if not heard.standing and heard.moment.number <= after:
            return None
        weighed = weigh(heard, spoken, self._room, self._settings, after)
        if weighed is None or weighed.points < self._need() or now - self._newest(weighed.numbers) > 5.0:
            return None
        if self._exposing() and not (
            spoken.stance == "offered" and any(s.what in ("order", "contact") for s in weighed.signals)
        ):
            return None
        if not spoken.hidden and heard.moment.channel != "product" and not self._sells(weighed):
            return None
        openly = not spoken.hidden and fleeting and spoken.stance != "offered"
        if openly and self._teaching() and not {"order", "contact", "urge"} & {one.what for one in weighed.signals}:
            return None  # a price alone is but spoken of
        channels = {one.moment.channel for one in self._room if one.moment.number in weighed.numbers}
        sure = len(channels) > 1 or not fleeting
        numbers = tuple(sorted(weighed.numbers))
        due = now if sure else self._settle(now)
        return Join(spoken.item, kind_of(heard, spoken), weighed.points, (heard.moment.number, spoken.signal), numbers,
                    weighed.signals, (), due, sure)  # fmt: skip

    def _sells(self, weighed: Weighed) -> bool:
        """Whether anything is for sale: in the evidence, or in the room of late."""
        if any(signal.what in SALE or signal.what == "secret" for signal in weighed.signals):
            return True
        sold = {one.moment.text for one in self._room if not (one.names or one.warning or one.teaching)
                and SALE & set(one.calls)}  # fmt: skip
        return len(sold) > 1 and not self._teaching()

    def _settle(self, now: float) -> float:
        return now + self._settings.seconds["settle"]

    def _newest(self, numbers: Iterable[int]) -> float:
        held = {one.moment.number: one.moment for one in self._room}
        return max((max(held[n].start, held[n].end) for n in numbers if n in held), default=-1e9)

    def _was_refused(self, item: str, now: float) -> bool:
        return now - self._refused.get(item, -1e9) <= self._settings.seconds["refused"]

    def _is_new(self, join: Join) -> bool:
        """Whether it says anything after what was raised of the item last."""
        last = self._last.get(join.item)
        if last is None:
            return True
        fresh = join.anchor[0] > last[1]
        newest = max(join.numbers + join.answers)
        seconds = self._settings.seconds
        # Told on another channel it is the same offer going on; told again on the same it is one more.
        wait = seconds["quiet"] * (1 if join.kind == last[2] else ELSEWHERE) if fresh else seconds["stood"]
        if not fresh and not any(signal.what == "secret" or signal.kind == "point" for signal in join.signals):
            return False  # it stands there still, and nobody calls to look at it
        return newest > last[1] and self._clock - last[0] >= wait

    def _due(self, now: float) -> list[Incident]:
        incidents = []
        for item, join in sorted(self._pending.items()):
            if join.due <= now:
                del self._pending[item]
                incident = self._incident(join)
                if incident is not None:
                    incidents.append(incident)
        return incidents

    def _incident(self, join: Join) -> Incident | None:
        """The engine's word on it: an incident where it finds what the settings call one."""
        key = hashlib.sha256(f"{self.about.id}|{join.kind}|{join.item}|{max(join.numbers)}".encode()).hexdigest()[:16]
        if key in self._raised:
            return None
        evidence = [one for one in self._room if one.moment.number in join.numbers]
        answers = [one for one in self._answers.held() if one.number in join.answers]
        moments = sorted([one.moment for one in evidence] + answers, key=lambda one: one.number)
        if not moments:
            return None
        asks = tuple(signal for one in answers if (signal := self._answers.signal(one)) is not None)
        own = [spoken for one in evidence for spoken in one.names if spoken.item == join.item]
        broken = {spoken.signal.moment: spoken.since for spoken in own if spoken.since is not None}
        places = [spoken.signal for spoken in own] or list(asks)
        signals = tuple(sorted({*join.signals, *places, *asks}, key=lambda one: (one.moment, one.start)))
        item = compose(self.about, key, moments, broken, places, signals)
        day = day_of(max(one.at for one in moments))
        verdict = self._engine.check([item], Options(as_of=day))[0]
        codes = tuple(sorted({one.code for one in verdict.findings if one.code in self._settings.codes}))
        if self._settings.codes[0] not in codes:
            return None
        severity = max((one.severity for one in verdict.findings if one.code in codes), key=SEVERITIES.index)
        if severity == SEVERITIES[-1] and not (join.kind == "card" or any(SALE & set(one.calls) for one in evidence)):
            severity = SEVERITIES[-2]  # hinted at, not sold outright
        self._raised[key] = join.due
        self._last[join.item] = join.due, max(one.number for one in moments), join.kind
        self._memory.joined(join.item, evidence)
        return Incident(
            room=self.about.id, key=key, kind=join.kind, moments=tuple(one.number for one in moments), signals=signals,
            from_=min(one.start for one in moments), to=max(max(one.start, one.end) for one in moments),
            said_at=max(one.at for one in moments), item=item_to_dict(item), codes=codes, severity=severity,
            what=(join.item,), split=tuple(name for name in CHANNELS if any(one.channel == name for one in moments)),
        )  # fmt: skip


def _by_viewer(moment: Moment) -> bool:
    """Whether a moment is a viewer's: a comment of nobody's is."""
    return moment.speaker == "viewer" or (moment.channel == "comment" and moment.speaker not in ("host", "house"))


def _open(one: Heard, other: Heard) -> bool:
    """Whether neither hides a name: nobody who explains does."""
    sold = any(len(SALE & set(said.calls)) > 1 for said in (one, other))
    return not sold and not any(spoken.hidden for spoken in (*one.names, *other.names))


def _with_due(join: Join, due: float) -> Join:
    return Join(
        join.item, join.kind, join.points, join.anchor, join.numbers, join.signals, join.answers, due, join.sure
    )


def _join_of(state: Mapping[str, Any]) -> Join:
    signals = tuple(Signal(**signal) for signal in state["signals"])
    anchor = state["anchor"]
    return Join(
        state["item"], state["kind"], state["points"], (anchor[0], Signal(**anchor[1])), tuple(state["numbers"]),
        signals, tuple(state["answers"]), state["due"], state["sure"],
    )  # fmt: skip
