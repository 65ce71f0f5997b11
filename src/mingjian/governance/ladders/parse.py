"""Ladders from their YAML, with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mingjian.governance.ladders.model import ACCOUNT, CONDITIONS, SUBJECTS, Ladder, Reinstating, Step

_STEP = frozenset(Step.__slots__)


def parse_conditions(data: Mapping[str, Any], problems: list[str]) -> dict[str, Reinstating]:
    """The conditions of reinstatement by name; what is wrong is added to ``problems``."""
    wanted = set(Reinstating.__slots__) - {"name"}
    found = {}
    for name, given in (data.get("conditions") or {}).items():
        if set(given) != wanted or not all(isinstance(value, str) and value.strip() for value in given.values()):
            problems.append(f"ladders: conditions: {name}: {', '.join(sorted(wanted))}, each a text")
            continue
        found[name] = Reinstating(name, **given)
    return found


def parse_ladders(
    data: Mapping[str, Any],
    measures: Collection[str],
    rights: Collection[str],
    conditions: Collection[str],
    problems: list[str],
) -> dict[str, Ladder]:
    """Ladders by name; what is wrong is added to ``problems``."""
    known = (measures, rights, conditions)
    return {name: _ladder(name, given, *known, problems) for name, given in data["ladders"].items()}


def _ladder(
    name: str,
    given: Mapping[str, Any],
    measures: Collection[str],
    rights: Collection[str],
    conditions: Collection[str],
    problems: list[str],
) -> Ladder:
    counts = _conditions(given["counts"])
    unknown = sorted({key for step in given["steps"] for key in step} - _STEP)
    if unknown:
        problems.append(f"ladders: {name}: steps: unknown {', '.join(unknown)}")
    steps = tuple(_step({key: value for key, value in step.items() if key in _STEP}) for step in given["steps"])
    plain = [step.strikes for step in steps if step.plain]
    keys = [step.key for step in steps]
    wrong = [
        ("right", given["right"] not in rights),
        ("subject", given.get("subject", ACCOUNT) not in SUBJECTS),
        ("counts", not counts.keys() <= CONDITIONS.keys() or "measures" not in counts),
        ("counts.measures", not counts.get("measures", frozenset()) <= set(measures)),
        ("steps", not steps or plain != sorted(set(plain)) or len(set(keys)) != len(keys)),
        ("steps.name", any(not key.replace("_", "").isalnum() or len(key) > 40 for key in keys)),
        ("steps.strikes", any(not _whole(step.strikes, 1) for step in steps)),
        (
            "steps.measure",
            any(step.measure not in ("suspend", "ban") or step.measure not in measures for step in steps),
        ),
        ("steps.days", any((step.measure == "suspend") != bool(step.days) for step in steps)),
        ("steps.when", any(not step.when.keys() <= CONDITIONS.keys() for step in steps)),
        ("steps.within_days", any(step.within_days is not None and not 0 < step.within_days < given["window_days"]
                                  for step in steps)),
        ("steps.earlier (needs repeat)", any(not _whole(step.earlier, 0) or (step.earlier and not step.repeat)
                                             for step in steps)),
        ("steps.conditions", any(not set(step.conditions) <= set(conditions) for step in steps)),
        ("steps.early_days (needs conditions)", any(step.early_days is not None and not (step.conditions and
                                                    _whole(step.early_days, 0)) for step in steps)),
        ("window_days", not given["window_days"] > 0),
        ("history_days", not _whole(given.get("history_days", 1), 1)),
        ("cites", not given["cites"]),
    ]  # fmt: skip
    problems += [f"ladders: {name}: {field}" for field, broken in wrong if broken]
    return Ladder(
        name, given["title"], given["title_en"], given["right"], given["window_days"], counts,
        tuple(given["cites"]), steps, given.get("subject", ACCOUNT), given.get("history_days", 730),
    )  # fmt: skip


def _step(given: dict[str, Any]) -> Step:
    changed = {"when": _conditions(given.get("when") or {}), "conditions": tuple(given.get("conditions") or ())}
    return Step(**given | changed)


def _conditions(given: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {condition: frozenset(values) for condition, values in given.items()}


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
