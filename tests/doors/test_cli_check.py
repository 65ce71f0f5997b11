"""mingjian check: input of every kind, output of every kind, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.core.model import Item, Part
from mingjian.core.report import json_
from mingjian.doors.cli import check as command
from mingjian.intake import UNREAD_FACT
from tests.doors.conftest import BREACH, CLEAN, CODE, Run


def _lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_breach_is_found_with_its_place_and_law(run: Run) -> None:
    Path("文案.txt").write_text(f"祛斑须知\n{BREACH},放心\n", "utf-8")
    ran = run("check", "文案.txt")
    assert ran.code == 1
    assert f"文案.txt:2:6  {CODE}" in ran.out
    assert "⟦永不反弹⟧" in ran.out
    assert "广告法16.1.1" in ran.out


def test_clean_text_exits_zero(run: Run) -> None:
    assert run("check", "-", stdin=CLEAN.encode()).code == 0


def test_stdin_json_and_english(run: Run) -> None:
    ran = run("check", "-", "--format", "json", "--select", CODE, stdin=BREACH.encode())
    report = json.loads(ran.out)
    assert ran.code == 1
    assert report["summary"]["findings"] == 1
    assert report["items"][0]["findings"][0]["quote"] == "永不反弹"
    english = run("check", "-", "--lang", "en", stdin=BREACH.encode()).out
    assert "1 item" in english
    assert "violation" in english


def test_gb18030_is_read_and_said(run: Run) -> None:
    Path("gb.txt").write_bytes(f"{BREACH},做完之后都很满意的项目。\n".encode("gb18030"))
    ran = run("check", "gb.txt")
    assert ran.code == 1
    assert "永不反弹" in ran.out
    assert "gb18030" in ran.err


def test_a_folder_of_mixed_types(run: Run) -> None:
    Path("d/sub").mkdir(parents=True)
    Path("d/a.md").write_text(f"# 标题\n\n**{BREACH}**\n", "utf-8")
    Path("d/b.html").write_text(f"<p>{BREACH}</p><script>{BREACH}</script>", "utf-8")
    Path("d/sub/c.csv").write_text(f"id,正文\n1,{BREACH}\n2,{CLEAN}\n", "utf-8")
    Path("d/sub/e.jsonl").write_text(json.dumps({"id": "j", "text": BREACH}) + "\n", "utf-8")
    Path("d/noise.bin").write_bytes(bytes(range(256)) * 20)
    Path("d/old").mkdir()
    Path("d/old/x.txt").write_text(BREACH, "utf-8")
    ran = run("check", "d", "--format", "jsonl", "--select", CODE, "--exclude", "old/*")
    assert ran.code == 1
    found = {str(line["id"]): len(line["findings"]) for line in _lines(ran.out)}  # type: ignore[arg-type]
    assert found["d/a.md"] == 1
    assert found["d/b.html"] == 1
    assert found["j"] == 1
    assert sum(found.values()) == 4
    assert not any("old" in name for name in found)
    assert "noise.bin" in ran.err


def test_a_bad_line_is_named_and_the_rest_are_checked(run: Run) -> None:
    lines = [
        json.dumps({"id": "1", "text": BREACH}),
        "{not json",
        json.dumps({"id": "3", "text": CLEAN, "channel": "publc"}),
        json.dumps({"text": "x"}),
        json.dumps({"id": "5", "text": CLEAN}),
    ]
    Path("i.jsonl").write_text("\n".join(lines), "utf-8")
    ran = run("check", "i.jsonl", "--format", "jsonl")
    assert ran.code == 2
    assert [line["id"] for line in _lines(ran.out)] == ["1", "5"]
    assert "i.jsonl:2" in ran.err
    assert "i.jsonl:3" in ran.err
    assert "channel" in ran.err
    assert "public" in ran.err
    assert "i.jsonl:4" in ran.err


def test_an_item_says_its_own_context_and_options_fill_the_rest(run: Run) -> None:
    item = {"id": "1", "text": BREACH, "channel": "direct"}
    Path("i.jsonl").write_text(json.dumps(item), "utf-8")
    assert run("check", "i.jsonl", "--select", CODE, "--channel", "public").code == 0
    del item["channel"]
    Path("i.jsonl").write_text(json.dumps(item), "utf-8")
    assert run("check", "i.jsonl", "--select", CODE, "--channel", "direct").code == 0
    assert run("check", "i.jsonl", "--select", CODE).code == 1


@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "sarif", "html"])
def test_output_goes_to_a_file_whole(run: Run, format_: str) -> None:
    Path("a.txt").write_text(BREACH, "utf-8")
    ran = run("check", "a.txt", "-f", format_, "-o", "报告.out")
    assert ran.code == 1
    assert ran.out == ""
    assert CODE in Path("报告.out").read_text("utf-8")
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["a.txt", "报告.out"]


def test_a_report_inside_the_folder_is_not_checked_itself(run: Run) -> None:
    Path("d").mkdir()
    Path("d/a.txt").write_text(CLEAN, "utf-8")
    for _ in range(2):
        ran = run("check", "d", "-f", "json", "-o", "d/report.json")
        assert (ran.code, ran.err) == (0, "")


def test_output_mistakes(run: Run) -> None:
    Path("a.txt").write_text(BREACH, "utf-8")
    for target in ("a.txt", ".", "none/report.json"):
        ran = run("check", "a.txt", "-o", target)
        assert ran.code == 2
        assert target in ran.err
    assert Path("a.txt").read_text("utf-8") == BREACH


def test_exit_zero_forgives_findings_not_unread_input(run: Run) -> None:
    Path("a.txt").write_text(BREACH, "utf-8")
    assert run("check", "a.txt", "--exit-zero").code == 0
    assert run("check", "a.txt", "none.txt", "--exit-zero").code == 2


def test_min_severity_select_and_ignore(run: Run) -> None:
    Path("a.txt").write_text(BREACH, "utf-8")
    assert run("check", "a.txt", "--select", CODE, "--min-severity", "critical").code == 1
    assert run("check", "a.txt", "--select", CODE, "--ignore", CODE.lower()).code == 0
    assert run("check", "a.txt", "--select", "ad-16-1-G").code == 1
    ran = run("check", "a.txt", "--ignore", "NOPE-1")
    assert ran.code == 1
    assert "NOPE-1" in ran.err


def test_settings_file_counts_and_options_go_before_it(run: Run) -> None:
    Path("mingjian.toml").write_text(f'select = ["{CODE}"]\nexit-zero = true\nformat = "jsonl"\n', "utf-8")
    ran = run("check", "-", stdin=BREACH.encode())
    assert ran.code == 0
    assert len(_lines(ran.out)) == 1
    assert json.loads(run("check", "-", "-f", "json", stdin=BREACH.encode()).out)["schema"]
    Path("mingjian.toml").write_text('formt = "json"\nmin-severity = "grave"\n', "utf-8")
    ran = run("check", "-", stdin=BREACH.encode())
    assert ran.code == 2
    assert "formt" in ran.err
    assert "min-severity" in ran.err
    assert run("check", "-", "--config", "none.toml").code == 2


def test_as_of_chooses_the_law(run: Run) -> None:
    ran = run("check", "-", "-f", "json", "--as-of", "2016-01-01", stdin=BREACH.encode())
    assert json.loads(ran.out)["as_of"] == "2016-01-01"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "check -"),
        (("none.txt",), "none.txt"),
        (("a.txt", "--platform", "xiaohongsu"), "xiaohongshu"),
        (("a.txt", "--publisher", "institut"), "institution"),
        (("a.txt", "--channel", "publik"), "public"),
        (("a.txt", "--nature", "advert"), "advertisement"),
        (("a.txt", "--domain", "dentl"), "dental"),
        (("a.txt", "--format", "jsn"), "json"),
        (("a.txt", "--input-format", "txt"), "text"),
        (("a.txt", "--min-severity", "hihg"), "high"),
        (("a.txt", "--as-of", "2025-13-01"), "--as-of"),
        (("a.txt", "--as-of", "yesterday"), "--as-of"),
        (("a.txt", "--select", "AD-16-1-garantee"), CODE),
        (("a.txt", "--lang", "fr"), "--lang"),
        (("a.txt", "--fromat", "json"), "--format"),
        (("a.txt", "--format"), "--format"),
        (("t.csv", "--column", "没有"), "没有"),
        (("x.doc",), "docx"),
        (("broken.docx",), "broken.docx"),
        (("broken.pdf",), "broken.pdf"),
        (("broken.xlsx",), "broken.xlsx"),
        (("noise.bin",), "noise.bin"),
        (("bad\0name",), "bad"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(run: Run, arguments: tuple[str, ...], said: str) -> None:
    Path("a.txt").write_text(BREACH, "utf-8")
    Path("t.csv").write_text(f"id,正文\n1,{BREACH}\n", "utf-8")
    for name in ("x.doc", "broken.docx", "broken.pdf", "broken.xlsx", "noise.bin"):
        Path(name).write_bytes(b"\x00\x01\x02\xff" * 50)
    ran = run("check", *arguments)
    assert ran.code == 2
    assert said in ran.out + ran.err


def test_unread_pages_leave_the_verdict_open(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    note = "第2页没有文字层,未读取"
    item = Item(id="p", parts=(Part(CLEAN), Part("")), facts={UNREAD_FACT: (note,)})
    monkeypatch.setattr(command, "read", lambda *_: iter([item]))
    ran = run("check", "a.pdf", "-f", "json")
    verdict = json.loads(ran.out)["items"][0]
    assert verdict["verdict"] == "undetermined"
    assert verdict["notes"] == [note]
    assert ran.code == 2


def test_advice_alone_is_clean(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from mingjian.doors import cache

    engine = cache.engine()
    check = engine.check

    def advised(items: list[Item], options: object) -> list[object]:
        verdicts = check(items, options)  # type: ignore[arg-type]
        return [replace(v, findings=tuple(replace(f, status="advice") for f in v.findings)) for v in verdicts]

    monkeypatch.setattr(engine, "check", advised)
    ran = run("check", "-", "-f", "jsonl", stdin=BREACH.encode())
    assert _lines(ran.out)[0]["findings"]
    assert ran.code == 0


def test_nothing_to_check_is_said(run: Run) -> None:
    Path("d").mkdir()
    ran = run("check", "d")
    assert ran.code == 0
    assert "没有可以检查的内容" in ran.err


def test_hostile_text_is_shown_safely(run: Run) -> None:
    item = json.dumps({"id": "\ud800", "text": f"\x1b[31m{BREACH}\u202e\ud83d"})
    Path("i.jsonl").write_text(item, "utf-8")
    for format_ in ("text", "json", "jsonl", "sarif", "html"):
        ran = run("check", "i.jsonl", "-f", format_)
        assert ran.code in (1, 2)
        assert "\x1b" not in ran.out


def test_many_items_stream_in_order(run: Run) -> None:
    lines = [json.dumps({"id": str(n), "text": BREACH if n % 2 else CLEAN}) for n in range(1200)]
    Path("i.jsonl").write_text("\n".join(lines), "utf-8")
    ran = run("check", "i.jsonl", "-f", "jsonl", "--select", CODE)
    got = _lines(ran.out)
    assert [line["id"] for line in got] == [str(n) for n in range(1200)]
    assert [len(line["findings"]) for line in got] == [n % 2 for n in range(1200)]  # type: ignore[arg-type]


def test_jsonl_lines_are_those_of_the_library(run: Run) -> None:
    from mingjian.core.engine.options import Options
    from mingjian.doors import cache
    from mingjian.doors.cli.common import today

    verdict = cache.engine().check([Item.of(BREACH, id="1")], Options(as_of=today()))[0]
    stdin = json.dumps({"id": "1", "text": BREACH}).encode()
    assert run("check", "-", "-f", "jsonl", stdin=stdin).out == json_.line(verdict) + "\n"
