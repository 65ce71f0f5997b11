"""The rule file: validated field by field, all errors at once."""

from __future__ import annotations

import re
from typing import Any

from mingjian.core.credentials.kinds import kinds
from mingjian.core.model.item import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS
from mingjian.core.model.rule import (
    CONFIDENCES,
    FAMILIES,
    OUTCOMES,
    SEVERITIES,
    STATUSES,
    Applies,
    Example,
    Rule,
)
from mingjian.core.rulebook.errors import Problem

KEYS = {
    "code", "name", "title", "family", "status", "severity", "confidence", "cites", "monitoring", "outcome",
    "applies", "needs", "match", "silent_when", "message", "why", "suggest", "rewrite", "false_positives",
    "examples", "redirect",
}  # fmt: skip
GATES = {
    "natures": NATURES, "channels": CHANNELS, "domains": DOMAINS, "publishers": PUBLISHER_KINDS,
    "platforms": None, "roles": None,
}  # fmt: skip
SILENCERS = (
    "negated", "debunked", "question", "quoting_law", "quoted", "risk_disclosure", "statistics", "everyday",
    "education", "experience", "news", "posts", "self_goal", "conditional",
)  # fmt: skip
CHOICES = {"status": STATUSES, "severity": SEVERITIES, "confidence": CONFIDENCES, "family": FAMILIES}
MATCH_KEYS = {
    "term": {"lexicons", "words", "near", "without"},
    "claim": {"slots", "order", "gap", "within", "without"},
    "pattern": {"regex", "anchors", "without"},
    "absence": {"when", "missing"},
    "number": {"numbers", "finds", "anchors", "regex", "without"},
    "item": {"mark"},
    "procedure_scope": {"beyond"},
    "joined": {"fact"},
    "classifier": {"family"},
}
FINDS = ("malformed", "expired", "placeholder")
MATCH_SHAPES = {
    "lexicons": list, "words": list, "slots": list, "anchors": list, "near": dict, "without": dict, "when": dict,
    "missing": dict, "regex": str, "gap": int, "numbers": list, "finds": list,
}  # fmt: skip
BEYOND = ("licence", "specialty", "grade")  # what a procedure named in an item may be beyond
EXAMPLE_CONTEXT = {"publisher", "channel", "domain", "nature", "platform", "facts", "as_of", "role"}
LISTS = {"cites", "needs", "silent_when", "suggest", "false_positives"}
MAPPINGS = {"monitoring", "applies", "examples"}
TEXTS = {
    "code", "name", "title", "family", "status", "severity", "confidence", "outcome", "message", "why", "rewrite",
    "redirect",
}  # fmt: skip
MARK = re.compile("⟦(.*?)⟧", re.DOTALL)


def parse_rule(data: Any, path: str, problems: list[Problem]) -> Rule | None:
    """A rule from its YAML; problems are appended, None when it cannot be used."""
    if not isinstance(data, dict):
        problems.append(Problem(path, "", "a rule is a mapping"))
        return None
    before = len(problems)

    def complain(field: str, message: str) -> None:
        problems.append(Problem(path, field, message))

    raw, data = data, _shaped(data, complain)
    for key in sorted(set(data) - KEYS, key=str):
        complain(str(key), "unknown field")
    for key in ("code", "name", "title", "family", "severity", "cites", "match", "message", "why"):
        if not raw.get(key):
            complain(key, "required")
    for key, allowed in CHOICES.items():
        if data.get(key) is not None and data[key] not in allowed:
            complain(key, f"{data[key]!r} is not one of {', '.join(allowed)}")
    outcome = data.get("outcome") or ("needs_evidence" if data.get("needs") else "violation")
    if outcome not in OUTCOMES:
        complain("outcome", f"{outcome!r} is not one of {', '.join(OUTCOMES)}")
    for name in data.get("silent_when") or ():
        if name not in SILENCERS:
            complain("silent_when", f"{name!r} is not one of {', '.join(SILENCERS)}")
    applies = _applies(data.get("applies") or {}, complain)
    _check_match(data.get("match"), "match", complain)
    examples = data.get("examples") or {}
    bad = _examples(examples.get("bad"), "examples.bad", complain)
    good = _examples(examples.get("good"), "examples.good", complain)
    for index, example in enumerate(bad):
        if not example.spans:
            complain(f"examples.bad[{index}]", "marks no ⟦span⟧")
    if len(problems) > before:
        return None
    return Rule(
        code=str(data["code"]),
        name=data["name"],
        title=data["title"],
        family=data["family"],
        status=data.get("status", "preview"),
        severity=data["severity"],
        confidence=data.get("confidence", "medium"),
        outcome=outcome,
        cites=tuple(data["cites"]),
        match=data["match"],
        message=data["message"],
        why=data["why"],
        suggest=tuple(str(line) for line in data.get("suggest") or ()),
        applies=applies,
        monitoring=data.get("monitoring") or {},
        needs=tuple(data.get("needs") or ()),
        silent_when=tuple(data.get("silent_when") or ()),
        rewrite=data.get("rewrite"),
        false_positives=tuple(str(line) for line in data.get("false_positives") or ()),
        bad=bad,
        good=good,
        redirect=data.get("redirect"),
        path=path,
    )


def _shaped(data: dict[Any, Any], complain: Any) -> dict[Any, Any]:
    """The fields without those of the wrong shape, so that what follows need not ask again."""
    kept = dict(data)
    for key, value in data.items():
        if value is None:
            continue
        if key in LISTS and not _words(value):
            complain(key, "must be a list of words")
        elif key in MAPPINGS and not isinstance(value, dict):
            complain(key, "must be a mapping")
        elif key in TEXTS and not isinstance(value, str):
            complain(key, "must be a text (quote it)")
        else:
            continue
        kept[key] = None
    return kept


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _applies(raw: Any, complain: Any) -> Applies:
    if not isinstance(raw, dict):
        complain("applies", "must be a mapping of gates")
        return Applies()
    for gate, values in raw.items():
        if gate not in GATES:
            complain(f"applies.{gate}", f"is not one of {', '.join(GATES)}")
            continue
        allowed = GATES[gate]
        if values is not None and not _words(values):
            complain(f"applies.{gate}", "must be a list of words")
            continue
        for value in values or ():
            if allowed is not None and value not in allowed:
                complain(f"applies.{gate}", f"{value!r} is not one of {', '.join(allowed)}")
    return Applies(**{gate: tuple(raw.get(gate) or ()) for gate in GATES if _words(raw.get(gate))})


def _check_match(match: Any, where: str, complain: Any) -> None:
    if not isinstance(match, dict) or str(match.get("kind")) not in MATCH_KEYS:
        complain(where, f"needs a kind: one of {', '.join(MATCH_KEYS)}")
        return
    kind = match["kind"]
    for key, allowed in MATCH_SHAPES.items():
        if match.get(key) is not None and not isinstance(match[key], allowed):
            complain(f"{where}.{key}", f"must be a {allowed.__name__}")
            return
    for key in sorted(set(match) - MATCH_KEYS[kind] - {"kind"}, key=str):
        complain(f"{where}.{key}", f"not a field of a {kind} match")
    if kind == "term" and not (match.get("lexicons") or match.get("words")):
        complain(where, "a term match names lexicons or words")
    if kind == "claim" and len([s for s in match.get("slots") or () if not str(s).endswith("?")]) < 1:
        complain(f"{where}.slots", "a claim needs at least one slot that is not optional")
    if kind == "number":
        _check_number(match, where, complain)
    if kind == "pattern":
        if not match.get("anchors"):
            complain(f"{where}.anchors", "a pattern needs anchors, so that it runs only where it can match")
        try:
            re.compile(re.sub(r"(?<!\?P)<[a-z_]+>", "x", str(match.get("regex", ""))))
        except re.error as error:
            complain(f"{where}.regex", str(error))
    if kind == "procedure_scope" and match.get("beyond") not in BEYOND:
        complain(f"{where}.beyond", f"is one of {', '.join(BEYOND)}")
    if kind == "joined" and not (isinstance(match.get("fact"), str) and match["fact"]):
        complain(f"{where}.fact", "names the fact that says where joined evidence stands")
    if kind == "absence":
        _check_match(match.get("when"), f"{where}.when", complain)
        if not match.get("missing"):
            complain(f"{where}.missing", "an absence says what is missing")


def _check_number(match: dict[Any, Any], where: str, complain: Any) -> None:
    for key, known in (("numbers", kinds()), ("finds", FINDS)):
        if not match.get(key):
            complain(f"{where}.{key}", f"a number match names some of {', '.join(known)}")
        for name in match.get(key) or ():
            if name not in known:
                complain(f"{where}.{key}", f"{name!r} is not one of {', '.join(known)}")
    if not match.get("anchors"):
        complain(f"{where}.anchors", "a number match needs anchors, so that it runs only where a number can stand")
    if ("placeholder" in (match.get("finds") or ())) != bool(match.get("regex")):
        complain(f"{where}.regex", "says what a placeholder looks like, and only that")


def _examples(raw: Any, where: str, complain: Any) -> tuple[Example, ...]:
    examples = []
    if raw is not None and not isinstance(raw, list):
        complain(where, "must be a list")
        return ()
    for index, entry in enumerate(raw or ()):
        context = dict(entry) if isinstance(entry, dict) else {"text": entry}
        marked = context.pop("text", None)
        if not isinstance(marked, str) or set(context) - EXAMPLE_CONTEXT:
            complain(f"{where}[{index}]", f"is a text, or a mapping of text and {', '.join(sorted(EXAMPLE_CONTEXT))}")
            continue
        spans, text = [], ""
        position = 0
        for mark in MARK.finditer(marked):
            text += marked[position : mark.start()]
            spans.append((len(text), len(text) + len(mark.group(1))))
            text += mark.group(1)
            position = mark.end()
        examples.append(Example(text + marked[position:], tuple(spans), context))
    return tuple(examples)
