"""Policies may ask how many others showed the same, for new items and in back-tests alike."""

from __future__ import annotations

from mingjian import api
from mingjian.governance.policies.facts import facts_of
from mingjian.governance.policies.parse_conditions import parse_facts
from mingjian.governance.policies.stored import opened_items
from mingjian.governance.reuse.service import Reuse
from mingjian.governance.screening.service import Judged, Screening
from mingjian.records.journal.model import Event
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.items import items_by_id
from tests.governance.reuse.test_service import judge, submission
from tests.governance.reuse.texts import COPY, DIARY, TEMPLATE


def test_the_condition_holds_when_the_item_comes_in_and_when_it_is_tried_again(database: Database) -> None:
    wrong: list[str] = []
    many = parse_facts({"reuse_publishers": {"at_least": 2}}, "facts", lambda path, what: wrong.append(path))
    assert not wrong
    seen: dict[str, dict[str, object]] = {}

    def note(_tx: Tx, judged: list[Judged]) -> list[Event]:
        for one in judged:
            seen[one.stored.id] = dict(facts_of(one.stored, None, None, "clean", one.read.facts))
        return []

    screening = Screening(database, api.engine(), note, reuse=Reuse(database))  # type: ignore[arg-type]
    ids = [
        *judge(screening, submission("1", DIARY)),
        *judge(screening, submission("2", COPY, "p2")),
        *judge(screening, submission("3", TEMPLATE, "p3", facts={"reuse": {"count": 0, "publishers": 0}})),
    ]
    assert [many.failing(seen[id]) for id in ids] == ["reuse_publishers", "reuse_publishers", None]
    assert [seen[id].get("reuse") for id in ids] == [None, 1, 2]
    with database.read() as tx:
        stored = list(items_by_id(tx, ids).values())
        again = {item.id: facts for item, _, facts in opened_items(tx, stored, {"reuse", "reuse_publishers"}, ())}
    assert [again[id].get("reuse_publishers") for id in ids] == [None, 1, 2]


def test_an_unknown_word_is_told_with_what_may_be_asked() -> None:
    wrong: list[tuple[str, str]] = []
    parse_facts({"reused": {"at_least": 1}, "reuse": 3}, "facts", lambda path, what: wrong.append((path, what)))
    assert [path for path, _ in wrong] == ["facts.reused", "facts.reuse"]
    assert "reuse_publishers" in wrong[0][1]
