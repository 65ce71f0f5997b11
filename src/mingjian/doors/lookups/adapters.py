"""An adapter per shape of official page: how it is asked, and how what it shows becomes rows in our words.

None of them was run against the live page: they read what is publicly known of its shape, and their tests replay
answers of that shape. Whatever is not clearly an answer (a captcha, a block, another layout) is ``unavailable``.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mingjian.doors.lookups.client import Client, Reply, Unreachable
from mingjian.governance.lookups.compare import compare
from mingjian.governance.lookups.model import PLACES, Asking, Source
from mingjian.records.lookups.model import Answer

_MOST_ROWS = 50
_LONGEST = 500  # characters of one value
_BUSY = (401, 403, 405, 407, 408, 412, 418, 425, 429, 444, 503, 521)  # blocked, or told to wait
Row = dict[str, str]


class Adapter(Protocol):
    """One official look-up."""

    @property
    def name(self) -> str: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    def ask(self, number: str, context: Mapping[str, Any], client: Client) -> Answer: ...


class NotUnderstood(Exception):
    """The page is not of the shape we know; the message says what is missing."""


class Page:
    """A page that only people can ask: the address is all there is."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.source.kinds

    def ask(self, number: str, context: Mapping[str, Any], client: Client) -> Answer:
        """Nobody can be asked by program. ``context``: name, institution, province, issuer, valid_to (ISO day),
        ``as_of`` (date) and ``at`` (microseconds)."""
        return Answer("unavailable", at=int(context["at"]), why="这个来源只能由人查询")

    def asking(self, context: Mapping[str, Any]) -> Asking | None:
        """How it is asked about this one; None when nobody knows where."""
        if not self.source.provinces:
            return self.source.ask
        province = str(context.get("province") or "")
        return next((one for name, one in self.source.provinces.items() if province.startswith(name)), None)


class Fetched(Page, ABC):
    """What all adapters that fetch share: asking, telling a block from an answer, comparing."""

    def ask(self, number: str, context: Mapping[str, Any], client: Client) -> Answer:
        """Ask and compare; never raises for what the other side does."""
        at, as_of = int(context["at"]), context["as_of"]
        assert isinstance(as_of, date)
        asking = self.asking(context)
        if asking is None or not asking.url:
            return Answer("unavailable", at=at, why="没有配置这个省份的查询地址")
        values = {name: str(context.get(name) or "") for name in PLACES} | {"number": number}
        try:
            reply = client.ask(
                _filled(asking.url, values, quoted=True), method=asking.method,
                params={name: _filled(text, values) for name, text in asking.params.items()},
                headers={name: _filled(text, values) for name, text in asking.headers.items()},
                json=asking.body == "json",
            )  # fmt: skip
        except Unreachable as error:
            return Answer("unavailable", at=at, why=str(error))
        wrong = self.blocked(reply)
        if wrong is not None:
            return Answer("unavailable", at=at, why=wrong, wait=reply.wait)
        try:
            rows = self.rows(reply)
        except NotUnderstood as error:
            return Answer("unavailable", at=at, why=f"页面与已知的不同:{error}")
        outcome, why, row = compare(rows, {**context, "number": number}, as_of)
        facts: dict[str, Any] = {"shown": dict(row)} if row else {"rows": len(rows)}
        return Answer(outcome, facts, reply.body, reply.kind.partition(";")[0].strip(), at, why)

    def blocked(self, reply: Reply) -> str | None:
        """Why this is no answer, or None."""
        if 300 <= reply.status < 400:
            return f"HTTP {reply.status}:被转到别处,不跟随"
        if reply.status in _BUSY:
            return f"HTTP {reply.status}:被拦截或要求稍候"
        if reply.status != 200:
            return f"HTTP {reply.status}"
        shown = reply.text()[:200_000]
        found = next((word for word in self.source.blocked if word in shown), None)
        return None if found is None else f"页面要求验证或拦截({found})"

    @abstractmethod
    def rows(self, reply: Reply) -> list[Row]:
        """What the answer shows, in our words; NotUnderstood when it is no answer of the shape we know."""


class Json(Fetched):
    """Any address that answers in JSON: ``rows`` is the path of the list, ``fields`` the paths of the values."""

    def rows(self, reply: Reply) -> list[Row]:
        try:
            answer = json.loads(reply.body)
        except ValueError:
            raise NotUnderstood("不是 JSON") from None
        self.vouched(answer)
        listed = _at(answer, self.source.rows)
        if listed is None:
            raise NotUnderstood(f"没有 {self.source.rows}")
        entries = listed if isinstance(listed, list) else [listed]
        return [self._row(entry) for entry in entries[:_MOST_ROWS]]

    def vouched(self, answer: Any) -> None:
        """NotUnderstood when the answer says itself that it is none."""

    def _row(self, entry: Any) -> Row:
        values = {ours: _at(entry, theirs) for ours, theirs in self.source.fields.items()}
        return {ours: str(value)[:_LONGEST] for ours, value in values.items() if value not in (None, "")}


class Nmpa(Json):
    """国家药监局数据查询: ``{"code": 200, "message": …, "data": {"total": n, "list": [{"f0": …}]}}``. Its pages sign
    every question in the browser; without a signature they answer 412, which is a block and not an answer."""

    def vouched(self, answer: Any) -> None:
        code = answer.get("code") if isinstance(answer, dict) else None
        if str(code) != "200":
            raise NotUnderstood(f"code 是 {str(code)[:20]}")
        data = answer.get("data")
        if not isinstance(data, dict) or "list" not in data:
            raise NotUnderstood("没有 data.list")


class Html(Fetched):
    """A page with a table (a row of headings, a row for each result), or a list of blocks: ``rows`` selects the
    blocks, ``fields`` are headings, labels (``执业范围:…``) or, with ``.`` or a plain tag, selectors within a block."""

    def rows(self, reply: Reply) -> list[Row]:
        shown = reply.text()
        tree = LexborHTMLParser(shown)
        found = [row for block in tree.css(self.source.rows)[:500] if (row := self._block(block))]
        found = found or self._tables(tree)
        if found:
            return found[:_MOST_ROWS]
        if any(word in shown for word in self.source.empty):
            return []
        raise NotUnderstood("没有结果,也没有“查无”的字样")

    def _block(self, block: LexborNode) -> Row:
        """One result that stands as a block: by selector, or by label in its own text."""
        if block.tag == "tr":
            return {}
        found: Row = {}
        lines = [_line(each) for each in block.text(separator="\n").split("\n") if each.strip()]
        for ours, theirs in self.source.fields.items():
            value = _labelled(lines, theirs)
            if value is None and theirs.isascii():
                node = block.css_first(theirs)
                value = _line(node.text()) if node is not None else None
            if value:
                found[ours] = value[:_LONGEST]
        return found

    def _tables(self, tree: LexborHTMLParser) -> list[Row]:
        found: list[Row] = []
        for table in tree.css("table"):
            lines = [[_line(cell.text()) for cell in line.css("th,td")] for line in table.css("tr")]
            labelled = [line for line in lines if self._columns(line)]
            columns = self._columns(labelled[0]) if len(labelled) == 1 else {}
            if len(columns) >= 2:  # one line of headings, the results below it
                headings = labelled[0]
                after = lines[lines.index(headings) + 1 :]
                wide = [line for line in after if len(line) == len(headings)]
                found += [{ours: line[at][:_LONGEST] for ours, at in columns.items() if line[at]} for line in wide]
                continue
            upright: Row = {}  # a table of label | value
            for line in lines:
                for label, value in zip(line[::2], line[1::2], strict=False):
                    upright |= {ours: value[:_LONGEST] for ours, theirs in self.source.fields.items()
                                if theirs in label and value}  # fmt: skip
            found += [upright] if upright else []
        return [row for row in found if row]

    def _columns(self, line: Sequence[str]) -> dict[str, int]:
        """Where a line has labels of ours: a cell that is hardly more than the label."""
        return {ours: at for ours, theirs in self.source.fields.items() for at, cell in enumerate(line)
                if theirs in cell and len(cell) <= len(theirs) + 6}  # fmt: skip


_MADE: Mapping[str, type[Page]] = {"page": Page, "html": Html, "nmpa": Nmpa, "json": Json}


def adapter_of(source: Source) -> Adapter:
    """The adapter of a source."""
    return _MADE[source.adapter](source)


def _filled(text: str, values: Mapping[str, str], *, quoted: bool = False) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", quote(value, safe="") if quoted else value)
    return text


def _at(value: Any, path: str) -> Any:
    """What lies at a dotted path; None where it does not go on."""
    for step in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _line(text: str) -> str:
    return " ".join(text.split())


def _labelled(lines: Sequence[str], label: str) -> str | None:
    for at, line in enumerate(lines):
        head, colon, rest = line.replace(":", ":").partition(":")
        if label in head and colon:
            return rest.strip() or (lines[at + 1] if at + 1 < len(lines) else None)
    return None
