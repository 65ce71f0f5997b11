"""Reading what was sent, strictly: JSON that is JSON, items of the public schema and nothing else."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from mingjian.intake.errors import IntakeError, did_you_mean
from mingjian.intake.item_schema import ITEM_FIELDS, item_to_dict, parse_item
from mingjian.records.errors import DeskError, Invalid
from mingjian.records.items.model import Media, Submission

MOST_ITEMS = 1000  # in one request
MOST_PARTS = 500  # of one item
MOST_MEDIA = 50
DEEPEST = 20  # arrays and objects within one another
SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LONGEST = {"id": 200, "platform": 64, "kind": 32, "publisher.id": 200, "publisher.name": 200}
_MEDIA_FIELDS = ("digest", "name")
_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]*")


class UnsupportedType(DeskError):
    """The body is not what the address takes."""

    word, status = "unsupported_type", 415


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an item: ``field`` as a path (``parts[2].text``), None for the item as a whole."""

    field: str | None
    message: str
    hint: str | None = None


class WrongItem(Invalid):
    """An item that is none, with everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        where = f"{first.field}:" if first.field else ""
        more = f"(共 {len(problems)} 处)" if len(problems) > 1 else ""
        super().__init__(f"内容不合要求:{where}{first.message}{more}", field=first.field)
        self.problems = problems


def demand_json(content_type: str | None) -> None:
    """UnsupportedType unless the body says that it is JSON."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedType("请求体应为 JSON,请设 Content-Type: application/json。")


def loads(body: bytes) -> Any:
    """The value of a body; Invalid says what is wrong with it."""
    if not body:
        raise Invalid("请求体是空的,应为 JSON。")
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise Invalid(f"请求体不是 UTF-8(第 {error.start + 1} 字节)。") from None
    except json.JSONDecodeError as error:
        raise Invalid(f"请求体不是合格的 JSON:第 {error.lineno} 行第 {error.colno} 列。") from None
    except RecursionError:
        raise Invalid(f"JSON 嵌套太深,最多 {DEEPEST} 层。") from None
    except ValueError as error:
        if isinstance(error, _NotANumber):
            raise Invalid("JSON 里的数字只能是有限数,不能是 NaN 或无穷大。") from None
        raise Invalid("JSON 里的数字太长。") from None
    if b"\\u" in body and b"\\ud" in body.lower():
        _demand_whole_characters(value)
    return value


class _NotANumber(ValueError):
    """NaN and its like, which JSON has not."""


def _no_constant(_text: str) -> NoReturn:
    raise _NotANumber


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NotANumber
    return number


def _demand_whole_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        raise Invalid("JSON 里有不成对的代理项(\\ud800 到 \\udfff),不是合格的文字。") from None


def submission(data: object, source: str = "api") -> Submission:
    """An item from outside as it is kept; WrongItem with every problem. Media are named, not looked for (``found``)."""
    if not isinstance(data, Mapping):
        raise WrongItem([Problem(None, "应为 JSON 对象", '如 {"id": "1", "text": "…"}')])
    if _deeper(data, DEEPEST):
        raise WrongItem([Problem(None, f"嵌套太深,最多 {DEEPEST} 层")])
    parts = data.get("parts")
    if isinstance(parts, list) and len(parts) > MOST_PARTS:
        raise WrongItem([Problem("parts", f"最多 {MOST_PARTS} 个部分")])
    problems: list[Problem] = []
    media: tuple[Media, ...] = ()
    if "media" in data:
        media = _media(data["media"], problems)
        data = {name: value for name, value in data.items() if name != "media"}
    if media and "text" not in data and "parts" not in data:
        data = {**data, "parts": [{"role": "ocr", "text": ""}]}  # a picture without words of its own
    parsed = parse_item(data)
    problems += [_problem(each) for each in parsed.problems if each.level == "error"]
    problems += [Problem(name, "不认识的字段", did_you_mean(name, ITEM_FIELDS)) for name in parsed.unknown]
    if parsed.item is None or problems:
        raise WrongItem(problems or [Problem(None, "内容不合要求")])
    item = item_to_dict(parsed.item)
    problems += _lines(item)
    if problems:
        raise WrongItem(problems)
    return Submission(item, source, media)


def _problem(error: IntakeError) -> Problem:
    return Problem(error.field, error.message, error.hint)


def _lines(item: Mapping[str, Any]) -> list[Problem]:
    """What the store keeps as a line must be one, and no longer than its place."""
    publisher = item.get("publisher") or {}
    named = {**{f"publisher.{name}": value for name, value in publisher.items()}, **item}
    found = []
    for name, longest in _LONGEST.items():
        value = named.get(name)
        if isinstance(value, str) and (len(value) > longest or _LINE.fullmatch(value) is None):
            found.append(Problem(name, f"应为一行文字,最长 {longest} 字"))
    return found


def _media(value: object, problems: list[Problem]) -> tuple[Media, ...]:
    if not isinstance(value, list) or len(value) > MOST_MEDIA:
        problems.append(Problem("media", f"应为数组,最多 {MOST_MEDIA} 个", '如 [{"digest": "…", "name": "1.jpg"}]'))
        return ()
    found: list[Media] = []
    for index, entry in enumerate(value):
        place = f"media[{index}]"
        if not isinstance(entry, Mapping):
            problems.append(Problem(place, "应为对象", '如 {"digest": "…", "name": "1.jpg"}'))
            continue
        digest, name = (entry.get(field) for field in _MEDIA_FIELDS)
        name = "" if name is None else name
        problems += [Problem(f"{place}.{field}", "不认识的字段") for field in entry if field not in _MEDIA_FIELDS]
        if not isinstance(digest, str) or re.fullmatch("[0-9a-f]{64}", digest) is None:
            problems.append(Problem(f"{place}.digest", "应为上传文件时得到的摘要(64 位十六进制)"))
        elif not isinstance(name, str) or len(name) > 200 or _LINE.fullmatch(name) is None:
            problems.append(Problem(f"{place}.name", "应为一行文字,最长 200 字"))
        else:
            found.append(Media(digest, name, "", 0))
    return tuple(found)


def _deeper(value: object, limit: int) -> bool:
    """Whether arrays and objects stand deeper in one another than this; looks no deeper than the limit."""
    level: list[object] = [value]
    for _ in range(limit):
        below: list[object] = []
        for each in level:
            inner = each.values() if isinstance(each, Mapping) else each if isinstance(each, list) else ()
            below += [one for one in inner if isinstance(one, Mapping | list)]
        if not below:
            return False
        level = below
    return True


def source_of(text: str | None) -> str:
    """The name of the system an item comes from."""
    if text is None:
        return "api"
    if SOURCE.fullmatch(text) is None:
        raise Invalid("source 应为小写字母、数字和 . _ -,最长 64 个。", field="source")
    return text
