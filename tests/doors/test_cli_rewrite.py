"""mingjian rewrite: mends what the rules can mend, keeps the rest, and says what is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.doors.conftest import BREACH, CLEAN, CODE, Run

# The one rule only: what others say of these texts may change.
AD = ("--nature", "advertisement", "--select", CODE)
TEXT = f"祛斑须知\n{BREACH}。{CLEAN}\n"


def test_the_breach_goes_and_the_rest_stays(run: Run) -> None:
    Path("a.txt").write_text(TEXT, "utf-8")
    ran = run("rewrite", "a.txt", *AD)
    assert "永不反弹" not in ran.out
    assert CLEAN in ran.out
    assert "改了" in ran.err
    assert run("check", "-", *AD, stdin=ran.out.encode()).code == 0
    assert Path("a.txt").read_text("utf-8") == TEXT


def test_nothing_to_mend_gives_the_same_text(run: Run) -> None:
    for text in (CLEAN, CLEAN + "\r\n\r\n", ""):
        ran = run("rewrite", "-", stdin=text.encode())
        assert (ran.code, ran.out) == (0, text)


def test_diff(run: Run) -> None:
    Path("a.txt").write_text(TEXT, "utf-8")
    ran = run("rewrite", "a.txt", "--diff", *AD)
    assert "--- a/a.txt" in ran.out
    assert any(line.startswith("-") and "永不反弹" in line for line in ran.out.splitlines())
    assert not any(line.startswith("+") and "永不反弹" in line for line in ran.out.splitlines())


def test_output_and_in_place(run: Run) -> None:
    Path("a.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert run("rewrite", "a.txt", "-o", "b.txt", *AD).out == ""
    assert "永不反弹" not in Path("b.txt").read_text("utf-8")
    assert run("rewrite", "a.txt", "-i", *AD).out == ""
    data = Path("a.txt").read_bytes()
    assert data.startswith("\ufeff祛斑须知\r\n".encode())
    assert "永不反弹".encode() not in data


def test_markdown_keeps_its_marks(run: Run) -> None:
    Path("a.md").write_text(f"# 标题\n\n- 一\n- {BREACH}\n- **三**\n", "utf-8")
    run("rewrite", "a.md", "-i", *AD)
    assert Path("a.md").read_text("utf-8") == "# 标题\n\n- 一\n- **三**\n"


def test_several_items_come_out_as_jsonl(run: Run) -> None:
    items = [
        {"id": "1", "parts": [{"role": "title", "text": BREACH}, {"role": "body", "text": CLEAN}]},
        {"id": "2", "text": CLEAN},
    ]
    Path("i.jsonl").write_text("\n".join(json.dumps(item) for item in items), "utf-8")
    ran = run("rewrite", "i.jsonl", *AD)
    out = [json.loads(line) for line in ran.out.splitlines()]
    assert [each["id"] for each in out] == ["1", "2"]
    assert "永不反弹" not in out[0]["parts"][0]["text"]
    assert out[0]["parts"][1]["text"] == CLEAN


def test_a_text_of_nothing_but_breaches_is_left_to_a_person(run: Run) -> None:
    ran = run("rewrite", "-", *AD, stdin=BREACH.encode())
    assert ran.code == 1
    assert ran.out.strip() == ""
    assert "重写" in ran.err


def test_what_cannot_be_mended_is_listed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from mingjian.doors import cache

    engine = cache.engine()
    check = engine.check

    def doubtful(items: object, options: object) -> object:
        verdicts = check(items, options)  # type: ignore[arg-type]
        waiting: dict[str, Any] = {"status": "needs_evidence", "missing": ("review_certificate",)}
        return [replace(v, findings=tuple(replace(f, **waiting) for f in v.findings)) for v in verdicts]

    monkeypatch.setattr(engine, "check", doubtful)
    ran = run("rewrite", "-", *AD, stdin=TEXT.encode())
    assert ran.code == 1
    assert ran.out == TEXT
    assert CODE in ran.err
    assert "review_certificate" in ran.err


def test_what_only_the_classifier_suspects_is_left(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from mingjian.doors import cache

    engine = cache.engine()
    check = engine.check

    def suspected(items: object, options: object) -> object:
        verdicts = check(items, options)  # type: ignore[arg-type]
        own: dict[str, Any] = {"words": (("反弹", 1.5),), "rewrite": None}
        return [replace(v, findings=tuple(replace(f, **own) for f in v.findings)) for v in verdicts]

    monkeypatch.setattr(engine, "check", suspected)
    ran = run("rewrite", "-", *AD, stdin=TEXT.encode())
    assert (ran.code, ran.out) == (1, TEXT)
    assert "分类器" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("none.txt",),
        (".",),
        ("-", "-i"),
        ("gb.txt", "-i"),
        ("t.csv", "-i"),
        ("a.txt", "-i", "--diff"),
        ("a.txt", "-i", "-o", "b.txt"),
        ("a.txt", "--input-format", "x"),
        ("a.txt", "--platform", "x"),
        ("none.txt", "-i"),
        (),
    ],
)
def test_mistakes(run: Run, arguments: tuple[str, ...]) -> None:
    Path("a.txt").write_text(TEXT, "utf-8")
    Path("t.csv").write_text(f"id,正文\n1,{BREACH}\n", "utf-8")
    Path("gb.txt").write_bytes(TEXT.encode("gb18030"))
    ran = run("rewrite", *arguments)
    assert ran.code == 2
    assert ran.err
    assert Path("a.txt").read_text("utf-8") == TEXT
