"""Messages are Chinese where they are made; the catalogue turns them, values and all, into English."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from mingjian.doors import i18n
from mingjian.doors.i18n import say, translations, wanted
from tests.doors.conftest import BREACH, Run
from tests.intake.makers import pdf_of

PO = Path(i18n.__file__).parent / "locale" / "en" / "LC_MESSAGES" / "mingjian.po"


@pytest.mark.parametrize(
    ("message", "english"),
    [
        ("没有这个文件或文件夹", "no such file or folder"),
        ("读不到:Permission denied", "cannot be read: Permission denied"),
        ("文件过大:300 MB,上限 256 MB", "the file is too large: 300 MB, at most 256 MB"),
        ("没有这个命令:chek", "no such command: chek"),
        ("是否想写 text?允许:text、json", "did you mean text? allowed: text, json"),
        ("允许:text、json", "allowed: text, json"),
        # a message inside another, and one after a place
        ("未读取:声音没有听:文件里没有声音", "not read: the sound was not heard: the file holds no sound"),
        ("a.jsonl:3: 应为 JSON 对象", "a.jsonl:3: should be a JSON object"),
        # names of files stay as they are
        ("已作为 成片、终版.mp4 的字幕读取", "read as the subtitles of 成片、终版.mp4"),
        ("读不到 错{0}误.txt:x", "cannot read 错{0}误.txt: x"),
        ('如 {"id": "1", "text": "…"}', 'such as {"id": "1", "text": "…"}'),
        ("读不到:术前", "cannot be read: 术前"),
        ("没有人翻译过的话", "没有人翻译过的话"),
        ("in English", "in English"),
    ],
)
def test_messages_in_english(message: str, english: str) -> None:
    assert say(message, "en") == english
    assert say(message, "zh") == message


def test_a_message_of_any_length_is_said_at_once() -> None:
    long = "不在允许的范围内(允许:" * 50_000
    assert say(long, "en") == long


@pytest.mark.parametrize("lang", ["zh", "fr", "../en"])
def test_without_a_catalogue_nothing_changes(lang: str) -> None:
    assert translations(lang).gettext("提示") == "提示"
    assert translations("en").gettext("提示") == "Note"


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        (["check", "--lang", "en"], {}, "en"),
        (["check", "--lang=en"], {"MINGJIAN_LANG": "zh"}, "en"),
        (["check"], {"MINGJIAN_LANG": "en"}, "en"),
        (["check", "--lang"], {}, "zh"),
        ([], {}, "zh"),
    ],
)
def test_which_language_is_wanted(arguments: list[str], environment: dict[str, str], lang: str) -> None:
    assert wanted(arguments, environment) == lang


def test_the_compiled_catalogue_is_the_written_one() -> None:
    """That none is missing is for scripts/build_messages.py --check to say."""
    with PO.open("rb") as stream:
        written = {message.id: message.string for message in read_po(stream) if message.id and message.string}
    assert len(written) > 400
    for message, english in written.items():
        assert translations("en").gettext(str(message)) == english


def test_check_speaks_english(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "b.pdf").write_bytes(pdf_of([[BREACH], []]))
    (tmp_path / "c.bin").write_bytes(b"\0\1")
    ran = run("check", "--lang", "en", "--no-media", "a.docx", "b.pdf", ".")
    assert ran.code == 2
    assert "a.docx  Unreadable: the file is damaged, not a valid Office document" in ran.out
    assert "page 2 has no text layer, not read" in ran.out
    assert "Note: b.pdf: page 2: has no text layer, not read (pages of pictures need text recognition)" in ran.err
    assert "Note: .: 1 file(s) of unknown format skipped: c.bin" in ran.err
    again = run("check", "--no-media", "a.docx")
    assert "读取有误:文件已损坏" in again.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "Error: nothing was named to check (name files or folders;"),
        (["chek"], "Error: no such command: chek (did you mean check"),
        (["check", "--nix"], "Error: no such option: --nix"),
        (["explain", "nix"], "Error: no such rule or article: nix"),
        (["rules", "--format", "txt"], "Error: --format: 'txt' is not allowed (did you mean text?"),
        (["redact", "a.png"], "Error: missing: --out (name a folder for the results"),
        (["rewrite", "nix.txt"], "Error: nix.txt: no such file or folder"),
    ],
)
def test_mistakes_are_told_in_english(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "en")
    ran = run(*arguments)
    assert ran.code == 2 and ran.err.startswith(said), ran.err
    monkeypatch.delenv(i18n.VARIABLE)
    assert run(*arguments).err.startswith("错误:")


def test_a_setting_chooses_the_language_and_an_option_overrules_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mingjian.toml").write_text('lang = "en"', "utf-8")
    (tmp_path / "a.txt").write_text(BREACH, "utf-8")
    assert "Rulebook:" in run("check", "a.txt").out
    assert "Rulebook:" not in run("check", "a.txt", "--lang", "zh").out


def test_chinese_reads_no_catalogue(tmp_path: Path) -> None:
    program = (
        "import sys; from mingjian.doors import i18n; from mingjian.doors.cli.main import main; "
        "main(['check', 'nothing.txt']); sys.exit(i18n.translations.cache_info().currsize)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == 0
