"""Scores over the API: with their reasons, their history, and observations coming in."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.governance.scorecards import service
from tests.doors.api.desks import Caller, new_key

ROW = {"source": "complaints", "actor": "clinic/1:x", "kind": "institution", "day": "2026-03-01",
       "values": {"upheld": 4}}  # fmt: skip


@pytest.fixture
def scored(call: Caller) -> Caller:
    with call.database.write() as tx:
        service.install_cards(tx)
    assert call("POST", "/scores/observations", ROW).json() == {"kept": 1, "problems": []}
    service.nightly(call.database)
    return call


def test_a_score_with_its_reasons(scored: Caller) -> None:
    (kept,) = scored("GET", "/scores?actor=clinic/1:x").json()["scores"]
    assert kept["card"] == "institution_risk"
    found = scored("GET", "/scores/institution_risk?actor=clinic/1:x").json()
    assert sum(part["points"] for part in found["contributions"]) == found["points"] == kept["points"]
    assert found["kept"] == kept
    assert found["agrees"] is True
    part = next(one for one in found["contributions"] if one["feature"] == "complaints")
    assert part["value"] > 3.9
    assert not part["missing"]
    assert "expired" in found["missing"]
    earlier = scored("GET", "/scores/institution_risk?actor=clinic/1:x&as_of=2026-02-01").json()
    assert "complaints" in earlier["missing"]
    told = scored("GET", "/scores/institution_risk/history?actor=clinic/1:x").json()["history"]
    assert [one["points"] for one in told] == [kept["points"]]


def test_cards_and_who_stands_where(scored: Caller) -> None:
    cards = {one["name"]: one for one in scored("GET", "/scores/cards").json()["cards"]}
    assert set(cards) == {card.name for card in service.shipped()}
    bands = {one["name"]: one["actors"] for one in cards["institution_risk"]["bands"]}
    (band,) = [name for name, many in bands.items() if many] or ["undetermined"]
    page = scored("GET", f"/scores/institution_risk/bands/{band}?limit=1").json()
    assert [one["actor"] for one in page["items"]] == ["clinic/1:x"]
    assert page["next"] is None


def test_a_list_goes_page_by_page(scored: Caller) -> None:
    rows = [{**ROW, "actor": f"c{at}"} for at in range(5)]
    assert scored("POST", "/scores/observations", {"observations": rows}).json()["kept"] == 5
    service.catch_up(scored.database)
    (kept,) = scored("GET", "/scores?actor=c1").json()["scores"]
    seen: list[str] = []
    path = f"/scores/institution_risk/bands/{kept['band'] or 'undetermined'}?limit=2"
    more = ""
    for _ in range(3):
        page = scored("GET", path + more).json()
        seen += [one["actor"] for one in page["items"]]
        more = f"&cursor={page['next']}"
    assert page["next"] is None
    assert sorted(seen) == ["c0", "c1", "c2", "c3", "c4", "clinic/1:x"]
    assert scored("GET", f"{path}&cursor=abc").status_code == 422


def test_bad_rows_are_told_and_good_ones_kept(scored: Caller) -> None:
    found = scored("POST", "/scores/observations", {"observations": [ROW, {**ROW, "day": "x"}, 3]})
    assert found.status_code == 200
    told = found.json()
    assert told["kept"] == 1
    assert [(one["index"], one["field"]) for one in told["problems"]] == [(1, "day"), (2, "")]


WRONG: list[Any] = [{}, [], 3, {"observations": []}, {"observations": "x"}, {"observations": [ROW], "more": 1},
                    {**ROW, "source": "dreams"}, {**ROW, "values": {"upheld": "1"}}]  # fmt: skip


@pytest.mark.parametrize("body", WRONG, ids=str)
def test_what_is_wrong_is_refused(scored: Caller, body: Any) -> None:
    assert scored("POST", "/scores/observations", body).status_code == 422


def test_sending_twice_changes_nothing(scored: Caller) -> None:
    one = scored("POST", "/scores/observations", ROW, key="again")
    two = scored("POST", "/scores/observations", ROW, key="again")
    assert one.content == two.content
    assert two.headers["Idempotent-Replayed"] == "true"


def test_unknown_things(scored: Caller) -> None:
    assert scored("GET", "/scores/none?actor=x").status_code == 404
    assert scored("GET", "/scores/institution_risk?actor=nobody").status_code == 404
    assert scored("GET", "/scores/institution_risk").status_code == 422
    assert scored("GET", "/scores/institution_risk?actor=clinic/1:x&as_of=soon").status_code == 422
    assert scored("GET", "/scores/institution_risk/bands/none").status_code == 404
    assert scored("GET", "/scores?actor=nobody").json()["scores"] == []
    assert scored("GET", "/scores?actor=%00").status_code == 422


def test_scopes(scored: Caller) -> None:
    reader, feeder = new_key(scored.database, "score.read"), new_key(scored.database, "registry.import")
    assert scored("GET", "/scores/cards", secret=reader).status_code == 200
    assert scored("POST", "/scores/observations", ROW, secret=reader).status_code == 403
    assert scored("POST", "/scores/observations", ROW, secret=feeder).status_code == 200
    assert scored("GET", "/scores/cards", secret=feeder).status_code == 403
