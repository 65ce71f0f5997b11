"""Speed of the whole check beside bare matchers, in one run, over the same words and texts.

    python benchmarks/speed.py [--write] [--quick]

``--write`` puts the tables into docs/speed.md. Machines are noisy: compare the columns of one run, not runs.
Every figure is the best of several rounds of one process on one core, except where processes are counted.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date

import ahocorasick
import daachorse
import psutil
from corpus import ROOT, notes
from matcher_py import ProcessType, SimpleMatcher

from mingjian.core.engine.check import Engine
from mingjian.core.engine.classify import load_model
from mingjian.core.engine.classifying import classify
from mingjian.core.engine.compile import compile_rulebook
from mingjian.core.engine.options import Options
from mingjian.core.engine.scan import scan
from mingjian.core.engine.vocabulary import Vocabulary
from mingjian.core.model import Item
from mingjian.core.rulebook.lexicon import Lexicon, Term
from mingjian.core.rulebook.load import load
from mingjian.core.text.views import Batch

DAY = date(2026, 11, 1)
PAGE = ROOT / "docs/speed.md"
BEGIN, END = "<!-- speed:begin -->", "<!-- speed:end -->"
FAST, FULL = 8000, 3000  # notes a second that the batch call must reach without and with the classifier


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the fastest round."""
    seconds = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


class Bare:
    """The rivals, each searching words as they are written and returning what it can."""

    def __init__(self, words: list[str]) -> None:
        self.daachorse = daachorse.CharwiseDoubleArrayAhoCorasick(words)
        self.matcher = SimpleMatcher(json.dumps({ProcessType.NONE: dict(enumerate(words, 1))}).encode())
        self.aho = ahocorasick.Automaton()
        for number, word in enumerate(words):
            self.aho.add_word(word, number)
        self.aho.make_automaton()

    def timings(self, texts: list[str], rounds: int) -> dict[str, float]:
        joined = "\x1e".join(texts)
        return {
            "daachorse, one joined text, spans": best(lambda: self.daachorse.find_overlapping(joined), rounds),
            "daachorse, note by note, spans": best(lambda: [self.daachorse.find_overlapping(t) for t in texts], rounds),
            "matcher_py, note by note, no spans": best(lambda: [self.matcher.process(t) for t in texts], rounds),
            "pyahocorasick, note by note, ends": best(lambda: [list(self.aho.iter(t)) for t in texts], rounds),
        }


def words_of(sources: object) -> list[str]:
    """Every word of every lexicon, as written, without the spellings of disguise."""
    vocabulary = Vocabulary()
    for lexicon in sources.lexicons:  # type: ignore[attr-defined]
        vocabulary.add_lexicon(lexicon)
    return sorted(set(filter(None, vocabulary.words)))


def rows_of(seconds: dict[str, float], count: int, length: int) -> list[str]:
    lines = ["| what | notes/s | Mchar/s | µs a note |", "|---|---:|---:|---:|"]
    lines += [
        f"| {name} | {count / s:,.0f} | {count * length / s / 1e6:.1f} | {s / count * 1e6:.0f} |"
        for name, s in seconds.items()
    ]
    return lines


def whole(engine: Engine, texts: list[str], rounds: int) -> dict[str, float]:
    items = [Item.of(text, id=str(i)) for i, text in enumerate(texts)]
    fast, full = Options(as_of=DAY, classifier=False), Options(as_of=DAY)
    return {
        "**mingjian, batch call, without the classifier**": best(lambda: engine.check(items, fast), rounds),
        "**mingjian, batch call, everything on**": best(lambda: engine.check(items, full), rounds),
        "mingjian, one call a note, everything on": best(lambda: [engine.check([i], full) for i in items], rounds),
    }


def stages(engine: Engine, texts: list[str], rounds: int) -> dict[str, float]:
    """Where the time goes, stage by stage (each measured alone)."""
    lexemes, model = engine.compiled.lexemes, engine.compiled.model
    chunks = [texts[i : i + 187] for i in range(0, len(texts), 187)]

    def views() -> None:
        for chunk in chunks:
            batch = Batch(chunk)
            _ = batch.sounded, batch.sentence_ends

    found = [scan(lexemes, chunk) for chunk in chunks]
    items = [Item.of(text) for text in texts]
    seconds = {
        "views with maps back": best(views, rounds),
        "views and all words with spans": best(lambda: [scan(lexemes, chunk) for chunk in chunks], rounds),
    }
    if model is not None:
        seconds["classifier alone"] = best(lambda: [classify(model, None, f) for f in found], rounds)
    seconds["whole check without the classifier"] = best(
        lambda: engine.check(items, Options(as_of=DAY, classifier=False)), rounds
    )
    seconds["whole check"] = best(lambda: engine.check(items, Options(as_of=DAY)), rounds)
    return seconds


def invented(count: int, rng: random.Random) -> list[str]:
    """Words that look like names: three to five random common characters."""
    characters = [chr(code) for code in range(0x4E00, 0x6E00, 3)]
    return list({"".join(rng.choices(characters, k=rng.randint(3, 5))) for _ in range(count)})


def by_lexicon(sources: object, texts: list[str], rounds: int, sizes: list[int]) -> list[str]:
    lines = ["| words | daachorse bare, Mchar/s | matcher_py | pyahocorasick | mingjian, no classifier | build, s |",
             "|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    characters = sum(map(len, texts)) / 1e6
    own = words_of(sources)
    for size in sizes:
        rng = random.Random(1)
        words = (own + invented(size * 2, rng))[:size] if size > len(own) else rng.sample(own, size)
        bare = Bare(words).timings(texts, rounds)
        start = time.perf_counter()
        extra = Lexicon("extra", "extra", tuple(Term(word) for word in words), field=True)
        from dataclasses import replace

        grown = replace(sources, lexicons=(*sources.lexicons, extra))  # type: ignore[type-var, attr-defined]
        engine = Engine(compile_rulebook(grown, None))  # type: ignore[arg-type]
        built = time.perf_counter() - start
        items = [Item.of(text) for text in texts]
        full = best(lambda e=engine, i=items: e.check(i, Options(as_of=DAY, classifier=False)), rounds)  # type: ignore[misc]
        speeds = [characters / s for name, s in bare.items() if "note by note" not in name or "daachorse" not in name]
        columns = [*(f"{s:.1f}" for s in speeds), f"{characters / full:.1f}", f"{built:.1f}"]
        lines.append(f"| {size:,} | " + " | ".join(columns) + " |")
    return lines


def by_length(engine: Engine, rounds: int) -> list[str]:
    lines = ["| characters a note | notes/s | Mchar/s |", "|---:|---:|---:|"]
    for length in (50, 350, 2_000, 20_000, 200_000):
        texts = notes(max(2, 400_000 // length), length)
        items = [Item.of(text) for text in texts]
        seconds = best(lambda i=items: engine.check(i, Options(as_of=DAY)), rounds)  # type: ignore[misc]
        lines.append(f"| {length:,} | {len(texts) / seconds:,.0f} | {len(texts) * length / seconds / 1e6:.1f} |")
    return lines


_ENGINE: Engine | None = None


def _prepare() -> None:
    global _ENGINE
    _ENGINE = Engine(compile_rulebook(load(), load_model()))


def _work(texts: list[str]) -> int:
    assert _ENGINE is not None
    return len(_ENGINE.check([Item.of(text) for text in texts], Options(as_of=DAY)))


def by_processes(texts: list[str]) -> list[str]:
    lines = ["| processes | notes/s |", "|---:|---:|"]
    for count in range(1, (os.cpu_count() or 1) + 1):
        with ProcessPoolExecutor(count, initializer=_prepare) as pool:
            list(pool.map(_work, [texts[:50]] * count * 4))  # warm
            start = time.perf_counter()
            done = sum(pool.map(_work, [texts[i : i + 500] for i in range(0, len(texts), 500)] * 2))
            lines.append(f"| {count} | {done / (time.perf_counter() - start):,.0f} |")
    return lines


def command_line() -> list[str]:
    """Cold start and memory of the command, the rulebook's cache being there."""
    path = ROOT / "out/bench.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(notes(1)[0], "utf-8")
    command = [sys.executable, "-m", "mingjian", "check", str(path)]
    subprocess.run(command, capture_output=True, check=False)  # fills the cache
    seconds, peak = [], 0
    for _ in range(7):
        start = time.perf_counter()
        process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss)
            except psutil.Error:
                break
            time.sleep(0.002)
        seconds.append(time.perf_counter() - start)
    cold = f"**{min(seconds):.2f} s** (median {sorted(seconds)[3]:.2f} s)"
    return [
        f"- cold start of `mingjian check FILE` with the rulebook cached: {cold}",
        f"- peak memory of that command: **{peak / 1e6:.0f} MB**",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer notes, rounds and sizes")
    arguments = parser.parse_args()
    rounds, count = (2, 1000) if arguments.quick else (5, 4000)
    sources = load()
    engine = Engine(compile_rulebook(sources, load_model()))
    gc.freeze()
    texts = notes(count)
    words = words_of(sources)
    own = whole(engine, texts, rounds)
    side = {**Bare(words).timings(texts, rounds), **own}
    fast, full, single = (count / s for s in own.values())
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    sizes = [1_000, 10_000] if arguments.quick else [1_000, 10_000, 30_000, 100_000]
    report = [
        f"Machine: {machine}. {count:,} ordinary notes of 350 characters; {len(words):,} words as written, "
        f"{len(engine.compiled.lexemes.entries):,} spellings and anchors, {len(engine.compiled.rules)} rules.",
        "", "### Side by side", "", *rows_of(side, count, 350),
        "", "### Where the time goes", "", *rows_of(stages(engine, texts, rounds), count, 350),
        "", "### By length of the text (everything on)", "", *by_length(engine, rounds),
        "", "### By size of the lexicon", "", *by_lexicon(sources, texts[:1000], rounds, sizes),
        "", "### By processes (everything on)", "", *by_processes(texts),
        "", "### The command", "", *command_line(),
    ]  # fmt: skip
    print("\n".join(report))
    met = {f"{fast:,.0f} ≥ {FAST:,} notes/s without the classifier": fast >= FAST,
           f"{full:,.0f} ≥ {FULL:,} notes/s with everything on": full >= FULL,
           f"{1000 / single:.2f} ms ≤ 1 ms a single call": single >= 1000}  # fmt: skip
    for line, ok in met.items():
        print("ok  " if ok else "SHORT", line)
    if arguments.write:
        page = PAGE.read_text("utf-8")
        head, rest = page.split(BEGIN)
        tail = rest.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n" + "\n".join(report) + f"\n{END}{tail}", "utf-8")
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
