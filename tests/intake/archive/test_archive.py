"""Archives: the same rows whatever the form, the same chunks every time, nothing bad passed over in silence."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mingjian.intake.archive import Archive, ArchiveWriter, open_archive, row_item
from mingjian.intake.archive.arrow import library
from mingjian.intake.errors import UnreadableError
from mingjian.intake.item_schema import parse_item

AT = datetime(2025, 6, 1, 1, 30, tzinfo=UTC)


def note(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"n{number}", "platform": "xiaohongshu", "kind": "note", "published_at": AT, "publisher_id": "p1",
        "publisher_kind": "person", "publisher_name": "晚风", "channel": "public", "title": "标题",
        "body": f"正文{number}",
        "hashtags": ["护肤"], "pictures": [f"pictures/{number}.jpg"], "videos": [], "device": "d1",
        "facts": '{"price": 3}', **more,
    }  # fmt: skip


def written(folder: Path, count: int) -> Archive:
    with ArchiveWriter(folder, "试", 7, {"items": count}) as writer:
        writer.items(note(number) for number in range(count))
        writer.accounts([{"id": "p1", "kind": "person", "devices": ["d1"], "followers": 3}])
        writer.engagement([{"actor": "p1", "item": "n1", "action": "like", "at": AT}])
    return open_archive(folder)


def lines(path: Path, rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(
        (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str)) + "\n" for row in rows
    )
    path.write_bytes(gzip.compress(text.encode()) if path.name.endswith(".gz") else text.encode())
    return path


def parquet(path: Path, columns: Mapping[str, Any], group: int = 3) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    library("pyarrow.parquet").write_table(library().table(columns), path, row_group_size=group)
    return path


def every(archive: Archive, kind: str = "items") -> list[dict[str, Any]]:
    return [row for batch in getattr(archive, kind)() for row in batch.to_pylist()]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    archive = written(tmp_path, 30)
    assert (archive.name, archive.seed, archive.made, archive.counts["items"]) == ("试", 7, {"items": 30}, 30)
    assert every(archive) == [{**note(number), "institution": None, "item": None} for number in range(30)]
    assert every(archive, "accounts")[0]["devices"] == ["d1"]
    assert every(archive, "engagement")[0]["at"] == AT
    assert (archive.problems, archive.bad, archive.rows()) == ([], 0, 30)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = written(tmp_path / "a", 40), written(tmp_path / "b", 40)
    assert one.manifest() == two.manifest() and len(one.manifest()) == 3


def test_a_folder_that_was_not_finished_has_no_description(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), ArchiveWriter(tmp_path, "试") as writer:
        writer.items([note(1)])
        raise RuntimeError
    assert not (tmp_path / "archive.json").exists()


@pytest.mark.parametrize("rows", [1, 4, 7, 100])
@pytest.mark.parametrize("form", ["parquet", "jsonl", "jsonl.gz"])
def test_chunks_cover_every_row_once_and_read_in_any_order(tmp_path: Path, form: str, rows: int) -> None:
    for number, count in enumerate((10, 0, 13)):
        path = tmp_path / "items" / f"part-{number}.{form}"
        given = [{"id": f"{number}-{row}", "body": "文"} for row in range(count)]
        if form == "parquet":
            parquet(path, {"id": [one["id"] for one in given], "body": ["文"] * count})
        else:
            lines(path, given)
    archive = open_archive(tmp_path)
    chunks = archive.chunks(rows)
    assert chunks == open_archive(tmp_path).chunks(rows)
    assert len({chunk.name for chunk in chunks}) == len(chunks)
    there = {chunk: archive.read(chunk).column("id").to_pylist() for chunk in reversed(chunks)}
    ids = [name for chunk in chunks for name in there[chunk]]
    assert ids == [f"{number}-{row}" for number, count in enumerate((10, 0, 13)) for row in range(count)]
    assert ids == [row["id"] for row in every(archive)]


def test_a_large_row_group_is_read_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjian.intake.archive.parquet._KEPT", 0)
    parquet(tmp_path / "items/a.parquet", {"id": [str(row) for row in range(100)]}, group=64)
    archive = open_archive(tmp_path)
    assert [name for chunk in archive.chunks(9) for name in archive.read(chunk).column("id").to_pylist()] == [
        str(row) for row in range(100)
    ]


def test_every_bad_row_is_told_with_file_row_and_field(tmp_path: Path) -> None:
    lines(tmp_path / "items/a.jsonl", [
        {"id": "1", "published_at": "2025-06-01T09:30:00+08:00"},
        "",
        "{",
        {"id": "", "body": "x"},
        {"id": "4", "published_at": "昨天", "publisher_kind": "persn"},
        {"id": "5", "facts": "[]", "hashtags": "a"},
        "[1]",
        {"id": 8, "published_at": "2025-06-01"},
    ])  # fmt: skip
    archive = open_archive(tmp_path)
    found = every(archive)
    assert [row["id"] for row in found] == ["1", "8"]
    assert found[0]["published_at"] == AT
    assert found[1]["published_at"] == datetime(2025, 5, 31, 16, tzinfo=UTC), "a day without a zone is China's"
    told = [(one.path, one.line, one.field) for one in archive.problems]
    where = [(3, None), (4, "id"), (5, "published_at"), (6, "hashtags"), (6, "facts"), (7, None)]
    assert told == [("items/a.jsonl", *one) for one in where]
    assert archive.bad == 5


def test_columns_of_other_types_are_taken_or_told(tmp_path: Path) -> None:
    day = datetime(2025, 6, 1, 1, 30)
    parquet(tmp_path / "items/a.parquet", {
        "id": library().array([1, 2, None]), "published_at": library().array([day] * 3, library().timestamp("ns")),
        "channel": library().array(["public", "pub", "live"]).dictionary_encode(), "likes": [1, 2, 3],
    })  # fmt: skip
    parquet(
        tmp_path / "items/b.parquet", {"id": ["b1", "b2"], "published_at": [1748741400000, 2], "title": [True, None]}
    )
    archive = open_archive(tmp_path)
    found = every(archive)
    assert [(row["id"], row["published_at"], row["channel"]) for row in found] == [("1", AT, "public")]
    told = [(one.path, one.line, one.field) for one in archive.problems]
    assert told == [
        ("items/a.parquet", 2, "channel"), ("items/a.parquet", 3, "id"), ("items/b.parquet", 1, "published_at"),
        ("items/b.parquet", 1, "title"), ("items/b.parquet", 2, "published_at"),
    ]  # fmt: skip
    assert archive.bad == 4 and "likes" in archive.notes[0].message


def test_a_file_that_cannot_be_read_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    written(tmp_path, 3)
    (tmp_path / "items/part-00001.parquet").write_bytes(b"PAR1 no")
    parquet(tmp_path / "items/part-00002.parquet", {"body": ["文"]})
    packed = gzip.compress(b'{"id": "x"}\n' * 1000)
    (tmp_path / "items/part-00003.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    archive = open_archive(tmp_path)
    assert {row["id"] for row in every(archive)} >= {"n0", "n1", "n2"}
    assert {one.path for one in archive.problems} == {
        f"items/part-0000{n}." + s for n, s in ((1, "parquet"), (2, "parquet"), (3, "jsonl.gz"))
    }


def test_columns_can_be_chosen_and_are_checked_no_less(tmp_path: Path) -> None:
    lines(tmp_path / "items/a.jsonl", [{"id": "1", "channel": "no", "body": "文"}, {"body": "x"}])
    archive = open_archive(tmp_path)
    (batch,) = archive.items(["body"])
    assert batch.schema.names == ["body"] and batch.to_pylist() == [{"body": "文"}]
    assert [one.field for one in archive.problems] == ["id"]


def test_rows_become_objects_of_the_public_schema(tmp_path: Path) -> None:
    (row,) = every(written(tmp_path, 1))
    made = row_item({**row, "institution": "inst-1"})
    parsed = parse_item(made)
    assert parsed.item is not None and not parsed.problems and not parsed.unknown
    assert [(part.role, part.text) for part in parsed.item.parts] == [
        ("title", "标题"),
        ("body", "正文0"),
        ("hashtag", "护肤"),
    ]
    assert parsed.item.facts == {"price": 3, "institution": "inst-1"}
    assert str(parsed.item.published_at) == "2025-06-01" and parsed.item.publisher.name == "晚风"
    bare = parse_item(row_item({"id": "1"}))
    assert bare.item is not None and bare.item.parts[0].text == ""


def test_rows_of_the_public_schema_lose_nothing(tmp_path: Path) -> None:
    given = {
        "id": 5, "nature": "experience", "published_at": "2025-06-01", "publisher": {"id": "p", "kind": "person"},
        "parts": [{"role": "title", "text": "题"}, {"role": "ocr", "text": "图"}], "price": 9, "facts": {"a": 1},
        "pictures": ["pictures/a.jpg"],
    }  # fmt: skip
    bad = {"id": "6", "text": "文", "publisher": {"kind": "nobody"}}
    archive = open_archive(lines(tmp_path / "a.jsonl", [given, bad]))
    (row,) = every(archive)
    assert (row["id"], row["title"], row["body"], row["publisher_kind"]) == ("5", "题", None, "person")
    assert row["pictures"] == ["pictures/a.jpg"]
    assert row_item(row) == {name: value for name, value in given.items() if name != "pictures"}
    assert [(one.line, one.field) for one in archive.problems] == [(2, "publisher.kind")]


def test_media_stay_inside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    archive = written(tmp_path / "in", 1)
    (tmp_path / "in/pictures").mkdir()
    (tmp_path / "in/pictures/0.jpg").write_bytes(b"x")
    (tmp_path / "in/link").symlink_to(tmp_path / "secret")
    assert archive.media("pictures/0.jpg") == (tmp_path / "in/pictures/0.jpg").resolve()
    for name in ("../secret", str(tmp_path / "secret"), "link", "", "sha256:00", "pictures/1.jpg"):
        assert archive.media(name) is None


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    for path in (tmp_path, tmp_path / "no", tmp_path / "a.txt"):
        with pytest.raises(UnreadableError):
            open_archive(path)
    (tmp_path / "items").mkdir()
    (tmp_path / "items/a.jsonl").write_text('{"id": "1"}')
    assert [row["id"] for row in every(open_archive(tmp_path))] == ["1"]
    (tmp_path / "archive.json").write_text('{"schema": "other/1"}')
    with pytest.raises(UnreadableError, match="schema"):
        open_archive(tmp_path)
