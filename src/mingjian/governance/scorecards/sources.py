"""Where features come from: the sources, their measures, and what may be asked of each. What the desk knows itself is
here; what outside sources report is data (governance/data/observations.yaml)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.core.model import FAMILIES, NATURES, SEVERITIES, VERDICT_VALUES
from mingjian.governance.scorecards.model import Feature
from mingjian.records.actions.model import ORIGINS
from mingjian.records.errors import Invalid

_STATUSES = ("violation", "needs_evidence", "advice")


@dataclass(frozen=True, slots=True)
class Source:
    """``measures`` → (title, title_en, unit); ``where``: the words that narrow it down, each with its allowed values
    (None: any text). ``complete``: who is not in it has none, from its first day on. ``state``: a value as of the day,
    nothing is added up."""

    name: str
    title: str
    title_en: str
    measures: Mapping[str, tuple[str, str, str]]
    where: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    complete: bool = True
    observed: bool = False
    state: bool = False
    meaning: str = ""


_ITEMS = Source(
    "items", "已判定内容", "Items judged",
    {"judged": ("判定内容数", "items judged", "件"), "violations": ("判为违规的内容", "items in violation", "件"),
     "doubtful": ("需举证或未定的内容", "items in doubt", "件")},
    {"severities": SEVERITIES, "natures": NATURES, "kinds": None, "values": VERDICT_VALUES},
)  # fmt: skip
_FINDINGS = Source(
    "findings", "检出项", "Findings",
    {"items": ("检出(同一内容同类计一次)", "findings, once a kind and item", "次"),
     "judged": ("判定内容数", "items judged", "件")},
    {"families": FAMILIES, "severities": SEVERITIES, "statuses": _STATUSES},
)  # fmt: skip
_DECISIONS = Source(
    "decisions", "处置决定", "Decisions",
    {"made": ("生效的处置决定", "decisions in force", "项")},
    {"measures": None, "origins": ORIGINS, "severities": SEVERITIES, "families": FAMILIES},
)  # fmt: skip
_ACTIONS = Source(
    "actions", "对主体的措施", "Actions on the actor",
    {"taken": ("被采取的措施", "actions taken", "项"), "in_force": ("执行中的措施", "actions in force", "项")},
    {"measures": None, "rights": None},
)  # fmt: skip
_APPEALS = Source(
    "appeals", "申诉", "Appeals",
    {"lodged": ("提出申诉", "lodged", "件"), "upheld": ("维持原处置", "upheld", "件"),
     "overturned": ("申诉成立", "overturned or varied", "件"), "decided": ("已裁决", "decided", "件")},
)  # fmt: skip
_REGISTRY = Source(
    "registry",
    "登记与资质",
    "Registry",
    {
        "registered": ("已登记", "registered", ""),
        "suspended": ("登记状态异常", "entity not active", ""),
        "expired": ("过期的资质种类", "kinds of credentials expired", "种"),
        "expires_in": ("最近到期天数", "days to the next expiry", "天"),
        "malformed": ("编号不合规则的资质", "credentials malformed", "件"),
        "contradicted": ("与官方信息不符的资质", "credentials contradicted", "件"),
        "withdrawn": ("被吊销或暂停的资质", "credentials revoked or suspended", "件"),
        "unverified": ("未核验资质占比", "share of credentials unverified", ""),
        "years": ("最早证照年限", "years since the first licence", "年"),
        "physicians": ("执业医师数", "physicians practising", "人"),
        "devices": ("登记器械数", "devices registered", "件"),
    },
    state=True,
)
BUILT_IN = {one.name: one for one in (_ITEMS, _FINDINGS, _DECISIONS, _ACTIONS, _APPEALS, _REGISTRY)}
_in_force: list[Mapping[str, Source]] = []  # the last one counts


def sources() -> Mapping[str, Source]:
    """All sources in force, by name."""
    return _in_force[-1] if _in_force else {**BUILT_IN, **shipped()}


def observed() -> Mapping[str, Source]:
    """Those that others report."""
    return {name: one for name, one in sources().items() if one.observed}


def use_sources(found: Mapping[str, Source]) -> None:
    """Put a deployer's outside sources in force for this process."""
    _in_force[:] = [{**BUILT_IN, **found}]


@cache
def shipped() -> Mapping[str, Source]:
    """The outside sources that come with the software."""
    return read_sources((resources.files("mingjian.governance") / "data" / "observations.yaml").read_text("utf-8"))


def read_sources(text: str, file: str = "observations.yaml") -> Mapping[str, Source]:
    """Outside sources of a YAML text; Invalid names every mistake."""
    problems: list[str] = []
    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Invalid(f"{file} 不是合法的 YAML:{error}") from error
    given = data.get("sources") if isinstance(data, dict) else None
    made: dict[str, Source] = {}
    for name, one in given.items() if isinstance(given, dict) else [("", None)]:
        if not isinstance(one, dict) or not isinstance(one.get("measures"), dict) or not one.get("title"):
            problems.append(f"{name or 'sources'}:应为映射,含 title、title_en、complete、meaning、measures")
            continue
        if name in BUILT_IN:
            problems.append(f"{name}:与内置来源重名")
        measures = {}
        for measure, words in one["measures"].items():
            if not isinstance(words, dict) or not words.get("title"):
                problems.append(f"{name}.{measure}:应为映射,含 title、title_en、unit")
                continue
            measures[str(measure)] = (str(words["title"]), str(words.get("title_en", measure)),
                                      str(words.get("unit", "")))  # fmt: skip
        made[str(name)] = Source(
            str(name), str(one["title"]), str(one.get("title_en", name)), measures,
            complete=one.get("complete") is True, observed=True, meaning=str(one.get("meaning", "")),
        )  # fmt: skip
    if problems:
        raise Invalid(f"{file} 有 {len(problems)} 处错误:\n" + "\n".join(f"  {one}" for one in problems))
    return made


def check(feature: Feature, complain: Callable[[str, str], None]) -> None:
    """What is wrong with where a feature says it comes from: for ``read_scorecard(check=…)``."""
    source = sources().get(feature.source)
    if source is None:
        complain("source", f"没有来源“{feature.source}”。可用:{'、'.join(sources())}")
        return
    for name, measure in (("measure", feature.measure), ("of", feature.of)):
        if measure is not None and measure not in source.measures:
            complain(name, f"来源“{source.name}”没有指标“{measure}”。可用:{'、'.join(source.measures)}")
    for word, values in feature.where.items():
        if word not in source.where:
            told = "、".join(source.where) or "(无)"
            complain(f"where.{word}", f"来源“{source.name}”不能按此筛选。可用:{told}")
            continue
        allowed = source.where[word]
        listed = values if isinstance(values, list) else [values]
        wrong = [one for one in listed if not isinstance(one, str) or (allowed is not None and one not in allowed)]
        if wrong or not listed:
            told = "、".join(allowed) if allowed is not None else "文字的列表"
            complain(f"where.{word}", f"{wrong!r} 不在可用的值里:{told}")
    if source.state:
        for name in ("window_days", "half_life_days", "of"):
            if getattr(feature, name) is not None:
                complain(name, f"来源“{source.name}”给出当日状态,不按时间累计")
        if feature.aggregation != "last":
            complain("aggregation", f"来源“{source.name}”给出当日状态,只能用 last")
    elif not source.observed and feature.aggregation not in ("count", "ratio"):
        complain("aggregation", f"来源“{source.name}”只能用 count 或 ratio")
    elif feature.window_days is None:
        complain("window_days", "必填:只看最近多少天")
