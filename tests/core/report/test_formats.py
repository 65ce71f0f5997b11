"""Text, JSON, JSONL and SARIF, against golden files and the shapes the outside relies on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from mingjian.core.model import Item
from mingjian.core.report import FORMATS, Report, json_, sarif, text
from mingjian.core.report.text import ANSI
from tests.core.report.fixtures import DAY, finding, sample, verdict
from tests.core.report.seen import clip, poster, recording, seen, slides

Golden = Callable[[str, str], str]
LINE_KEYS = ["id", "nature", "domain", "verdict", "findings", "rulebook", "as_of", "notes"]
FINDING_KEYS = [
    "code", "name", "title", "family", "status", "severity", "confidence", "part", "role", "start", "end",
    "quote", "cites", "monitoring_code", "message", "why", "suggestions", "missing", "disguise", "words",
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), [("sample.txt", "text"), ("sample.json", "json"),
                                            ("sample.jsonl", "jsonl"), ("sample.sarif", "sarif"),
                                            ("sample.html", "html")])  # fmt: skip
def test_golden(name: str, kind: str, golden: Golden) -> None:
    rendered = FORMATS[kind](sample())
    assert rendered == golden(name, rendered)


@pytest.mark.parametrize(("name", "kind"), [("seen.txt", "text"), ("seen.jsonl", "jsonl"), ("seen.sarif", "sarif"),
                                            ("seen.html", "html")])  # fmt: skip
def test_golden_of_things_seen_and_heard(name: str, kind: str, golden: Golden) -> None:
    rendered = FORMATS[kind](seen(poster(), clip(frames=5), recording(), slides(), picture_bytes=b"JPEG"))
    assert rendered == golden(name, rendered)


def test_golden_of_things_seen_in_english(golden: Golden) -> None:
    rendered = text.render(seen(poster(), clip(), slides(), lang="en"))
    assert rendered == golden("seen.en.txt", rendered)


def test_golden_english(golden: Golden) -> None:
    rendered = text.render(sample(lang="en"))
    assert rendered == golden("sample.en.txt", rendered)


def test_golden_colour(golden: Golden) -> None:
    rendered = text.render(sample(), ANSI)
    assert rendered == golden("sample.ansi.txt", rendered)


def test_text_of_a_clean_item_still_tells_its_nature() -> None:
    item = Item.of("效果因人而异", id="甲")
    out = text.render(Report([(item, verdict(item))]))
    assert "甲  未见问题  性质:广告(推定)" in out and "没有发现问题" in out


def test_text_cuts_a_long_sentence_round_the_words() -> None:
    long = "很" * 500 + "永不反弹" + "好" * 500
    hit = finding(long, "永不反弹")
    shown = text.marked(Item.of(long), hit)
    assert "⟦永不反弹⟧" in shown and shown.startswith("…") and shown.endswith("…") and len(shown) < 140


def test_text_never_passes_a_terminal_escape_on() -> None:
    bad = "\x1b]0;owned\x07永不反弹"
    item = Item.of(bad, id="\x1b[2J")
    out = text.render(Report([(item, verdict(item, finding(bad, "永不反弹", message=bad)))]))
    assert "\x1b" not in out and "\x07" not in out


def test_jsonl_line_is_the_public_schema() -> None:
    rows = [json.loads(line) for line in json_.lines(sample())]
    assert [list(row) for row in rows] == [LINE_KEYS] * 3
    assert list(rows[0]["findings"][0]) == FINDING_KEYS
    assert rows[0]["findings"][2]["cites"] == ["广告法16.1.1"]
    assert set(rows[0]["nature"]) == {"value", "source", "evidence", "contradiction"}
    for (item, _), row in zip(sample().pairs, rows, strict=True):
        for each in row["findings"]:
            assert item.parts[each["part"]].text[each["start"] : each["end"]] == each["quote"]


def test_json_document_holds_the_same_lines() -> None:
    report = sample()
    document = json.loads(json_.render(report))
    assert document["items"] == [json.loads(line) for line in json_.lines(report)]
    assert document["summary"]["findings"] == 6 and document["errors"][0]["field"] == "parts"
    assert document["law"]["广告法9.3"]["effective"] == "2015-09-01"


def test_a_lone_surrogate_can_be_written_in_every_format() -> None:
    bad = "永不反弹\ud83d"
    item = Item.of(bad)
    report = Report([(item, verdict(item, finding(bad, bad)))], as_of=DAY)
    for name, render in FORMATS.items():
        assert render(report).encode("utf-8"), name
    assert json.loads(json_.render_jsonl(report))["findings"][0]["quote"] == bad


def _run(report: Report) -> dict[str, Any]:
    log = json.loads(sarif.render(report))
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    return run


def test_sarif_has_the_structure_the_standard_asks_for() -> None:
    run = _run(sample())
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 6
    assert all(rule["help"]["text"] and "helpUri" not in rule for rule in rules)
    assert run["columnKind"] == "unicodeCodePoints"
    assert len(run["results"]) == 6
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"} and result["message"]["text"]
        where = result["locations"][0]["physicalLocation"]
        assert not urlsplit(where["artifactLocation"]["uri"]).scheme
        region = where["region"]
        assert region["startLine"] >= 1 and region["startColumn"] >= 1
        assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])
    assert [r["level"] for r in run["results"]] == ["error", "warning", "error", "error", "warning", "note"]
    invocation = run["invocations"][0]
    assert not invocation["executionSuccessful"] and len(invocation["toolExecutionNotifications"]) == 3


def test_sarif_offsets_only_where_they_count_from_the_start_of_the_file() -> None:
    words = "一\n永不反弹"
    for item, expected in [
        (Item.of(words, source="甲.txt"), 2),
        (Item.of(words, source="甲.txt", line=5), None),
        (Item.of(words, source="甲.jsonl"), None),
    ]:
        run = _run(Report([(item, verdict(item, finding(words, "永不反弹")))]))
        region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        assert region.get("charOffset") == expected and ("charLength" in region) == (expected is not None)


def test_sarif_fix_is_the_rules_own_rewriting() -> None:
    words = "永不反弹"
    item = Item.of(words)
    fixes = [
        _run(Report([(item, verdict(item, replace(finding(words, words), rewrite=r)))]))["results"][0].get("fixes")
        for r in ("效果因人而异", None)
    ]
    inserted = fixes[0][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"]
    assert inserted == "效果因人而异" and fixes[1] is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b/笔#1.md", "a%20b/%E7%AC%94%231.md"),
        ("C:\\x\\y.md", "file:///C:/x/y.md"),
        ("/tmp/x.md", "file:///tmp/x.md"),
        ("a:b.md", "a%3Ab.md"),
    ],
)
def test_sarif_uri(path: str, expected: str) -> None:
    assert sarif.uri(path) == expected
