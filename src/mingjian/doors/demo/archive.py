"""The demonstration's archive: made up small, kept where the console finds archives; and notes of another made the same
way, which come in day by day."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mingjian.core.model import Rule
from mingjian.doors.demo.simulate.params import Params
from mingjian.doors.demo.simulate.planted import breaches
from mingjian.doors.demo.simulate.world import Maker, simulate
from mingjian.doors.sweeps import archives_of
from mingjian.intake.archive import open_archive, row_item
from mingjian.records.blobs import Blobs
from mingjian.records.items.model import Media, Submission

NAME = "演示档案"
ITEMS, AGENCIES, SKILL, SEED, DAYS = 720, 2, 0.2, 20220214, 60
POSTS, DRAWN, HONEST = 14, 4, 5  # of each ring, of the first one with pictures, and notes by others


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the archive and the pictures it shows."""

    item: Mapping[str, Any]
    pictures: tuple[bytes, ...]

    def submission(self, blobs: Blobs, day: date) -> Submission:
        """As it comes in on a day."""
        media = []
        for number, body in enumerate(self.pictures):
            digest, size = blobs.put(io.BytesIO(body), len(body))
            media.append(Media(digest, f"{self.item['id']}-{number}.jpg", "picture", size))
        return Submission({**self.item, "published_at": day.isoformat()}, "demo-archive", tuple(media))


def make_archive(data: Path, last: date, rules: Sequence[Rule]) -> Path:
    """The archive of a data folder, written unless it is there."""
    folder = archives_of(data) / NAME
    if not (folder / "archive.json").is_file():
        simulate(folder, _params(last, SEED), breaches(rules))
    return folder


def notes(last: date, rules: Sequence[Rule]) -> list[Note]:
    """Notes for the desk, made the same way but not in the archive: some of each ring and of its patients, some of
    nobody's, in order of time."""
    with TemporaryDirectory(prefix="mingjian-demo-") as scratch:
        params = replace(_params(last, SEED + 2), pictures=True, engagement=False)
        maker = Maker(params, breaches(rules), Path(scratch))
        return list(_notes(maker, Path(scratch)))


def _params(last: date, seed: int) -> Params:
    return Params(items=ITEMS, agencies=AGENCIES, skill=SKILL, seed=seed, last=last, days=DAYS, campaigns=4)


def _notes(maker: Maker, scratch: Path) -> Iterator[Note]:
    plan = maker.plan
    drawn: set[int] = set()
    wanted: set[int] = set()
    for ring in plan.rings[:AGENCIES]:
        told = {slot: post.story for slot, post in sorted(plan.posts.items()) if post.ring is ring}
        wanted |= set([slot for slot, story in told.items() if story in ring.stories[:3]][:POSTS])
        drawn = drawn or set([slot for slot in sorted(wanted) if told[slot] is ring.stories[0]][:DRAWN])
    wanted |= {slot for slot in range(0, ITEMS, ITEMS // HONEST) if slot not in plan.posts}
    for slot in sorted(wanted):
        rows, _, _ = maker.writer.block(slot, slot + 1, maker.camera if slot in drawn else None)
        (row,) = rows
        item = row_item(row)
        item["facts"] = {**item.get("facts", {}), "device": row["device"]}
        yield Note(item, tuple((scratch / name).read_bytes() for name in row["pictures"][:2]))


def engagement_file(folder: Path) -> Path:
    """The archive's engagement, to be pushed."""
    return open_archive(folder).files("engagement")[0]
