"""explain, rules, law, lexicon, schema, version: what the rulebook says, found by any name people give it."""

from __future__ import annotations

import json

import pytest

from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.doors import cache
from mingjian.doors.cli.articles import find_article, number_of, units
from mingjian.doors.cli.failures import Failure
from mingjian.intake import json_schema
from tests.doors.conftest import CODE, Run


@pytest.fixture(scope="module")
def book() -> Lawbook:
    return cache.compiled().lawbook


@pytest.mark.parametrize(
    "query",
    [
        "广告法16.1.1",
        "广告法 16.1.1",
        "《广告法》第十六条第一款第(一)项",
        "《广告法》第十六条第一款第（一）项",
        "中华人民共和国广告法第16条第1款第1项",
        "广告法第十六条第一款第一项",
        "cn.advertising-law/16.1.1",
        "advertising-law/16.1.1",
        "广告法１６．１．１",
    ],
)
def test_one_provision_by_every_name(book: Lawbook, query: str) -> None:
    found = find_article(query, book)
    assert found.instrument.slug == "cn.advertising-law"
    assert [provision.id for provision in found.provisions] == ["16.1.1"]


def test_an_article_brings_what_is_below_it(book: Lawbook) -> None:
    for query in ("广告法16", "广告法第十六条", "cn.advertising-law/16"):
        ids = {provision.id for provision in find_article(query, book).provisions}
        assert "16.1.1" in ids
        assert all(each == "16" or each.startswith("16.") for each in ids)
    assert [p.id for p in find_article("广告法第九条第三项", book).provisions] == ["9.3"]
    assert [p.id for p in find_article("广告法第九条第一款第三项", book).provisions] == ["9.3"]


def test_an_instrument_alone_brings_all(book: Lawbook) -> None:
    found = find_article("广告法", book)
    assert found.provisions == found.instrument.provisions


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("广告发16", "广告法"),
        ("第十六条", "广告法第十六条"),
        ("广告法999", "mingjian law"),
        ("16.1", "广告法"),
        ("", ""),
    ],
)
def test_an_unknown_article_is_answered(book: Lawbook, query: str, hint: str) -> None:
    with pytest.raises(Failure) as failure:
        find_article(query, book)
    assert hint in str(failure.value.hint)


def test_every_provision_is_found_by_its_printed_label(book: Lawbook) -> None:
    for instrument in book.instruments.values():
        for provision in instrument.provisions:
            found = find_article(f"{instrument.short}{provision.id}", book)
            assert provision in found.provisions, (instrument.short, provision.id)
            assert provision in find_article(f"{instrument.slug}/{provision.id}", book).provisions


def test_chinese_numbers() -> None:
    assert [number_of(text) for text in ("十", "十六", "二十", "一百零三", "一百一十六", "58")] == [
        10, 16, 20, 103, 116, 58,
    ]  # fmt: skip
    assert units("第十六条第一款第(一)项") == [("条", 16), ("款", 1), ("项", 1)]


@pytest.mark.parametrize("query", [CODE, CODE.lower(), "ＡＤ－16－1－guarantee", "guaranteed-effect"])
def test_explain_a_rule(run: Run, query: str) -> None:
    ran = run("explain", query)
    assert ran.code == 0
    assert ran.out.startswith(CODE)
    for said in ("广告法16.1.1", "罚则", "YL2", "违规例", "合规例", "⟦", "以下不报"):
        assert said in ran.out


def test_explain_as_json_and_in_english(run: Run) -> None:
    data = json.loads(run("explain", CODE, "--format", "json").out)
    assert data["code"] == CODE
    assert data["citations"][0]["label"] == "广告法16.1.1"
    assert "Law" in run("explain", CODE, "--lang", "en").out
    article = json.loads(run("explain", "广告法16.1.1", "-f", "json").out)
    assert CODE in article["provisions"][0]["rules"]


def test_explain_an_article(run: Run) -> None:
    ran = run("explain", "广告法第十六条第一款第(一)项")
    assert ran.code == 0
    for said in ("中华人民共和国广告法", "第十六条第一款第(一)项", "罚则", "2015-09-01", CODE):
        assert said in ran.out
    early = run("explain", "广告法16.1.1", "--as-of", "2010-01-01")
    assert "尚未施行" in early.out


def test_explain_an_unknown_name(run: Run) -> None:
    ran = run("explain", "AD-16-1-garantee")
    assert ran.code == 2
    assert CODE in ran.err
    assert run("explain", "广告法999").code == 2
    assert run("explain").code == 2


def test_explain_every_rule(run: Run) -> None:
    for rule in cache.sources().rules:
        for lang in ("zh", "en"):
            assert run("explain", rule.code, "--lang", lang).code == 0


def test_rules(run: Run) -> None:
    everything = json.loads(run("rules", "--format", "json").out)["rules"]
    assert {rule["code"] for rule in everything} == {rule.code for rule in cache.sources().rules}
    filters = ("--family", "efficacy_guarantee", "--severity", "critical", "--status", "stable")
    more = ("--domain", "dental", "--instrument", "广告法")
    chosen = json.loads(run("rules", "-f", "json", *filters, *more).out)["rules"]
    assert CODE in {rule["code"] for rule in chosen}
    assert all(rule["family"] == "efficacy_guarantee" for rule in chosen)
    assert CODE in run("rules").out
    for wrong in (("--family", "absolut_term"), ("--severity", "grave"), ("--domain", "x"), ("--status", "x"),
                  ("--instrument", "没有"), ("--format", "xml")):  # fmt: skip
        assert run("rules", *wrong).code == 2
    assert "absolute_term" in run("rules", "--family", "absolut_term").err


def test_law(run: Run) -> None:
    assert "cn.advertising-law" in run("law").out
    houses = json.loads(run("law", "--level", "platform", "-f", "json").out)
    assert {entry["level"] for entry in houses} == {"platform"}
    for name in ("广告法", "cn.advertising-law", "advertising-law", "中华人民共和国广告法"):
        assert "广告法16.1.1" in run("law", name).out
    assert json.loads(run("law", "广告法", "-f", "json").out)["slug"] == "cn.advertising-law"
    assert run("law", "没有的法").code == 2


def test_lexicon(run: Run) -> None:
    names = {entry["name"] for entry in json.loads(run("lexicon", "-f", "json").out)}
    assert names == {lexicon.name for lexicon in cache.sources().lexicons}
    whole = json.loads(run("lexicon", "absolute", "-f", "json").out)
    assert len(whole["terms"]) > 20
    assert "第一" in run("lexicon", "absolute").out
    assert "热玛吉" in run("lexicon", "--find", "热玛吉").out
    ran = run("lexicon", "absolut")
    assert ran.code == 2
    assert "absolute" in ran.err
    assert run("lexicon", "--find", "没有这个词啊").code == 2


def test_schema(run: Run) -> None:
    assert json.loads(run("schema").out) == json_schema.item_schema()
    assert json.loads(run("schema", "verdict").out) == json_schema.finding_schema()
    assert run("schema", "items").code == 2


def test_version(run: Run) -> None:
    from mingjian import __version__

    data = json.loads(run("version", "-f", "json").out)
    assert data["mingjian"] == __version__
    assert data["rulebook"] == cache.compiled().version
    assert __version__ in run("version").out
    assert run("--version").out == f"mingjian {__version__}\n"
