"""One item's whole story: judged, reviewed, taken down, appealed against, with other items in between."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from mingjian.governance.appeals.service import decide_appeal, lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock
from mingjian.records.evidence.keys import Signer, new_signer
from mingjian.records.items.model import Media, Submission
from mingjian.records.storage.database import Database
from tests.governance.world import ANN, BAD, OTTO, World, calm_queues

NAME, PHONE = "王小丽", "13800138000"
PICTURE = b"\x89PNG a picture"


class Story(World):
    """The desk with the story told."""

    def __init__(self, database: Database, clock: SteppedClock, blobs: Blobs) -> None:
        super().__init__(database, clock)
        self.blobs = blobs
        self.signer: Signer = new_signer()
        self.other = self.item()
        digest, size = blobs.put(BytesIO(PICTURE), 1000)
        given: dict[str, Any] = {
            "id": "told", "text": f"患者{NAME},电话{PHONE}。{BAD}:{NAME}推荐。", "platform": "xiaohongshu",
            "channel": "public", "nature": "advertisement", "publisher": {"id": "clinic", "kind": "institution"},
        }  # fmt: skip
        # The picture's words are in the text already: part 0.
        told = Submission(given, media=(Media(digest, "a.png", "picture", size, 0),))
        ((taken, _),) = self.screening.check_now([told], "user:usr_ann")
        self.subject = taken.item.id
        self.picture = digest
        self.item()
        self.case_id = self.case(self.subject).id
        settled = self.review(self.case_id, ANN, "take_down", note=f"{NAME}本人来电要求删除")
        assert settled.decision is not None
        self.decision = settled.decision.id
        self.item()
        with self.database.write() as tx:
            appeal = lodge(tx, Concerned(self.decision), self.decision, f"请致电{PHONE}")
        with self.database.write() as tx:
            decide_appeal(tx, OTTO, appeal.id, "upheld", "证据充分")
        self.item()


@pytest.fixture
def story(database: Database, clock: SteppedClock, tmp_path: Path) -> Iterator[Story]:
    with calm_queues():
        yield Story(database, clock, Blobs(tmp_path / "blobs"))


@pytest.fixture
def short(sqlite_database: Database, clock: SteppedClock, tmp_path: Path) -> Iterator[Story]:
    """The story on SQLite alone."""
    with calm_queues():
        yield Story(sqlite_database, clock, Blobs(tmp_path / "blobs"))
