"""Build the one folding table of mingjian.core.text from Unicode, OpenCC and pypinyin.

Run:  python scripts/build_tables.py        (writes src/mingjian/core/text/data/tables.npz)
      python scripts/build_tables.py --check (exit 1 if the committed table differs)

Nothing at run time calls a converter: every character's folded form, class and sound is looked up here.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from pathlib import Path

import numpy as np
import yaml
from opencc import OpenCC
from pypinyin import Style, pinyin

SIZE = 0x30000  # planes 0-2; the rest holds no ordinary Chinese text
DATA = Path(__file__).parents[1] / "src/mingjian/core/text/data"
OTHER, CJK, LATIN, DIGIT, SYMBOL, SPACE, COMMA, STOP = range(8)
STOPS = "。!?;\n\x1e…"
COMMAS = ",、:"
FUZZY_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
FUZZY_FINALS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
DIGIT_SOUNDS = dict(zip("0123456789", ["ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"], strict=True))


def fuzzy(syllable: str) -> str:
    """Merge sounds that typists confuse or swap on purpose (zh/z, in/ing …); tones are gone already."""
    for long, short in FUZZY_INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    for long, short in FUZZY_FINALS:
        if syllable.endswith(long):
            return syllable[: -len(long)] + short
    return syllable


def fold_char(char: str, t2s: OpenCC, lookalike: dict[str, str]) -> str:
    """The folded form of one character: one character, or '' when it is to be dropped."""
    if char in lookalike:
        return lookalike[char]
    category = unicodedata.category(char)
    if char in "\n\x1e":
        return char
    if char in "\r\v\f\x85\u2028\u2029":
        return "\n"
    if char == "\t" or category == "Zs":
        return " "
    if category in ("Cf", "Mn", "Me", "Cc"):
        return ""
    if category == "Cs":
        return "\ufffd"
    form = unicodedata.normalize("NFKC", char)
    form = form if len(form) == 1 else "".join(c for c in form if unicodedata.category(c)[0] in "LN")
    if len(form) != 1:
        form = char
    form = t2s.convert(form)
    form = form if len(form) == 1 else char
    lowered = form.lower()
    form = lowered if len(lowered) == 1 else form
    return form if ord(form) < SIZE else char  # a few rare characters simplify to ones beyond the table


def classify(char: str) -> int:
    """Character class of a folded character."""
    if char in STOPS:
        return STOP
    if char in COMMAS:
        return COMMA
    if char == " ":
        return SPACE
    if "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U0002ffff":
        return CJK
    category = unicodedata.category(char)
    if category[0] == "L":
        return LATIN
    if category[0] == "N":
        return DIGIT
    return SYMBOL if category[0] in "SP" else OTHER


def build() -> dict[str, np.ndarray]:
    t2s = OpenCC("t2s")
    lookalike: dict[str, str] = {}
    for group in yaml.safe_load((DATA / "lookalikes.yaml").read_text("utf-8"))["fold"].values():
        lookalike.update(group)
    fold = np.zeros(SIZE, dtype=np.uint32)
    kind = np.zeros(SIZE, dtype=np.uint8)
    raw_symbol = np.zeros(SIZE, dtype=bool)
    for code in range(SIZE):
        char = chr(code)
        folded = fold_char(char, t2s, lookalike)
        fold[code] = ord(folded) if folded else 0
        kind[code] = classify(folded) if folded else OTHER
        raw_symbol[code] = unicodedata.category(char) in ("So", "Sk", "Sm", "Sc")
    for _ in range(4):  # folding twice must change nothing
        fold = np.where(fold < SIZE, fold[np.minimum(fold, SIZE - 1)], fold)
    kind = kind[np.minimum(fold, SIZE - 1)]
    sound = np.arange(SIZE, dtype=np.uint32)
    initial = np.zeros(SIZE, dtype=np.uint8)
    first: dict[str, int] = {}
    readings: dict[str, int] = {}
    for code in [*range(0x4E00, 0xA000), *range(0x3400, 0x4DC0)]:
        if fold[code] != code:
            continue
        reading = pinyin(chr(code), style=Style.NORMAL, heteronym=False, errors="ignore")
        if not reading or not reading[0][0].isascii():
            continue
        readings.setdefault(reading[0][0], code)
        initial[code] = ord(reading[0][0][0])
        sound[code] = first.setdefault(fuzzy(reading[0][0]), code)
    for digit, syllable in DIGIT_SOUNDS.items():
        sound[ord(digit)] = first[fuzzy(syllable)]
    sound = sound[np.minimum(fold, SIZE - 1)]
    syllables = sorted(readings)
    return {
        "fold": fold,
        "kind": kind,
        "symbol": raw_symbol,
        "sound": sound.astype(np.uint32),
        "initial": initial,
        "syllables": np.array(syllables),
        "syllable_sound": np.array([first[fuzzy(s)] for s in syllables], dtype=np.uint32),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    path = DATA / "tables.npz"
    tables = build()
    if arguments.check:
        committed = np.load(path)
        stale = [name for name in tables if not np.array_equal(committed[name], tables[name])]
        if stale:
            sys.stderr.write(f"{path}: stale tables {', '.join(stale)}; run scripts/build_tables.py\n")
            return 1
        return 0
    np.savez_compressed(path, **tables)  # type: ignore[arg-type]  # numpy types no names of arrays
    return 0


if __name__ == "__main__":
    sys.exit(main())
