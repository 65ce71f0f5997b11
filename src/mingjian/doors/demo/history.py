"""A few weeks of work on the demonstration's desk, done by its people through the same services the doors use."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from importlib import resources

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case, ReviewInput
from mingjian.desk.people.model import Principal
from mingjian.desk.queues.load import queues
from mingjian.doors.demo.notes import dated
from mingjian.governance.appeals import service as appeals
from mingjian.governance.decisions import service as decisions
from mingjian.governance.screening.service import Screening
from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock, day
from mingjian.records.errors import Conflict, DeskError
from mingjian.records.items.model import Media, Submission
from mingjian.records.items.submit import submit
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after, head
from mingjian.records.storage.items import item_by_id

GRAVITY = {"critical": "take_down", "high": "take_down", "medium": "return", "low": "label"}
REVIEWERS = ("shenhe1", "shenhe2", "shenhe3", "zuzhang")
GROUNDS = (
    "我们已补充医疗广告审查证明,发布内容与审查内容一致,请复核。",
    "文中为患者本人的真实感受,没有收取任何费用,不是广告。",
    "被判定的句子是在引用法条做科普,并非宣传。",
)


class Weeks:
    """Plays days. ``screening`` works on a store whose clock is ``clock``; ``staff`` are principals by login."""

    def __init__(
        self,
        screening: Screening,
        clock: SteppedClock,
        staff: Mapping[str, Principal],
        items: Iterator[tuple[str, Submission]],
        rng: random.Random,
    ) -> None:
        self.screening = screening
        self.database = screening.database
        self.clock = clock
        self.staff = staff
        self.items = items
        self.rng = rng

    def play(self, count: int, share: float) -> None:
        """One day: ``count`` items come in over eight hours; about ``share`` of the open cases are worked on."""
        for _ in range(4):
            self.arrive(count // 4)
            for name in self.staff:
                self._work(name, share)
            self.clock.move(timedelta(minutes=self.rng.randrange(30, 90)))
        self._appeal()

    def arrive(self, count: int) -> None:
        """Items come in and are screened."""
        for _ in range(count):
            _, submission = next(self.items)
            with self.database.write() as tx:
                submit(tx, [dated(submission, day(self.clock.now()))], "key:demo")
            self.clock.move(timedelta(seconds=self.rng.randrange(30, 500)))
        while self.screening.work():
            pass

    def arrive_with_files(self, blobs: Blobs) -> None:
        """A poster and a clip come in, each with a note of a few words."""
        folder = resources.files("mingjian.doors.demo") / "media"
        for name, kind in (("poster.png", "picture"), ("clip.mp4", "video")):
            _, submission = next(self.items)
            content = (folder / name).read_bytes()
            digest, size = blobs.put(io.BytesIO(content), len(content))
            parts = [{"role": "body", "text": "周末活动,详情看图。"}]
            shown = {**submission.item, "kind": "note", "channel": "public", "parts": parts}
            given = Submission(shown, submission.source, (Media(digest, name, kind, size),))
            with self.database.write() as tx:
                submit(tx, [dated(given, day(self.clock.now()))], "key:demo")
        while self.screening.work():
            pass

    def _work(self, name: str, share: float) -> None:
        person = self.staff[name]
        for queue in queues().values():
            if queue.kinds == ("draft",):
                continue
            while self.rng.random() < share and self._review(person, queue.name):
                pass

    def _review(self, person: Principal, queue: str) -> bool:
        try:
            with self.database.write() as tx:
                case = cases.next_case(tx, person, queue)
        except DeskError:  # not this one's desk
            return False
        if case is None:
            return False
        self.clock.move(timedelta(seconds=self.rng.randrange(20, 240)))
        with suppress(Conflict), self.database.write() as tx:  # what conflicts leaves nothing behind
            if case.kind == "appeal":
                self._answer_appeal(tx, person, case)
            else:
                decisions.review_case(tx, person, self._answer(tx, case))
        return True

    def _answer(self, tx: Tx, case: Case) -> ReviewInput:
        queue = queues()[case.queue]
        item = item_by_id(tx, case.subject)
        wanted = "pass"
        if item is not None and item.value in ("violation", "needs_evidence"):
            wanted = GRAVITY.get(item.severity or "", "return") if item.value == "violation" else "return"
            if self.rng.random() < 0.15:
                wanted = "pass"
        measure = wanted if wanted in queue.measures else "return" if "return" in queue.measures else queue.measures[0]
        reasons = [reason.name for reason in queue.reasons if not reason.note]
        chosen = (self.rng.choice(reasons),) if measure in queue.reasons_for else ()
        return ReviewInput(case.id, case.version, measure, chosen, seconds=float(self.rng.randrange(15, 200)))

    def _answer_appeal(self, tx: Tx, person: Principal, case: Case) -> None:
        outcome = self.rng.choices(("upheld", "overturned"), (2, 1))[0]
        appeals.decide_appeal(tx, person, case.subject, outcome, "复核了原文、证据和当事人的说明。")

    def _appeal(self) -> None:
        """Now and then somebody appeals against a recent decision."""
        lead = self.staff["zuzhang"]
        with self.database.read() as tx:
            recent = [one for one in _recent_decisions(tx) if self.rng.random() < 0.12]
        for decision in recent[:2]:
            with suppress(DeskError), self.database.write() as tx:
                appeals.lodge(tx, lead, decision, self.rng.choice(GROUNDS))


def _recent_decisions(tx: Tx) -> list[str]:
    last = head(tx).seq
    return [e.subject for e in events_after(tx, max(0, last - 400), kinds=["decision.made"])]
