"""The check page: findings, fixes that fit their place, files, limits; and nothing is kept."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from mingjian.doors.console import uploads
from mingjian.records.storage.items import ITEMS
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import HOSTILE, Seeded

Visit = Callable[[str | None], Visitor]
BAD = "术后永不反弹,放心做!😀全国第一的祛斑专家。"
FIX = re.compile(r'data-apply data-start="(\d+)" data-end="(\d+)" data-before="([^"]*)" data-after="([^"]*)"')


def send(somebody: Visitor, name: str, body: bytes, **more: str) -> tuple[int, str]:
    answer = somebody.client.post(
        "/check/file",
        data={"csrf_token": somebody.token, **more},
        files={"file": (name, io.BytesIO(body))},
        headers={"HX-Request": "true", "X-CSRF-Token": somebody.token},
    )
    return answer.status_code, answer.text


def test_findings_law_and_the_whole_rewritten(visit: Visit) -> None:
    found = visit("author").post("/check/text", {"text": BAD}, htmx=True).text
    assert "永不反弹" in found and 'href="/law?label=' in found and 'href="/rules/' in found
    assert 'id="rewritten"' in found and "永不反弹" not in found.split('id="rewritten"')[1]


def test_each_fix_names_the_very_characters_it_changes(visit: Visit) -> None:
    found = visit("author").post("/check/text", {"text": BAD, "publisher": "institution"}, htmx=True).text
    fixes = FIX.findall(found)
    assert fixes
    for start, end, before, _ in fixes:
        assert BAD[int(start) : int(end)] == html.unescape(before)


def test_the_pickers_change_the_answer_and_take_only_what_they_offer(visit: Visit) -> None:
    author = visit("author")
    news = author.post("/check/text", {"text": BAD, "nature": "education"}, htmx=True).text
    assert news != author.post("/check/text", {"text": BAD}, htmx=True).text
    assert author.post("/check/text", {"text": BAD, "nature": "poem"}, htmx=True).status_code == 422
    assert author.post("/check/text", {"text": "字" * 50_001}, htmx=True).status_code == 422
    assert "还没有内容" in author.post("/check/text", {"text": " \n"}, htmx=True).text


def test_nothing_is_kept(visit: Visit, full: Seeded) -> None:
    def everything() -> tuple[object, list[Path]]:
        with full.desk.database.read() as tx:
            count = tx.scalar(sa.select(sa.func.count()).select_from(ITEMS))
        files = [one for one in full.desk.settings.data.rglob("*") if ".db" not in one.name]
        return count, sorted(files)

    author, before = visit("author"), everything()
    author.post("/check/text", {"text": BAD}, htmx=True)
    assert send(author, "文案.txt", BAD.encode())[0] == 200
    assert everything() == before


def test_files_of_words_and_files_that_are_none(visit: Visit) -> None:
    author = visit("author")
    assert "永不反弹" in send(author, "a/../文案.txt", BAD.encode())[1]
    code, page = send(author, HOSTILE + ".txt", (HOSTILE + BAD).encode())
    assert code == 200 and HOSTILE not in page and "<script>" not in page
    code, page = send(author, "x.docx", b"PK\x03\x04 not one")
    assert code == 200 and "notice error" in page
    assert send(author, "", b"")[0] == 422


def test_too_many_at_once_wait(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def acquire(self, timeout: float) -> bool:
            return False

    monkeypatch.setattr(uploads, "_turns", Full())
    code, page = send(visit("author"), "a.txt", b"x")
    assert code == 429 and "正在读取的文件太多" in page
