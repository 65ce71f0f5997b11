"""Policies and queues look at the risk that scores tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import route
from mingjian.governance.policies.facts import facts_of
from mingjian.governance.policies.parse import read_policy
from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.provider import risk_facts
from mingjian.governance.screening.service import Judged, Screening, item_of
from mingjian.records.items.model import Submission
from mingjian.records.storage.database import Tx
from tests.governance.policies.house import written
from tests.governance.scorecards.cards import FEEDER, put_live, told
from tests.governance.world import BAD, World

CLAUSES = """
  - name: risky
    title: 高风险者的内容
    when: {facts: {risk_band: [high], risk: {at_least: 0.4}}}
    then: {queue: auto}
    reason: 发布者高风险
  - name: rest
    title: 其余
    then: pass
"""


def test_a_policy_may_ask_for_the_band() -> None:
    made, problems = read_policy(written(clauses=CLAUSES))
    assert problems == []
    assert made is not None
    assert route(CaseRequest("item", "x", {"risk_band": "high"})) == "content"


def test_what_was_judged_keeps_the_risk_it_was_judged_with(small: World) -> None:
    """The facts are frozen with the item as it was read."""
    with small.database.write() as tx:
        put_live(tx)
    for _ in range(2):
        small.item(BAD, "bad")
    with small.database.write() as tx:
        service.observe(tx, FEEDER, [told("bad", day="2026-03-02", upheld=6)])
    service.catch_up(small.database)
    small.clock.move(timedelta(hours=1))
    given = {"id": "later", "text": BAD, "publisher": {"id": "bad", "kind": "institution"}, "facts": {"risk": 0.01}}
    seen: list[Judged] = []

    def note(_tx: Tx, judged: Sequence[Judged]) -> tuple[()]:
        seen.extend(judged)
        return ()

    Screening(small.database, small.screening.judge, note, know=(risk_facts,)).check_now([Submission(given)], "user:x")
    (one,) = seen
    assert one.read.facts["risk_band"] == "high"
    assert one.read.facts["risk"] > 0.4  # what the house knows goes before what the sender says
    facts = facts_of(one.stored, None, None, "violation", one.read.facts)
    assert facts["risk_band"] == "high"
    assert item_of(given).facts["risk"] == 0.01
