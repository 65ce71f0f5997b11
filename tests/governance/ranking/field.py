"""A small field of doctors for tests of rankings: registered, examined, rated, all names invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from stdnum.cn import ric

from mingjian.desk.people import service as people
from mingjian.desk.people.model import Principal, house
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.ranking import computing, editions, entering, publishing, rating, valuing
from mingjian.governance.ranking.editions import Wish
from mingjian.governance.ranking.entering import Nomination
from mingjian.records.ranking.model import Edition, Entrant
from mingjian.records.storage import ranking as store
from mingjian.records.storage.database import Database

SETUP = house("setup")
AS_OF = date(2026, 3, 2)
PLACES = ("云杉示例医疗美容门诊部", "青禾示例医疗美容诊所", "白鹭示例医院")
NAMES = ("梁一舟", "沈小满", "顾长风", "叶知秋", "程晚照", "陆听雨", "苏晴川", "江望舒", "何以安", "唐见微")


def key(number: int) -> str:
    """The 执业证书编码 of a doctor."""
    return f"1101101050{number:05d}"


def place(number: int) -> Record:
    """An institution with a licence for medical aesthetics."""
    licence = {"kind": "practice_licence", "number": f"PDY0002{number + 1}011010517D1512", "scope": ["14", "14.01"],
               "valid_from": "2015-01-01", "valid_to": "2035-12-31"}  # fmt: skip
    grade = "三级甲等" if number % 3 == 2 else "二级"
    entity = {"kind": "institution", "key": f"inst-{number}", "name": PLACES[number % 3]}
    return Record({**entity, "attributes": {"grade": grade}}, [licence])


def doctor(number: int, at: int = 0, *, since: str = "2012-05-01", level: str = "副主任医师", **change: Any) -> Record:
    """A doctor fit to enter, unless ``change`` (kind of credential → fields or None) says otherwise."""
    person = f"11010519850101{number:03d}"
    identity = f"{person}{ric.calc_check_digit(person + '0')}"
    held: dict[str, dict[str, Any] | None] = {
        "physician_qualification": {"number": f"200811110{identity}", "valid_from": "2008-07-01"},
        "physician_practice": {"number": key(number), "valid_from": since, "scope": ["外科"]},
        "aesthetic_lead": {"number": f"BA-{number}", "valid_from": "2016-01-01", "scope": ["14.01"]},
        "training": {"number": f"T-{number}", "valid_from": "2025-06-01"},
    }
    for kind, fields in change.items():
        before = held.get(kind)
        held[kind] = None if fields is None else {**(before or {}), **fields}
    return Record(
        {"kind": "physician", "key": key(number), "name": NAMES[number % len(NAMES)], "attributes": {"level": level}},
        [{"kind": kind, **fields} for kind, fields in held.items() if fields is not None],
        [{"kind": "practises_at", "target": {"kind": "institution", "key": f"inst-{at}"}, "valid_from": "2018-01-01"}],
    )  # fmt: skip


class Field:
    """The people and doctors of one test. ``experts`` are accounts that may rate."""

    def __init__(self, database: Database, experts: int = 4) -> None:
        self.database = database
        self.experts: list[Principal] = []
        with database.write() as tx:
            self.ann = self._person(tx, "ann", "desk_lead")
            self.bea = self._person(tx, "bea", "desk_lead")
            self.olga = self._person(tx, "olga", "appeal_officer")
            self.experts = [self._person(tx, f"eve{number}", "expert") for number in range(experts)]
            record(tx, SETUP, [place(number) for number in range(3)], "test")

    @staticmethod
    def _person(tx: Any, login: str, role: str) -> Principal:
        return people.create_user(tx, SETUP, login, login, (role,)).principal()

    def doctors(self, *records: Record) -> list[str]:
        """Register doctors; their ids."""
        with self.database.write() as tx:
            return [one.entity for one in record(tx, SETUP, list(records), "test")]

    def edition(self, **change: Any) -> Edition:
        """An open edition."""
        jury = [{"user": one.id, "entity": None} for one in self.experts]
        given: dict[str, Any] = {"ranking": "physicians", "title": "2026 春季", "title_en": "Spring 2026",
                                 "opens": date(2026, 3, 1), "closes": date(2026, 3, 31), "as_of": AS_OF,
                                 "jury": jury}  # fmt: skip
        with self.database.write() as tx:
            made = editions.draft(tx, self.ann, Wish(**given | change))
            return editions.open_edition(tx, self.ann, made.id)

    def enter(self, edition: str, keys: Sequence[str], **works: Any) -> list[Entrant]:
        """Register and examine."""
        with self.database.write() as tx:
            rows = entering.register(tx, self.ann, edition, [Nomination(one, **works) for one in keys], "staff")
            assert [row.problem for row in rows] == [None] * len(keys)
            entering.examine_entrants(tx, self.ann, edition)
            return store.entrants_of(tx, edition)

    def rate(self, edition: str, seed: int = 11) -> None:
        """Every form is filled in, the same for the same entrant, rater and dimension, and handed in."""
        with self.database.write() as tx:
            rating.give_out(tx, self.ann, edition, seed)
            for expert in self.experts:
                for form in rating.my_forms(tx, expert):
                    shown = rating.show(tx, expert, form.id)
                    rng = random.Random(f"{shown.alias} {expert.name}")
                    rating.mark(tx, expert, form.id, {one.key: rng.randint(3, 5) for one in shown.plan.rated})
                    rating.submit(tx, expert, form.id)

    def compute(self, edition: str, seed: int = 3) -> Edition:
        """Collect and compute."""
        with self.database.write() as tx:
            valuing.collect(tx, self.ann, edition)
            return computing.compute_edition(tx, self.ann, edition, seed)

    def publish(self, edition: str) -> Edition:
        """Reviewed and published by another person."""
        with self.database.write() as tx:
            publishing.review_edition(tx, self.bea, edition, "核对无误")
            return publishing.publish(tx, self.bea, edition)
