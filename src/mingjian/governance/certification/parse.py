"""A policy from its YAML, with everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from mingjian.governance.certification.model import CONDITION_KINDS, Condition, Policy
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS, ENTITY_KINDS, ENTITY_STATES, LINK_KINDS

_FIELDS = {"name", "version", "programme", "title", "title_en", "from", "until", "ground", "ground_en", "cites",
           "term_days", "notice_days", "default", "notices", "kinds"}  # fmt: skip
_OPTIONAL = {"until", "term_days", "notice_days", "default"}
_NOTICES = ("grant", "refuse", "revoke", "readmit")
_WITH = {"attribute": {"values", "absent"}, "state": set(), "credential": {"scope", "confirmed", "absent"},
         "link": {"scope", "absent", "target"}, "all": set(), "any": set(), "never": set()}  # fmt: skip


class PolicyError(Invalid):
    """A text that is no policy; ``problems`` are (where, what)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("认证政策有误:" + ";".join(f"{where}:{what}" for where, what in problems), field="policy")
        self.problems = problems


def parse_policy(text: str) -> Policy:
    """The policy of a text. PolicyError with everything that is wrong."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PolicyError([("", f"不是 YAML:{error}")]) from error
    if not isinstance(data, dict):
        raise PolicyError([("", "应为一组字段")])
    problems: list[tuple[str, str]] = []
    problems += [(name, "没有这个字段") for name in sorted(map(str, data.keys() - _FIELDS))]
    problems += [(name, "缺少") for name in sorted(_FIELDS - _OPTIONAL - data.keys())]
    for name in ("name", "programme", "title", "title_en", "ground", "ground_en"):
        if name in data and not (isinstance(data[name], str) and data[name].strip()):
            problems.append((name, "应为一段文字"))
    for name, least in (("version", 1), ("term_days", 1), ("notice_days", 0)):
        if data.get(name) is not None and not (type(data[name]) is int and data[name] >= least):
            problems.append((name, f"应为不小于 {least} 的整数"))
    for name in ("from", "until"):
        if data.get(name) is not None and type(data[name]) is not date:
            problems.append((name, "应为日期 YYYY-MM-DD"))
    if not _texts(data.get("cites")):
        problems.append(("cites", "至少引用一条依据"))
    notices = _notices(data.get("notices"), problems)
    kinds = _kinds(data.get("kinds"), problems)
    if not problems and data.get("until") is not None and data["until"] < data["from"]:
        problems.append(("until", "早于 from"))
    if problems:
        raise PolicyError(problems)
    return Policy(
        name=data["name"], version=data["version"], programme=data["programme"], title=data["title"],
        title_en=data["title_en"], since=data["from"], until=data.get("until"), ground=data["ground"],
        ground_en=data["ground_en"], cites=tuple(data["cites"]), term_days=data.get("term_days"),
        notice_days=data.get("notice_days") or 0, default=bool(data.get("default")), notices=notices, kinds=kinds,
        text=text,
    )  # fmt: skip


def _notices(data: Any, problems: list[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    if not isinstance(data, dict):
        problems.append(("notices", "应为一组通知"))
        return {}
    found = {}
    for name in _NOTICES:
        given = data.get(name)
        if isinstance(given, dict) and {"zh", "en"} == set(given) and all(map(_text, given.values())):
            found[name] = (given["zh"].strip(), given["en"].strip())
        else:
            problems.append((f"notices.{name}", "应有 zh 与 en 两段文字"))
    problems += [(f"notices.{name}", "没有这种通知") for name in sorted(map(str, data.keys() - set(_NOTICES)))]
    return found


def _kinds(data: Any, problems: list[tuple[str, str]]) -> dict[str, Condition]:
    if not isinstance(data, dict) or not data:
        problems.append(("kinds", "应按登记类别写条件"))
        return {}
    found = {}
    for kind, given in data.items():
        if kind not in ENTITY_KINDS:
            problems.append((f"kinds.{kind}", f"没有这一登记类别,可用:{'、'.join(ENTITY_KINDS)}"))
            continue
        condition = _condition(given, f"kinds.{kind}", problems)
        if condition is not None:
            found[kind] = condition
    return found


def _condition(data: Any, where: str, problems: list[tuple[str, str]]) -> Condition | None:
    if not isinstance(data, dict):
        problems.append((where, "应为一个条件"))
        return None
    kinds = [kind for kind in CONDITION_KINDS if kind in data]
    if len(kinds) != 1:
        problems.append((where, f"须恰有其中之一:{'、'.join(CONDITION_KINDS)}"))
        return None
    kind = kinds[0]
    unknown = data.keys() - {kind, "says", "says_en"} - _WITH[kind]
    problems += [(f"{where}.{name}", "没有这个字段") for name in sorted(map(str, unknown))]
    says, says_en = data.get("says", ""), data.get("says_en", "")
    if (kind not in ("all", "any") or says or says_en) and not (_text(says) and _text(says_en)):
        problems.append((where, "条件须用 says 与 says_en 说明"))
    common: dict[str, Any] = {"kind": kind, "says": str(says), "says_en": str(says_en)}
    if kind in ("all", "any"):
        parts = data[kind]
        if not isinstance(parts, list) or not parts:
            problems.append((f"{where}.{kind}", "应为一列条件"))
            return None
        made = [_condition(part, f"{where}.{kind}.{at}", problems) for at, part in enumerate(parts)]
        return Condition(**common, parts=tuple(one for one in made if one is not None))
    return _leaf(kind, data, where, common, problems)


def _leaf(
    kind: str, data: Mapping[str, Any], where: str, common: dict[str, Any], problems: list[tuple[str, str]]
) -> Condition:
    more: dict[str, Any] = {}
    absent = data.get("absent")
    if absent not in (None, "no", "yes", False, True):  # YAML reads no and yes as truth values
        problems.append((f"{where}.absent", "应为 yes、no,或不写(未知)"))
    more["absent"] = None if absent is None else absent in ("yes", True)
    if "scope" in data and not _texts(data["scope"]):
        problems.append((f"{where}.scope", "应为一列代码(文字)"))
    more["scope"] = tuple(map(str, data.get("scope") or ()))
    more["confirmed"] = bool(data.get("confirmed"))
    value = data[kind]
    if kind == "attribute":
        more |= {"name": str(value), "values": frozenset(map(str, data.get("values") or ()))}
        if not more["values"]:
            problems.append((f"{where}.values", "应为一列值"))
    elif kind in ("state", "credential"):
        listed = value if isinstance(value, list) else [value]
        known = ENTITY_STATES if kind == "state" else CREDENTIAL_KINDS
        problems += [(f"{where}.{kind}", f"没有 {one}") for one in listed if one not in known]
        more["values"] = frozenset(map(str, listed))
    elif kind == "link":
        if value not in LINK_KINDS:
            problems.append((f"{where}.link", f"没有这种关系,可用:{'、'.join(LINK_KINDS)}"))
        target = _condition(data.get("target"), f"{where}.target", problems)
        more |= {"name": str(value), "parts": (target,) if target is not None else ()}
    return Condition(**common, **more)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)
