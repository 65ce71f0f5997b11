"""Is a record well formed? All that is wrong with it at once, before the store is asked anything."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.desk.registry.model import Parsed, Problem, Record
from mingjian.records.registry.model import (
    CREDENTIAL_KINDS,
    CREDENTIAL_STATES,
    ENTITY_KINDS,
    ENTITY_STATES,
    LINK_KINDS,
)

MOST_CREDENTIALS = 200
MOST_LINKS = 2000
MOST_SCOPE = 1000
MOST_ATTRIBUTES = 100
LONGEST = {"key": 128, "name": 200, "number": 128, "issuer": 200, "id": 32}
MOST_BYTES = 32_768  # of one's attributes or scope
WITHOUT_NUMBER = frozenset({"training", "hospital_grade", "aesthetic_lead", "other"})
"""Credentials that may have no number."""

_WORDS = frozenset({"name", "issuer"})
_BAD = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ENTITY = frozenset({"id", "kind", "key", "name", "state", "attributes", "version"})
_CREDENTIAL = frozenset({"id", "kind", "number", "issuer", "scope", "valid_from", "valid_to", "state", "evidence",
                         "attributes", "version"})  # fmt: skip
_LINK = frozenset({"id", "kind", "target", "scope", "valid_from", "valid_to", "state", "attributes", "version"})
_TARGET = frozenset({"id", "kind", "key"})


class _Reader:
    """Reads the fields of one object, noting what is wrong."""

    def __init__(self, given: Any, where: str, known: frozenset[str], problems: list[Problem]) -> None:
        self.given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        self.where, self.problems = where, problems
        self.found: dict[str, Any] = {}
        if not isinstance(given, Mapping):
            self.note("", "应为对象(字段与值)")
        elif not known.issuperset(self.given):
            for name in sorted(map(str, self.given.keys() - known)):
                self.note(name, "没有这个字段", f"可用:{'、'.join(sorted(known))}", "unknown")

    def note(self, name: str, message: str, hint: str = "", word: str = "wrong") -> None:
        where = ".".join(part for part in (self.where, name) if part)
        self.problems.append(Problem(where, message, hint, word))

    def text(self, name: str, *, needed: bool = False) -> None:
        value = self.given.get(name)
        if value is None or value == "":
            if needed:
                self.note(name, "缺少这一项", "请填写", "missing")
            elif name in self.given:
                self.found[name] = ""
            return
        if not isinstance(value, str):
            self.note(name, "应为文字")
            return
        value = value.strip()
        if len(value) > LONGEST[name]:
            self.note(name, f"过长:{len(value)} 个字符,最多 {LONGEST[name]} 个")
        elif _BAD.search(value):
            self.note(name, "含有控制字符或不成对的代理字符", "删去换行、空字符等")
        elif not value and needed:
            self.note(name, "缺少这一项", "请填写", "missing")
        else:  # words have one blank between them, as when they come from a table
            self.found[name] = " ".join(value.split()) if name in _WORDS else value

    def choice(self, name: str, known: Sequence[str], *, needed: bool = False) -> None:
        value = self.given.get(name)
        if value is None and not needed:
            return
        if value is None:
            self.note(name, "缺少这一项", f"应为 {'、'.join(known)} 之一", "missing")
        elif value in known and isinstance(value, str):
            self.found[name] = value
        else:
            self.note(name, f"不认识“{str(value)[:40]}”", f"应为 {'、'.join(known)} 之一")

    def day(self, name: str) -> None:
        if name not in self.given:
            return
        value = self.given[name]
        if value is None or value == "":
            self.found[name] = None
            return
        text = value.isoformat() if isinstance(value, date) and type(value) is date else value
        if isinstance(text, str) and _DAY.fullmatch(text):
            try:
                date.fromisoformat(text)
            except ValueError:
                pass
            else:
                self.found[name] = text
                return
        self.note(name, f"不是日期:“{str(value)[:40]}”", "写成 2026-03-01 的样子")

    def days(self) -> None:
        self.day("valid_from")
        self.day("valid_to")
        first, last = self.found.get("valid_from"), self.found.get("valid_to")
        if first and last and last < first:
            self.note("valid_to", f"止日 {last} 早于起日 {first}", "核对起止日期")

    def scope(self) -> None:
        value = self.given.get("scope")
        if value is None:
            if "scope" in self.given:
                self.found["scope"] = []
            return
        if not isinstance(value, list | tuple) or len(value) > MOST_SCOPE:
            self.note("scope", f"应为不多于 {MOST_SCOPE} 项的列表")
            return
        for place, code in enumerate(value):
            if not isinstance(code, str) or not code.strip() or len(code) > 64 or _BAD.search(code):
                self.note(f"scope.{place}", "应为 1 至 64 个字符的代码或名称")
                return
        self.found["scope"] = sorted({code.strip() for code in value})

    def attributes(self) -> None:
        value = self.given.get("attributes")
        if value is None:
            return
        if not isinstance(value, Mapping) or len(value) > MOST_ATTRIBUTES:
            self.note("attributes", f"应为不多于 {MOST_ATTRIBUTES} 项的对象")
            return
        for name, one in value.items():
            if not isinstance(name, str) or not _ATTRIBUTE.fullmatch(name):
                self.note("attributes", f"属性名不合格式:“{str(name)[:40]}”", "小写字母开头,字母、数字、下划线")
                return
            if not (type(one) is str and len(one) < 2000 and not _BAD.search(one)) and not _plain(one):
                self.note(f"attributes.{name}", "应为文字、数、是否,或它们的列表,且不含控制字符")
                return
        if len(value) > 20 and len(json.dumps(dict(value), ensure_ascii=False)) > MOST_BYTES:
            self.note("attributes", f"过大,最多 {MOST_BYTES} 字节")
            return
        self.found["attributes"] = dict(value)

    def version(self) -> None:
        value = self.given.get("version")
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.note("version", "应为正整数")
        else:
            self.found["version"] = value

    def digest(self, name: str) -> None:
        if name not in self.given:
            return
        value = self.given[name]
        if value is None or value == "":
            self.found[name] = None
        elif isinstance(value, str) and _DIGEST.fullmatch(value):
            self.found[name] = value
        else:
            self.note(name, "应为文件的摘要(64 位十六进制)", "先上传文件,再填所得摘要")


def _plain(value: Any, deep: int = 0) -> bool:
    """Whether a value may be an attribute: plain, bounded, and the same on both databases."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return len(value) <= 4000 and not _BAD.search(value)
    if isinstance(value, int):
        return abs(value) < 1 << 53
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list | tuple) and deep < 2:
        return len(value) <= 200 and all(_plain(one, deep + 1) for one in value)
    if isinstance(value, Mapping) and deep < 2:
        return len(value) <= 50 and all(isinstance(name, str) and _plain(name) and _plain(one, deep + 1)
                                        for name, one in value.items())  # fmt: skip
    return False


def parse(record: Record) -> tuple[Parsed | None, list[Problem]]:
    """The record's given fields, or None and everything that is wrong with it."""
    problems: list[Problem] = []
    entity = _entity(record.entity, problems)
    credentials = _each(record.credentials, "credentials", MOST_CREDENTIALS, _credential, problems)
    links = _each(record.links, "links", MOST_LINKS, _link, problems)
    kind = entity.get("kind")
    for place, link in enumerate(links):
        if kind is not None and "kind" in link and kind not in LINK_KINDS[link["kind"]][0]:
            problems.append(Problem(f"links.{place}.kind", f"{kind} 不能有 {link['kind']} 关系"))
    effective = record.effective
    if effective is not None:
        reader = _Reader({"effective": effective}, "", frozenset({"effective"}), problems)
        reader.day("effective")
        effective = reader.found.get("effective")
    if problems:
        return None, problems
    return Parsed(entity, credentials, links, effective), problems


def _entity(given: Any, problems: list[Problem]) -> dict[str, Any]:
    reader = _Reader(given, "entity", _ENTITY, problems)
    reader.text("id")
    by_id = bool(reader.found.get("id"))
    reader.choice("kind", ENTITY_KINDS, needed=not by_id)
    reader.text("key", needed=not by_id)
    if "name" in reader.given:
        reader.text("name", needed=True)
    reader.choice("state", ENTITY_STATES)
    reader.attributes()
    reader.version()
    return reader.found


def _credential(given: Any, where: str, problems: list[Problem]) -> dict[str, Any]:
    reader = _Reader(given, where, _CREDENTIAL, problems)
    reader.text("id")
    by_id = bool(reader.found.get("id"))
    reader.choice("kind", CREDENTIAL_KINDS, needed=not by_id)
    reader.text("number", needed=not by_id and reader.found.get("kind") not in WITHOUT_NUMBER)
    reader.text("issuer")
    reader.scope()
    reader.days()
    reader.choice("state", CREDENTIAL_STATES)
    reader.digest("evidence")
    reader.attributes()
    reader.version()
    return reader.found


def _link(given: Any, where: str, problems: list[Problem]) -> dict[str, Any]:
    reader = _Reader(given, where, _LINK, problems)
    reader.text("id")
    by_id = bool(reader.found.get("id"))
    reader.choice("kind", tuple(LINK_KINDS), needed=not by_id)
    kind = reader.found.get("kind")
    if not by_id or "target" in reader.given:
        end = _Reader(reader.given.get("target"), f"{where}.target", _TARGET, problems)
        end.text("id")
        if not end.found.get("id"):
            kinds = LINK_KINDS[kind][1] if kind else ENTITY_KINDS
            if "kind" not in end.given and len(kinds) == 1:
                end.found["kind"] = kinds[0]
            else:
                end.choice("kind", kinds, needed=True)
            end.text("key", needed=True)
        reader.found["target"] = end.found
    reader.scope()
    reader.days()
    reader.choice("state", CREDENTIAL_STATES)
    reader.attributes()
    reader.version()
    return reader.found


def _each(
    given: Any,
    where: str,
    most: int,
    read: Callable[[Any, str, list[Problem]], dict[str, Any]],
    problems: list[Problem],
) -> list[dict[str, Any]]:
    if not isinstance(given, list | tuple):
        problems.append(Problem(where, "应为列表"))
        return []
    if len(given) > most:
        problems.append(Problem(where, f"一次最多 {most} 项"))
        return []
    return [read(one, f"{where}.{place}", problems) for place, one in enumerate(given)]
