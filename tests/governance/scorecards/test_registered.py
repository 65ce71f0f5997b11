"""Registered institutions: what the registry says of them counts, their accounts count for them, and bands act on them
so that their accounts inherit it."""

from __future__ import annotations

from mingjian.desk.people.model import house
from mingjian.desk.registry.service import Record, record
from mingjian.governance.actions.standing import rights_withheld
from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.counting import members, population
from mingjian.governance.scorecards.explain import values_of
from mingjian.governance.scorecards.model import MICRO
from mingjian.governance.scorecards.parse import load_scorecard
from mingjian.governance.scorecards.sources import check
from mingjian.records.scores.model import number_of
from mingjian.records.storage import scores
from mingjian.records.storage.case_queries import cases_about
from tests.governance.scorecards.cards import CARD, FEEDER, TODAY, put_live, told
from tests.governance.world import BAD, LEAD, World

NOW = number_of(TODAY)
KEY = "PDY10001X44010117D1542"
OF_REGISTRY = ("registered", "expired", "withdrawn", "malformed", "unverified", "years", "physicians", "expires_in")
REGISTRY_CARD = CARD.split("features:")[0] + "features:\n" + "".join(
    f"  - {{name: {name}, title: t, title_en: t, source: registry, measure: {name}, bins: [[0, 0], [1, 5]], "
    f"missing: skip, why: w}}\n" for name in OF_REGISTRY
)  # fmt: skip


def registered(world: World) -> None:
    with world.database.write() as tx:
        record(tx, house("tests"), [
            Record({"kind": "institution", "key": KEY, "name": "云杉门诊部"}, [
                {"kind": "practice_licence", "number": KEY, "valid_from": "2020-03-02", "valid_to": "2025-03-01"},
                {"kind": "business_licence", "number": "91440101MA59XXXXX1", "valid_from": "2021-03-02"},
            ], []),
            Record({"kind": "account", "key": "xiaohongshu:acct-9", "name": "云杉小红书"}, [],
                   [{"kind": "belongs_to", "target": {"kind": "institution", "key": KEY}}]),
        ], "test")  # fmt: skip


def test_what_the_registry_says(world: World) -> None:
    card = load_scorecard(REGISTRY_CARD, check=check)
    with world.database.read() as tx:
        assert values_of(tx, card, KEY, NOW)["registered"] is None  # there is no registry yet: nobody knows
    registered(world)
    with world.database.read() as tx:
        found = values_of(tx, card, KEY, NOW)
        nobody = values_of(tx, card, "somebody", NOW)
        before = values_of(tx, card, KEY, number_of(TODAY) - 400)
    assert found["registered"] == MICRO
    assert found["expired"] == MICRO
    assert found["physicians"] == 0
    assert found["expires_in"] == -366 * MICRO
    assert found["years"] is not None and 5.9 * MICRO < found["years"] < 6.1 * MICRO
    assert nobody == {**dict.fromkeys(OF_REGISTRY), "registered": 0}
    assert before["expired"] == 0  # it still held then


def test_an_account_counts_for_its_owner(world: World) -> None:
    registered(world)
    world.item(BAD, "acct-9")
    world.decide("take_down", world.item(BAD, "acct-9"))
    with world.database.write() as tx:
        kept = put_live(tx)
        card = service.live_cards(tx)[kept.name].card
        assert population(tx, card, NOW) == [KEY]
        assert members(tx, card, ["acct-9"], NOW) == [KEY]
        assert values_of(tx, card, KEY, NOW)["strikes"] == MICRO
    service.catch_up(world.database)
    with world.database.read() as tx:
        assert {actor for actor, _, _ in scores.all_kept(tx, "clinic")} == {KEY}


def test_what_a_band_takes_its_accounts_inherit(world: World) -> None:
    registered(world)
    for _ in range(2):
        world.item(BAD, "acct-9")
    with world.database.write() as tx:
        put_live(tx)
        service.observe(tx, FEEDER, [told(KEY, day="2026-03-02", upheld=6)])
    service.nightly(world.database)

    def work() -> None:
        service.catch_up(world.database)
        for _ in range(10):
            with world.database.write() as tx:
                if not service.follow_bands(tx):
                    return

    work()
    with world.database.read() as tx:
        (kept,) = scores.scores_of(tx, KEY)
        assert kept.band == "high"
        assert "listing" in rights_withheld(tx, "acct-9")
    case = _case(world)
    world.review(case, LEAD, "pass", reasons=())
    work()
    with world.database.read() as tx:
        assert rights_withheld(tx, "acct-9") == {}


def _case(world: World) -> str:
    with world.database.read() as tx:
        return next(one.id for one in cases_about(tx, KEY) if one.facts.get("band") == "high")
