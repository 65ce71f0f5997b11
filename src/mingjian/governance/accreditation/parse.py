"""A standard's file as data → a standard. Goes on after an error, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known, flag, listing, mapping, number, text, words
from mingjian.governance.accreditation.standard import Chapter, Clause, Days, Level, Source, Standard
from mingjian.governance.scorecards.model import MICRO
from mingjian.records.accreditation.model import MARKS, OUTCOMES
from mingjian.records.registry.model import CREDENTIAL_KINDS, ENTITY_KINDS

_TOP = (
    "name", "version", "title", "title_en", "mark", "mark_en", "notice", "notice_en", "from", "confidence", "kinds",
    "licences", "marks", "bands", "term_months", "surveillance_months", "days", "consultant_months", "evidence",
    "sources", "chapters",
)  # fmt: skip
_CLAUSE = ("code", "title", "weight", "critical", "text", "evidence", "law", "source", "na")
DAYS = (
    "assess", "review", "supplement", "plan", "major", "minor", "observation", "verify", "decide", "undo",
    "conditions", "appeal", "appeal_answer", "surveillance_notice", "surveillance_grace", "suspension_most",
    "renewal_before",
)  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_CODE = re.compile(r"[1-9][0-9]?")


def parse_standard(data: Any, complain: Complain, *, known: frozenset[str] | None = None) -> Standard | None:
    """The standard; None when the file is not even a mapping. ``known`` are the lawbook's references: a clause that
    cites another is complained of."""
    if not isinstance(data, dict):
        complain("", f"应为映射,含 {'、'.join(_TOP)}")
        return None
    check_known(data, _TOP, "", complain)
    name = text(data, "name", "", complain)
    if not _NAME.fullmatch(name):
        complain("name", "应为小写英文字母开头的英文、数字、连字符")
    sources = {
        str(key): Source(*(text(entry, name, f"sources.{key}", complain) for name in ("name", "number")))
        for key, entry in mapping(data, "sources", "", complain).items()
        if isinstance(entry, dict)
    }
    evidence = mapping(data, "evidence", "", complain)
    since = data.get("from")
    if not isinstance(since, date):
        complain("from", "应为日期,如 2026-01-01")
        since = date.min
    standard = Standard(
        name=name,
        version=int(number(data, "version", "", complain, 1, 9999, 1)),
        title=text(data, "title", "", complain),
        title_en=text(data, "title_en", "", complain),
        mark=text(data, "mark", "", complain),
        mark_en=text(data, "mark_en", "", complain),
        notice=text(data, "notice", "", complain),
        notice_en=text(data, "notice_en", "", complain),
        since=since,
        kinds=words(data, "kinds", "", ENTITY_KINDS, complain, needed=True),
        licences=words(data, "licences", "", CREDENTIAL_KINDS, complain, needed=True),
        marks=_marks(mapping(data, "marks", "", complain), complain),
        levels=_levels(listing(data, "bands", "", complain), complain),
        term=int(number(data, "term_months", "", complain, 1, 120, 36)),
        surveillance=_months(listing(data, "surveillance_months", "", complain), data.get("term_months"), complain),
        days=_days(mapping(data, "days", "", complain), complain),
        consultant_months=int(number(data, "consultant_months", "", complain, 0, 120, 24)),
        megabytes=int(number(evidence, "megabytes", "evidence", complain, 1, 200, 20)),
        files=int(number(evidence, "files", "evidence", complain, 1, 50, 12)),
        sources=sources,
        chapters=tuple(
            _chapter(entry, f"chapters[{place}]", sources, known, complain)
            for place, entry in enumerate(listing(data, "chapters", "", complain))
            if isinstance(entry, dict)
        ),
    )
    codes = [clause.code for chapter in standard.chapters for clause in chapter.clauses]
    if not codes:
        complain("chapters", "至少要有一条")
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        complain("chapters", f"条款号重复:{code}")
    return standard


def _chapter(
    data: dict[Any, Any], path: str, sources: Mapping[str, Source], known: frozenset[str] | None, complain: Complain
) -> Chapter:
    check_known(data, ("code", "title", "title_en", "clauses"), path, complain)
    code = text(data, "code", path, complain)
    if not _CODE.fullmatch(code):
        complain(f"{path}.code", '应为带引号的章号,如 "1"')
    clauses = []
    for place, entry in enumerate(listing(data, "clauses", path, complain)):
        where = f"{path}.clauses[{place}]"
        if not isinstance(entry, dict):
            complain(where, f"应为映射,含 {'、'.join(_CLAUSE)}")
            continue
        clauses.append(_clause(entry, where, code, sources, known, complain))
    return Chapter(code, text(data, "title", path, complain), text(data, "title_en", path, complain), tuple(clauses))


def _clause(
    data: dict[Any, Any], path: str, chapter: str, sources: Mapping[str, Source], known: frozenset[str] | None,
    complain: Complain,
) -> Clause:  # fmt: skip
    check_known(data, _CLAUSE, path, complain)
    code = text(data, "code", path, complain)
    if not re.fullmatch(rf"{re.escape(chapter)}\.[1-9][0-9]?", code):
        complain(f"{path}.code", f'应为本章的条款号,如 "{chapter}.1"')
    law = _strings(data, "law", path, complain)
    source = _strings(data, "source", path, complain)
    for one in law:
        if known is not None and one not in known:
            complain(f"{path}.law", f"法条库没有 {one}")
    for one in source:
        if one not in sources:
            complain(f"{path}.source", f"sources 里没有 {one}")
    if not law and not source:
        complain(path, "law 和 source 至少写一个:每条都要有出处")
    return Clause(
        code=code,
        title=text(data, "title", path, complain),
        text=text(data, "text", path, complain),
        weight=int(number(data, "weight", path, complain, 1, 3, 1)),
        critical=flag(data, "critical", path, complain),
        evidence=_strings(data, "evidence", path, complain, needed=True),
        law=law,
        source=source,
        na=text(data, "na", path, complain) if "na" in data else None,
    )


def _strings(
    data: dict[Any, Any], name: str, path: str, complain: Complain, *, needed: bool = False
) -> tuple[str, ...]:
    given = listing(data, name, path, complain)
    if any(not isinstance(one, str) or not one.strip() for one in given) or (needed and not given):
        complain(f"{path}.{name}", "应为非空的文字列表")
    return tuple(str(one) for one in given)


def _marks(data: dict[Any, Any], complain: Complain) -> dict[str, float]:
    found = {}
    check_known(data, MARKS[:-1], "marks", complain)
    for name in MARKS[:-1]:
        found[name] = float(number(data, name, "marks", complain, 0, 1, 0))
    if not found["met"] > found["partly"] > found["not"]:
        complain("marks", "应 met > partly > not")
    return found


def _levels(given: list[Any], complain: Complain) -> tuple[Level, ...]:
    found = []
    for place, entry in enumerate(given):
        path = f"bands[{place}]"
        if not isinstance(entry, dict):
            complain(path, "应为映射,含 name、title、title_en、from、allows")
            continue
        check_known(entry, ("name", "title", "title_en", "from", "allows"), path, complain)
        since = number(entry, "from", path, complain, 0, 100, 0)
        allows = frozenset(words(entry, "allows", path, OUTCOMES, complain))
        found.append(Level(text(entry, "name", path, complain), text(entry, "title", path, complain),
                           text(entry, "title_en", path, complain), round(since * MICRO), allows))  # fmt: skip
    if not found or [one.since for one in found] != sorted({one.since for one in found}) or found[0].since != 0:
        complain("bands", "至少一档,from 从 0 开始、由低到高、不重复")
    return tuple(found)


def _months(given: list[Any], term: Any, complain: Complain) -> tuple[int, ...]:
    wrong = any(not isinstance(one, int) or isinstance(one, bool) or one < 1 for one in given)
    if wrong or given != sorted(set(given)) or (isinstance(term, int) and any(one >= term for one in given)):
        complain("surveillance_months", "应为由小到大的整月数,都小于 term_months")
        return ()
    return tuple(given)


def _days(data: dict[Any, Any], complain: Complain) -> dict[str, Days]:
    check_known(data, DAYS, "days", complain)
    found = {}
    for name in DAYS:
        given = data.get(name)
        working = isinstance(given, dict)
        amount = given.get("working") if isinstance(given, dict) else given
        if not isinstance(amount, int) or isinstance(amount, bool) or not 1 <= amount <= 3650:
            complain(f"days.{name}", "应为 1 到 3650 的整天数,或 {working: 工作日数}")
            amount = 1
        found[name] = Days(amount, working)
    return found
