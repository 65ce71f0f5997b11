"""What was perceived is kept by the digest of the file."""

from __future__ import annotations

from pathlib import Path

from mingjian.core.model import Place
from mingjian.perception.model import Perceived, Print, Reading, Shown
from mingjian.perception.store import Store, digest_of

FOUND = Perceived(
    "video",
    (Reading("永不反弹", "subtitle", (Place(0, 4, None, (1, 2, 3, 4), (0.5, 2.0), 2),), 0.9), Reading("空", "ocr")),
    unread=("有语音 3 秒未识别",), notes=("一注",), shown=(Shown(b"\xff\xd8jpeg", 10, 20, 0.5, None, 1.0),),
    prints=(Print("pdq", "ab" * 32, 90, time=1.0, picture=2), Print("text", "0f" * 8)), seconds=12.5, size=(1280, 720),
    sheet=Shown(b"sheet", 1, 1), scenes=(0.0, 4.5),
)  # fmt: skip


def test_what_was_kept_comes_back_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept")
    store.put("ab" * 32, "options", FOUND)
    assert store.get("ab" * 32, "options") == FOUND
    assert store.get("ab" * 32, "other options") is None
    assert store.get("cd" * 32, "options") is None


def test_a_damaged_entry_is_as_good_as_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("ab" * 32, "", FOUND)
    (entry,) = tmp_path.glob("*/*.z")
    entry.write_bytes(entry.read_bytes()[:-9])
    assert store.get("ab" * 32, "") is None


def test_the_oldest_go_when_it_is_full(tmp_path: Path) -> None:
    import os

    store = Store(tmp_path)
    for number in range(4):
        store.put(f"{number:064x}", "", FOUND)
        (entry,) = (e for e in tmp_path.glob("*/*.z") if e.stat().st_mtime > 1000)
        os.utime(entry, (number, number))
    size = entry.stat().st_size
    small = Store(tmp_path, max_bytes=2 * size)
    small.put(f"{9:064x}", "", FOUND)
    kept = [store.get(f"{number:064x}", "") is not None for number in (0, 1, 2, 3, 9)]
    assert kept == [False, False, False, True, True]


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file")
    store.put("ab" * 32, "", FOUND)
    assert store.get("ab" * 32, "") is None


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert digest_of(tmp_path / "a").startswith("ba7816bf8f01cfea")
