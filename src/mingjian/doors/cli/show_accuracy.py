"""The outcome of an evaluation, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.core.accuracy.evaluate import Evaluation, Share
from mingjian.core.report.labels import label
from mingjian.core.report.visible import visible
from mingjian.doors.cli.layout import pad, table

_SHOWN = 60  # characters of a missed text


def as_dict(result: Evaluation) -> dict[str, Any]:
    """The outcome as JSON holds it."""
    return {
        "recall": _share(result.found),
        "recall_all_cases": _share(result.found_all),
        "recall_by_kind": {kind: _share(share) for kind, share in result.kind_found.items()},
        "named_by_kind": {kind: _share(share) for kind, share in result.kind_named.items()},
        "false_positives": _share(result.flagged),
        "false_positives_by_kind": {kind: _share(share) for kind, share in result.flagged_by_kind.items()},
        "citation_exact": _share(result.exact),
        "citation_by_article": _share(result.by_article),
        "misses": [{"id": c.id, "text": c.text, "violation": list(c.kinds)} for c in result.misses],
        "false_alarms": [
            {
                "id": passage.id,
                "kind": passage.kind,
                "text": passage.text,
                "findings": [
                    {"code": f.code, "quote": f.quote, "start": f.start, "end": f.end}
                    for f in verdict.findings
                    if f.status == "violation"
                ],
            }
            for passage, verdict in result.false_alarms
        ],
        "miscited": [{"id": c.id, "notice": list(c.articles), "cited": list(own)} for c, own in result.miscited],
    }


def as_text(result: Evaluation, rulebook: str, lang: str) -> str:
    """The outcome as a terminal shows it."""
    zh = lang == "zh"
    overall = (
        ("查出率(文本可判)" if zh else "recall (decidable from the text)", result.found),
        ("查出率(全部样本)" if zh else "recall (all cases)", result.found_all),
        ("误报率(合规文本)" if zh else "false positives (lawful texts)", result.flagged),
        ("引法条:到项" if zh else "citation, exact", result.exact),
        ("引法条:到条" if zh else "citation, by article", result.by_article),
    )
    blocks = ["\n".join(f"{pad(name, 34)}{_words(share)}" for name, share in overall)]
    if result.kind_found:
        heads = ("违规种类", "查出", "同类查出") if zh else ("kind of violation", "found", "found as this kind")
        blocks.append(table(heads, [
            (label("family", kind, lang), _words(share), _words(result.kind_named[kind]))
            for kind, share in _worst(result.kind_found)
        ]).rstrip())  # fmt: skip
    if result.flagged_by_kind:
        columns = ("文本种类", "误报") if zh else ("kind of text", "wrongly flagged")
        kinds = sorted(result.flagged_by_kind.items(), key=lambda pair: (-(pair[1].value or 0), pair[0]))
        blocks.append(table(columns, [(kind, _words(share)) for kind, share in kinds]).rstrip())
    blocks += _lists(result, lang)
    blocks.append(f"{'规则集' if zh else 'Rulebook'}:{rulebook}")
    return "\n\n".join(blocks) + "\n"


def _lists(result: Evaluation, lang: str) -> list[str]:
    zh = lang == "zh"
    blocks = []
    if result.misses:
        lines = [f"  {c.id}  [{', '.join(c.kinds)}]  {_cut(c.text)}" for c in result.misses]
        blocks.append("\n".join([f"{'漏报' if zh else 'Misses'} ({len(lines)})", *lines]))
    if result.false_alarms:
        lines = []
        for passage, verdict in result.false_alarms:
            lines.append(f"  {passage.id}  [{passage.kind}]  {_cut(passage.text)}")
            lines += [f"      {f.code} “{visible(f.quote)}”" for f in verdict.findings if f.status == "violation"]
        blocks.append("\n".join([f"{'误报' if zh else 'False alarms'} ({len(result.false_alarms)})", *lines]))
    if result.miscited:
        lines = [f"  {c.id}  {'、'.join(c.articles)} ≠ {'、'.join(own)}" for c, own in result.miscited]
        title = "法条不同(样本 ≠ 所引)" if zh else "Cited otherwise (notice ≠ ours)"
        blocks.append("\n".join([f"{title} ({len(lines)})", *lines]))
    return blocks


def _worst(shares: Mapping[str, Share]) -> list[tuple[str, Share]]:
    return sorted(shares.items(), key=lambda pair: (pair[1].value if pair[1].value is not None else 2, pair[0]))


def _share(share: Share) -> dict[str, Any]:
    low_high = share.interval
    return {
        "hits": share.hits,
        "total": share.total,
        "value": None if share.value is None else round(share.value, 4),
        "wilson95": None if low_high is None else [round(edge, 4) for edge in low_high],
    }


def _words(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "–"
    low, high = share.interval
    return f"{share.value:6.1%}  {share.hits}/{share.total}  [{low:.1%}, {high:.1%}]"


def _cut(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
