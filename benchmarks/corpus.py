"""Ordinary notes of 350 characters, joined from everyday sentences that ship with the project. Deterministic."""

from __future__ import annotations

import json
import random
from pathlib import Path

ROOT = Path(__file__).parents[1]
KINDS = ("日常用语", "用户")
LENGTH = 350


def everyday() -> list[str]:
    """Everyday sentences: reviews, chat, diaries; a few of them about teeth, skin or doctors, as in life."""
    files = [*sorted((ROOT / "training/data").glob("lawful_*.jsonl")), *sorted((ROOT / "training/data").glob("lawful2_*.jsonl"))]
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [row["text"] for row in rows if row.get("kind") in KINDS]


def notes(count: int, length: int = LENGTH, seed: int = 7) -> list[str]:
    """``count`` notes of exactly ``length`` characters."""
    rng = random.Random(seed)
    sentences = everyday()
    made = []
    for _ in range(count):
        note = ""
        while len(note) < length:
            note += rng.choice(sentences).rstrip() + "\n"
        made.append(note[:length])
    return made
