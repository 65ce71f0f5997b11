"""Personal data in texts, covered."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mingjian.desk.people.masking import COVER, KINDS, kinds, mask, masked_item, personal, shown, shown_item
from tests.desk.people.matrix import outsiders, program, somebody

PIECES = ["患者", "姓名", ":", "张", "三丰", "微信", "abc123", "138", "12345678", " ", "住址", "北京市", "\n",
          "1990-01-01", "生日", "@qq.com", "住院号", "QQ", "一三八", "零"]  # fmt: skip
HANDLE = st.text(st.sampled_from("abcxyz0189_-"), min_size=5, max_size=18)
LABELS = ["微信", "微信号:", "VX ", "加V信:", "薇信是", "wechat: ", "WeiXin:"]
# Words around a number that neither lengthen it nor hide it: no digits, no Latin letters.
AROUND = st.text(st.sampled_from("护肤心得,。!大家可以来看 \n效果好的很\u200b😊「」"), max_size=20)
DIGITS = st.text(st.sampled_from("0123456789"), min_size=9, max_size=9)
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": lambda number: number,
    "spaced": lambda number: f"{number[:3]} {number[3:7]} {number[7:]}",
    "dashed": lambda number: f"{number[:3]}-{number[3:7]}-{number[7:]}",
    "dotted": lambda number: ".".join(number),
    "full width": lambda number: number.translate(FULL),
    "circled": lambda number: number.translate(CIRCLED),
    "spoken": lambda number: number.translate(SPOKEN),
    "with invisible characters": lambda number: "\u200b".join(number),
    "abroad": lambda number: f"+86 {number}",
}


@given(st.text(max_size=200))
@example("患者姓名:张姓名:李")
@example("微信:微信:abcdef")
@example("住址:患者")
@example("\ud7ff\U000e0001患者张三")
def test_a_covered_text_is_as_long_and_covering_again_changes_nothing(text: str) -> None:
    covered = mask(text)
    assert len(covered) == len(text)
    assert mask(covered) == covered
    assert all(mine in (theirs, COVER) for mine, theirs in zip(covered, text, strict=True))


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_the_same_of_pieces_that_look_personal(pieces: list[str]) -> None:
    covered = mask("".join(pieces))
    assert len(covered) == len("".join(pieces))
    assert mask(covered) == covered


@pytest.mark.parametrize("how", WRITTEN)
@given(before=AROUND, second=st.sampled_from("3456789"), rest=DIGITS, after=AROUND)
def test_no_mobile_number_survives_however_it_is_written(
    how: str, before: str, second: str, rest: str, after: str
) -> None:
    written = WRITTEN[how](f"1{second}{rest}")
    covered = mask(f"{before}{written}{after}")
    assert written not in covered
    inside = covered[len(before) : len(covered) - len(after)]
    assert sum(char == COVER for char in inside) >= 4
    assert covered.startswith(before)
    assert covered.endswith(after)


@given(before=AROUND, body=st.text(st.sampled_from("0123456789"), min_size=17, max_size=17),
       last=st.sampled_from("0123456789Xx"), after=AROUND)  # fmt: skip
def test_no_identity_number_survives_also_a_mistyped_one(before: str, body: str, last: str, after: str) -> None:
    covered = mask(f"{before}{body}{last}{after}")
    assert re.sub(r"[^\d]", "", covered)[2:-1] == ""
    assert covered.startswith(before)


@given(before=AROUND, label=st.sampled_from(LABELS), first=st.sampled_from("abcXYZ"), rest=HANDLE)
def test_no_wechat_handle_survives(before: str, label: str, first: str, rest: str) -> None:
    covered = mask(f"{before}{label}{first}{rest}。")
    assert covered == f"{before}{label}{first}{COVER * (len(rest) - 1)}{rest[-1]}。"


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("患者姓名:王丽华 性别:女", "患者姓名:王** 性别:女"),
        ("患者张三,女,35岁", "患者张*,女,35岁"),
        ("患者欧阳锋术后复诊", "患者欧**术后复诊"),
        ("姓名:李四", "姓名:李*"),
        ("家庭住址:北京市朝阳区幸福路1号 电话:13812345678", "家庭住址:北京市******** 电话:138****5678"),
        ("出生日期:1990-01-02", "出生日期:1990******"),
        ("住院号:A1234567", "住院号:A1******"),
        ("QQ:12345678", "QQ:1******8"),
        ("邮箱zhang.san@163.com", "邮箱z********@163.com"),
        ("卡号6222 0212 3456 7890 123", "卡号******************* 123"),
        ("座机020-88889999", "座机020*****9999"),
        ("電話:13812345678", "電話:138****5678"),
        # The date's cover sets the number free that ran on from it.
        ("生日19900101138.1234.5678", "生日199*****138******5678"),
    ],
)
def test_what_is_covered(text: str, covered: str) -> None:
    assert mask(text) == covered


@pytest.mark.parametrize(
    "text",
    [
        "护肤心得分享,欢迎来院咨询", "患者高度近视", "患者于2023年手术", "患者曾在外院就诊", "顾客满意", "患者安全第一",
        "400-800-1234 热线", "拨打 96888", "价格 19800 元", "2026年11月22日 10:30", "微信支付", "有效率98.5%,共1200例",
        "批准文号国药准字H20013044", "粤(B)广[2026]第10-12-1234号", "姓名", "",
    ],
)  # fmt: skip
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask(text) == text
    assert personal(text) == []


def test_places_are_of_the_original() -> None:
    text = "加我\u200b微信:abcdef1,患者姓名:王丽华"
    assert {(one.kind, text[one.start : one.end]) for one in personal(text)} == {
        ("wechat", "abcdef1"), ("name", "王丽华"),
    }  # fmt: skip
    assert kinds([text, "电话13812345678", ""]) == ("name", "phone", "wechat")
    assert set(kinds([text])) <= set(KINDS)


def test_who_may_see_and_who_may_not() -> None:
    text = "电话13812345678"
    for role in outsiders("personal.read"):
        assert shown(somebody(role), text) == "电话138****5678"
    assert shown(somebody("desk_lead"), text) == text
    assert shown(program("item.read", "personal.read"), text) == text
    assert shown(program("item.read"), text) != text


def test_an_item_s_words_are_covered_and_its_numbers_are_not() -> None:
    item = {
        "id": "13812345678", "text": "电话13812345678", "publisher": {"id": "13812345678", "name": "某医美"},
        "parts": [{"role": "ocr", "text": "患者姓名:王丽华", "line": 3}, {"role": "title"}, "odd"],
    }  # fmt: skip
    covered = masked_item(item)
    assert covered == {
        "id": "13812345678", "text": "电话138****5678", "publisher": {"id": "13812345678", "name": "某医美"},
        "parts": [{"role": "ocr", "text": "患者姓名:王**", "line": 3}, {"role": "title"}, "odd"],
    }  # fmt: skip
    assert item["text"] == "电话13812345678"
    assert shown_item(somebody("reviewer"), item) == covered
    assert shown_item(somebody("desk_lead"), item) == item
    assert masked_item({"id": "1", "text": None, "parts": None}) == {"id": "1", "text": None, "parts": None}
