"""A live room on a desk, as the processes that watch rooms leave it: in the store and in its folder."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw

from mingjian.core.live.model import About, Gap, Incident, Moment, Proposed, Signal
from mingjian.desk.people.model import house
from mingjian.doors.desk.opening import Desk
from mingjian.doors.live.log import RoomLog, gap_entry, moment_entry
from mingjian.doors.live.settings import room_folder
from mingjian.governance.live import codewords, rooms
from mingjian.governance.live.incidents import Raised, raise_now
from mingjian.records.live.model import Room
from mingjian.records.storage.live_pulses import Pulse, put_pulses

FEED = house("live")
SAID = (
    (4.0, "speech", "host", "姐妹们看背景板上的项目"),
    (6.0, "screen", None, "水光针 团购价 299"),
    (9.0, "speech", "host", "做一次水光针年轻十岁"),
    (11.0, "comment", "viewer", "水光针多少钱 13812345678"),
    (12.0, "pinned", "house", "想做水光的扣1"),
    (13.0, "product", "house", "水光针体验卡"),
)
WHAT = "水光针"


def room(desk: Desk, id: str = "room-1", title: str = "护肤好物专场", publisher: str = "host-1") -> Room:
    """An open room of a creator."""
    about = About(id, "douyin", title, publisher={"id": publisher, "kind": "creator"})
    with desk.database.write() as tx:
        return rooms.open_room(tx, FEED, about)


def moments(of: Room, said: Sequence[tuple[float, str, str | None, str]] = SAID) -> list[Moment]:
    """What was said and shown, numbered from 1."""
    return [Moment(of.id, number, channel, at, at + 1, words, of.opened_at + int(at * 1e6),
                   of.opened_at + int(at * 1e6), speaker, ref={"merchant": "shop-1"} if channel == "product" else {})
            for number, (at, channel, speaker, words) in enumerate(said, 1)]  # fmt: skip


def watched(desk: Desk, of: Room, told: Sequence[Moment] = ()) -> None:
    """The room's folder and its pulse: moments, a gap, two frames, a picture."""
    folder = room_folder(desk.settings.data, of.id, of.session)
    log = RoomLog(folder / "log")
    lines: list[Any] = [moment_entry(one) for one in told or moments(of)]
    log.write([*lines, gap_entry(Gap(of.id, "comments", 7.0, 8.5, "feed_lost"))], 1)
    log.close()
    (folder / "frames").mkdir()
    for at in (4000, 6000):
        (folder / "frames" / f"{at:012d}.jpg").write_bytes(jpeg(at))
    with desk.database.write() as tx:
        lights = {"picture": "on", "sound": "on", "speech": "on", "comments": "gap"}
        put_pulses(tx, [Pulse(of.id, of.session, tx.now, "here:1", 20.0, lights, 3.0, {}, jpeg(0))])


def incident(of: Room, key: str = "named:1", numbers: Sequence[int] = (1, 2, 3)) -> Incident:
    """What a judge would give: a gesture to the board, the name on it and the name said."""
    told = {one.number: one for one in moments(of)}
    signals = [Signal(number, "name" if WHAT in told[number].text else "point", max(0, told[number].text.find(WHAT)),
                      max(0, told[number].text.find(WHAT)) + 3, WHAT, WHAT) for number in numbers]  # fmt: skip
    roles = {"speech": "speech", "screen": "background", "comment": "comment", "pinned": "comment", "product": "card"}
    parts = [{"role": roles[told[number].channel], "text": told[number].text} for number in numbers]
    item = {"id": f"{of.id}:{key}", "kind": "live", "channel": "live", "platform": of.platform, "parts": parts,
            "publisher": {"id": of.publisher, "kind": of.publisher_kind}}  # fmt: skip
    return Incident(of.id, key, "named", tuple(numbers), tuple(signals), 4.0, 10.0, of.opened_at + 10_000_000, item,
                    ("DY-live",), "high", (WHAT,), ("speech", "screen"))  # fmt: skip


def raised(desk: Desk, of: Room, key: str = "named:1", numbers: Sequence[int] = (1, 2, 3)) -> Raised:
    """It is raised as the watching process does."""
    evidence = [one for one in moments(of) if one.number in numbers]
    return raise_now(desk.screening, of, incident(of, key, numbers), evidence)


def word(desk: Desk, of: Room, said: str = "嘭嘭机") -> str:
    """A code word is proposed; its id."""
    with desk.database.write() as tx:
        return codewords.propose(tx, of.id, Proposed(said, WHAT, (3, 4), 2)).id


def things(desk: Desk, hostile: str) -> dict[str, str]:
    """A room with an incident, an act and a code word, whatever they are called."""
    of = room(desk, "live-1", hostile[:400], hostile[:200])
    said = [*SAID, (14.0, "speech", "host", hostile), (15.0, "comment", "viewer", hostile)]
    watched(desk, of, moments(of, said))
    made = raised(desk, of)
    assert made.act is not None
    with desk.database.write() as tx:
        met = codewords.propose(tx, of.id, Proposed(hostile[:40], WHAT, (3,), 1)).id
    return {"live_room": of.id, "live_incident": made.incident.id, "live_act": made.act.id, "live_word": met}


def jpeg(seed: int) -> bytes:
    """A small picture."""
    picture = Image.new("RGB", (160, 90), (40, 60 + seed // 100 % 90, 80))
    ImageDraw.Draw(picture).ellipse((50, 10, 110, 80), fill=(225, 175, 150))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()
