"""The data files: every kind cites law that exists, and is built so that bulk reading is sound."""

from __future__ import annotations

from importlib import resources

import yaml

from mingjian.core.credentials import CODE_NAMES, CODES, kinds
from mingjian.core.credentials.columns import TABLE
from mingjian.core.credentials.kinds import CREDENTIALS
from mingjian.core.credentials.regions import counties, province_name, provinces, region_name, short_names
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.rulebook.load import load
from mingjian.records.registry.model import CREDENTIAL_KINDS


def test_every_kind_cites_law_that_exists() -> None:
    book = Lawbook(load().instruments)
    assert [ref for kind in kinds().values() for ref in kind.law if ref not in book] == []
    assert all(kind.source and kind.lookup for kind in kinds().values())
    assert {kind.confidence for kind in kinds().values()} <= {"low", "medium", "high"}


def test_a_low_confidence_never_calls_a_number_wrong() -> None:
    assert [kind.name for kind in kinds().values() if kind.confidence == "low" and kind.strict] == []


def test_every_credential_of_the_registry_is_known() -> None:
    assert [kind for kind in CREDENTIAL_KINDS if kind not in kinds() and kind not in CREDENTIALS] == []


def test_forms_are_fixed_in_width_and_below_the_table() -> None:
    for kind in kinds().values():
        for form in kind.forms:
            assert form.width == sum(segment.width for segment in form.segments)
            text = "".join(segment.literal + segment.charset for segment in form.segments)
            assert max(map(ord, text)) < TABLE
            names = [segment.name for segment in form.segments if segment.name]
            assert len(names) == len(set(names))


def test_every_code_has_a_name() -> None:
    assert tuple(CODE_NAMES) == CODES


def test_regions() -> None:
    assert len(counties()) > 5000
    assert region_name("110105") == "北京朝阳区"
    assert region_name("110000") == "北京市"
    assert region_name("119999") == "北京"
    assert region_name("009999") is None
    assert province_name("10") == "国家"
    assert {"京", "沪", "粤", "渝", "藏"} <= short_names().keys()
    assert {code[:2] for code in counties()} <= provinces().keys()


def test_no_entry_was_cut_in_two_by_a_comma() -> None:
    """In a flow mapping a comma in a sentence ends it, and the rest becomes a key without a value."""

    def empty(value: object) -> bool:
        if isinstance(value, dict):
            return any(entry is None or empty(entry) for entry in value.values())
        return any(map(empty, value)) if isinstance(value, list) else False

    folder = resources.files("mingjian.core.credentials") / "data"
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    assert len(files) >= 6
    assert [file.name for file in files if empty(yaml.safe_load(file.read_text("utf-8")))] == []
