"""Private words in lines that were read: what counts, what does not, and where on the picture they stand."""

from __future__ import annotations

import pytest

from mingjian.perception.model import Line
from mingjian.perception.private import box_of, private


def line(text: str, x: float = 0, y: float = 0, high: float = 20, vertical: bool = False) -> Line:
    wide = len(text) * high
    if vertical:
        wide, high = high, wide
    return Line(text, ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), 0.95, vertical)


def found(*texts: str) -> list[tuple[str, str]]:
    return [(each.kind, texts[each.line][each.start : each.end]) for each in private([line(text) for text in texts])]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("姓名:张三", ("name", "张三")),
        ("姓名:张三", ("name", "张三")),
        ("姓 名: 李雷", ("name", "李雷")),
        ("姓名:张三性别:男", ("name", "张三")),
        ("患者:王小红", ("name", "王小红")),
        ("患者王女士 术后7天", ("name", "王女士")),
        ("顾客高女士,面部提升", ("name", "高女士")),
        ("患者李女士咨询双眼皮", ("name", "李女士")),
        ("李晓明 女 34岁 皮肤科", ("name", "李晓明")),
        ("欧阳明/男/5月", ("name", "欧阳明")),
        ("Name: Zhang San", ("name", "Zhang San")),
        ("住院号:0012345678", ("record", "0012345678")),
        ("病案号 A123456", ("record", "A123456")),
        ("就诊卡号No.20240011", ("record", "20240011")),
        ("11010519491231002X", ("id", "11010519491231002X")),
        ("电话:138 1234 5678", ("phone", "138 1234 5678")),
        ("手机+86 13912345678", ("phone", "+86 13912345678")),
        ("座机 010-62345678", ("phone", "010-62345678")),
        ("出生日期:1985年3月12日", ("birth", "1985年3月12日")),
        ("出生1985-03-12", ("birth", "1985-03-12")),
        ("生日:1990.1.2", ("birth", "1990.1.2")),
        ("现住址:北京市朝阳区某路12号3号楼", ("address", "北京市朝阳区某路12号3号楼")),
    ],
)
def test_private(text: str, secret: tuple[str, str]) -> None:
    assert found(text) == [secret]


@pytest.mark.parametrize(
    "text",
    [
        "患者术后恢复良好", "病人安全第一", "客户至上 服务第一", "患者满意度98%", "联系人工客服",
        "咨询热线 400-800-1234", "地址:上海市静安区某路1号", "原价19800元 2024年11月11日", "国械注准20183461234",
        "(京)医广【2024】第01-02-123号", "门诊时间 8:00-17:00", "住院部三楼",
        "适合女性 18岁以上", "统一社会信用代码 91110000100000000X"[:20], "",
    ],
)  # fmt: skip
def test_not_private(text: str) -> None:
    assert found(text) == []


def test_several_in_one_line_end_where_the_next_label_begins() -> None:
    assert found("家庭住址:北京市某路12号院 电话:13800138000 姓名:赵六") == [
        ("address", "北京市某路12号院"), ("phone", "13800138000"), ("name", "赵六"),
    ]  # fmt: skip


def test_an_id_number_with_a_wrong_digit_is_a_misread_one() -> None:
    (secret,) = private([line("110105194912310021")])
    assert (secret.kind, secret.sure) == ("id", False)
    assert found("123456789012345678") == []


def test_a_form_in_columns() -> None:
    lines = [
        line("姓名", 0, 0), line("张三丰", 80, 0), line("住院号:", 0, 40), line("00998877", 140, 42),
        line("科室", 0, 80), line("皮肤科", 80, 80), line("出生日期", 300, 0), line("1990-01-02", 300, 28),
    ]  # fmt: skip
    secrets = [(each.kind, lines[each.line].text, each.sure) for each in private(lines)]
    assert secrets == [("name", "张三丰", True), ("record", "00998877", True), ("birth", "1990-01-02", False)]


def test_what_a_mask_left_of_a_label_is_no_name() -> None:
    lines = [line("姓名", 0, 0), line("案号", 80, 0)]
    assert private(lines) == []


def test_the_second_line_of_an_address() -> None:
    lines = [line("家庭住址:北京市海淀区中关村", 0, 0), line("大街27号3单元502室", 30, 30), line("诊断:痤疮", 0, 60)]
    assert [(each.kind, each.line) for each in private(lines)] == [("address", 0), ("address", 1)]


def test_the_box_is_the_share_of_the_line_that_the_characters_take() -> None:
    left, top, width, height = box_of(line("姓名张三", 100, 50), 2, 4)
    assert (top, height) == (50, 21)
    assert 128 <= left <= 140 and left + width >= 180  # half a character of room on the label's side


def test_latin_characters_are_half_as_wide() -> None:
    left, _, width, _ = box_of(line("患者" + "A" * 20, 0, 0), 2, 22)
    share = 2 / (2 + 20 * 0.55)
    assert left == pytest.approx(share * 440 - 14, abs=8) and left + width >= 440


def test_a_vertical_line_is_divided_from_top_to_bottom() -> None:
    left, top, width, height = box_of(line("姓名张三", 10, 100, vertical=True), 2, 4)
    assert (left, width) == (10, 21)
    assert 125 <= top <= 140 and top + height >= 180


def test_a_slanted_line_gives_the_upright_box_around_its_part() -> None:
    slanted = Line("姓名张三", ((0, 0), (80, 40), (70, 58), (-10, 18)), 0.9)
    left, top, width, height = box_of(slanted, 2, 4)
    assert left > 15 and top > 10 and left + width >= 80 and top + height >= 58
