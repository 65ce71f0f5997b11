"""The duty from the question to the credential, over a replayed page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mingjian.doors.desk.opening import Desk
from mingjian.doors.lookups import duty
from mingjian.doors.lookups.duty import Lookups
from mingjian.governance.lookups import service
from mingjian.governance.lookups.sources import SOURCES
from mingjian.records.blobs import Blobs
from mingjian.records.lookups.model import Lookup
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Database
from tests.doors.api.desks import desk_over
from tests.doors.lookups import pages
from tests.doors.lookups.pages import Official
from tests.governance.registered import KEEPER, clinic
from tests.governance.world import calm_queues


@pytest.fixture
def desk(database: Database, tmp_path: Path, page: Official) -> Iterator[Desk]:
    """A desk that may ask this machine."""
    made = desk_over(database, tmp_path, lookup_private_networks=True)
    told = SOURCES.current()["nhc_unit"]
    here = replace(told, automatic=True, ask=replace(told.ask, url=page.url()), timeout=2)
    with calm_queues(), SOURCES.using({"nhc_unit": here}):
        yield made


def _asked(desk: Desk) -> tuple[str, str]:
    credential = clinic(desk.database).credentials[0]
    with desk.database.write() as tx:
        return credential, service.request(tx, KEEPER, [credential])[0].id


def _lookup(desk: Desk, id: str) -> Lookup:
    with desk.database.read() as tx:
        return service.get_lookup(tx, KEEPER, id)[0]


def test_from_the_question_to_the_credential(desk: Desk, page: Official) -> None:
    page.body = pages.UNIT.format(state="正常")
    credential, id = _asked(desk)
    assert (Lookups(desk).round(), Lookups(desk).round()) == (1, 0)
    found = _lookup(desk, id)
    assert (found.state, found.outcome) == ("answered", "confirmed") and found.evidence is not None
    with Blobs(desk.settings.blobs).open(found.evidence) as file:
        assert file.read().decode() == page.body
    with desk.database.read() as tx:
        assert book.credentials_by_id(tx, [credential])[credential].check == "confirmed"


def test_a_captcha_leaves_the_credential_as_it_was(desk: Desk, page: Official) -> None:
    page.body = pages.CAPTCHA
    credential, id = _asked(desk)
    with desk.database.read() as tx:
        before = book.credentials_by_id(tx, [credential])
    assert Lookups(desk).round() == 1
    assert (_lookup(desk, id).state, _lookup(desk, id).evidence) == ("waiting", None)
    with desk.database.read() as tx:
        assert book.credentials_by_id(tx, [credential]) == before


def test_a_fault_of_an_adapter_says_nothing(desk: Desk, page: Official, monkeypatch: pytest.MonkeyPatch) -> None:
    _, id = _asked(desk)

    def broken(_source: object) -> object:
        raise RuntimeError("broken")

    monkeypatch.setattr(duty, "adapter_of", broken)
    assert Lookups(desk).round() == 1
    assert (_lookup(desk, id).state, _lookup(desk, id).error) == ("waiting", "适配器出错:RuntimeError")


def test_addresses_inside_are_asked_only_where_the_deployer_says_so(
    database: Database, tmp_path: Path, desk: Desk, page: Official
) -> None:  # fmt: skip
    _, id = _asked(desk)
    strict = desk_over(database, tmp_path / "strict")
    assert Lookups(strict).round() == 1
    assert page.asked == [] and "已拒绝" in (_lookup(desk, id).error or "")
