"""A card's life: written, compared with what is live, put live by somebody else, rolled back."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.parse import ScorecardError
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.scores.model import CardVersion
from tests.governance.scorecards.cards import (
    AUTHOR,
    AUTHOR2,
    BOTH,
    CARD,
    DEPLOYER,
    FEEDER,
    READER,
    STRANGER,
    put_live,
    told,
)
from tests.governance.world import BAD, GOOD, World

SECOND = CARD.replace("version: 1", "version: 2").replace("weight: 5", "weight: 8")


def tried(world: World, text: str, by: Any = AUTHOR, **more: Any) -> CardVersion:
    with world.database.write() as tx:
        kept = service.draft_card(tx, by, text, **more)
        found = service.try_card(tx, by, kept.id)
        return service.attach_whatif(tx, by, kept.id, found, revision=kept.revision)


def peopled(world: World) -> None:
    for name, text in (("c1", BAD), ("c1", BAD), ("c2", GOOD), ("c2", GOOD), ("c3", BAD)):
        world.item(text, name)
    with world.database.write() as tx:
        put_live(tx)
        service.observe(tx, FEEDER, [told("c1", upheld=1), told("c2", upheld=5), told("c3", upheld=2)])
    service.nightly(world.database)


def test_from_draft_to_live_and_back(world: World) -> None:
    peopled(world)
    kept = tried(world, SECOND)
    assert kept.state == "tried"
    with world.database.write() as tx:
        with pytest.raises(Forbidden):
            service.deploy_card(tx, AUTHOR, kept.id, revision=kept.revision, reason="上线")
        with pytest.raises(Invalid):
            service.deploy_card(tx, DEPLOYER, kept.id, revision=kept.revision, reason=" ")
        with pytest.raises(Conflict):
            service.deploy_card(tx, DEPLOYER, kept.id, revision=kept.revision - 1, reason="上线")
        live = service.deploy_card(tx, DEPLOYER, kept.id, revision=kept.revision, reason="上线")
        assert live.state == "live"
        assert [one.state for one in service.list_cards(tx, READER, "clinic")] == ["live", "retired"]
        assert service.live_cards(tx)["clinic"].card.version == 2
    assert service.nightly(world.database) == 1  # a new version is counted at once
    with world.database.write() as tx:
        assert {one.version for one in service.scores_for(tx, READER, "c1")} == {2}
        former = service.rollback_card(tx, DEPLOYER, "clinic", revision=live.revision, reason="退回")
        assert (former.id, former.state) == ("clinic@1", "live")
        with pytest.raises(Conflict):
            service.rollback_card(tx, DEPLOYER, "clinic", revision=former.revision, reason="再退")
        gone = service.retire_card(tx, DEPLOYER, former.id, revision=former.revision, reason="停用")
        assert gone.state == "retired"
        assert service.live_cards(tx) == {}
        assert [event.kind for event in service.card_history(tx, READER, "clinic@2")][:3] == [
            "scorecard.drafted", "scorecard.tried", "scorecard.deployed"]  # fmt: skip


def test_the_comparison_says_who_moves(world: World) -> None:
    peopled(world)
    kept = tried(world, SECOND)
    with world.database.read() as tx:
        found = service.whatif_of(tx, READER, kept.id)
    assert found is not None
    assert (found.of, found.seen, found.against, found.card) == (3, 3, "clinic@1", "clinic@2")
    assert sum(found.before) == sum(found.after) == 3
    assert sum(many for _, _, many in found.migration) == 3
    assert found.moved == sum(many for one, other, many in found.migration if one != other) > 0
    assert {one[0] for one in found.worse} <= {"c1", "c2", "c3"}
    assert all(after > before for _, before, after, _, _ in found.worse)
    assert all(after < before for _, before, after, _, _ in found.better)


def test_what_was_not_compared_does_not_go_live(small: World) -> None:
    with small.database.write() as tx:
        kept = service.draft_card(tx, AUTHOR, CARD)
        with pytest.raises(Conflict):
            service.deploy_card(tx, DEPLOYER, kept.id, revision=kept.revision, reason="上线")
        found = service.try_card(tx, AUTHOR, kept.id)
        assert (found.against, found.seen, found.before) == ("", 0, (0,) * 20)
        again = service.draft_card(tx, AUTHOR2, CARD + "about: 改了\n", revision=kept.revision)
        with pytest.raises(Conflict):  # it was another text
            service.attach_whatif(tx, AUTHOR2, kept.id, found, revision=again.revision)
        assert again.authors == (AUTHOR.actor, AUTHOR2.actor)


def test_an_author_with_both_roles_may_not_put_it_live(small: World) -> None:
    kept = tried(small, CARD, BOTH)
    with small.database.write() as tx, pytest.raises(Forbidden):
        service.deploy_card(tx, BOTH, kept.id, revision=kept.revision, reason="上线")


def test_numbers_follow_each_other_and_mistakes_are_told(small: World) -> None:
    with small.database.write() as tx:
        with pytest.raises(Conflict):
            service.draft_card(tx, AUTHOR, SECOND)
        with pytest.raises(ScorecardError):
            service.draft_card(tx, AUTHOR, CARD.replace("good: low", "good: x"))
        with pytest.raises(ScorecardError) as caught:
            service.draft_card(tx, AUTHOR, CARD.replace("[listing, commerce]", "[posting]"))
        assert caught.value.problems[0].feature == "high"
        with pytest.raises(Forbidden):
            service.draft_card(tx, READER, CARD)
        with pytest.raises(Forbidden):
            service.list_cards(tx, STRANGER)
        with pytest.raises(NotFound):
            service.get_card(tx, READER, "clinic")


def test_the_shipped_cards_are_put_in_force_once(world: World) -> None:
    with world.database.write() as tx:
        first = service.install_cards(tx)
        assert len(first) == len(service.shipped())
        assert service.install_cards(tx) == []
        assert set(service.live_cards(tx)) == {card.name for card in service.shipped()}
        opened = service.get_card(tx, READER, "user_risk")
        assert opened.problems == ()
        assert opened.card is not None
