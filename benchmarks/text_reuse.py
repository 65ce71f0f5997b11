"""Text reuse: rewritten templates found among ordinary notes of the same procedures, beside MinHash and SimHash.

    python benchmarks/text_reuse.py [--ordinary 1000] [--templates 30] [--write]

Two archives are made from two seeds. On the first the bounds were set (those of core/reuse/liken.py by hand, those of
the rivals here, for PRECISION); the figures are of the second. In each: --ordinary notes of each of six procedures that
nobody copied, and --templates of each with one copy for every rewriting. Every note is compared with every one before
it. A found pair is right when both are of one template; recall counts pairs of a copy and its original. The ordinary
notes are written from the same sentences and set phrases as the templates (benchmarks/data/reuse_notes.yaml), which is
harder than life: of two of them that share half of their sentences nobody copied the other.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from corpus import ROOT
from text_notes import REWRITINGS, grammar, joined, written
from text_rivals import Compared, minhash, simhash

from mingjian.core.reuse.texts import TextIndex, text_prints

if TYPE_CHECKING:
    import numpy.typing as npt

I64: TypeAlias = "npt.NDArray[np.int64]"

PRECISION, RECALL = 0.99, 0.95
SHARE = 0.3
CURVE = (0.1, 0.2, 0.4)
SEEDS = (1, 2)
PAGES = {ROOT / "docs/text-reuse.md": 1, ROOT / "docs/text-reuse.zh-CN.md": 0}
BEGIN, END = "<!-- text-reuse:begin -->", "<!-- text-reuse:end -->"
KINDS = {
    "blanks": ("只换人名、地名、日期、数字", "names, places, dates and numbers only"),
    "synonyms": ("换近义词、加语气词", "synonyms and fillers"),
    "clauses": ("整句换掉", "clauses exchanged"),
    "reordered": ("句子换顺序,另改一半", "sentences reordered, half as much changed"),
    "scattered": ("逐字改、删、插", "single characters changed, dropped, put in"),
    "mixed": ("以上混合", "all of these"),
}


@dataclass(frozen=True)
class Made:
    """An archive. ``ring[k]`` numbers the template of note k, 0 for ordinary ones; ``kind[k]`` is how it was rewritten,
    original or empty."""

    texts: Sequence[str]
    ring: I64
    kind: Sequence[str]

    def original(self) -> Mapping[int, int]:
        return {int(self.ring[at]): at for at, kind in enumerate(self.kind) if kind == "original"}


@dataclass(frozen=True)
class Found:
    later: I64
    earlier: I64
    score: npt.NDArray[np.float64]

    def above(self, least: float) -> Found:
        kept = self.score >= least
        return Found(self.later[kept], self.earlier[kept], self.score[kept])


def make(seed: int, ordinary: int, templates: int) -> Made:
    rng = random.Random(seed)
    notes: list[tuple[str, int, str]] = []
    ring = 0
    for procedure in grammar()["procedures"]:
        notes += [(joined(rng, written(rng, procedure)), 0, "") for _ in range(ordinary)]
        for _ in range(templates):
            ring += 1
            note = written(rng, procedure)
            notes.append((joined(rng, note), ring, "original"))
            for name, rewrite in REWRITINGS.items():
                notes.append((joined(rng, rewrite(rng, list(note), SHARE)), ring, name))
            for share in CURVE:
                notes.append((joined(rng, REWRITINGS["mixed"](rng, list(note), share)), ring, f"mixed {share}"))
    texts, rings, kinds = zip(*notes, strict=True)
    return Made(texts, np.array(rings), kinds)


def ours(texts: Sequence[str]) -> Found:
    index = TextIndex()
    rows = []
    for key, each in enumerate(text_prints(texts)):
        rows += [(key, match.key, match.overlap) for match in index.search(each)]
        index.add(key, each)
    later, earlier, score = np.array(rows, np.int64).T
    return Found(later, earlier, score / 1000)


def gathered(compared: Compared) -> Found:
    parts = list(compared)
    return Found(*(np.concatenate([part[at] for part in parts]) for at in range(3)))


def right(made: Made, found: Found) -> npt.NDArray[np.bool_]:
    return np.asarray((made.ring[found.later] == made.ring[found.earlier]) & (made.ring[found.later] > 0))


def bound(made: Made, found: Found) -> float:
    """The least score at which the found pairs have PRECISION."""
    order = np.argsort(-found.score, kind="stable")
    precision = np.cumsum(right(made, found)[order]) / np.arange(1, len(order) + 1)
    score = found.score[order]
    last = np.append(score[1:] != score[:-1], True)  # pairs of one score are found together
    good = np.flatnonzero((precision >= PRECISION) & last)
    return float(score[good[-1]]) if len(good) else 2.0


def recalls(made: Made, found: Found) -> dict[str, float]:
    original = made.original()
    total = Counter(kind for kind in made.kind if kind not in ("", "original"))
    hits = Counter(
        made.kind[later]
        for later, earlier in zip(found.later.tolist(), found.earlier.tolist(), strict=True)
        if original.get(int(made.ring[later])) == earlier
    )
    return {kind: hits[kind] / count for kind, count in total.items()}


def measured(asked: argparse.Namespace) -> list[tuple[str, str, Made, Found, float]]:
    """(name, bound, archive, pairs found at it, seconds) of each method, on the second archive."""
    rivals = {"MinHash 128 (rensa)": partial(minhash, least=0.08), "SimHash 64": partial(simhash, least=0.55)}
    first, second = (make(seed, asked.ordinary, asked.templates) for seed in SEEDS)
    start = time.perf_counter()
    rows = [("mingjian", "", second, ours(second.texts), time.perf_counter() - start)]
    for name, work in rivals.items():
        least = bound(first, gathered(work(first.texts)))
        start = time.perf_counter()
        found = gathered(work(second.texts)).above(least)
        rows.append((name, f"{least:.3f}", second, found, time.perf_counter() - start))
    return rows


def table(rows: Sequence[tuple[str, str, Made, Found, float]], language: int) -> list[str]:
    heads = (("做法", "method"), ("准确率", "precision"), ("每百万对误报", "false pairs a million"))
    names = [head[language] for head in heads]
    shares = f"{SHARE:.0%}"
    kinds = [f"{titles[language]} {shares if kind != 'blanks' else ''}".strip() for kind, titles in KINDS.items()]
    curve = [f"{KINDS['mixed'][language]} {share:.0%}" for share in CURVE]
    columns = list(KINDS) + [f"mixed {share}" for share in CURVE]
    labels = kinds + curve
    cells = [[] for _ in range(len(columns) + 3)]  # type: list[list[str]]
    for _, _, made, found, _ in rows:
        good = right(made, found)
        pairs = len(made.texts) * (len(made.texts) - 1) / 2
        recall = recalls(made, found)
        mean = float(np.mean([recall[kind] for kind in KINDS]))
        for cell, value in zip(
            cells, (f"{good.mean():.2%}", f"{(~good).sum() / pairs * 1e6:.2f}", f"{mean:.1%}",
                    *(f"{recall[column]:.1%}" for column in columns)), strict=True,
        ):  # fmt: skip
            cell.append(value)
    mean_title = (f"查全率,六类平均 {shares}", f"recall, mean of the six at {shares}")[language]
    lines = [*names[1:], mean_title, *labels]
    head = ["", *(f"{name}{f' ≥ {least}' if least else ''}" for name, least, *_ in rows)]
    body = [f"| {line} | {' | '.join(cell)} |" for line, cell in zip(lines, cells, strict=True)]
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *body]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ordinary", type=int, default=1000)
    parser.add_argument("--templates", type=int, default=30)
    parser.add_argument("--write", action="store_true", help="put the tables into the documentation")
    asked = parser.parse_args()
    rows = measured(asked)
    print("\n".join(table(rows, 1)))
    for name, _, made, found, spent in rows:
        print(f"{name}: {len(made.texts):,} notes, {len(found.later):,} pairs, {spent:.1f} s")
    if asked.write:
        for page, language in PAGES.items():
            head, rest = page.read_text("utf-8").split(BEGIN)
            tail = rest.split(END)[1]
            size = f"{len(rows[0][2].texts):,}"
            said = (f"档案 {size} 篇(每个项目 {asked.ordinary} 篇普通笔记、{asked.templates} 个模板):",
                    f"An archive of {size} notes (of each of six procedures {asked.ordinary} ordinary ones and "
                    f"{asked.templates} templates):")[language]  # fmt: skip
            page.write_text(f"{head}{BEGIN}\n{said}\n\n" + "\n".join(table(rows, language)) + f"\n{END}{tail}", "utf-8")
    recall = recalls(rows[0][2], rows[0][3])
    good = float(right(rows[0][2], rows[0][3]).mean()) >= PRECISION
    return 0 if good and min(recall[kind] for kind in KINDS) >= RECALL else 1


if __name__ == "__main__":
    raise SystemExit(main())
