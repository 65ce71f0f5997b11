"""The pages of scores and of their cards."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from mingjian.governance.scorecards import service
from mingjian.records.clock import day
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from tests.doors.console.browsing import Visitor
from tests.doors.console.governed import Governed, govern
from tests.doors.console.seeded import HOSTILE, Seeded
from tests.governance.scorecards.cards import FEEDER

Visit = Callable[[str | None], Visitor]
CARD = "/scores/cards/merchant_risk@1"


@pytest.fixture
def scored(full: Seeded) -> Governed:
    found = govern(full)
    with full.desk.database.write() as tx:
        service.install_cards(tx)
        row = {"source": "complaints", "actor": HOSTILE, "kind": "merchant", "day": day(tx.now).isoformat(),
               "values": {"upheld": 9, "received": 9, "unanswered": 9}}  # fmt: skip
        assert service.observe(tx, FEEDER, [row]).kept == 1
    service.nightly(full.desk.database)
    return found


def second(visit: Visit) -> str:
    """The next version's text, from the editor, with another weight."""
    page = visit("policy_author").get("/scores/cards/new?name=merchant_risk").text
    text = html.unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.S)[1])  # type: ignore[index]
    assert "version: 2" in text
    return text.replace("points: 5}", "points: 50}")


def test_every_page_opens_and_escapes(visit: Visit, scored: Governed) -> None:
    reader = visit("analyst")
    for path in ("/scores", "/scores/cards", CARD, "/scores/bands/merchant_risk/low",
                 "/scores/bands/merchant_risk/high", "/scores/bands/merchant_risk/undetermined",
                 "/scores/report/merchant_risk",
                 f"/scores/actor?actor={quote(HOSTILE, safe='')}",
                 f"/scores/actor?actor={quote(HOSTILE, safe='')}&card=merchant_risk&as_of=2026-01-01"):  # fmt: skip
        page = reader.get(path)
        assert page.status_code == 200, path
        assert HOSTILE not in page.text
    shown = reader.get(f"/scores/actor?actor={quote(HOSTILE, safe='')}").text
    assert "属实投诉" in shown
    assert "没有数据" in shown
    assert reader.get("/scores?actor=abc").headers["location"] == "/scores/actor?actor=abc"
    assert reader.get("/scores/actor?actor=nobody").status_code == 404
    assert reader.get("/scores/actor?actor=").status_code == 422
    assert reader.get("/scores/report/merchant_risk?since=x").status_code == 422
    assert reader.get("/scores/report/none").status_code == 404
    assert reader.get("/scores/cards/none@1").status_code == 404


def test_a_card_from_draft_to_live_by_two_people(visit: Visit, scored: Governed) -> None:
    author, deployer = visit("policy_author"), visit("policy_deployer")
    made = author.post("/scores/cards/new", {"text": second(visit)})
    assert made.headers["location"] == "/scores/cards/merchant_risk@2"
    path = "/scores/cards/merchant_risk@2"
    assert author.post(f"{path}/whatif", {"limit": "7"}).status_code == 422
    assert author.post(f"{path}/whatif", {"limit": "2000"}).status_code == 303
    page = author.get(path).text
    assert "换成这一版会怎样" in page
    with scored.seeded.desk.database.read() as tx:
        revision = service.get_card(tx, FEEDER, "merchant_risk@2").kept.revision
    given = {"to": "live", "revision": revision, "reason": "测算过"}
    assert author.post(f"{path}/stage", given).status_code == 403
    assert deployer.post(f"{path}/stage", given | {"to": "up"}).status_code == 422
    assert deployer.post(f"{path}/stage", given | {"revision": "x"}).status_code == 422
    assert deployer.post(f"{path}/stage", given).status_code == 303
    assert deployer.post(f"{path}/stage", given).status_code == 409
    with scored.seeded.desk.database.read() as tx:
        live = service.live_cards(tx)["merchant_risk"]
    assert live.card.version == 2
    back = {"to": "rollback", "revision": live.kept.revision, "reason": "退回"}
    assert deployer.post(f"{path}/stage", back).headers["location"] == CARD


def test_mistakes_stand_beside_their_lines(visit: Visit, scored: Governed) -> None:
    text = second(visit).replace("good: low", "good: sideways").replace("measure: upheld", "measure: sung")
    page = visit("policy_author").post("/scores/cards/new", {"text": text})
    assert page.status_code == 422
    assert "sideways" in page.text
    assert "complaints" in page.text
    assert 'data-line="' in page.text


def test_a_halt_is_shown_and_let_go(visit: Visit, scored: Governed) -> None:
    with scored.seeded.desk.database.write() as tx:
        body = {"band": "high", "reason": "突增 12 个", "details": {"entered": 12}}
        append(tx, Event("score.halted", "merchant_risk", body, "duty:bands"))
    assert "突增 12 个" in visit("analyst").get("/scores").text
    given = {"card": "merchant_risk", "band": "high", "reason": "核对过"}
    assert visit("analyst").post("/scores/resume", given).status_code == 403
    deployer = visit("policy_deployer")
    assert deployer.post("/scores/resume", given | {"reason": ""}).status_code == 422
    assert deployer.post("/scores/resume", given).status_code == 303
    assert "突增 12 个" not in visit("analyst").get("/scores").text


def test_english(visit: Visit, scored: Governed) -> None:
    reader = visit("analyst")
    reader.client.cookies.set("mingjian_lang", "en")
    assert "Merchant risk index" in reader.get("/scores").text
    assert "Complaints upheld" in reader.get(CARD).text
