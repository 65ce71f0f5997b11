"""Hand-built verdicts: no engine, no rulebook, so that a report test fails only when a report changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mingjian.core.model import Citation, Domain, Evidence, Finding, Item, Nature, Part, Publisher, Verdict
from mingjian.core.report.model import Options, Report

DAY = date(2026, 3, 1)
EFFECT_LAW = Citation(
    ref="cn.advertising-law/16.1.1",
    label="广告法16.1.1",
    instrument="中华人民共和国广告法",
    article="第十六条第一款第(一)项",
    summary="医疗、药品、医疗器械广告不得含有表示功效、安全性的断言或者保证",
    penalty="广告法58.1:广告费1–3倍(无法计算的10万–20万元);情节严重3–5倍(20万–100万元)",
    effective=date(2015, 9, 1),
    confidence="high",
)
GUIDE = Citation(
    ref="cn.aesthetic-ad-guide/5.2",
    label="医疗美容广告执法指南5.2",
    instrument="医疗美容广告执法指南",
    article="第五条第(二)项",
    summary="重点打击对未经批准的产品作功效宣传",
    penalty=None,
    effective=date(2021, 11, 1),
    confidence="high",
)
ABSOLUTE_LAW = Citation(
    ref="cn.advertising-law/9.3",
    label="广告法9.3",
    instrument="中华人民共和国广告法",
    article="第九条第(三)项",
    summary="不得使用“国家级”“最高级”“最佳”等用语",
    penalty="广告法57:20万–100万元;情节严重吊销营业执照",
    effective=date(2015, 9, 1),
    confidence="high",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An intake error, as any room may shape one."""

    path: str
    message: str
    line: int | None = None
    field: str | None = None
    hint: str | None = None
    level: str = "error"


def finding(text: str, hit: str, nth: int = 0, part: int = 0, **changes: Any) -> Finding:
    """A guarantee finding on the ``nth`` occurrence of ``hit`` in ``text``."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(hit, start + 1)
    base = Finding(
        code="AD-16-1-effect",
        name="guaranteed-effect",
        title="保证或断言功效、安全性",
        family="efficacy_guarantee",
        status="violation",
        severity="critical",
        confidence="high",
        part=part,
        role="body",
        start=start,
        end=start + len(hit),
        quote=hit,
        sentence=(0, len(text)),
        cites=(EFFECT_LAW.label,),
        citations=(EFFECT_LAW,),
        monitoring_code="YL2",
        message=f"“{hit}”属于对功效、安全性的断言或者保证",
        why="效果因人而异;保证会使人轻看风险。",
        suggestions=("删去保证性表述", "改为“效果因人而异,以医师面诊为准”"),
        rewrite="",
    )
    return replace(base, **changes)


def verdict(item: Item, *findings: Finding, value: str | None = None, **changes: Any) -> Verdict:
    """A verdict over ``findings``, an advertisement by its marks unless told otherwise."""
    statuses = {f.status for f in findings}
    worst = next((s for s in ("violation", "needs_evidence", "advice") if s in statuses), "clean")
    base = Verdict(
        id=item.id,
        value=value or worst,
        nature=Nature("advertisement", "presumed"),
        domain=Domain("medical_aesthetics", "lexicon"),
        findings=findings,
        rulebook="2026.03.1",
        as_of=DAY,
    )
    return replace(base, **changes)


def sample(**options: Any) -> Report:
    """A small report that shows every kind of thing a report can hold."""
    note = "【夏日焕颜季】\n做完水光真永不反弹,放心做!\n全国最好的医生团队,术后三天即可恢复。私信领福利价。"
    first = Item("笔记-001", (Part(note),), source="笔记/夏日.md", line=3)
    contact = note.index("私信领福利价")
    first_verdict = verdict(
        first,
        finding(note, "水光真", severity="medium", code="MB-2-disguise", name="disguised-procedure",
                title="以变体写法宣传医疗项目", family="disguised_ad", disguise="homophone:水光针",
                citations=(GUIDE,), cites=(GUIDE.label,), rewrite=None, sentence=(8, 22),
                monitoring_code=None),
        finding(note, "永不反弹", sentence=(8, 22)),
        finding(note, "水光真永不反弹", severity="high", sentence=(8, 22), code="CLS-effect",
                name="classified-effect", title="分类器:功效保证", confidence="low", monitoring_code=None,
                words=(("永不", 1.42), ("反弹", 0.8031)), rewrite=None),
        finding(note, "最好", severity="high", code="AD-9-3-absolute", name="absolute-term",
                title="绝对化用语",
                family="absolute_term", citations=(ABSOLUTE_LAW,), cites=(ABSOLUTE_LAW.label,),
                monitoring_code="ZH5", message="“最好”属于绝对化用语", why="无法证实,误导选择。",
                suggestions=("删去“最好”",), sentence=(23, 44)),
        finding(note, "医生团队", severity="low", code="MB-title", name="doctor-title", title="医师资质",
                family="false_credential_or_title", status="needs_evidence",
                missing=("physicians", "practice_scope"),
                message="需核对医师主诊备案", why="只有外部事实能判定。", suggestions=("附主诊医师备案号",),
                rewrite=None, sentence=(23, 44), monitoring_code=None),
        nature=Nature(
            "advertisement", "marks", (Evidence(0, contact, contact + 6, "私信领福利价", "contact_invite"),),
        ),
        notes=("图片两张未读。",),
    )  # fmt: skip
    title, body = "热玛吉科普", "热玛吉由医师操作。\r\n<script>alert('x')</script> 效果\u200b看得见 👩\u200d⚕️"
    second = Item("笔记-002", (Part(title, "title"), Part(body)), source="批量.jsonl", line=7,
                  platform="xiaohongshu", publisher=Publisher("creator", name="示例博主"))  # fmt: skip
    second_verdict = verdict(
        second,
        finding(body, "效果\u200b看得见", part=1, status="advice", severity="info", family="platform_rule",
                code="XHS-soft", name="soft-promise", title="含蓄承诺", disguise="zero_width", rewrite="",
                citations=(), cites=("小红书规则3.1",), sentence=(11, 40), monitoring_code=None),
        nature=Nature("education", "stated", contradiction="advertisement"),
    )  # fmt: skip
    third = Item.of("效果因人而异,以面诊评估为准。", id="干净.txt", source="干净.txt")
    return Report(
        pairs=[(first, first_verdict), (second, second_verdict), (third, verdict(third))],
        errors=[
            Trouble("批量.jsonl", "不是数组", 9, "parts", '写成 [{"text": …}]'),
            Trouble("扫描.pdf", "没有文字层"),
            Trouble("旧稿.txt", "按 GB18030 读取", level="note"),
        ],
        rulebook="2026.03.1",
        as_of=DAY,
        options=Options(**options),
    )
