"""Reading the sources' file: the shipped one, or a deployer's in its place. All errors at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from mingjian.desk.deployed import DataFile
from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known, flag, listing, mapping, number, text, word, words
from mingjian.governance.lookups.model import ADAPTERS, FIELDS, PLACES, Asking, Source
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS

_SOURCE = ("title", "title_en", "kinds", "adapter", "page", "automatic", "ask", "provinces", "rows", "fields", "empty",
           "blocked", "numbers", "not_found", "every", "timeout", "tries", "valid_days")  # fmt: skip
_ASKING = ("url", "method", "params", "headers", "body")
_PLACE = re.compile(r"\{(\w*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BLOCKED = ("验证码", "captcha", "访问过于频繁", "请求过于频繁", "访问被拒绝", "滑动验证", "安全验证")


def sources() -> Mapping[str, Source]:
    """The sources in force, in the order of the file."""
    return SOURCES.current()


def source_for(kind: str, number_: str, among: Iterable[Source] | None = None) -> Source | None:
    """The first source that knows numbers of this kind; None where nobody does."""
    listed = sources().values() if among is None else among
    return next((one for one in listed if one.answers(kind, number_)), None)


def parse_sources(data: Any) -> Mapping[str, Source]:
    """The sources of a file; Invalid with everything that is wrong with it."""
    problems: list[tuple[str, str]] = []

    def complain(field: str, message: str) -> None:
        problems.append((field, message))

    if not isinstance(data, dict):
        raise Invalid("应为映射,含 sources", field="lookups")
    check_known(data, ("sources",), "", complain)
    found = {}
    for name, given in mapping(data, "sources", "", complain).items():
        where = f"sources.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            complain(where, "来源名应为小写英文字母开头的英文、数字、下划线,不超过 40 个字符")
        if isinstance(given, dict):
            found[str(name)] = _source(str(name), given, where, complain)
        else:
            complain(where, f"应为映射,可用字段:{'、'.join(_SOURCE)}")
    if not found:
        complain("sources", "至少要有一个来源")
    if problems:
        raise Invalid(f"{len(problems)} 处:\n" + "\n".join(f"  {at}:{what}" for at, what in problems), field="lookups")
    return found


def _source(name: str, data: dict[Any, Any], path: str, complain: Complain) -> Source:
    check_known(data, _SOURCE, path, complain)
    adapter = word(data, "adapter", path, ADAPTERS, complain, None)
    automatic = flag(data, "automatic", path, complain)
    if automatic and adapter == "page":
        complain(f"{path}.automatic", "page 只给网址,不能自动查询")
    asking = _asking(mapping(data, "ask", path, complain), f"{path}.ask", complain, needed=adapter != "page")
    provinces = mapping(data, "provinces", path, complain)
    named = mapping(data, "fields", path, complain)
    for ours, theirs in named.items():
        if ours not in FIELDS:
            complain(f"{path}.fields.{ours}", f"没有这个字段。可用:{'、'.join(FIELDS)}")
        if not isinstance(theirs, str) or not theirs:
            complain(f"{path}.fields.{ours}", "应为答复里的名字")
    if adapter != "page" and not {"number", "name"} & set(named):
        complain(f"{path}.fields", "至少要有 number 或 name,否则无法与登记的比较")
    return Source(
        name=name, title=text(data, "title", path, complain), title_en=text(data, "title_en", path, complain),
        kinds=words(data, "kinds", path, CREDENTIAL_KINDS, complain, needed=True), adapter=adapter,
        page=str(data.get("page") or ""), automatic=automatic, ask=asking,
        provinces={str(p): _asking(a if isinstance(a, dict) else {}, f"{path}.provinces.{p}", complain, needed=True)
                   for p, a in provinces.items()},
        rows=str(data.get("rows") or ""), fields={str(k): str(v) for k, v in named.items()},
        empty=_texts(data, "empty", path, complain),
        blocked=(*_BLOCKED, *_texts(data, "blocked", path, complain)),
        numbers=_pattern(data.get("numbers"), f"{path}.numbers", complain),
        missing_contradicts=word(data, "not_found", path, ("contradicts", "open"), complain, "open") == "contradicts",
        every=number(data, "every", path, complain, 0, 86400, 10),
        timeout=number(data, "timeout", path, complain, 0.1, 120, 15),
        tries=int(number(data, "tries", path, complain, 1, 20, 5)),
        valid_days=int(number(data, "valid_days", path, complain, 0, 3660, 60)),
    )  # fmt: skip


def _asking(data: dict[Any, Any], path: str, complain: Complain, *, needed: bool) -> Asking:
    check_known(data, _ASKING, path, complain)
    url = str(data.get("url") or "")
    parts = urlsplit(url)
    if needed and (parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc):
        complain(f"{path}.url", f"应为 http 或 https 地址,主机名里不能有 {{…}},不是 {url!r}")
    params, headers = mapping(data, "params", path, complain), mapping(data, "headers", path, complain)
    for place in _PLACE.findall(" ".join([url, *map(str, params.values()), *map(str, headers.values())])):
        if place not in PLACES:
            complain(path, f"没有 {{{place}}}。可用:{'、'.join(PLACES)}")
    return Asking(
        url, word(data, "method", path, ("GET", "POST"), complain, "GET"),
        {str(k): str(v) for k, v in params.items()}, {str(k): str(v) for k, v in headers.items()},
        word(data, "body", path, ("form", "json"), complain, "form"),
    )  # fmt: skip


def _texts(data: dict[Any, Any], name: str, path: str, complain: Complain) -> tuple[str, ...]:
    found = listing(data, name, path, complain)
    if not all(isinstance(each, str) and each for each in found):
        complain(f"{path}.{name}", "应为文字的列表")
    return tuple(str(each) for each in found)


def _pattern(given: Any, path: str, complain: Complain) -> re.Pattern[str] | None:
    if given is None:
        return None
    try:
        return re.compile(str(given))
    except re.error as error:
        complain(path, f"不是合法的正则表达式:{error}")
        return None


SOURCES = DataFile("mingjian.governance", "lookups.yaml", "官方查询来源文件", parse_sources)
