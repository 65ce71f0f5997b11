"""Drafts are judged with what the registry knows of the publisher they name, at every step up to the seal."""

from __future__ import annotations

import json

import pytest

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.judging import Know, content_of
from mingjian.clinic.publication.model import Draft, DraftInput, Published, Reviewed
from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.cases.service import take_case
from mingjian.doors import cache
from mingjian.governance.screening.knowing import registry_facts
from mingjian.records.errors import Conflict
from mingjian.records.storage import contents
from mingjian.records.storage.database import Database
from tests.clinic.publication.people import AUTHOR, HEAD, PUBLICITY, given, hand_in, registered

EYES = "双眼皮手术开约"  # an operation: not within a licence for 美容皮肤科 alone


def beyond(text: str = EYES, **more: str) -> DraftInput:
    return given(text, title="开约", nature="advertisement", publisher_id="PDY00001", certificate="", **more)


def know() -> tuple[Know, ...]:
    compiled = cache.engine().compiled
    return (registry_facts(compiled.catalogue, compiled.finder),)


def begun(database: Database, content: DraftInput, know: tuple[Know, ...] = ()) -> Draft:
    with database.write() as tx:
        return publication.create_draft(tx, AUTHOR, content, judge=cache.engine(), know=know)


def codes(database: Database, draft: Draft) -> set[str]:
    with database.read() as tx:
        said = publication.open_version(tx, AUTHOR, draft.id).verdict
    assert said is not None
    return {one["code"] for one in said["findings"] if one["status"] == "violation"}


def test_a_draft_beyond_the_licence_is_found_where_the_registry_is_asked(database: Database) -> None:
    registered(database)
    asked = codes(database, begun(database, beyond(), know=know()))
    assert asked - codes(database, begun(database, beyond())) == {"MI-26-specialty"}
    nobody = given(EYES, title="开约", nature="advertisement", certificate="")
    assert "MI-26-specialty" not in codes(database, begun(database, nobody, know=know()))


def test_the_seal_asks_again_and_keeps_what_it_was_told(database: Database) -> None:
    """What the registry learnt since the draft was written stands in the seal's way."""
    content = given("门诊部今天照常开诊,皮肤科可预约。\n\n仅供参考,具体请遵医嘱", publisher_id="PDY00001")
    early = begun(database, beyond(), know=know())
    assert "MI-26-specialty" not in codes(database, early)
    fine = begun(database, content, know=know())
    registered(database)
    for draft in (early, fine):
        hand_in(database, draft.id)
        with database.write() as tx:
            case = take_case(tx, HEAD, publication.get_draft(tx, HEAD, draft.id).case or "")
            publication.review_draft(tx, HEAD, ReviewInput(case.id, case.version, "pass"), judge=cache.engine(),
                                     know=know())  # fmt: skip

    def last(draft: Draft) -> Reviewed:
        with database.write() as tx:
            case = take_case(tx, PUBLICITY, publication.get_draft(tx, PUBLICITY, draft.id).case or "")
            return publication.review_draft(tx, PUBLICITY, ReviewInput(case.id, case.version, "pass"),
                                            judge=cache.engine(), know=know())  # fmt: skip

    with pytest.raises(Conflict, match="MI-26-specialty"):
        last(early)
    sealed = last(fine).seal
    assert sealed is not None
    with database.read() as tx:
        kept = contents.get(tx, sealed.evidence["known"])
    assert kept is not None and json.loads(kept)["licensed_specialties"] == ["14.03"]
    with database.write() as tx:
        same = Published(content.text, content.title)
        done = publication.check_drift(tx, PUBLICITY, fine.id, same, judge=cache.engine(), know=know())
    assert done.outcome == "matched"


def test_a_draft_that_names_no_number_is_kept_as_before() -> None:
    assert content_of(given())["publisher"] == {"kind": "institution", "name": None}
    assert content_of(given(publisher_id="PDY00001"))["publisher"]["id"] == "PDY00001"
