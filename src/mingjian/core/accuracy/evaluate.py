"""Judge labelled cases and lawful passages, and count what was found, missed and wrongly flagged."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Case:
    """A claim held unlawful. ``decidable``: the text alone shows it. ``articles``: what the notice cites;
    ``day``: when it was published, whose law binds (None: the day of the evaluation)."""

    id: str
    text: str
    kinds: tuple[str, ...]
    articles: tuple[str, ...] = ()
    decidable: bool = True
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Lawful:
    """A passage that breaks nothing, of one ``kind`` (科普, 新闻, 法规引用 …)."""

    id: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``total`` with a Wilson 95 % interval."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson score interval (Wilson 1927), which stays inside 0..1 for small counts."""
        if not self.total:
            return None
        n, p = self.total, self.hits / self.total
        centre = p + Z95**2 / (2 * n)
        spread = Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
        scale = 1 + Z95**2 / n
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


@dataclass(frozen=True)
class Evaluation:
    """The outcome. ``kind_found`` counts a case under each of its kinds when a violation of any kind was found;
    ``kind_named`` when a violation of that very kind was. Citations are counted over found cases whose
    notice names an article: ``exact`` to the item, ``by_article`` to the article."""

    found: Share
    found_all: Share
    kind_found: Mapping[str, Share]
    kind_named: Mapping[str, Share]
    flagged: Share
    flagged_by_kind: Mapping[str, Share]
    exact: Share
    by_article: Share
    misses: tuple[Case, ...]
    false_alarms: tuple[tuple[Lawful, Verdict], ...]
    miscited: tuple[tuple[Case, tuple[str, ...]], ...] = field(default_factory=tuple)


def article_of(label: str) -> str:
    """广告法16.1.1 → 广告法16."""
    return label.split(".", 1)[0]


def evaluate(engine: Engine, cases: Sequence[Case], lawful: Sequence[Lawful], options: Options) -> Evaluation:
    """Judge every text by itself, with nothing known but the words."""
    verdicts = engine.check([Item.of(case.text, id=case.id, published_at=case.day) for case in cases], options)
    breaches = [[f for f in verdict.findings if f.status == "violation"] for verdict in verdicts]
    judged = list(zip(cases, verdicts, breaches, strict=True))
    decidable = [(case, found) for case, _, found in judged if case.decidable]
    cited = [(c, {label for f in v.findings for label in f.cites}) for c, v, found in judged if found and c.articles]
    exact = [any(_covers(label, article) for label in labels for article in c.articles) for c, labels in cited]
    near = [{article_of(a) for a in c.articles} & {article_of(x) for x in labels} for c, labels in cited]
    lawful_verdicts = engine.check([Item.of(passage.text, id=passage.id) for passage in lawful], options)
    alarms = [(p, v) for p, v in zip(lawful, lawful_verdicts, strict=True) if v.value == "violation"]
    alarm_ids = {passage.id for passage, _ in alarms}
    kinds = sorted({kind for case, _ in decidable for kind in case.kinds})
    text_kinds = sorted({passage.kind for passage in lawful})
    return Evaluation(
        found=_share(bool(found) for _, found in decidable),
        found_all=_share(bool(found) for found in breaches),
        kind_found={k: _share(bool(f) for c, f in decidable if k in c.kinds) for k in kinds},
        kind_named={k: _share(any(x.family == k for x in f) for c, f in decidable if k in c.kinds) for k in kinds},
        flagged=Share(len(alarms), len(lawful)),
        flagged_by_kind={k: _share(p.id in alarm_ids for p in lawful if p.kind == k) for k in text_kinds},
        exact=_share(exact),
        by_article=_share(bool(common) for common in near),
        misses=tuple(case for case, found in decidable if not found),
        false_alarms=tuple(alarms),
        miscited=tuple(
            (c, tuple(sorted(labels))) for (c, labels), common in zip(cited, near, strict=True) if not common
        ),
    )


def _share(outcomes: Iterable[bool]) -> Share:
    listed = list(outcomes)
    return Share(sum(listed), len(listed))


def _covers(label: str, article: str) -> bool:
    """A notice that names only the article is met by any item of it; one that names an item, by that item."""
    return label == article or label.startswith(f"{article}.")
