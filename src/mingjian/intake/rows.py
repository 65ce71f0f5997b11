"""Tables of posts: which column is the text, and one item a row. Shared by CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mingjian.core.model import Item, Part
from mingjian.intake.errors import IntakeError, UnreadableError, did_you_mean
from mingjian.intake.values import listed

# Header names, best first; compared without case, spaces and what stands in brackets.
BODY = (
    "正文", "内容", "文案", "笔记", "笔记内容", "笔记正文", "正文内容", "文本", "帖子", "帖子内容",
    "描述", "详情", "话术", "评论", "评论内容", "回复", "聊天内容", "消息", "广告内容", "广告文案",
    "文章", "text", "content", "body", "post", "note", "caption", "description", "desc", "comment",
    "message", "copy",
)  # fmt: skip
TITLE = ("标题", "笔记标题", "文章标题", "题目", "主题", "title", "headline", "subject")
IDENTITY = ("id", "编号", "笔记id", "帖子id", "内容id", "item_id", "post_id", "note_id")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row. ``header`` is False when the first row is already a post."""

    body: int | None
    title: int | None = None
    identity: int | None = None
    header: bool = True


def find_columns(first: Sequence[str], wanted: str | None) -> Columns:
    """The columns of a table by its first row; UnreadableError when the text column cannot be told."""
    names = [_key(cell) for cell in first]
    identity = _first(names, IDENTITY)
    if wanted is not None:
        index, header = _wanted(names, first, wanted)
        return Columns(index, None, identity if header and identity != index else None, header)
    body, title = _first(names, BODY), _first(names, TITLE)
    if body is not None or title is not None:
        return Columns(body, title, identity)
    filled = [index for index, cell in enumerate(first) if cell.strip()]
    if len(filled) == 1:  # one column without a header we know: every row is a post
        return Columns(filled[0], header=False)
    raise UnreadableError(
        f"分不清哪一列是正文,表头为:{listed([cell.strip() or '(空)' for cell in first])}",
        "用 --column 指定列名、列号或列字母",
    )


def items(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Columns, name: str, id_prefix: str
) -> Iterator[Item | IntakeError]:
    """One item a row; rows are (line, cells). Rows without text are counted, not judged."""
    empty: list[int] = []
    short: list[int] = []
    last = max(index for index in (columns.body, columns.title) if index is not None)
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= last:
            short.append(line)
        title, body = _cell(cells, columns.title), _cell(cells, columns.body)
        parts = tuple(Part(text, role, line) for text, role in ((title, "title"), (body, "body")) if text.strip())
        if not parts:
            empty.append(line)
            continue
        identity = _cell(cells, columns.identity).strip() or f"{id_prefix}:{line}"
        yield Item(id=identity, parts=parts, source=name, line=line)
    for lines, what in ((empty, "行没有正文,跳过"), (short, "行的列数不够")):
        if lines:
            where = f"{len(lines)} {what}:第 {listed(map(str, lines))} 行"
            yield IntakeError(name, lines[0], None, where, level="note")


def _cell(cells: Sequence[str], index: int | None) -> str:
    return cells[index] if index is not None and index < len(cells) else ""


def _key(cell: str) -> str:
    key = cell.strip().strip("\ufeff").lower().replace(" ", "").replace("(", "(")
    return key.split("(")[0] or key


def _first(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _wanted(names: Sequence[str], first: Sequence[str], wanted: str) -> tuple[int, bool]:
    key = _key(wanted)
    if key in names:
        return names.index(key), True
    header = _first(names, (*BODY, *TITLE, *IDENTITY)) is not None
    index = int(wanted) - 1 if wanted.isascii() and wanted.isdigit() else _letter(wanted)
    if index is not None and 0 <= index < len(names):
        return index, header
    near = did_you_mean(key, list(names))
    raise UnreadableError(f"没有名为“{wanted}”的列", near or f"表头为:{listed([cell.strip() for cell in first])}")


def _letter(wanted: str) -> int | None:
    if not (1 <= len(wanted) <= 3 and wanted.isascii() and wanted.isalpha()):
        return None
    number = 0
    for char in wanted.upper():
        number = number * 26 + ord(char) - 64
    return number - 1
