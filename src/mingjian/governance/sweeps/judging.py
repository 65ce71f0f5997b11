"""The one code path of a worker, whoever runs it: a piece's rows are read, judged, put to the policy and counted.

Nothing is written here and nothing but the source is read, so that a piece may be judged twice, or on a machine that
dies, without harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from mingjian.core.engine.options import Options
from mingjian.core.model import SEVERITIES, Item, Verdict
from mingjian.governance.policies.active import Active
from mingjian.governance.policies.facts import facts_of, without_shadowed
from mingjian.governance.policies.model import Outcome, Then
from mingjian.governance.screening.service import Judge
from mingjian.governance.sweeps.plan import Plan
from mingjian.governance.sweeps.results import BAD, packed
from mingjian.governance.sweeps.sources import Source, open_source
from mingjian.governance.sweeps.stages import row_key
from mingjian.intake.archive import Rows, row_item
from mingjian.intake.item_schema import parse_item
from mingjian.records.errors import Conflict
from mingjian.records.items.model import Stored
from mingjian.records.sweeps.model import Piece

BEYOND = "beyond"  # the clause of rows that the policy does not speak of
MOST_KEYS = 200  # of one axis and piece; what is rarer is counted together
_REST = "…"


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs besides the piece: ``engine`` names the function that gives the engine (``module:name``),
    so that each process compiles or loads it once."""

    sweep: str
    plan: Plan
    engine: str


@dataclass(frozen=True, slots=True)
class Result:
    """A judged piece: ``body`` is its file of results; ``counts`` axis → key → rows. ``empty`` are rows that are none
    (blank lines)."""

    place: int
    body: bytes
    judged: int
    bad: int
    empty: int
    acting: int
    counts: Mapping[str, Mapping[str, int]]


@cache
def judge_of(name: str) -> Judge:
    """The engine of this process."""
    module, _, function = name.partition(":")
    made: Judge = getattr(import_module(module), function)()
    return made


_SOURCES: dict[str, Source] = {}  # of this process: files stay open


def _source(sweep: str, plan: Plan) -> Source:
    if sweep not in _SOURCES:
        _SOURCES.clear()
        _SOURCES[sweep] = open_source(plan.source)
    return _SOURCES[sweep]


def judge_piece(job: Job, piece: Piece) -> Result:
    """Judge a piece. Conflict when this process has another rulebook than the plan, or the source changed."""
    judge, plan = judge_of(job.engine), job.plan
    if judge.rulebook != plan.rulebook:
        raise Conflict(
            f"规则库与计划冻结的不同:计划 {plan.rulebook[:12]},这里 {judge.rulebook[:12]}。请用原来的版本续做。"
        )
    found = _source(job.sweep, plan).read(piece)
    rows = list(judged_rows(job, judge, found))
    counts = _counted(rows)
    good = sum(row["value"] != BAD for row in rows)
    bad = len(rows) - good
    acting = sum(row["word"] not in (None, "pass") for row in rows)
    return Result(piece.place, packed(rows), good, bad, piece.rows - len(rows), acting, counts)


def judged_rows(job: Job, judge: Judge, found: Rows) -> Iterator[dict[str, Any]]:
    """A row of results for each row read or not, in the order of the source."""
    given, problems = read_items(found)
    active = job.plan.active()
    verdicts = judge.check([item for _, item in given], Options(as_of=job.plan.day))
    made = {row: _told(row, problem) for row, problem in problems.items()}
    for (row, item), verdict in zip(given, verdicts, strict=True):
        made[row] = _row(job, row, item, verdict, outcome_of(item, verdict, active))
    return (made[row] for row in sorted(made))


def read_items(found: Rows) -> tuple[list[tuple[int, Item]], dict[int, str]]:
    """The items of a piece with their rows, and what was wrong with the others by row."""
    problems: dict[int, str] = {}
    for one in found.problems:
        if one.level == "error" and one.line is not None:
            told = f"{one.field}: {one.message}" if one.field else one.message
            row = one.line - 1
            problems[row] = f"{problems[row]};{told}" if row in problems else told
    given: list[tuple[int, Item]] = []
    for row, values in zip(found.at.tolist(), found.batch.to_pylist(), strict=True):
        parsed = parse_item(row_item(values))
        if parsed.item is not None:
            given.append((row, parsed.item))
        else:
            problems[row] = ";".join(f"{one.field}: {one.message}" for one in parsed.problems if one.level == "error")
    return given, problems


def outcome_of(item: Item, verdict: Verdict, active: Active, strikes: int | None = None) -> Outcome:
    """What the policy says of an item; BEYOND when it does not speak of it."""
    findings, value = without_shadowed(verdict.findings, verdict.value, verdict.notes, active.shadowed)
    facts = facts_of(as_stored(item), verdict.nature.value, verdict.domain.value, value, item.facts, strikes)
    policy = active.live.speaking(facts)
    if policy is None:
        return Outcome(None, BEYOND, Then(), "")
    return active.live.outcome(findings, facts, active.held)


def as_stored(item: Item) -> Stored:
    """An item as policies look at stored ones."""
    publisher = item.publisher
    return Stored(
        id="", source="", external=item.id, version=1, digest="", state="judged", kind=item.kind,
        platform=item.platform, channel=item.channel, publisher=publisher.id, publisher_kind=publisher.kind,
        published_on=None, submitted_at=0, submitted_by="",
    )  # fmt: skip


def _row(job: Job, row: int, item: Item, verdict: Verdict, outcome: Outcome) -> dict[str, Any]:
    gravest = max((SEVERITIES.index(one.severity) for one in verdict.findings), default=None)
    return {
        "row": row, "key": row_key(job.sweep, item.id), "id": item.id, "value": verdict.value,
        "severity": None if gravest is None else SEVERITIES[gravest], "nature": verdict.nature.value,
        "domain": verdict.domain.value, "word": outcome.word, "clause": outcome.clause, "platform": item.platform,
        "kind": item.kind, "channel": item.channel, "publisher_kind": item.publisher.kind,
        "publisher_id": item.publisher.id,
        "month": None if item.published_at is None else item.published_at.isoformat()[:7],
        "codes": list(dict.fromkeys(one.code for one in verdict.findings)),
        "families": sorted({one.family for one in verdict.findings}), "problem": None,
    }  # fmt: skip


def _told(row: int, problem: str) -> dict[str, Any]:
    return {"row": row, "key": 0, "id": "", "value": BAD, "word": None, "problem": problem[:500]}


_AXES = ("value", "severity", "nature", "word", "clause", "platform", "kind", "publisher_kind", "month")


def _counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Rows by axis and key. ``hit:<axis>`` counts only those with an outcome."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if row["value"] == BAD:
            continue
        acts = row["word"] != "pass"
        for axis in _AXES:
            key = (row[axis] or "-")[:120]
            counts.setdefault(axis, Counter())[key] += 1
            if acts and axis in ("platform", "publisher_kind", "month"):
                counts.setdefault(f"hit:{axis}", Counter())[key] += 1
        counts.setdefault("code", Counter()).update(row["codes"])
        counts.setdefault("family", Counter()).update(row["families"])
    return {axis: _shortened(counted) for axis, counted in counts.items()}


def _shortened(counted: Counter[str]) -> dict[str, int]:
    found = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_KEYS])
    rest = sum(counted.values()) - sum(found.values())
    return found | ({_REST: found.get(_REST, 0) + rest} if rest else {})
