"""The sources' file."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.governance.lookups.sources import SOURCES, parse_sources, source_for
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS

GOOD: dict[str, Any] = {"title": "甲", "title_en": "A", "kinds": ["ad_review"], "adapter": "json",
                        "ask": {"url": "https://example.com/a", "params": {"n": "{number}"}}, "rows": "list",
                        "fields": {"number": "no"}}  # fmt: skip


def test_every_kind_of_credential_has_a_source_and_none_is_asked_by_program_as_shipped() -> None:
    shipped = SOURCES.current()
    assert {kind for one in shipped.values() for kind in one.kinds} == set(CREDENTIAL_KINDS)
    assert not any(one.automatic for one in shipped.values())


@pytest.mark.parametrize(("kind", "number", "name"), [
    ("device_registration", "国械注准20193130001", "nmpa_device"),
    ("device_registration", "粤械注准20192130001", "nmpa_device"),
    ("device_registration", "国械注进20193130001", "nmpa_device_imported"),
    ("physician_practice", "110110000000001", "nhc_doctor"),
])  # fmt: skip
def test_a_number_finds_its_source(kind: str, number: str, name: str) -> None:
    found = source_for(kind, number)
    assert found is not None and found.name == name


def test_a_number_that_no_source_knows() -> None:
    assert source_for("device_registration", "不是文号") is None


def test_a_good_file() -> None:
    (one,) = parse_sources({"sources": {"a": GOOD}}).values()
    assert (one.adapter, one.every, one.tries, one.missing_contradicts) == ("json", 10, 5, False)
    assert "验证码" in one.blocked


@pytest.mark.parametrize(("change", "told"), [
    ({"kinds": ["none"]}, "sources.a.kinds"), ({"adapter": "magic"}, "sources.a.adapter"),
    ({"ask": {"url": "ftp://x"}}, "sources.a.ask.url"), ({"ask": {"url": "https://{name}.example"}}, "主机名"),
    ({"ask": {"url": "https://example.com/{secret}"}}, "没有 {secret}"), ({"fields": {"colour": "c"}}, "colour"),
    ({"fields": {"state": "s"}}, "至少要有 number 或 name"), ({"every": -1}, "sources.a.every"),
    ({"numbers": "("}, "正则"), ({"not_found": "maybe"}, "not_found"), ({"other": 1}, "没有这个字段"),
    ({"adapter": "page", "automatic": True}, "不能自动"),
])  # fmt: skip
def test_what_is_wrong_is_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid) as wrong:
        parse_sources({"sources": {"a": {**GOOD, **change}}})
    assert told in wrong.value.message


def test_all_errors_at_once() -> None:
    with pytest.raises(Invalid) as wrong:
        parse_sources({"sources": {"A B": {**GOOD, "every": "x"}, "b": 3}, "more": 1})
    assert wrong.value.message.startswith("4 处")
