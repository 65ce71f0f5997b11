"""Notes and rewritings for the text benchmarks: ordinary notes of one procedure, and templates given new tellers."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import yaml
from corpus import ROOT

SECTIONS = ("opening", "motive", "consult", "process", "days", "result", "closing")
TIMES = {"opening": (1, 1), "motive": (1, 2), "consult": (1, 3), "process": (1, 3), "days": (1, 3), "result": (1, 2),
         "closing": (1, 1)}  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹"
PLACES = re.findall("..", "北京上海广州深圳杭州成都武汉南京重庆西安苏州长沙郑州青岛厦门宁波合肥昆明沈阳大连")
CLINICS = re.findall("..", "晨曦美澜丽格悦颜星和华美博雅安琪柏芙雅韵康悦颂雅明德艾美诗妍云裳")
CHOICE = re.compile(r"\{([^{}]*)\}")


@cache
def grammar() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "benchmarks/data/reuse_notes.yaml").read_text("utf-8"))
    return loaded


@cache
def sentences() -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """Sentences of training/data that name each procedure, and everyday ones."""
    texts: set[str] = set()
    for file in sorted((ROOT / "training/data").glob("*.jsonl")):
        texts.update(json.loads(line)["text"] for line in file.read_text("utf-8").splitlines() if line.strip())
    ordered = sorted(text for text in texts if 10 <= len(text) <= 80)
    named = {name: name[: 3 if name in ("热玛吉", "双眼皮") else 2] for name in grammar()["procedures"]}
    by_procedure = {procedure: tuple(text for text in ordered if word in text) for procedure, word in named.items()}
    return by_procedure, tuple(ordered)


def written(rng: random.Random, procedure: str) -> list[str]:
    """A note of its own, as a list of sentences: about 300 characters."""
    data = grammar()
    teller = _teller(rng)
    own, everyday = sentences()
    note: list[str] = []
    for section in SECTIONS:
        for pattern in rng.sample(data[section], rng.randint(*TIMES[section])):
            note.append(_filled(rng, pattern, procedure, teller))
    for pool in (own[procedure], everyday):
        note.insert(rng.randrange(1, len(note)), rng.choice(pool).rstrip("。!！"))
    return note


def joined(rng: random.Random, note: list[str]) -> str:
    ends = rng.choice((("。",), ("！", "。", "～"), ("\n",), ("✨\n", "。"), (" ",)))
    return "".join(sentence + rng.choice(ends) for sentence in note)


def _teller(rng: random.Random) -> dict[str, str]:
    surname = rng.choice(SURNAMES)
    return {
        "doctor": surname + rng.choice(("医生", "主任", "院长", "医生", "大夫")), "place": rng.choice(PLACES),
        "clinic": rng.choice(PLACES) + rng.choice(CLINICS) + rng.choice(("医疗美容", "医美诊所", "整形医院", "门诊部")),
        "money": f"{rng.randint(8, 298)}{rng.choice(('00', '80', '99'))}{rng.choice(('', '元', '块'))}",
        "month": f"{rng.randint(1, 12)}月{rng.randint(1, 28)}号",
    }  # fmt: skip


def _filled(rng: random.Random, pattern: str, procedure: str, teller: Mapping[str, str]) -> str:
    area: str = rng.choice(grammar()["procedures"][procedure])

    def one(match: re.Match[str]) -> str:
        inside = match.group(1)
        if inside == "number":
            return str(rng.choice((2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 40, 45)))
        known = {"procedure": procedure, "area": area, **teller}
        return known[inside] if inside in known else rng.choice(inside.split("|"))

    while CHOICE.search(pattern):
        pattern = CHOICE.sub(one, pattern)
    return pattern.replace("procedure", procedure).replace("area", area)


# Rewritings. Each takes a note (sentences) and the share of its characters to change.


def blanks(rng: random.Random, note: list[str], share: float) -> list[str]:
    """Names, places, dates, numbers, contacts: whatever the share, all of them."""
    del share
    teller = _teller(rng)
    text = "\x00".join(note)
    text = re.sub(rf"[{SURNAMES}](?:医生|主任|院长|大夫)", teller["doctor"], text)
    clinics = rf"(?:{'|'.join(PLACES)})(?:{'|'.join(CLINICS)})(?:医疗美容|医美诊所|整形医院|门诊部)"
    text = re.sub(clinics, teller["clinic"], text)
    text = re.sub("|".join(PLACES), lambda _: rng.choice(PLACES), text)
    text = re.sub(r"\d+", lambda match: str(rng.randint(2, 60 if len(match.group()) < 3 else 29800)), text)
    return text.split("\x00")


def synonyms(rng: random.Random, note: list[str], share: float) -> list[str]:
    """Words for words until the share is reached or none is left; the rest by clauses thrown in."""
    note = blanks(rng, note, share)
    goal, changed = share * sum(map(len, note)), 0
    pairs = [rng.sample(pair, 2) for pair in grammar()["rewriter"]]
    rng.shuffle(pairs)
    for old, new in pairs:
        for at, sentence in enumerate(note):
            if changed < goal and old in sentence and new not in sentence:
                note[at] = sentence.replace(old, new)
                changed += max(len(old), len(new)) * sentence.count(old)
    while changed < goal:
        at, filler = rng.randrange(len(note)), rng.choice(grammar()["fillers"])
        note[at] = f"{filler}，{note[at]}" if rng.random() < 0.5 else f"{note[at]}，{filler}"
        changed += len(filler)
    return note


def scattered(rng: random.Random, note: list[str], share: float) -> list[str]:
    """Single characters anywhere: exchanged, left out, put in. The hardest on runs of characters."""
    pool = "".join(sentences()[1][::50])
    made = []
    for sentence in note:
        out = []
        for char in sentence:
            chance = rng.random()
            if chance >= share:
                out.append(char)
            elif chance < share * 0.7:
                out.append(rng.choice(pool))
            elif chance < share * 0.85:
                out.append(char + rng.choice(pool))
        made.append("".join(out))
    return made


def clauses(rng: random.Random, note: list[str], share: float) -> list[str]:
    """Whole clauses exchanged for others."""
    parts = [sentence.split("，") for sentence in blanks(rng, note, share)]
    goal, changed = share * sum(map(len, note)), 0
    places = [(row, at) for row, sentence in enumerate(parts) for at in range(len(sentence))]
    rng.shuffle(places)
    for row, at in places:
        if changed >= goal:
            break
        changed += len(parts[row][at])
        parts[row][at] = rng.choice(rng.choice(sentences()[1]).rstrip("。!！").replace("，", ",").split(","))
    return ["，".join(sentence) for sentence in parts]


def reordered(rng: random.Random, note: list[str], share: float) -> list[str]:
    """Sentences in another order, and half of the share changed in words."""
    note = synonyms(rng, note, share / 2)
    rng.shuffle(note)
    return note


def mixed(rng: random.Random, note: list[str], share: float) -> list[str]:
    """All of it: a third of the share by words, a third by clauses, a third by characters; some sentences moved."""
    for work in (synonyms, clauses, scattered):
        note = work(rng, note, share / 3)
    for _ in range(2):
        one, other = rng.randrange(len(note)), rng.randrange(len(note))
        note[one], note[other] = note[other], note[one]
    return note


REWRITINGS: Mapping[str, Callable[[random.Random, list[str], float], list[str]]] = {
    "blanks": blanks, "synonyms": synonyms, "clauses": clauses, "reordered": reordered, "scattered": scattered,
    "mixed": mixed,
}  # fmt: skip
