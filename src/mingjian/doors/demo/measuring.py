"""How common violations are in the demonstration's archive, before and after: two samples drawn by lot, about which its
inspector answers. What an answer should be is known: the archive was made up, with the truth beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.people.model import Principal
from mingjian.governance.campaigns import labels
from mingjian.governance.campaigns.archives import Wish, draw_from_archive
from mingjian.governance.campaigns.sampling import lot
from mingjian.governance.decisions import service as decisions
from mingjian.governance.screening.service import Screening
from mingjian.intake.archive import open_archive
from mingjian.intake.archive.arrow import library
from mingjian.records.storage import campaign_samples, sweeps
from mingjian.records.storage.case_queries import cases_by_id
from mingjian.records.storage.items import items_by_id

ORIGIN = "archive"  # what the sweep over it uses: an item is known once
DRAWN, CLEARED = 80, 60
_SLIPS = 25  # of so many answers one is wrong: people are


class Measuring:
    """Samples of a campaign from the archive in ``folder``, drawn by the lead, answered by the inspector."""

    def __init__(self, screening: Screening, staff: Mapping[str, Principal], folder: Path) -> None:
        self._screening, self._database, self._staff = screening, screening.database, staff
        self._archive = open_archive(folder)
        read = library("pyarrow.parquet").read_table
        told = read(folder / "truth" / "items.parquet", columns=["id", "planted"]).to_pylist()
        self._bad = {row["id"] for row in told if row["planted"]}
        self._samples: list[str] = []

    def draw(self, campaign: str, side: str) -> None:
        """Draw one side."""
        wish = Wish(campaign, side, DRAWN, ORIGIN, seed=f"demo-{side}")
        drawn = draw_from_archive(self._database, self._screening, self._staff["zuzhang"], self._archive, wish)
        self._samples.append(drawn.id)

    def clear(self, sweep: str) -> None:
        """Reviewers take down the first of what a sweep found and only sent to them."""
        person = self._staff["shenhe1"]
        with self._database.write() as tx:
            sent = [one.case for one in sweeps.taken(tx, sweep, limit=10 * CLEARED) if one.case]
            waiting = [one for one in cases_by_id(tx, sent).values() if one.state == "open"]
            known = items_by_id(tx, [one.subject for one in waiting])
            for case in [one for one in waiting if known[one.subject].external in self._bad][:CLEARED]:
                mine = cases.take_case(tx, person, case.id)
                answer = ReviewInput(mine.id, mine.version, "take_down", ("disguised",), seconds=40.0)
                decisions.review_case(tx, person, answer)

    def answer(self) -> None:
        """Everybody drawn is asked about, both sides shuffled, and answered."""
        person = self._staff["zhijian"]
        with self._database.write() as tx:
            labels.ask(tx, self._staff["zuzhang"], self._samples)
            rows = {row.case for id in self._samples for row in campaign_samples.sample_items(tx, id) if row.case}
            asked = sorted(cases_by_id(tx, rows).values(), key=lambda one: one.id)
            known = items_by_id(tx, [one.subject for one in asked])
            for case in asked:
                number = known[case.subject].external
                found = (number in self._bad) != (lot("slip", number) % _SLIPS == 0)
                mine = cases.take_case(tx, person, case.id)
                measure, reasons = ("take_down", ("disguised",)) if found else ("pass", ())
                decisions.review_case(tx, person, ReviewInput(mine.id, mine.version, measure, reasons, seconds=30.0))
