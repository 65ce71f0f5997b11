"""``mingjian check --prints``: fingerprints of words, pictures and files in JSON, and only where they are asked for."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mingjian.core.text.prints import digest, marks, marks_of
from mingjian.intake.json_schema import finding_schema
from tests.doors.conftest import Run
from tests.perception.drawing import written

NOTE = "本店热玛吉五代一次见效永不反弹,术后零风险"
VALIDATOR = jsonschema.Draft202012Validator(finding_schema())


def kinds(row: dict[str, Any]) -> dict[str, str]:
    VALIDATOR.validate(row)
    return {each["kind"]: each["value"] for each in row["prints"]}


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_words_have_prints_that_a_copy_shares(run: Run, format_: str) -> None:
    Path("a.txt").write_text(NOTE, "utf-8")
    Path("b.txt").write_text("姐妹们!" + NOTE.replace("见效", "见 效✨") + "真的", "utf-8")
    out = run("check", "a.txt", "b.txt", "--prints", "-f", format_).out
    rows = json.loads(out)["items"] if format_ == "json" else [json.loads(line) for line in out.splitlines()]
    one, other = map(kinds, rows)
    assert one == {"text_sha256": digest(NOTE), "text": "".join(f"{mark:016x}" for mark in marks(NOTE))}
    assert one["text_sha256"] != other["text_sha256"]
    assert len(marks_of(one["text"]) & marks_of(other["text"])) >= len(marks_of(one["text"])) - 1


def test_a_picture_has_those_of_its_file_its_pixels_and_its_words(run: Run) -> None:
    path = Path("海报.png")
    written(("热玛吉紧致提升", "术后永不反弹")).save(path)
    (line,) = run("check", "海报.png", "--prints", "-f", "jsonl").out.splitlines()
    found = kinds(json.loads(line))
    assert found.keys() == {"text_sha256", "text", "sha256", "pdq", "pdq_mirror"}
    assert found["sha256"] == sha256(path.read_bytes()).hexdigest() and len(found["pdq"]) == 64
    assert marks_of(found["text"]) & set(marks("热玛吉紧致提升术后永不反弹"))


def test_without_being_asked_for_there_are_none(run: Run) -> None:
    Path("a.txt").write_text(NOTE, "utf-8")
    assert "prints" not in json.loads(run("check", "a.txt", "-f", "jsonl").out)


def test_only_json_can_hold_them(run: Run) -> None:
    Path("a.txt").write_text(NOTE, "utf-8")
    ran = run("check", "a.txt", "--prints")
    assert ran.code == 2 and "--format json" in ran.err
