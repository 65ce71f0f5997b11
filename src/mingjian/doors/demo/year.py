"""A simulated year of a transaction platform at the size that 新氧 reports (SYSTEMS.md N2 to N4): who is registered,
what is offered, what is judged, taken down, blocked and given back, through the same services the doors use.

Week after week. What a week does has numbers of its own, so that a week begun again does nothing twice.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from mingjian.core.engine.options import Options
from mingjian.core.model import Rule
from mingjian.core.model.scope import Catalogue
from mingjian.core.scope import may_perform
from mingjian.desk.people.model import Principal, house
from mingjian.desk.registry import scope_facts
from mingjian.desk.registry.service import Record, record
from mingjian.doors.demo.notes import breaches, material
from mingjian.doors.demo.sellers import (
    FAULTS,
    PROCEDURE,
    SKIN,
    institution,
    institution_key,
    physician,
    physician_key,
)
from mingjian.governance.decisions.model import DecisionInput, Made
from mingjian.governance.decisions.service import decide_many, reverse_many
from mingjian.governance.screening.service import Screening, item_of
from mingjian.records.clock import CHINA, SteppedClock, moment
from mingjian.records.items.model import Submission
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, head, move_cursor

WEEKS = 52
INSTITUTIONS, PHYSICIANS, PRODUCTS = 10_902, 34_905, 1_141_157
"""What the year found, as reported: institutions blocked, physicians without or beyond a licence, unlawful products."""
SOUND = 1.5  # for each of them, so many of whom nothing is wrong
LAWFUL = 0.1  # of the products
PER_SHOP = 5  # unlawful products of one shop
GIVEN_BACK = 50  # of so many that were taken down, one is given back
GIVEN_NEW = 10  # of so many institutions that were blocked, one comes back with a new licence
AT_ONCE = 500
STARTED, DUTY = "simulated-year-started", "simulated-year"
"""The cursors that remember which year was begun, and how many weeks of it are done."""
SEED = 20211231
TITLE = "到店项目"
_OPENED = timedelta(days=900)  # how long before the year everybody began
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much happens in a year of this ``scale``, and how it falls on the weeks."""

    year: int
    scale: float

    def found(self, reported: int) -> int:
        """So many in this year."""
        return max(1, round(reported * self.scale))

    @property
    def mark(self) -> int:
        """Tells one plan from another."""
        return self.year * 10**9 + round(self.scale * 10**6)

    def of_week(self, total: int, week: int) -> range:
        """The numbers that a week deals with; over all weeks each number once."""
        return range(total * week // WEEKS, total * (week + 1) // WEEKS)

    def monday(self, week: int) -> datetime:
        """When a week's work begins."""
        return datetime(self.year, 1, 1, 9, tzinfo=CHINA) + timedelta(days=7 * week)


class Year:
    """Plays the year on a store whose clock is ``clock``. ``lead`` decides."""

    def __init__(
        self,
        screening: Screening,
        clock: SteppedClock,
        lead: Principal,
        plan: Plan,
        rules: Mapping[str, Rule],
        catalogue: Catalogue,
    ) -> None:
        self.screening, self.database, self.clock = screening, screening.database, clock
        self.lead, self.plan, self.catalogue = lead, plan, catalogue
        self._bad = self._judged(True, breaches(rules))
        self._good = self._judged(False, material()["product"])

    def play(self, progress: Callable[[int, str], object]) -> None:
        """All weeks that are not done yet. ``progress`` is told the week and what goes on."""
        with self.database.read() as tx:
            done = cursor_of(tx, DUTY)
        if not done:
            progress(0, "登记")
            self._register()
        for week in range(done, WEEKS):
            self._forward(self.plan.monday(week))
            progress(week, "商品")
            self._products(week)
            progress(week, "医师")
            self._physicians(week)
            progress(week, "机构")
            self._institutions(week)
            with self.database.write() as tx:
                move_cursor(tx, DUTY, week + 1)

    def _forward(self, to: datetime) -> None:
        """The clock never stands before the journal's end."""
        with self.database.read() as tx:
            last = moment(head(tx).at)
        self.clock.move(max(to, last) - moment(self.clock.now()))

    def _register(self) -> None:
        self._forward(self.plan.monday(0) - timedelta(days=1))
        first = self.plan.monday(0).date()
        for records in _batches(self._records(first - _OPENED)):
            with self.database.write() as tx:
                record(tx, house("year"), records, "simulated-year")

    def _records(self, opened: date) -> Iterator[Record]:
        blocked, found = self.plan.found(INSTITUTIONS), self.plan.found(PHYSICIANS)
        everyone = blocked + max(1, round(blocked * SOUND))
        for number in range(everyone + 1):  # the one after the last: not registered for surgery
            ended = self._due(number, blocked) - timedelta(days=1) if number < blocked else None
            scope = ("14", SKIN) if number == everyone else ("14", "14.01")
            yield institution(number, opened, ended, scope)
        for number in range(found + round(found * SOUND)):
            fault = FAULTS[number % len(FAULTS)] if number < found else None
            by = self._due(number, found) if number < found else opened
            yield physician(number, self._place(number), opened, fault, by)

    def _place(self, number: int) -> int:
        """The institution where a physician works: one in order, or the one that is not registered for surgery."""
        blocked = self.plan.found(INSTITUTIONS)
        sound = max(1, round(blocked * SOUND))
        beyond = number < self.plan.found(PHYSICIANS) and FAULTS[number % len(FAULTS)] == "specialty"
        return blocked + (sound if beyond else number % sound)

    def _due(self, number: int, total: int) -> date:
        """The day of the week in which this number is dealt with."""
        return self.plan.monday(((number + 1) * WEEKS - 1) // total).date()

    def _products(self, week: int) -> None:
        """Products are offered, judged, and the unlawful ones taken down; a few are given back."""
        numbers = self.plan.of_week(self.plan.found(PRODUCTS), week)
        rng = random.Random(SEED + week)
        offered = [(str(number), rng.choice(self._bad)) for number in numbers]
        offered += [(f"ok{week}-{n}", rng.choice(self._good)) for n in range(round(len(numbers) * LAWFUL))]
        for batch in _batches(offered):
            given = [self._product(name, text, week) for name, text in batch]
            judged = self.screening.check_now(given, "key:year")
            wrong = [taken.item for taken, _ in judged if taken.item.value == "violation"]
            wishes = [DecisionInput("take_down", item=item.id, reasons=("违规商品",), request=f"year:{item.id}")
                      for item in wrong]  # fmt: skip
            with self.database.write() as tx:
                made = decide_many(tx, self.lead, wishes)
                chosen = [one for one, item in zip(made, wrong, strict=True) if _one_in(GIVEN_BACK, item.external)]
                reverse_many(tx, self.lead, _standing(chosen), "复核后恢复:商家补充了资质")
            self.clock.move(timedelta(minutes=10))

    def _product(self, name: str, text: str, week: int) -> Submission:
        parts = [{"role": "title", "text": TITLE}, {"role": "body", "text": text}]
        shop = f"shop-{int(name) // PER_SHOP}" if name.isdecimal() else f"shop-{name}"
        return Submission({
            "id": f"{self.plan.year}-{name}", "kind": "product", "platform": "soyoung", "channel": "public",
            "publisher": {"id": shop, "kind": "merchant"}, "parts": parts,
            "published_at": self.plan.monday(week).date().isoformat(),
        }, source="year")  # fmt: skip

    def _physicians(self, week: int) -> None:
        """Everybody due is asked about; who may not practise loses the badge."""
        found = self.plan.found(PHYSICIANS)
        sound = (found + number for number in self.plan.of_week(round(found * SOUND), week))
        for batch in _batches([*self.plan.of_week(found, week), *sound]):
            today = moment(self.clock.now()).date()
            with self.database.read() as tx:
                refused = self._refused(tx, batch, today)
            self._suspend([
                DecisionInput("suspend", publisher=id, right="certification", days=180, reasons=(why[:200],),
                              cites=("cn.physicians-law/13", "cn.physicians-law/14"), request=f"year:{id}")
                for id, why in refused
            ])  # fmt: skip

    def _refused(self, tx: Tx, numbers: Sequence[int], today: date) -> list[tuple[str, str]]:
        """Physicians who may not do what they offer, each with why."""
        at = {physician_key(number): institution_key(self._place(number)) for number in numbers}
        people = registry.entities_by_keys(tx, "physician", list(at))
        houses = registry.entities_by_keys(tx, "institution", list(dict.fromkeys(at.values())))
        of_people = scope_facts.physicians(tx, people.values(), today)
        of_houses = scope_facts.institutions(tx, self.catalogue, houses.values(), today)
        procedure = self.catalogue.procedures[PROCEDURE]
        found = []
        for key, entity in people.items():
            house_of = of_houses[houses[at[key]].id]
            answer = may_perform(self.catalogue, of_people[entity.id], procedure, house_of, today)
            if answer.value == "no":
                found.append((entity.id, next(step.why for step in answer.steps if step.value == "no")))
        return found

    def _institutions(self, week: int) -> None:
        """Institutions whose licence has run out are taken offline; one in ten comes back with a new licence."""
        numbers = self.plan.of_week(self.plan.found(INSTITUTIONS), week)
        for batch in _batches(numbers):
            today = moment(self.clock.now()).date()
            with self.database.read() as tx:
                known = registry.entities_by_keys(tx, "institution", [institution_key(number) for number in batch])
                held = registry.credentials_of(tx, [one.id for one in known.values()])
            without = [id for id, credentials in held.items() if not any(one.holds(today) for one in credentials)]
            self._suspend([
                DecisionInput("suspend", publisher=id, right="listing", days=365, reasons=("执业许可证已过期",),
                              cites=("cn.medical-institutions-regulation/23",), request=f"year:{id}")
                for id in without
            ], back=GIVEN_NEW)  # fmt: skip

    def _suspend(self, wishes: Sequence[DecisionInput], back: int = 0) -> None:
        if not wishes:
            return
        with self.database.write() as tx:
            made = decide_many(tx, self.lead, wishes)
            if back:
                chosen = [one for one in made if _one_in(back, one.decision.publisher or "")]
                reverse_many(tx, self.lead, _standing(chosen), "重新审核通过:已换发执业许可证")
        self.clock.move(timedelta(minutes=10))

    def _judged(self, wrong: bool, texts: Sequence[str]) -> list[str]:
        """Those that the engine finds (or does not find) a violation in, offered as a product."""
        items = [item_of(self._product("0", text, 0).item) for text in texts]
        verdicts = self.screening.judge.check(items, Options(as_of=self.plan.monday(0).date()))
        told = zip(texts, verdicts, strict=True)
        return [text for text, verdict in told if (verdict.value == "violation") is wrong]


def _one_in(many: int, name: str) -> bool:
    """The same for the same name, however often it is asked."""
    return zlib.crc32(name.encode()) % many == 0


def _standing(made: Sequence[Made]) -> list[str]:
    return [one.actions[0].id for one in made if one.actions[0].state == "in_force"]


def _batches(many: Sequence[_T] | Iterator[_T]) -> Iterator[list[_T]]:
    batch: list[_T] = []
    for one in many:
        batch.append(one)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
