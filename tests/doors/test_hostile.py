"""``mingjian check`` and ``mingjian redact`` on a folder made to harm: through real processes, watched from outside."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.doors.conftest import BREACH
from tests.perception import hostile

COMMAND = "import resource, sys; from mingjian.doors.cli.main import main; code = main(sys.argv[1:]); " + (
    "own = next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')); "
    "print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), file=sys.stderr); sys.exit(code)"
)
"""Its own peak is the kernel's of this program: ``ru_maxrss`` would count the test process it was forked from too."""
MOST_SECONDS, MOST_KILOBYTES = 120, 1_500_000
BAD: dict[str, Callable[[], bytes]] = {
    **hostile.BOMBS,
    "空.png": bytes, "空.mp4": bytes, "空.pdf": bytes, "空.docx": bytes, "空.srt": bytes,
    "text.mp4": lambda: b"hello\n" * 99, "words.png": lambda: b"hello\n", "words.pdf": lambda: b"hello\n",
    "png.txt": lambda: hostile.encoded("PNG"), "png.pdf": lambda: hostile.encoded("PNG"),
    "png.docx": lambda: hostile.encoded("PNG"), "pdf.png": lambda: hostile.document(".pdf"),
    "torn.jpg": lambda: hostile.encoded("JPEG")[:900], "torn.pptx": lambda: hostile.document(".pptx")[:9000],
    "torn.mp4": lambda: hostile.clip()[:300], "codec.mkv": hostile.unknown_codec,
    "cues.srt": lambda: hostile.cues(110_000).encode(), "deep.json": lambda: hostile.nested(100_000).encode(),
    "\x1b[31mred\n.png": lambda: b"x", "-": lambda: b"\x89PNG\r\n\x1a\n", "--help.png": lambda: b"x",
}  # fmt: skip
"""Each has to be named on standard error."""
UNSURE: dict[str, Callable[[], bytes]] = {
    "big.pdf": lambda: hostile.pdf(1, "0 0 1000000000 9"), "hours.mkv": lambda: hostile.hours(10),
}  # fmt: skip
"""Read as far as it goes: never clean."""


class Ended(NamedTuple):
    code: int
    out: str
    err: str
    kilobytes: int


def mingjian(folder: Path, *arguments: str) -> Ended:
    """The command line in a process of its own, which may not hang and says how much memory it took."""
    environment = {**os.environ, "MINGJIAN_CACHE_DIR": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments], cwd=folder, env=environment, capture_output=True,
        timeout=MOST_SECONDS, check=False,
    )  # fmt: skip
    *lines, kilobytes = ran.stderr.decode("utf-8").splitlines()
    return Ended(ran.returncode, ran.stdout.decode("utf-8", "surrogateescape"), "\n".join(lines), int(kilobytes))


def odd_paths(folder: Path) -> None:
    """Links in circles, to nothing and to elsewhere, a pipe nobody writes to, a device."""
    os.mkfifo(folder / "pipe.png")
    for name, target in (
        ("self.png", "self.png"), ("one", "two"), ("two", "one"), ("nothing.png", "nowhere.png"),
        ("device.png", "/dev/zero"), ("passwd.txt", "/etc/passwd"), ("round", "."),
    ):  # fmt: skip
        (folder / name).symlink_to(target)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    root = tmp_path_factory.mktemp("hostile")
    folder = hostile.put(root / "in", {name: make() for name, make in {**BAD, **UNSURE}.items()})
    hostile.put(folder, {"好.png": hostile.poster(), "a.txt": BREACH, "x" * 251 + ".mp4": hostile.clip()})
    odd_paths(folder)
    (folder / "💉\n{}%s$(x).txt").write_text(BREACH, "utf-8")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.txt")).write_text(BREACH, "utf-8")
    return mingjian(root, "check", "in", "--format", "jsonl")


def test_the_rest_goes_on(checked: Ended) -> None:
    verdicts = {row["id"].removeprefix("in/"): row["verdict"] for row in map(json.loads, checked.out.splitlines())}
    read = {"好.png", "a.txt", "💉\n{}%s$(x).txt", "\udcff\udcfe.txt"}
    assert {name for name, verdict in verdicts.items() if verdict == "violation"} == read
    assert verdicts["x" * 251 + ".mp4"] == "clean"
    assert {verdicts[name] for name in UNSURE} == {"undetermined"}
    assert not verdicts.keys() & BAD.keys()


def test_every_bad_file_is_named_in_words(checked: Ended) -> None:
    assert checked.code == 2
    assert "Traceback" not in checked.err and "\x1b" not in checked.err
    for name in {**BAD, **UNSURE}.keys() - {"\x1b[31mred\n.png"}:
        (line, *_) = [line for line in checked.err.splitlines() if f"in/{name}" in line] or [""]
        assert any("\u4e00" <= char <= "\u9fff" for char in line.split(f"in/{name}")[-1]), (name, checked.err)
    for name in ("self.png", "one", "two", "nothing.png", "device.png", "passwd.txt", "pipe.png"):
        assert name in checked.err, name


def test_memory_is_bounded(checked: Ended) -> None:
    assert checked.kilobytes < MOST_KILOBYTES


def test_a_file_named_outright_is_no_better_off(tmp_path: Path) -> None:
    hostile.put(tmp_path, {"--help.png": b"x"})
    odd_paths(tmp_path)
    ran = mingjian(tmp_path, "check", "./--help.png", "self.png", "nothing.png", "a\nb.png", "x" * 300 + ".png")
    assert ran.code == 2 and ran.err.count("读") + ran.out.count("读") >= 3 and "Traceback" not in ran.err


def test_redact_goes_on_too(tmp_path: Path) -> None:
    kinds, honest = (".png", ".mp4", ".pdf", ".jpg", ".tif", ".gif"), ("png.pdf", "pdf.png")  # told by their bytes
    bad = {name: make() for name, make in BAD.items() if name.endswith(kinds) and name not in honest}
    folder = hostile.put(tmp_path / "in", {**bad, "big.pdf": hostile.pdf(1, "0 0 1000000000 0.001")})
    hostile.put(
        folder, {"thin.png": hostile.png(1, 100_000, 100_000), "list.mp4": b"#EXTM3U\n#EXTINF:9,\n/etc/hosts\n"}
    )
    (folder / "好.png").write_bytes(hostile.encoded("PNG"))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.png")).write_bytes(hostile.encoded("PNG"))
    odd_paths(folder)
    ran = mingjian(tmp_path, "redact", "in", "--out", "out", "--no-text")
    assert ran.code == 2 and "Traceback" not in ran.err and ran.kilobytes < MOST_KILOBYTES
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"好.png", "\udcff.png", "thin.png", "report.json", "report.html"} == made
    for name in (*(bad.keys() - {"\x1b[31mred\n.png"}), "big.pdf", "list.mp4"):
        assert f"in/{name}: " in ran.err, name
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 & ~0o044 for path in (tmp_path / "out").iterdir()}
    assert modes == {0}, "readable at most: nobody else may write"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_nothing_half_done_stays_behind(how: signal.Signals, tmp_path: Path) -> None:
    """Interrupted in the midst of a long picture: no result, no part of one."""
    hostile.put(tmp_path / "in", {"a.png": hostile.png(9000, 9000, 9000)})
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "mingjian", "redact", "in", "--out", "out", "--no-text"], cwd=tmp_path, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    out = tmp_path / "out"
    deadline = time.monotonic() + 60
    while not (out.exists() and list(out.iterdir())) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.02)
    assert [path.name[:14] for path in out.iterdir()] == [".mingjian-part"]
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode and b"Traceback" not in err
    assert not list(out.iterdir()) and not list((tmp_path / "tmp").iterdir())
