"""What is written on the media. The texts stand in benchmarks/data/media_planted.txt and media_clean.txt.

They are composed so that the text engine finds the planted ones and no clean one when they are typed (the tests see to
it, but for a few that a later engine may judge otherwise): what is lost in the benchmark is lost by perception.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from media.model import Script

if TYPE_CHECKING:
    from opencc import OpenCC

DATA = Path(__file__).parents[1] / "data"
HEADS = (
    "温馨提示", "门诊通知", "健康小站", "科室园地", "每周一帖", "本周安排", "口腔科", "皮肤科", "服务窗口", "生活角",
)  # fmt: skip
BESIDE = ("hours", "info", "notice")
"""Groups of clean sentences that stand beside a main one: they neither qualify nor contradict it."""


@cache
def _read(name: str) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    group: list[str] = []
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            group = groups.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            group.append(line)
    return {key: tuple(lines) for key, lines in groups.items()}


def planted() -> dict[str, tuple[str, ...]]:
    """Sentences that break the law, by field; ``|`` marks where a line may break."""
    return _read("media_planted.txt")


def clean() -> dict[str, tuple[str, ...]]:
    """Lawful sentences by kind; ``|`` marks where a line may break."""
    return _read("media_clean.txt")


def scripts(style: str, count: int, seed: int) -> list[Script]:
    """``count`` scripts for a style, planted and clean by turns, no sentence twice before all were used.

    The style ``evasive`` takes the disguised sentences and no other style does; ``broken`` and
    ``subtitles-split`` take sentences that may break; ``traditional`` is converted by OpenCC.
    """
    rng = Random(f"{seed}/{style}/texts")
    bad = [line for field, lines in planted().items() for line in lines if (field == "evasive") == (style == "evasive")]
    good = [line for lines in clean().values() for line in lines]
    if style in ("broken", "subtitles-split"):
        bad, good = ([line for line in lines if "|" in line] for lines in (bad, good))
    beside = [line.replace("|", "") for group in BESIDE for line in clean()[group]]
    rng.shuffle(bad)
    rng.shuffle(good)
    made = []
    for number in range(count):
        lines = bad if number % 2 == 0 else good
        line = lines[number // 2 % len(lines)]
        rest = rng.sample([text for text in beside if text != line.replace("|", "")], 3)
        script = Script(tuple(line.split("|")), tuple(rest), rng.choice(HEADS), number % 2 == 0)
        made.append(_traditional(script) if style == "traditional" else script)
    return made


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("s2t")


def _traditional(script: Script) -> Script:
    convert = _converter().convert
    return Script(
        tuple(map(convert, script.main)), tuple(map(convert, script.rest)), convert(script.head), script.planted, True
    )
