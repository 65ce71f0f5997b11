"""The demonstration's archive and the notes that come in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mingjian.doors import cache
from mingjian.doors.demo.archive import ITEMS, engagement_file, make_archive, notes
from mingjian.intake.archive import open_archive
from mingjian.intake.item_schema import parse_item
from mingjian.records.blobs import Blobs

LAST = date(2026, 6, 30)


def test_the_archive_is_written_once_where_the_console_looks(tmp_path: Path) -> None:
    rules = cache.engine().compiled.rules
    folder = make_archive(tmp_path, LAST, rules)
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}
    assert folder.parent == tmp_path / "archives" and open_archive(folder).counts["items"] == ITEMS
    assert engagement_file(folder) in written
    assert make_archive(tmp_path, LAST, rules) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")} == written


def test_notes_come_from_several_under_many_names_with_pictures_shown_again(tmp_path: Path) -> None:
    found = notes(LAST, cache.engine().compiled.rules)
    assert [note.item for note in found] == [note.item for note in notes(LAST, cache.engine().compiled.rules)]
    assert len({note.item["publisher"]["id"] for note in found}) > 8 and len(found) > 20
    assert 3 <= sum(bool(note.pictures) for note in found) <= 6
    blobs = Blobs(tmp_path)
    for note in found:
        made = note.submission(blobs, LAST)
        assert not parse_item(made.item).problems and made.item["facts"]["device"]
        assert [blobs.path(one.digest).read_bytes() for one in made.media] == list(note.pictures)
