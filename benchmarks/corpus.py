"""Ordinary notes for the speed benchmark: 72 written for it (benchmarks/data/notes.jsonl), cut and joined to length."""

from __future__ import annotations

import json
import random
from pathlib import Path

ROOT = Path(__file__).parents[1]
LENGTH = 350


def written() -> list[str]:
    """The notes as they were written: food, travel, pets, work …; about ten touch health as everybody does."""
    lines = (ROOT / "benchmarks/data/notes.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines if line.strip()]


def notes(count: int, length: int = LENGTH, seed: int = 7) -> list[str]:
    """``count`` texts of exactly ``length`` characters: notes in random order, whole lines shuffled between them,
    so that no two texts are the same and no cache makes the work easier than it is."""
    rng = random.Random(seed)
    lines = [line for note in written() for line in note.split("\n") if line.strip()]
    made = []
    for _ in range(count):
        text = ""
        while len(text) < length:
            text += rng.choice(lines) + "\n"
        made.append(text[:length])
    return made
