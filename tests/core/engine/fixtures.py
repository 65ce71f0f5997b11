"""A tiny rulebook for engine tests, so that they do not change when the real one does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from mingjian.core.engine.check import Engine
from mingjian.core.engine.compile import compile_rulebook
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.core.rulebook.lawbook import parse_instrument
from mingjian.core.rulebook.lexicon import parse_lexicon
from mingjian.core.rulebook.load import Sources
from mingjian.core.rulebook.schema import parse_rule

DAY = date(2025, 1, 1)
OPTIONS = Options(as_of=DAY)
LAW = {
    "slug": "cn.test-law", "name": "测试法", "short": "测试法", "level": "law", "issuer": "测试",
    "effective": date(2020, 1, 1), "status": "现行",
    "provisions": [
        {"id": "1", "summary": "旧文", "effective": date(2020, 1, 1), "repealed": date(2024, 1, 1)},
        {"id": "1", "summary": "新文", "effective": date(2024, 1, 1)},
        {"id": "2", "summary": "只在旧时有效", "repealed": date(2024, 1, 1)},
    ],
}  # fmt: skip
LEXICONS: list[dict[str, Any]] = [
    {"name": "procedure", "title": "项目", "domain": "medical_aesthetics", "field": True, "variants": True,
     "terms": ["玻尿酸", "水光针", "双眼皮", {"term": "热玛吉", "slang": ["吉吉"]}]},
    {"name": "guarantee", "title": "保证", "terms": ["根治", {"term": "保证", "except": ["保证金"]}]},
    {"name": "effect", "title": "功效", "field": True, "terms": ["紧致", "美白", "提升紧致"]},
    {"name": "contact_wechat", "title": "微信", "variants": True, "terms": ["加微信", "微信号"]},
    {"name": "lure_price", "title": "诱价", "terms": ["体验价", "仅需"]},
    {"name": "health_topic", "title": "话题", "terms": ["医生", "医疗", "门诊", "诊疗"]},
    {"name": "news_cue", "title": "报道", "terms": ["据报道"]},
    {"name": "education_cue", "title": "科普", "terms": ["病因是", "临床上常用"]},
]  # fmt: skip


def rule(code: str, match: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A rule's YAML with everything but the match filled in."""
    return {
        "code": code, "name": code.lower(), "title": code, "family": "efficacy_guarantee", "status": "stable",
        "severity": "high", "cites": ["cn.test-law/1"], "match": match, "message": "“{match}”不可以", "why": "因为",
        **fields,
    }  # fmt: skip


def engine(*rules: dict[str, Any], lexicons: Sequence[dict[str, Any]] = LEXICONS) -> Engine:
    """An engine over the tiny rulebook with these rules and no classifier."""
    problems: list[Any] = []
    instrument = parse_instrument(LAW, "law", problems)
    books = [parse_lexicon(data, data["name"], problems) for data in lexicons]
    parsed = [parse_rule(data, data["code"], problems) for data in rules]
    assert not problems and instrument is not None
    sources = Sources((instrument,), tuple(x for x in books if x), tuple(r for r in parsed if r), {}, {}, {}, "test")
    return Engine(compile_rulebook(sources, None))


def judge(judge_engine: Engine, text: str, as_of: date = DAY, **context: Any) -> Verdict:
    """The verdict on one text."""
    return judge_engine.check([Item.of(text, **context)], Options(as_of=as_of))[0]


def quotes(verdict: Verdict, code: str | None = None) -> list[str]:
    """The words found."""
    return [finding.quote for finding in verdict.findings if code in (None, finding.code)]
