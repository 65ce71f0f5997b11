"""A reviewer's scorecard: every figure says what it was counted from, how, and which reviews stand behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.desk.cases.cursors import mark, place
from mingjian.desk.cases.model import Page, Review
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.quality.kappa import Kappa, kappa, wilson
from mingjian.records.errors import Invalid
from mingjian.records.storage import review_counts
from mingjian.records.storage.database import Tx
from mingjian.records.storage.review_counts import Window

# Figure → title and how it is counted, each in Chinese and English.
FIGURES: Mapping[str, tuple[str, str, str, str]] = {
    "second": (
        "与复审不一致", "Second reviewer differed",
        "初审中经过复审的,有多少与复审员的答案不同。", "Of first answers that got a second one: how many differed.",
    ),
    "expert": (
        "被专家改判", "Overturned by the expert",
        "初审、复审中因分歧送专家的,有多少与专家的答案不同。",
        "Of first and second answers that went to the expert: how many the expert answered differently.",
    ),
    "sample": (
        "被质检改判", "Overturned by quality inspection",
        "所审案件被质检抽中并检完的,有多少与质检结论不同。",
        "Of answers on cases that were sampled and inspected: how many differ from the inspection's outcome.",
    ),
    "appeal": (
        "申诉后改判", "Overturned on appeal",
        "答案成为结论且有申诉裁决的,有多少被撤销或变更。",
        "Of answers that became the outcome and were appealed: how many were overturned or varied.",
    ),
    "golden": (
        "标准题答对", "Golden items right",
        "答过的标准题中,答案正确的有多少。", "Of golden items answered: how many right.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """``hits`` of ``of`` reviews: a ``share`` between ``low`` and ``high`` (95 %), None where there are none."""

    name: str
    hits: int
    of: int

    @property
    def share(self) -> float | None:
        """The share, None of none."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies, 95 %."""
        return wilson(self.hits, self.of) if self.of else None

    def title(self, lang: str = "zh") -> str:
        """The figure's name for people."""
        return FIGURES[self.name][lang == "en"]

    def how(self, lang: str = "zh") -> str:
        """How it is counted."""
        return FIGURES[self.name][2 + (lang == "en")]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A reviewer between two times. ``answers`` by stage and ``measures`` by measure are counts of answers that
    stand; ``seconds`` is the median; ``agreement`` compares with the other reviewers of the same cases."""

    reviewer: str
    since: int
    until: int
    queue: str | None
    answers: Mapping[str, int]
    measures: Mapping[str, int]
    undone: int
    seconds: float | None
    figures: tuple[Figure, ...]
    agreement: Kappa

    @property
    def volume(self) -> int:
        """All answers that stand."""
        return sum(self.answers.values())


@dataclass(frozen=True, slots=True)
class Agreement:
    """First answers against second ones (``reviewers``) and outcomes against quality inspection (``inspection``),
    each with the table it was counted from: (one's answer, the other's) → count."""

    reviewers: Kappa
    reviewers_table: Mapping[tuple[str, str], int]
    inspection: Kappa
    inspection_table: Mapping[tuple[str, str], int]


def scorecard(
    tx: Tx, principal: Principal, reviewer: str, since: int, until: int, queue: str | None = None
) -> Scorecard:
    """One reviewer (an actor) from ``since`` until before ``until`` (microseconds). Needs quality.read, but everybody
    may see their own."""
    if reviewer != principal.actor:
        demand(principal, "quality.read", queue)
    window = _window(since, until, queue, reviewer)
    return Scorecard(
        reviewer=reviewer,
        since=since,
        until=until,
        queue=queue,
        answers=review_counts.count_by_stage(tx, window),
        measures=review_counts.count_by_measure(tx, window),
        undone=review_counts.count_undone(tx, window),
        seconds=review_counts.median_seconds(tx, window),
        figures=tuple(Figure(name, *review_counts.count_figure(tx, name, window)) for name in FIGURES),
        agreement=kappa(_with_others(tx, window)),
    )


def _with_others(tx: Tx, window: Window) -> dict[tuple[str, str], int]:
    """(own answer, the other's) → count, whether one's own was the first or the second."""
    table = dict(review_counts.answer_pairs(tx, window))
    for (first, second), count in review_counts.answer_pairs(tx, window, other=True).items():
        table[second, first] = table.get((second, first), 0) + count
    return table


def scorecards(tx: Tx, principal: Principal, since: int, until: int, queue: str | None = None) -> list[Scorecard]:
    """Everybody who answered in that time. Needs quality.read."""
    demand(principal, "quality.read", queue)
    everybody = review_counts.reviewers(tx, _window(since, until, queue, None))
    return [scorecard(tx, principal, reviewer, since, until, queue) for reviewer in everybody]


def reviews_behind(
    tx: Tx,
    principal: Principal,
    reviewer: str,
    name: str,
    since: int,
    until: int,
    queue: str | None = None,
    *,
    hits: bool = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Review]:
    """The reviews a figure was counted from, newest first; ``hits`` False gives all it is a share of. Needs
    quality.read; everybody may see those behind their own figures, but not which items were golden."""
    if reviewer != principal.actor or name == "golden":
        demand(principal, "quality.read", queue)
    if name not in FIGURES:
        raise Invalid(f"没有指标“{name}”,可用:{'、'.join(FIGURES)}。", field="name")
    if not 1 <= limit <= 200:
        raise Invalid("每页 1 到 200 条。", field="limit")
    window = _window(since, until, queue, reviewer)
    after = place(cursor, int, str)
    found = review_counts.reviews_behind(tx, name, window, hits=hits, after=after, limit=limit + 1)
    shown = tuple(found[:limit])
    return Page(shown, mark([shown[-1].at, shown[-1].id]) if len(found) > limit else None)


def agreement(tx: Tx, principal: Principal, since: int, until: int, queue: str | None = None) -> Agreement:
    """How well reviewers agree with each other and with quality inspection. Needs quality.read."""
    demand(principal, "quality.read", queue)
    window = _window(since, until, queue, None)
    pairs, samples = review_counts.answer_pairs(tx, window), review_counts.sample_pairs(tx, window)
    return Agreement(kappa(pairs), pairs, kappa(samples), samples)


def _window(since: int, until: int, queue: str | None, reviewer: str | None) -> Window:
    if since >= until:
        raise Invalid("起始时间应早于截止时间。", field="since")
    return Window(since, until, queue, reviewer)
