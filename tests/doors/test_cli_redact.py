"""mingjian redact: options, exit codes, and what is said; the work itself is tested with perception."""

from __future__ import annotations

import json
from pathlib import Path

from tests.doors.conftest import Run
from tests.perception.people import astronaut, ground

AS_IT_IS = ("--no-text",)  # the recogniser of text takes seconds to load


def save(name: str, face: bool = True) -> None:
    from PIL import Image

    Image.fromarray(astronaut() if face else ground()).save(name)


def test_a_picture_is_masked_and_a_check_agrees(run: Run) -> None:
    save("a.png")
    before = Path("a.png").read_bytes()
    shown = run("redact", "--check", "a.png", *AS_IT_IS)
    assert (shown.code, "人脸 1" in shown.out) == (1, True)
    ran = run("redact", "a.png", "--out", "out", *AS_IT_IS)
    assert ran.code == 0 and "已遮挡:人脸 1" in ran.out and "report.html" in ran.err
    assert sorted(path.name for path in Path("out").iterdir()) == ["a.png", "report.html", "report.json"]
    assert Path("a.png").read_bytes() == before
    assert run("redact", "--check", "out/a.png", *AS_IT_IS).code == 0
    assert run("redact", "a.png", "--out", "out", *AS_IT_IS).code == 2
    assert run("redact", "a.png", "--out", "out", "--overwrite", "--lang", "en", *AS_IT_IS).out.count("masked") == 1


def test_a_face_is_kept_at_a_place(run: Run) -> None:
    save("a.png")
    ran = run("redact", "a.png", "--out", "out", "--except-box", "150,40,160,170", *AS_IT_IS)
    assert ran.code == 0 and "保留 1 张脸" in ran.out


def test_json(run: Run) -> None:
    save("a.png", face=False)
    ran = run("redact", "--check", "a.png", "-f", "json", *AS_IT_IS)
    assert ran.code == 0 and json.loads(ran.out)["summary"] == {"files": 1, "failed": 0, "visible": 0, "unsure": 0}


def test_one_bad_file_is_told_and_the_rest_is_done(run: Run) -> None:
    save("a.png", face=False)
    Path("b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    ran = run("redact", "a.png", "b.png", "--out", "out", *AS_IT_IS)
    assert ran.code == 2 and "b.png" in ran.err and Path("out/a.png").exists()
    assert run("redact", "--check", "b.png").code == 2


def test_mistakes_are_said_before_anything_is_done(run: Run) -> None:
    save("a.png", face=False)
    for options, said in (
        ((), "--out"), (("--check", "--out", "out"), "--check"), (("--out", "a.png"), "不是文件夹"),
        (("--out", "out", "--style", "blurr"), "blur"), (("--out", "out", "--except-box", "1,2,3"), "--except-box"),
        (("--out", "out", "--except", "a.png"), "--face-model"),
        (("--out", "out", "--except", "a.png", "--face-model", "none.onnx"), "none.onnx"),
        (("--out", "."), "a.png 就是输入文件"),
    ):  # fmt: skip
        ran = run("redact", "a.png", *options, *AS_IT_IS)
        assert (ran.code, said in ran.err) == (2, True), (options, ran.err)
    assert not Path("out").exists()
    Path("empty").mkdir()
    assert run("redact", "empty", "--check").code == 2
