"""Each outside format: what a reader sees becomes parts, with roles and lines."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import Item, Part
from mingjian.intake import UNREAD_FACT, IntakeError, ReadOptions, read
from mingjian.intake.adapters.html import parts_of as html_parts
from mingjian.intake.adapters.markdown import parts_of as markdown_parts
from mingjian.intake.adapters.pdf import unwrapped
from tests.intake.makers import docx_of, pdf_of, xlsx_of


def reading(path: Path, options: ReadOptions | None = None) -> tuple[list[Item], list[IntakeError]]:
    found = list(read([path], options))
    return (
        [entry for entry in found if isinstance(entry, Item)],
        [entry for entry in found if isinstance(entry, IntakeError)],
    )


def put(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_text_is_untouched(tmp_path: Path) -> None:
    text = "  第一行\r\n\r\n第二行\u200b\t尾 \n"
    (item,), problems = reading(put(tmp_path, "a.txt", text))
    assert item.parts == (Part(text, "body", 1),) and problems == []


PAGE = """<!DOCTYPE html>
<html><head><title>页面
标题</title>
<meta name="description" content="描述&amp;文字">
<style>.a{content:"样式"}</style></head>
<body>
<!-- 注释 <p>不可见</p> -->
<h1>大标题</h1>
<p>第一段
  换行<b>粗 体</b>&amp;玻尿酸<br>
新行</p><div>外<p>内</p>尾<img
  src=x
  alt="图说">后</div>
<table><tr><td>项目</td><td>价格</td></tr>
<tr><td><p>热玛吉</p></td><td>9.9</td></tr></table>
<script>var a="<p>脚本</p>"</script><noscript>无脚本</noscript>
<pre>一  二
三</pre><input placeholder="输入手机号">
</body></html>"""


def test_html_blocks() -> None:
    assert list(html_parts(PAGE)) == [
        Part("页面 标题", "title", 2),
        Part("描述&文字", "caption", 4),
        Part("大标题", "title", 8),
        Part("第一段 换行粗 体&玻尿酸\n新行", "body", 9),
        Part("外", "body", 11),
        Part("内", "body", 11),
        Part("图说", "caption", 13),
        Part("尾后", "body", 11),
        Part("项目\t价格", "body", 14),
        Part("热玛吉\t9.9", "body", 15),
        Part("一  二\n三", "body", 17),
        Part("输入手机号", "caption", 18),
    ]


@given(st.text(alphabet="<>/=\"'! -ap热\n\ttd&;", max_size=60))
def test_html_of_any_kind_is_read(page: str) -> None:
    for part in html_parts(page):
        assert part.text.strip() and "\ufdd0" not in part.text
        assert part.line is not None and 1 <= part.line <= page.count("\n") + 1


@given(st.lists(st.text(alphabet="热玛吉永不反弹abc", min_size=1, max_size=5), min_size=1, max_size=8))
def test_html_lines_are_right(words: list[str]) -> None:
    page = "<html>\n<body>\n" + "\n".join(f"<p>{word}</p>" for word in words)
    assert [(part.text, part.line) for part in html_parts(page)] == [
        (word, number) for number, word in enumerate(words, start=3)
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "热",
        "<b><p>热" * 30_000,
        "<div><p>" * 30_000,
        "<table><tr><td>热" * 20_000,
        "<ul><li>" * 30_000,
        "<svg><a>" * 30_000,
        "<svg>" + "<td>" * 60_000,
        "<div></b>" * 60_000,
        "</div>" * 60_000 + "<div>" * 60_000,
        "<" * 200_000,
        '<a title="' * 20_000,
        "<p>热" * 40_000,
        "<!--" * 60_000,
        "<script" * 40_000,
    ],
)
def test_hostile_pages_stay_linear(page: str) -> None:
    start = time.perf_counter()
    list(html_parts(page))
    assert time.perf_counter() - start < 5


MARKDOWN = """# 标题一

段落**粗**`码`,
第二行 ![图说](x.png)[链接](https://example.com)

- 项一
- 项二
  续

| a | b |
|---|---|
| 热玛吉 | 99 |

<div>html <b>块</b></div>

```
代码
```

> 引用
"""


def test_markdown_blocks() -> None:
    assert list(markdown_parts(MARKDOWN)) == [
        Part("标题一", "title", 1),
        Part("段落粗码,\n第二行 链接", "body", 3),
        Part("图说", "caption", 3),
        Part("项一", "body", 6),
        Part("项二\n续", "body", 7),
        Part("a\tb", "body", 10),
        Part("热玛吉\t99", "body", 12),
        Part("html 块", "body", 14),
        Part("代码", "body", 17),
        Part("引用", "body", 20),
    ]


@given(st.text(alphabet="#*_`[]()<>|-\n 热玛吉1.!&", max_size=60))
def test_markdown_of_any_kind_is_read(text: str) -> None:
    for part in markdown_parts(text):
        assert part.text.strip()
        assert part.line is not None and 1 <= part.line <= text.count("\n") + 1


def test_docx(tmp_path: Path) -> None:
    (item,), problems = reading(put(tmp_path, "方案.docx", docx_of()))
    assert problems == []
    assert item.parts == (
        Part("热玛吉活动方案", "title", 1),
        Part("第一段,加粗结尾", "body", 2),
        Part("项目\t价格", "body", 3),
        Part("热玛吉\t9999元", "body", 4),
        Part("带文本框", "body", 5),
        Part("文本框里的话", "body", 6),
        Part("页眉文字", "background"),
        Part("咨询电话 400", "background"),
    )


def test_pdf_pages_and_what_was_not_read(tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf", pdf_of([["热玛吉术后永不反弹", "第二行 abc"], [], ["末页"]]))
    (item,), (note,) = reading(path)
    assert [part.text for part in item.parts] == ["热玛吉术后永不反弹\n第二行 abc", "", "末页"]
    assert item.facts == {UNREAD_FACT: ("第2页没有文字层,未读取",)}
    assert note.level == "note" and "第2页" in str(note)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (
            "本院引进新一代设备由经验丰富的医师操作术后即\n刻见效。\n下一段",
            "本院引进新一代设备由经验丰富的医师操作术后即刻见效。\n下一段",
        ),
        ("短句\n分行\n海报", "短句\n分行\n海报"),
        (
            "本院引进新一代设备由经验丰富的医师操作的项目。\n下一段在这里",
            "本院引进新一代设备由经验丰富的医师操作的项目。\n下一段在这里",
        ),
        (
            "本院引进新一代设备由经验丰富的医师操作的项目有\n1. 热玛吉",
            "本院引进新一代设备由经验丰富的医师操作的项目有\n1. 热玛吉",
        ),
    ],
)
def test_pdf_lines_broken_for_width_are_joined(text: str, joined: str) -> None:
    assert unwrapped(text) == joined


@given(st.text(alphabet="热a。 \n", max_size=200))
def test_unwrapping_only_takes_line_ends_away(text: str) -> None:
    assert unwrapped(text).replace("\n", "") == text.replace("\n", "")


CSV = '编号,标题,正文,点赞\nn1,甲,"第一行\n第二行",3\n,乙,丙,4\nn3,,,5\n\nn4,丁\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = put(tmp_path, "posts.csv", CSV.replace(",", delimiter).replace("\n", "\r\n").encode(encoding))
    items, problems = reading(path)
    assert [(item.id.removeprefix(path.as_posix()), item.line, item.parts) for item in items] == [
        ("n1", 2, (Part("甲", "title", 2), Part("第一行\r\n第二行", "body", 2))),
        (":4", 4, (Part("乙", "title", 4), Part("丙", "body", 4))),
        ("n4", 7, (Part("丁", "title", 7),)),
    ]
    notes = [str(problem) for problem in problems if "按" not in problem.message]
    assert [note.split(": ", 1)[1] for note in notes] == [
        "1 行没有正文,跳过:第 5 行",
        "1 行的列数不够:第 7 行",
    ]


@pytest.mark.parametrize(
    ("table", "column", "texts"),
    [
        ("正文\n甲\n", None, ["甲"]),
        ("甲\n乙\n", None, ["甲", "乙"]),
        ("Content (text),x\n甲,1\n", None, ["甲"]),
        ("a,b\n甲,乙\n", "b", ["乙"]),
        ("id,b\n甲,乙\n", "2", ["乙"]),
        ("甲,乙\n丙,丁\n", "B", ["乙", "丁"]),  # no header: letters and numbers still name a column
        ("内容,回复\n甲,乙\n", "回复", ["乙"]),
    ],
)
def test_choosing_the_column(tmp_path: Path, table: str, column: str | None, texts: list[str]) -> None:
    items, problems = reading(put(tmp_path, "a.csv", table), ReadOptions(column=column))
    assert [item.parts[-1].text for item in items] == texts and problems == []


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("a,b\n甲,乙\n", None, "--column"),
        ("正文,b\n甲,乙\n", "正纹", "没有名为“正纹”的列"),
        ("正文,b\n甲,乙\n", "9", "表头为"),
    ],
)
def test_a_column_that_cannot_be_told(tmp_path: Path, table: str, column: str | None, words: str) -> None:
    items, (problem,) = reading(put(tmp_path, "a.csv", table), ReadOptions(column=column))
    assert items == [] and problem.level == "error" and words in str(problem)


def test_xlsx(tmp_path: Path) -> None:
    rows: list[list[object]] = [["ID", "笔记"], [7, "热玛吉"], [None, None], [None, 12.5]]
    data = xlsx_of({"帖子": rows, "统计": [["日期", "数量"], [1, 2]], "旧": rows}, hidden=("旧",))
    path = put(tmp_path, "a.xlsx", data)
    items, problems = reading(path)
    name = path.as_posix()
    assert [(item.id, item.line, item.parts[0].text) for item in items] == [
        ("7", 2, "热玛吉"),
        (f"{name}:帖子:4", 4, "12.5"),
    ]
    assert items[0].source == f"{name}[帖子]"
    assert {problem.path for problem in problems} == {f"{name}[统计]", f"{name}[旧]"}
    assert all(problem.level == "note" for problem in problems)


def test_xlsx_without_posts_is_an_error(tmp_path: Path) -> None:
    items, (problem,) = reading(put(tmp_path, "a.xlsx", xlsx_of({"统计": [["日期", "数量"], [1, 2]]})))
    assert items == [] and problem.level == "error"


JSONL = """{"id": "1", "text": "甲"}

{"id": "2", "text": "乙", "channel": "pubic"}
not json
{"id": "3", "parts": [{"text": "丙"}], "publised_at": "x"}
[1]
{"id": "4", "text": "丁", "publised_at": "x"}
"""


def test_jsonl_goes_on_after_bad_lines(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", b"\xef\xbb\xbf" + JSONL.encode())
    items, problems = reading(path)
    assert [(item.id, item.line) for item in items] == [("1", 1), ("3", 5), ("4", 7)]
    assert [(problem.line, problem.field, problem.level) for problem in problems] == [
        (3, "channel", "error"), (4, None, "error"), (6, None, "error"), (None, None, "note"),
    ]  # fmt: skip
    assert "publised_at(2 次)" in str(problems[-1]) and "published_at" in str(problems[-1])


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' + "9" * 5000 + ', "text": "x"}', "{", "\x00"])
def test_hostile_json_lines(tmp_path: Path, line: str) -> None:
    items, problems = reading(put(tmp_path, "a.jsonl", line + '\n{"id": "1", "text": "x"}\n'))
    assert len(problems) == 1 or "\x00" in line
    assert [item.id for item in items] == ["1"] or "\x00" in line


def test_json_array(tmp_path: Path) -> None:
    data = [{"id": "1", "text": "甲"}, {"id": "2"}]
    items, (problem,) = reading(put(tmp_path, "a.json", json.dumps(data)))
    assert [item.id for item in items] == ["1"]
    assert problem.field == "[1].text"


CELLS = st.text(alphabet=st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_csv_gives_back_what_was_written(rows: list[tuple[str, str]], encoding: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([("标题", "正文"), *rows])
    data = written.getvalue().encode(encoding)
    found = list(read(["-"], ReadOptions(input_format="csv"), io.BytesIO(data)))
    assert [[part.text for part in item.parts] for item in found if isinstance(item, Item)] == [
        [cell for cell in row if cell.strip()] for row in rows if any(cell.strip() for cell in row)
    ]


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "word/document.xml"])
def test_entity_bombs_do_not_blow_up(tmp_path: Path, name: str) -> None:
    original = xlsx_of({"a": [["正文"], ["甲"]]}) if name.startswith("xl") else docx_of()
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "热玛吉">{levels}]><x>&e9;</x>'
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(packed, "w") as new:
        for member in old.namelist():
            new.writestr(member, bomb if member == name else old.read(member))
    items, problems = reading(put(tmp_path, "a.docx" if "word" in name else "a.xlsx", packed.getvalue()))
    assert problems
    assert all(len(part.text) < 10_000 for item in items for part in item.parts)


def test_docx_never_reads_files_of_the_machine(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.txt", "机密")
    with zipfile.ZipFile(io.BytesIO(docx_of())) as old:
        members = {name: old.read(name) for name in old.namelist()}
    document = members["word/document.xml"].decode()
    head, body = document.split("?>", 1)
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    members["word/document.xml"] = f"{head}?>{entity}{body.replace('第一段,', '&e;', 1)}".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
    items, _ = reading(put(tmp_path, "a.docx", packed.getvalue()))
    assert "机密" not in repr(items)
