"""Cards and people for tests of scores."""

from __future__ import annotations

from datetime import date
from typing import Any

from mingjian.governance.scorecards.model import Scorecard
from mingjian.governance.scorecards.parse import load_scorecard
from mingjian.governance.scorecards.sources import check
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.scores.model import CardVersion
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.score_cards import card_by_id
from tests.governance.world import person

AUTHOR, AUTHOR2 = person("wen", "policy_author"), person("wu", "policy_author")
DEPLOYER = person("fang", "policy_deployer")
BOTH = person("bao", "policy_author", "policy_deployer")
READER, STRANGER = person("ann", "analyst"), person("eve", "author")
FEEDER = person("lead", "desk_lead")
TODAY = date(2026, 3, 2)  # where tests' clock stands

CARD = """
name: clinic
version: 1
title: 机构
title_en: Clinic
good: low
kinds: [institution]
features:
  - {name: strikes, title: 处置, title_en: strikes, source: decisions, measure: made, aggregation: count,
     where: {origins: [review, manual], measures: [take_down, limit]}, window_days: 100, half_life_days: 10,
     bins: [[0, 0], [0.6, 10], [1.6, 30]], missing: skip, why: 处置}
  - {name: share, title: 违规占比, title_en: share, source: items, measure: violations, of: judged, aggregation: ratio,
     window_days: 60, least: 2, straight: {from: 0, to: 1, points: 20}, missing: skip, why: 占比}
  - {name: complaints, title: 投诉, title_en: complaints, source: complaints, measure: upheld, aggregation: sum,
     window_days: 90, half_life_days: 30, weight: 5, cap: 6, missing: skip, why: 投诉}
  - {name: fake, title: 虚假评价, title_en: fake, source: reviews, measure: fake, of: count, aggregation: ratio,
     window_days: 90, least: 3, straight: {from: 0, to: 0.5, points: 20}, missing: neutral, neutral: 4, why: 虚假}
bands:
  - {name: low, title: 低, title_en: low, from: 0}
  - {name: middle, title: 中, title_en: middle, from: 20, does: {case: true, reason: 请复核}}
  - name: high
    title: 高
    title_en: high
    from: 40
    does: {suspend: [listing, commerce], suspend_days: 30, case: true, label_days: 10, reason: 高风险先下线,
           cites: [cn.e-commerce-law/29]}
"""


def made(text: str = CARD) -> Scorecard:
    return load_scorecard(text, "clinic.yaml", check=check)


def put_live(tx: Tx, text: str = CARD) -> CardVersion:
    """A card in force, as the software's installation does it."""
    card = made(text)
    (digest,) = contents.put(tx, [text.encode()])
    body = {"name": card.name, "version": card.version, "title": card.title, "title_en": card.title_en,
            "digest": digest}  # fmt: skip
    append(tx, Event("scorecard.drafted", card.id, body, "release"))
    append(tx, Event("scorecard.deployed", card.id, {"reason": "测试", "digest": digest}, "duty:setup"))
    kept = card_by_id(tx, card.id)
    assert kept is not None
    return kept


def told(actor: str, source: str = "complaints", day: str = "2026-03-01", **values: Any) -> dict[str, Any]:
    """An observation as it is pushed."""
    return {"source": source, "actor": actor, "kind": "institution", "day": day, "values": values}
