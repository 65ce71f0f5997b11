"""Loading: every file is read, every error is told at once with its file and field, the version is the bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.core.rulebook.errors import Problem, RulebookError
from mingjian.core.rulebook.load import digest, load
from tests.core.rulebook.folder import LEXICON, RULE, put, write


def problems(root: Path) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        load(root)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def test_a_good_rulebook(tmp_path: Path) -> None:
    sources = load(write(tmp_path))
    assert [rule.code for rule in sources.rules] == ["T-1"]
    assert [lexicon.name for lexicon in sources.lexicons] == ["guarantee"]
    assert [instrument.slug for instrument in sources.instruments] == ["cn.test-law"]
    assert sources.monitoring == {"codes": {"YL2": "功效"}}
    assert sources.rules[0].path == "rules/T-1.yaml"


def test_platforms_are_read(tmp_path: Path) -> None:
    put(write(tmp_path), "platforms/douyin.yaml", {"slug": "douyin", "name": "抖音"})
    assert load(tmp_path).platforms["douyin"]["name"] == "抖音"


def test_files_lie_in_folders_as_deep_as_one_likes(tmp_path: Path) -> None:
    put(write(tmp_path), "rules/a/b/T-2.yaml", {**RULE, "code": "T-2"})
    put(tmp_path, "rules/readme.txt", "not a rule")
    assert [rule.path for rule in load(tmp_path).rules] == ["rules/T-1.yaml", "rules/a/b/T-2.yaml"]


def test_every_error_is_told_at_once_with_file_and_field(tmp_path: Path) -> None:
    write(
        tmp_path,
        law={"level": "decree", "effective": "soon"},
        lexicon={"colour": "red", "domain": "food"},
        rule={"severity": "awful", "why": ..., "family": "nonsense"},
    )
    put(tmp_path, "rules/broken.yaml", "code: [")
    put(tmp_path, "rules/bytes.yaml", "x")
    (tmp_path / "rules" / "bytes.yaml").write_bytes(b"\xff\xfe\xfa")
    told = problems(tmp_path)
    starts = [
        "law/cn.test-law.yaml: level: ", "law/cn.test-law.yaml: effective: ",
        "lexicons/guarantee.yaml: colour: unknown field", "lexicons/guarantee.yaml: domain: ",
        "rules/T-1.yaml: severity: ", "rules/T-1.yaml: why: required", "rules/T-1.yaml: family: ",
        "rules/broken.yaml: line ", "rules/bytes.yaml: byte 0: not UTF-8",
    ]  # fmt: skip
    assert [start for start in starts if not any(line.startswith(start) for line in told)] == []
    assert len(told) == len(starts)


def test_two_rules_with_one_code_and_two_lexicons_with_one_name(tmp_path: Path) -> None:
    put(write(tmp_path), "rules/other/T-1.yaml", RULE)
    put(tmp_path, "lexicons/more.yaml", LEXICON)
    assert problems(tmp_path) == [
        "rules/other/T-1.yaml: code: 'T-1' is already taken by rules/T-1.yaml",
        "lexicons/more.yaml: name: 'guarantee' is already taken by lexicons/guarantee.yaml",
    ]


def test_tolerated_problems_leave_out_only_what_is_broken(tmp_path: Path) -> None:
    put(write(tmp_path), "rules/T-2.yaml", {**RULE, "code": "T-2", "title": ...})
    tolerated: list[Problem] = []
    assert [rule.code for rule in load(tmp_path, tolerated).rules] == ["T-1"]
    assert [str(problem) for problem in tolerated] == ["rules/T-2.yaml: title: required"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("platforms/x.yaml", {"name": "抖音"}, "platforms/x.yaml: slug: required"),
        ("platforms/x.yaml", "- 1", "platforms/x.yaml: slug: required"),
        ("lexicon/x.yaml", LEXICON, "lexicon/x.yaml: belongs to none of "),
        ("monitoring.yaml", "- 1", "monitoring.yaml: belongs to none of "),
        ("law/x.yaml", "", "law/x.yaml: an instrument is a mapping"),
        ("rules/x.yaml", "", "rules/x.yaml: a rule is a mapping"),
    ],
)
def test_a_file_that_is_something_else_is_told(tmp_path: Path, name: str, data: object, told: str) -> None:
    put(write(tmp_path), name, data)
    assert [line for line in problems(tmp_path) if line.startswith(told)]


def test_a_tag_that_would_run_something_is_refused(tmp_path: Path) -> None:
    put(write(tmp_path), "rules/T-2.yaml", "!!python/object/apply:os.system ['true']")
    assert problems(tmp_path)[0].startswith("rules/T-2.yaml: line 1: not YAML")


def test_the_version_is_the_digest_of_every_byte(tmp_path: Path) -> None:
    first = digest(write(tmp_path))
    assert load(tmp_path).version == first and len(first) == 12
    put(tmp_path, "notes.txt", "no data")
    assert digest(tmp_path) == first
    put(tmp_path, "rules/T-2.yaml", {**RULE, "code": "T-2"})
    second = digest(tmp_path)
    (tmp_path / "rules" / "T-2.yaml").rename(tmp_path / "rules" / "T-3.yaml")
    assert len({first, second, digest(tmp_path)}) == 3


def test_the_shipped_version_is_the_shipped_digest() -> None:
    assert load().version == digest()
