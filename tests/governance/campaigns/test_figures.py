"""A campaign's figures: by the tables and by the journal, subject by subject, as of any moment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mingjian.desk.people.model import house
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.appeals.service import lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.campaigns import retold
from mingjian.governance.campaigns.figure_load import campaign_figures, parse_figures
from mingjian.governance.campaigns.figures import Compared, Line, line_of, page_of, reconcile, recount
from mingjian.governance.campaigns.merchants import merchants
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide, reverse, undo
from mingjian.records.errors import Forbidden, Invalid, NotFound
from mingjian.records.journal.fold import known_kinds
from mingjian.records.storage.actions import ACTIONS
from mingjian.records.storage.events import head
from tests.governance.campaigns.undertaken import Undertaken, ring, undertaken
from tests.governance.world import LEAD, World, person

ANALYST = person("fen", "analyst")


def compared(made: Undertaken, batch: int | None = 1) -> dict[str, Compared]:
    with made.world.database.read() as tx:
        return {one.tables.figure.name: one for one in reconcile(tx, ANALYST, made.campaign.id, batch)}


def numbers(found: dict[str, Compared]) -> dict[str, int]:
    return {name: one.tables.number for name, one in found.items() if one.tables.number}


def test_everything_is_counted_once_and_twice_the_same(world: World) -> None:
    found = compared(undertaken(world))
    assert all(one.agrees for one in found.values())
    assert numbers(found) == {
        "swept": 1000, "items_dealt": 5, "notes_removed": 3, "goods_removed": 1, "items_demoted": 1,
        "accounts_banned": 1, "rings": 1, "rings_acted": 1, "alarms": 1, "cases": 1, "decisions": 6,
    }  # fmt: skip


def test_what_is_taken_back_or_appealed_shows_in_both_counts(world: World) -> None:
    made = undertaken(world)
    world.review(world.case(made.items["goods"], origin="manual").id, LEAD, "limit")  # another's decision beside it
    with world.database.write() as tx:
        undo(tx, LEAD, made.decisions["direct"], "按错")
        (swept,) = [row.id for row in tx.rows(sa.select(ACTIONS).where(ACTIONS.c.decision == made.decisions["swept"]))]
        reverse(tx, LEAD, swept, "复核后恢复")
        appeal = lodge(tx, Concerned(made.decisions["ring"]), made.decisions["ring"], "不服")
    found = compared(made)
    assert all(one.agrees for one in found.values())
    assert (found["notes_removed"].tables.number, found["notes_removed"].tables.standing) == (3, 1)
    assert (found["withdrawn"].tables.number, found["appeals"].tables.number) == (2, 1)
    assert list(found["appeals"].tables.subjects) == [appeal.id]


def test_a_decision_that_takes_the_place_of_one_belongs_to_the_campaign(world: World) -> None:
    made = undertaken(world)
    with world.database.write() as tx:
        wish = DecisionInput(
            "limit", item=made.items["direct"], reasons=("改轻",), replaces=(made.decisions["direct"],)
        )
        later = decide(tx, LEAD, wish).decision.id
    found = compared(made)
    assert all(one.agrees for one in found.values())
    assert later in found["decisions"].tables.subjects
    assert found["notes_removed"].tables.subjects[made.items["direct"]] is False
    assert found["items_dealt"].tables.subjects[made.items["direct"]] is True


def test_the_journal_tells_it_as_it_was(world: World) -> None:
    made = undertaken(world)
    with world.database.read() as tx:
        then = head(tx).seq
    with world.database.write() as tx:
        undo(tx, LEAD, made.decisions["direct"], "按错")
    ring(world, "rng_two", [world.decide("take_down", world.item(kind="note")).decision.id])
    made.link(("ring", "rng_two"))
    with world.database.read() as tx:
        was = {one.figure.name: one for one in recount(tx, ANALYST, made.campaign.id, 1, upto=then)}
        now = {one.figure.name: one for one in recount(tx, ANALYST, made.campaign.id, 1)}
    assert (was["notes_removed"].number, was["notes_removed"].standing, was["rings"].number) == (3, 3, 1)
    assert (now["notes_removed"].number, now["notes_removed"].standing, now["rings"].number) == (4, 3, 2)


def test_batches_count_what_was_linked_in_them(world: World) -> None:
    made = undertaken(world)
    made.close_batch()
    later = world.decide("take_down", world.item(kind="note")).decision.id
    made.link(("decision", later))
    assert (compared(made, 1)["decisions"].tables.number, compared(made, 2)["decisions"].tables.number) == (6, 1)
    assert compared(made, None)["decisions"].tables.number == 7


def test_a_table_that_was_tampered_with_is_told_by_name(world: World) -> None:
    made = undertaken(world)
    with world.database.write() as tx:
        tx.run(sa.delete(ACTIONS).where(ACTIONS.c.decision == made.decisions["goods"]))
    found = compared(made)["goods_removed"]
    assert (found.agrees, found.differing) == (False, (made.items["goods"],))


def test_goods_lead_to_the_merchant_and_its_institution(world: World) -> None:
    """D3: restricted goods joined to who sells them, through the account they were offered by."""
    made = undertaken(world)
    above = {"kind": "branch_of", "target": {"kind": "institution", "key": "inst-1"}, "valid_from": "2020-01-01"}
    owner = {"kind": "belongs_to", "target": {"kind": "merchant", "key": "mer-1"}, "valid_from": "2020-01-01"}
    known = [
        Record({"kind": "institution", "key": "inst-1", "name": "青禾示例门诊部"}),
        Record({"kind": "merchant", "key": "mer-1", "name": "青禾示例商城"}, [], [above]),
        Record({"kind": "account", "key": "xiaohongshu:acc-goods", "name": "青禾官方"}, [], [owner]),
    ]
    with world.database.write() as tx:
        clinic = record(tx, house("test"), known, "test")[0].entity
    found = compared(made)
    assert found["merchants"].agrees
    assert found["merchants"].tables.number == 1
    with world.database.read() as tx:
        (one,), onward = merchants(tx, ANALYST, made.campaign.id)
    assert (one.entity.name, one.items, one.standing, onward) == ("青禾示例商城", (made.items["goods"],), 1, None)
    assert [each.id for each in one.institutions] == [clinic]
    assert one.accounts == ("acc-goods",)


def test_a_figure_is_listed_page_by_page(small: World) -> None:
    made = undertaken(small)
    with small.database.read() as tx:
        line = line_of(tx, ANALYST, made.campaign.id, 1, "decisions")
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            rows, after = page_of(line, after, 2)
            seen += [id for id, _ in rows]
        assert seen == sorted(made.decisions.values())
        with pytest.raises(NotFound):
            line_of(tx, ANALYST, made.campaign.id, 1, "nothing")
        with pytest.raises(NotFound):
            recount(tx, ANALYST, made.campaign.id, 9)
        with pytest.raises(Forbidden):
            recount(tx, person("zhu", "author"), made.campaign.id)


def test_the_same_subjects_have_the_same_digest(small: World) -> None:
    figure = campaign_figures()[0]
    one = Line(figure, 2, 2, {"b": True, "a": True})
    assert one.list == Line(figure, 2, 1, {"a": False, "b": True}).list
    assert one.list != Line(figure, 1, 1, {"a": True}).list


def test_every_shipped_figure_says_what_it_counts_in_both_languages() -> None:
    for one in campaign_figures():
        assert one.definition
        assert one.definition_en
        assert one.label("zh") != one.label("en")


def test_every_mistake_of_the_file_is_told_with_its_line() -> None:
    text = """figures:
  good: {title: 数, title_en: n, unit: 件, unit_en: n, of: act, definition: 数, definition_en: n}
  bad:
    {title: 数, title_en: n, unit: 件, unit_en: n, of: guess, definition: 数, definition_en: n}
  worse:
    title: 数
    title_en: n
    unit: 件
    unit_en: n
    definition: 数
    definition_en: n
    of: swept
    measures: [ban]
    subjects: [ghost]
    moon: 1
"""
    with pytest.raises(Invalid) as told:
        parse_figures(text)
    for line in ("第 4 行 figures.bad.of", "第 13 行 figures.worse.measures", "第 14 行 figures.worse.subjects",
                 "第 15 行 figures.worse.moon"):  # fmt: skip
        assert line in told.value.message


def test_appeals_of_others_are_not_the_campaigns(world: World) -> None:
    made = undertaken(world)
    other = world.decide("take_down", world.item(publisher="else"))
    with world.database.write() as tx:
        lodge(tx, Concerned(other.decision.id), other.decision.id, "不服")
    assert compared(made)["appeals"].tables.number == 0


def test_every_kind_of_event_that_is_read_is_written_by_somebody(small: World) -> None:
    """A renamed event would leave a figure silently at zero."""
    kinds = {*retold._DECISIONS, *retold._RINGS, *retold._ALARMS, "ring.acted", "ring.undone", "sweep.planned",
             "sweep.judged", "sweep.took", "certification_batch.previewed", "certification_batch.ran"}  # fmt: skip
    assert kinds <= known_kinds()
