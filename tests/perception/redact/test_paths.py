"""Where results go: never over an input, never outside the folder, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mingjian.perception.model import PerceptionError
from mingjian.perception.redact.paths import jobs, kind_of, sweep, target_of, whole

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("a.jpg", JPEG, "picture"), ("a.dat", b"\x89PNG\r\n\x1a\n" + b"\0" * 9, "picture"), ("a.mp4", JPEG, "picture"),
        ("a.bin", b"\0\0\0\x18ftypisom" + b"\0" * 9, "video"), ("a.mkv", b"\x1aE\xdf\xa3" + b"\0" * 20, "video"),
        ("a.avif", b"\0\0\0\x18ftypavif" + b"\0" * 9, "picture"), ("a.x", b"%PDF-1.7" + b"\0" * 9, "document"),
    ],
)  # fmt: skip
def test_what_a_file_is_shows_in_its_beginning(tmp_path: Path, name: str, raw: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(raw)
    assert kind_of(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("name", "raw"), [("a.jpg", b"hello there, no picture"), ("a.docx", b"PK\3\4" * 9), ("a.png", b"")]
)
def test_other_files_are_errors(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(PerceptionError):
        kind_of(tmp_path / name)


def test_folders_are_walked_and_results_of_an_earlier_run_passed_over(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/c.png", "out/old.jpg", ".hidden/d.jpg", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(JPEG)
    found, notes = jobs([tmp_path], tmp_path / "out")
    assert [job.name for job in found] == ["a/c.png", "b.jpg"]
    assert len(notes) == 1 and "notes.txt" in notes[0]


def test_files_of_one_name_get_different_ones(tmp_path: Path) -> None:
    for name in ("x/a.jpg", "y/a.jpg", "y/A.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(JPEG)
    found, _ = jobs([tmp_path / "x/a.jpg", tmp_path / "y/a.jpg", tmp_path / "y/A.png"])
    assert [job.name for job in found] == ["a.jpg", "a-2.jpg", "A-3.png"]


def test_links_that_lead_out_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.jpg").write_bytes(JPEG)
    (tmp_path / "in/link.jpg").symlink_to(tmp_path / "secret.jpg")
    (tmp_path / "in/gone.jpg").symlink_to(tmp_path / "nothing")
    found, notes = jobs([tmp_path / "in"])
    assert found == [] and "link.jpg" in notes[0]


def test_an_input_is_never_written_over_even_under_another_name(tmp_path: Path) -> None:
    source, out = tmp_path / "a.jpg", tmp_path / "out"
    source.write_bytes(JPEG)
    out.mkdir()
    (out / "b.jpg").hardlink_to(source)
    for folder, name in ((tmp_path, "a.jpg"), (out, "b.jpg")):
        with pytest.raises(PerceptionError, match="输入"):
            target_of(folder, name, [source], overwrite=True)


def test_an_older_result_is_replaced_on_request_only(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    with pytest.raises(PerceptionError, match="已经存在"):
        target_of(tmp_path, "a.jpg", [], overwrite=False)
    assert target_of(tmp_path, "a.jpg", [], overwrite=True) == tmp_path / "a.jpg"


def test_nothing_is_written_outside_the_folder(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "sub").symlink_to(elsewhere)
    (out / "a.jpg").symlink_to(elsewhere / "a.jpg")
    for name in ("../a.jpg", "sub/a.jpg", "a.jpg", "/etc/a.jpg"):
        with pytest.raises(PerceptionError, match="之外"):
            target_of(out, name, [], overwrite=True)
    assert list(elsewhere.iterdir()) == []


def test_a_result_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.png"
    with pytest.raises(RuntimeError), whole(target) as part:
        part.write_bytes(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with whole(target) as part:
        assert part.suffix == ".png"
        part.write_bytes(b"all")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"] and target.read_bytes() == b"all"


def test_parts_of_a_run_that_was_killed_are_swept_when_they_are_old(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("sub/.mingjian-part-old.mp4", ".mingjian-part-new.mp4", "a.mp4"):
        (tmp_path / name).write_bytes(b"x")
    for name in ("sub/.mingjian-part-old.mp4", "a.mp4"):
        os.utime(tmp_path / name, (0, 0))
    sweep(tmp_path, 60.0)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".mingjian-part-new.mp4", "a.mp4", "sub"]


def test_links_in_a_circle_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("a.png")
    assert jobs([tmp_path]) == ([], ["跳过 1 个不能遮挡的文件:a.png(链接或特殊文件)"])
