"""The same comparison over a whole archive, stopped and gone on with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mingjian.governance.reuse.archive import Finding, Found
from mingjian.governance.reuse.files import FIELDS
from mingjian.intake.archive import open_archive
from mingjian.records.errors import Conflict
from tests.governance.reuse.texts import COPY, DIARY, OTHER, TEMPLATE

pytest.importorskip("pyarrow")
START = datetime(2026, 1, 1, tzinfo=UTC)


def note(number: int, text: str, day: int, publisher: str, **more: Any) -> dict[str, Any]:
    at = (START + timedelta(days=day)).isoformat()
    return {"id": f"n{number}", "platform": "xiaohongshu", "published_at": at, "publisher_id": publisher,
            "publisher_kind": "person", "body": text, **more}  # fmt: skip


def archive(folder: Path, rows: Sequence[dict[str, Any]]) -> Path:
    (folder / "items").mkdir(parents=True)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "items" / "a.jsonl").write_text(lines, encoding="utf-8")
    return folder


def read(found: Found) -> list[dict[str, Any]]:
    return [json.loads(line) for path in found.files for line in path.read_text("utf-8").splitlines()]


def test_texts_are_paired_by_the_day_they_were_published(tmp_path: Path) -> None:
    rows = [note(0, TEMPLATE, 9, "b"), note(1, OTHER, 1, "c"), note(2, DIARY, 2, "a"), note(3, "太短", 3, "a"),
            note(4, COPY, 5, "a")]  # fmt: skip
    made = open_archive(archive(tmp_path / "archive", rows))
    told: list[str] = []
    found = Finding(made, tmp_path / "out", format="jsonl", progress=lambda stage, *_: told.append(stage)).run(["text"])
    pairs = {(one["one"], one["other"]): one for one in read(found)}
    assert (found.rows, found.likenesses["text"]) == (5, len(pairs))
    assert {("n0", "n2"), ("n4", "n2")} <= set(pairs)
    assert pairs["n4", "n2"]["own"] and not pairs["n0", "n2"]["own"]
    assert all("n1" not in pair and "n3" not in pair for pair in pairs)
    assert set(pairs["n0", "n2"]) == set(FIELDS)
    assert {"take", "link", "compare"} <= set(told)
    assert not (tmp_path / "out" / "work").exists()


def test_a_run_goes_on_where_it_was_and_knows_its_own_archive(tmp_path: Path) -> None:
    made = open_archive(archive(tmp_path / "archive", [note(0, DIARY, 1, "a"), note(1, COPY, 2, "b")]))
    first = Finding(made, tmp_path / "out").run(["text"])
    assert [path.suffix for path in first.files] == [".parquet"]
    again = Finding(made, tmp_path / "out").run(["text"])
    assert (again.likenesses, again.files) == (first.likenesses, first.files)
    with pytest.raises(Conflict, match="另一种格式"):
        Finding(made, tmp_path / "out", format="jsonl")
    other = open_archive(archive(tmp_path / "other", [note(0, OTHER, 1, "a")]))
    with pytest.raises(Conflict, match="另一份档案"):
        Finding(other, tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "theirs.txt").write_text("x", encoding="utf-8")
    with pytest.raises(Conflict, match="空文件夹"):
        Finding(made, tmp_path / "full")


def test_pictures_are_printed_once_and_compared_with_those_before(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    pytest.importorskip("pdqhash")
    from mingjian.perception.reuse.prints import picture_print
    from tests.perception.reuse.scenes import jpeg, scene

    folder = tmp_path / "archive"
    (folder / "pictures").mkdir(parents=True)
    views = {"a": scene(1), "b": scene(2), "c": jpeg(scene(1), 60)}
    for name, view in views.items():
        cv2.imwrite(str(folder / "pictures" / f"{name}.png"), view[:, :, ::-1])
    rows = [note(0, "", 3, "p", pictures=["pictures/a.png"]), note(1, "", 1, "q", pictures=["pictures/b.png"]),
            note(2, "", 2, "r", pictures=["pictures/c.png", "pictures/none.png"])]  # fmt: skip
    made = open_archive(archive(folder, rows))
    printed: list[str] = []

    def printing(path: Path) -> list[tuple[str, int | None, bytes]]:
        printed.append(path.stem)
        return [("picture", None, picture_print(views[path.stem]).to_bytes())]

    found = Finding(made, tmp_path / "out", format="jsonl").run(["picture"], {"picture": printing})
    ((pair,), unread) = read(found), found.unread
    assert (pair["one"], pair["other"], pair["matter"], pair["how"], unread) == ("n0", "n2", "picture", "near", 1)
    assert pair["distance"] <= 12
    assert (pair["detail"]["here"]["place"], pair["detail"]["there"]["place"]) == ("pictures/a.png", "pictures/c.png")
    (tmp_path / "out" / "likenesses" / "picture-000000.jsonl").unlink()
    state = json.loads((tmp_path / "out" / "find.json").read_text("utf-8"))
    (tmp_path / "out" / "find.json").write_text(json.dumps({**state, "done": []}), encoding="utf-8")
    again = Finding(made, tmp_path / "out", format="jsonl").run(["picture"], {"picture": printing})
    assert read(again) == [pair]
    assert printed == ["a", "b", "c"]  # what was printed is kept


def test_clips_are_paired_by_the_segments_they_share(tmp_path: Path) -> None:
    pytest.importorskip("cv2")
    pytest.importorskip("pdqhash")
    from tests.perception.reuse.test_video import film

    folder = tmp_path / "archive"
    (folder / "videos").mkdir(parents=True)
    shown = {"long": [1, 2, 3, 4, 5, 6, 7, 8], "part": [21, 3, 4, 5, 22, 23], "other": [11, 12, 13, 14]}
    for name in shown:
        (folder / "videos" / f"{name}.mp4").write_bytes(name.encode())
    # The segment was published before the clip it is of stands in the archive: told from the later one's side.
    rows = [note(0, "", 9, "p", videos=["videos/long.mp4"]), note(1, "", 1, "q", videos=["videos/other.mp4"]),
            note(2, "", 2, "r", videos=["videos/part.mp4", "videos/none.mp4"])]  # fmt: skip
    made = open_archive(archive(folder, rows))
    found = Finding(made, tmp_path / "out", format="jsonl").run(
        printing={"video": lambda path: [("video", None, film(shown[path.stem]).to_bytes())]}
    )
    ((pair,), unread) = [one for one in read(found) if one["matter"] == "video"], found.unread
    assert (pair["one"], pair["other"], pair["how"], unread) == ("n0", "n2", "segment", 1)
    ((begin, end, there, until),) = pair["detail"]["segments"]
    assert (begin, end, there, until) == pytest.approx((4, 9, 2, 7), abs=1)
    assert pair["detail"]["here"]["place"] == "videos/long.mp4"
    assert pair["share"] == pytest.approx(1000 * (end - begin) / 15, abs=70)  # of the later, longer clip
