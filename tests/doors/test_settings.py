"""Settings: which file counts, what is refused and how it is said, and the command line over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mingjian.doors.settings import KEYS, Settings, SettingsError, find, load, merge, parse

FULL = """
as_of = 2025-06-01
platform = "xiaohongshu"
publisher = "institution"
channel = "live"
nature = "auto"
domain = "dental"
select = ["AD-16", "MA"]
ignore = "AD-9, AD-8"
format = "html"
output = "out/report.html"
min-severity = "medium"
exit_zero = true
column = 3
preview = true
classifier = false
exclude = ["旧稿", "*.bak"]
media = false
speech-model = "models/paraformer"
speech_endpoint = "http://127.0.0.1:9000"
speech_name = "whisper-1"
lang = "en"
"""


def test_every_key(tmp_path: Path) -> None:
    path = tmp_path / "mingjian.toml"
    path.write_text(FULL, "utf-8")
    assert load(tmp_path) == Settings(
        as_of=date(2025, 6, 1),
        platform="xiaohongshu",
        publisher="institution",
        channel="live",
        nature="auto",
        domain="dental",
        select=("AD-16", "MA"),
        ignore=("AD-9", "AD-8"),
        format="html",
        output=str(tmp_path / "out/report.html"),
        min_severity="medium",
        exit_zero=True,
        column="3",
        preview=True,
        classifier=False,
        exclude=("旧稿", "*.bak"),
        media=False,
        speech_model="models/paraformer",
        speech_endpoint="http://127.0.0.1:9000",
        speech_name="whisper-1",
        lang="en",
        path=path,
    )
    for key in KEYS:
        assert key in FULL.replace("-s", "_s").replace("-m", "_m")


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "mingjian.toml").write_text('channel = "live"')
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.ruff]\n")  # not ours
    assert load(inner).channel == "live"
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.mingjian]\nchannel = "group"')
    assert load(inner).channel == "group"
    (tmp_path / "a" / "mingjian.toml").write_text('[tool.mingjian]\nchannel = "moments"')
    assert load(inner).channel == "moments"
    assert find(inner) == tmp_path / "a" / "mingjian.toml"


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    if find(tmp_path) is None:
        assert load(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('chanel = "live"', ["chanel", "channel"]),
        ('rulez = "red"', ["rulez", "没有这个设置", "as_of"]),
        ('channel = "pubic"', ["channel", "pubic", "是否想写 public", "moments"]),
        ("nature = 3", ["nature", "advertisement"]),
        ('as_of = "June"', ["as_of", "2025-06-01"]),
        ('exit_zero = "yes"', ["exit_zero", "true"]),
        ("select = [1]", ["select", "字符串数组"]),
        ("column = 0", ["column", "列号"]),
        ('platform = ""', ["platform", "非空"]),
        ("exclude = [1]", ["exclude"]),
        ("exit_zero = true\nexit-zero = true", ["exit-zero", "重复"]),
        ("a = = 1", ["TOML", "line 1"]),
    ],
)
def test_errors_name_file_key_and_what_is_allowed(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "mingjian.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    for word in ["mingjian.toml", *words]:
        assert word in str(caught.value)


def test_all_problems_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        parse({"channel": "x", "domain": "y", "z": 1}, Path("mingjian.toml"))
    assert len(caught.value.problems) == 3


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="读不到"):
        load(explicit=tmp_path / "没有.toml")
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    with pytest.raises(SettingsError, match=r"tool\.mingjian"):
        load(explicit=tmp_path / "pyproject.toml")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "mingjian.toml").write_bytes("platform = '小红书'".encode("gbk"))
    with pytest.raises(SettingsError, match="读不到"):
        load(tmp_path)


def test_the_command_line_goes_over_the_file() -> None:
    settings = Settings(channel="live", select=("A",), exit_zero=True)
    merged = merge(settings, channel="group", select=["B,C", "D"], exit_zero=None, output=Path("x.html"))
    assert (merged.channel, merged.select, merged.exit_zero, merged.output) == (
        "group",
        ("B", "C", "D"),
        True,
        "x.html",
    )
    with pytest.raises(SettingsError, match=r"--min-severity.*medium"):
        merge(settings, min_severity="medum")
