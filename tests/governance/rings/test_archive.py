"""Rings of a simulated archive, and likenesses from files."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from mingjian.governance.rings.archive_texts import text_pairs
from mingjian.governance.rings.find import find_rings
from mingjian.governance.rings.gather_archive import Pair, gather_archive
from mingjian.governance.rings.likeness_files import read_pairs
from mingjian.governance.rings.settings import RINGS
from mingjian.governance.rings.stories import ring_of, story_bytes
from mingjian.intake.archive.archive import open_archive
from mingjian.intake.archive.arrow import library
from mingjian.intake.archive.writing import ArchiveWriter
from mingjian.records.clock import moment
from mingjian.records.errors import Invalid
from tests.governance.rings.made import DAY, START


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three accounts of an agency that tell six stories each in nearly the same words; thirty others of their own."""

    def story(number: int) -> str:
        chance = random.Random(number)
        return ",".join("".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(9)) for _ in range(14))

    items = []
    for case in range(6):
        for place in range(3):
            items.append({"id": f"r{case}{place}", "published_at": moment(START + case * DAY + place * 1000),
                          "publisher_id": f"acc{place}", "publisher_kind": "person", "institution": "clinic",
                          "title": "我的日记", "body": story(case) + ("。联系 13812345678" if place else ""),
                          "device": "one-phone"})  # fmt: skip
    for number in range(30):
        items.append({"id": f"h{number}", "published_at": moment(START), "publisher_id": f"h{number}",
                      "publisher_kind": "person", "title": "随笔", "body": story(50 + number)})  # fmt: skip
    accounts = [{"id": f"acc{place}", "kind": "person", "devices": ["one-phone"], "payments": ["purse"]}
                for place in range(3)]  # fmt: skip
    with ArchiveWriter(tmp_path / "archive", "test") as writer:
        writer.items(items)
        writer.accounts(accounts)
    return tmp_path / "archive"


def test_from_the_folder_to_the_ring(folder: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    archive = open_archive(folder)
    pairs = list(text_pairs(archive, scratch))
    assert {(pair.one[1], pair.other[1]) for pair in pairs} and not list(scratch.iterdir())
    assert all(pair.one[:2] == pair.other[:2] and pair.other < pair.one for pair in pairs), "each with its own story"
    known = gather_archive(archive, pairs, RINGS.current())
    (ring,) = find_rings(known)
    assert sorted(ring.accounts) == ["acc0", "acc1", "acc2"] and ring.profit[0].institution == "clinic"
    assert {kind for kind, _, _ in ring.marks} == {"contact", "device", "payment"}
    assert ring_of(json.loads(story_bytes(ring))) == ring


def test_pairs_from_files(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    one = {"one": "b", "other": "a", "matter": "text", "how": "copy"}
    lines.write_text(json.dumps(one) + "\n\n" + json.dumps({**one, "own": True}) + "\n", "utf-8")
    assert list(read_pairs(lines)) == [Pair("b", "a", "text", "copy")]
    assert list(read_pairs(tmp_path)) == [Pair("b", "a", "text", "copy")]
    (tmp_path / "found" / "likenesses").mkdir(parents=True)
    (tmp_path / "found" / "likenesses" / "text-0.jsonl").write_text(json.dumps(one), "utf-8")
    assert list(read_pairs(tmp_path / "found")) == [Pair("b", "a", "text", "copy")]
    library("pyarrow.parquet").write_table(library().Table.from_pylist([one]), tmp_path / "b.parquet")
    assert list(read_pairs(tmp_path / "b.parquet")) == [Pair("b", "a", "text", "copy")]


@pytest.mark.parametrize(("text", "said"), [
    ('{"one": "b"}', "other"), ("[]", "不是 JSON 对象"), ("{", "读不了"),
    ('{"one": "b", "other": "a", "matter": "smell", "how": "copy"}', "matter"),
])  # fmt: skip
def test_wrong_files(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid, match=said):
        list(read_pairs(path))
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(Invalid):
        list(read_pairs(empty))
