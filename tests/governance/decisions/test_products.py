"""Reviews of registered products: off sale in the register, and on again when the answer is taken back."""

from __future__ import annotations

import pytest

from mingjian.desk.cases.model import Case
from mingjian.desk.registry.service import change_state
from mingjian.governance.decisions.service import undo_case
from mingjian.records.storage.database import Database
from mingjian.records.storage.registry import entities_by_id
from tests.governance.registered import KEEPER, put
from tests.governance.world import LEAD, World


@pytest.fixture
def product(database: Database) -> str:
    with database.write() as tx:
        return put(tx, "device", "d1").entity


def _case(world: World, product: str) -> Case:
    return world.case(product, kind="product", origin="patrol", reason="没有登记注册证或备案")


def _state(world: World, product: str) -> str:
    with world.database.read() as tx:
        return entities_by_id(tx, [product])[product].state


@pytest.mark.parametrize(("measure", "state"), [
    ("take_down", "suspended"), ("limit", "suspended"), ("pass", "active"), ("label", "active"),
])  # fmt: skip
def test_the_answer_is_the_products_state(world: World, product: str, measure: str, state: str) -> None:
    reasons = () if measure == "pass" else ("unregistered",)
    settled = world.review(_case(world, product).id, LEAD, measure, reasons=reasons)
    assert (settled.final, settled.measure, settled.decision) == (True, measure, None)
    assert _state(world, product) == state


def test_taken_back_it_is_on_sale_again(world: World, product: str) -> None:
    case = _case(world, product)
    world.review(case.id, LEAD, "take_down", reasons=("unregistered",))
    with world.database.write() as tx:
        assert undo_case(tx, LEAD, case.id, "看错了").stage != "closed"
    assert _state(world, product) == "active"


def test_what_was_off_sale_before_stays_so(world: World, product: str) -> None:
    with world.database.write() as tx:
        change_state(tx, KEEPER, product, "suspended", "召回")
    case = _case(world, product)
    world.review(case.id, LEAD, "take_down", reasons=("unregistered",))
    with world.database.write() as tx:
        undo_case(tx, LEAD, case.id, "看错了")
    assert _state(world, product) == "suspended"


def test_a_product_that_is_an_item_is_decided_as_an_item(world: World) -> None:
    item = world.item()
    settled = world.review(world.case(item, kind="product", origin="patrol").id, LEAD, "take_down",
                           reasons=("unregistered",))  # fmt: skip
    assert settled.decision is not None and settled.decision.item == item
