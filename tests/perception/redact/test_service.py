"""Files in, masked files and a report out; one bad file does not stop the rest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.redact.model import Hidden, Outcome, RedactOptions
from mingjian.perception.redact.paths import jobs
from mingjian.perception.redact.preview import page
from mingjian.perception.redact.report import as_json, write
from mingjian.perception.redact.service import check, exposed, redact
from tests.perception.people import astronaut, ground, write_clip
from tests.perception.redact.readers import NOTHING, reads


def folder(tmp_path: Path) -> Path:
    """A picture with a face, a clip without, a broken clip and a broken picture."""
    made = tmp_path / "in"
    made.mkdir()
    Image.fromarray(astronaut()).save(made / "a.png")
    write_clip(made / "b.mp4", [ground()] * 3)
    (made / "c.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"x" * 99)
    (made / "d.jpg").write_bytes(b"no picture at all")
    return made


def test_a_folder(tmp_path: Path) -> None:
    source, out = folder(tmp_path), tmp_path / "out"
    before = {path.name: path.read_bytes() for path in source.iterdir()}
    done = list(redact(jobs([source], out)[0], out, NOTHING))
    assert [(Path(each.source).name, each.output, bool(each.error)) for each in done] == [
        ("a.png", "a.png", False), ("b.mp4", "b.mp4", False), ("c.mp4", None, True), ("d.jpg", None, True),
    ]  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "b.mp4"]
    assert {path.name: path.read_bytes() for path in source.iterdir()} == before
    again = list(redact(jobs([source], out)[0], out, NOTHING))
    assert all("已经存在" in str(each.error) for each in again[:2])


def test_checking_writes_nothing(tmp_path: Path) -> None:
    source = folder(tmp_path)
    names = sorted(path.name for path in tmp_path.rglob("*"))
    done = list(check(jobs([source])[0], NOTHING))
    assert [len(exposed(each)) for each in done] == [1, 0, 0, 0]
    assert [bool(each.error) for each in done] == [False, False, True, True]
    assert sorted(path.name for path in tmp_path.rglob("*")) == names


def test_a_doubtful_face_alone_is_no_finding_but_a_doubtful_number_is() -> None:
    face, number = Hidden("face", (0, 0, 9, 9), 0.3, False), Hidden("id", (0, 0, 9, 9), 0.5, False)
    assert exposed(Outcome("a", "picture", hidden=(face, number))) == (number,)


def test_limits_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG" * 99)
    small = RedactOptions(limits=Limits(max_bytes=100))
    (large,) = check(jobs([tmp_path / "a.png"])[0], small)
    (none,) = check(jobs([tmp_path / "none.png"])[0], small)
    assert "上限" in str(large.error) and none.error == "没有这个文件"


def test_the_report_tells_what_and_where_but_not_the_words(tmp_path: Path) -> None:
    Image.fromarray(ground()).save(tmp_path / "a.png")
    options = RedactOptions(reader=reads(("姓名:张三", 100, 50, 200, 40), ("110105194912310021", 10, 120, 300, 40)))
    done = list(redact(jobs([tmp_path / "a.png"])[0], tmp_path / "out", options))
    data, shown = write(done, tmp_path / "out", "pixelate")
    report = json.loads(data.read_text("utf-8"))
    (file,) = report["files"]
    assert [each["kind"] for each in file["masked"]] == ["name"]
    assert [each["kind"] for each in file["unsure"]] == ["id"]
    assert report["summary"] == {"files": 1, "failed": 0, "masked": 2, "unsure": 1}
    for text in (data.read_text("utf-8"), shown.read_text("utf-8")):
        assert "张三" not in text and "110105194912310021" not in text
    html = shown.read_text("utf-8")
    assert html.count("<rect") == 2 and "stroke-dasharray" in html
    assert not re.search(r"(?:src|href)=\"(?!data:)", html)  # no network


def test_the_report_escapes_names_and_speaks_english() -> None:
    html = page([Outcome("<script>.png", "picture", error="<b>", hint=None)], "box", "en")
    assert "<script>" not in html and "&lt;script&gt;" in html and "Redaction report" in html


def test_a_check_says_visible_and_not_masked() -> None:
    data = as_json([Outcome("a", "picture", hidden=(Hidden("face", (1, 2, 3, 4), 0.9),))], "box", visible=True)
    assert data["summary"]["visible"] == 1 and data["files"][0]["visible"][0]["box"] == [1, 2, 3, 4]


def test_a_report_that_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("<p>mine", "utf-8")
    with pytest.raises(PerceptionError, match="不是明鉴"):
        write([], tmp_path, "box")
    (tmp_path / "report.html").unlink()
    write([], tmp_path, "box")
    write([], tmp_path, "box")
