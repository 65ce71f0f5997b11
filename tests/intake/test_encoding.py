"""Bytes become the text that was written, whatever editor wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.intake.encoding import decode, encoding_of
from mingjian.intake.errors import UnreadableError
from mingjian.intake.source import Source

SIMPLIFIED = "热玛吉术后永不反弹,效果因人而异,请到院面诊。"
TRADITIONAL = "醫美療程效果因人而異,請諮詢醫師後再決定,價格透明。"
CASES = [
    (SIMPLIFIED, "utf-8"), (SIMPLIFIED, "utf-8-sig"), (SIMPLIFIED, "gb18030"), (SIMPLIFIED, "gbk"),
    (SIMPLIFIED, "utf-16"), (SIMPLIFIED + "\n1", "utf-16-le"), (SIMPLIFIED + "\n1", "utf-16-be"),
    (TRADITIONAL, "big5"), (TRADITIONAL, "gb18030"), ("瘦脸针💉加V", "gb18030"), ("热玛吉", "gb18030"),
    ("玻尿酸", "gbk"), ("plain ascii", "ascii"), ("", "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_whole_files(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_streamed_files(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert data.decode(encoding_of(Source("a", "a", data=data))[0]) == text


@pytest.mark.parametrize("before", [0, 10, 70_000, 1 << 20, (1 << 20) + 1, 5 << 20])
def test_another_encoding_deep_in_a_file(before: int) -> None:
    data = b"x" * before + b"\n" + SIMPLIFIED.encode("gb18030")
    assert encoding_of(Source("a", "a", data=data))[0] == "gb18030"
    assert decode(data)[0].endswith(SIMPLIFIED)


def test_a_damaged_byte_does_not_change_the_encoding() -> None:
    text, note = decode((SIMPLIFIED * 3).encode() + b"\xff" + SIMPLIFIED.encode())
    assert text == SIMPLIFIED * 3 + "\ufffd" + SIMPLIFIED
    assert note is not None and "1 处" in note


def test_a_page_may_say_its_charset() -> None:
    text = "價格"
    assert decode(text.encode("big5"), "big5")[0] == text
    assert decode(SIMPLIFIED.encode("gbk"), "no-such-charset")[0] == SIMPLIFIED


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except UnreadableError:
        return
    assert text.encode("utf-8").decode("utf-8") == text  # no lone surrogates: it can be written again
