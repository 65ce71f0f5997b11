"""Write tests/data/variants.jsonl: restricted names under twelve kinds of disguise, in promotional sentences.

    python scripts/build_variants.py

The disguises are made with pypinyin, OpenCC and the hand-written tables below, not with the tables the engine
reads, so that the suite does not test the engine against itself. Homophones are drawn from common characters.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

OUT = Path(__file__).parents[1] / "tests/data/variants.jsonl"
NAMES = (
    "玻尿酸", "水光针", "瘦脸针", "肉毒素", "热玛吉", "超声炮", "热拉提", "双眼皮", "隆鼻术", "溶脂针", "童颜针", "少女针",
    "除皱针", "光子嫩肤", "皮秒祛斑", "线雕提升", "脂肪填充", "自体脂肪隆胸", "埋线双眼皮", "注射隆鼻", "瘦肩针", "美白针",
    "吸脂瘦身", "假体隆胸", "激光祛斑", "开眼角", "肉毒毒素", "胶原蛋白针", "英伦大提升", "种植牙", "牙齿贴面", "植发手术",
)  # fmt: skip
CARRIERS = (
    "姐妹们，{}现在做活动，全面部只要1980元，私信我预约医院",
    "本院{}专场，注射一支就能看到变化，到店面诊",
    "医美福利：{}限时特价，名额有限，打完皮肤紧致",
    "想做{}的看过来，门诊部新客价988元起",
)
COMMON = (
    "水税睡谁光广逛针真珍阵震波玻拨伯尿鸟袅酸算蒜狻瘦受兽收寿脸连恋练肉柔揉毒独读度素速苏诉热惹玛马码妈吉及机级"
    "超抄潮声生升炮泡跑拉啦辣提题替双霜爽眼烟演皮疲屁隆龙笼鼻比笔术书树溶容荣脂之知支指童同铜颜言岩少绍女吕"
    "除出初皱周洲子紫字嫩能肤夫扶秒苗描祛去区斑班般线先现雕刁掉升生填田甜充冲虫自体替题胸兄凶埋买卖注主住射社设"
    "肩间见美每没白百摆吸西息身深神假甲加激机基开凯角脚叫胶交原元圆蛋旦但英鹰婴伦轮论大达种重众植直值牙芽齿尺贴铁面棉发法手首"
)
SPLIT = {
    "玻": "王皮", "酸": "酉夋", "针": "钅十", "脸": "月佥", "脂": "月旨", "肤": "月夫", "体": "亻本", "胸": "月匈", "皱": "刍皮",
    "溶": "氵容", "激": "氵敫", "注": "氵主", "吸": "口及", "眼": "目艮", "斑": "王文王", "祛": "礻去", "填": "土真", "埋": "土里",
    "植": "木直", "种": "禾中", "提": "扌是", "胶": "月交", "射": "身寸", "颜": "彦页", "玛": "王马", "炮": "火包", "嫩": "女敕",
    "线": "纟戋", "瘦": "疒叟", "超": "走召", "素": "主糸",
}  # fmt: skip
LOOKALIKE = {
    "玻": "坡", "尿": "屎", "脸": "检", "微": "徽", "眼": "眠", "皮": "披", "胸": "匈", "祛": "怯", "斑": "班", "肤": "扶", "脂": "指",
    "唇": "辰", "溶": "榕", "素": "索", "埋": "理", "填": "镇", "光": "兊", "水": "氷", "美": "羙", "隆": "窿", "体": "休", "胶": "狡",
    "酸": "唆", "玛": "码", "毒": "毐", "热": "執", "针": "计", "瘦": "廋", "嫩": "嫰", "衰": "哀", "吸": "昅", "激": "徼", "术": "木",
}  # fmt: skip
EMOJI = {
    "针": "💉",
    "水": "💧",
    "光": "💡",
    "眼": "👀",
    "鼻": "👃",
    "牙": "🦷",
    "肉": "🥩",
    "线": "🧵",
    "火": "🔥",
    "毒": "☠️",
    "刀": "🔪",
    "手": "🤚",
}
NEAR = {"zh": "z", "ch": "c", "sh": "s", "z": "zh", "c": "ch", "s": "sh"}


def sound(char: str) -> str:
    return lazy_pinyin(char, style=Style.NORMAL)[0]


def homophone(name: str, rng: random.Random, near: bool) -> str | None:
    """One character exchanged for a common one of the same (or a confusable) sound."""
    places = list(range(len(name)))
    rng.shuffle(places)
    for at in places:
        own = sound(name[at])
        wanted = {own}
        if near:
            wanted = {_swap_initial(own), _swap_final(own)} - {own}
        pool = [c for c in COMMON if c != name[at] and sound(c) in wanted and c not in name]
        if pool:
            return name[:at] + rng.choice(pool) + name[at + 1 :]
    return None


def _swap_initial(syllable: str) -> str:
    for initial in ("zh", "ch", "sh", "z", "c", "s"):
        if syllable.startswith(initial):
            return NEAR[initial] + syllable[len(initial) :]
    return syllable


def _swap_final(syllable: str) -> str:
    for long, short in (("ing", "in"), ("eng", "en"), ("ang", "an")):
        if syllable.endswith(long):
            return syllable[: -len(long)] + short
        if syllable.endswith(short):
            return syllable[: -len(short)] + long
    return syllable


def exchanged(name: str, table: dict[str, str]) -> str | None:
    """The first character that the table can write otherwise, exchanged."""
    for at, char in enumerate(name):
        if table.get(char):
            return name[:at] + table[char] + name[at + 1 :]
    return None


def disguises(name: str, rng: random.Random) -> dict[str, str | None]:
    syllables = [sound(char) for char in name]
    at = rng.randrange(len(name))
    traditional = OpenCC("s2t").convert(name)
    return {
        "traditional": traditional if traditional != name else None,
        "homophone": homophone(name, rng, near=False),
        "near-homophone": homophone(name, rng, near=True),
        "pinyin": "".join(syllables),
        "mixed-pinyin": name[:at] + syllables[at] + name[at + 1 :],
        "initials": "".join(s[0] for s in syllables) if len(name) >= 3 else None,
        "split": exchanged(name, SPLIT),
        "look-alike": exchanged(name, LOOKALIKE),
        "emoji": exchanged(name, EMOJI),
        "separators": rng.choice("·.*-_|~/ ").join(name),
        "zero-width": "\u200b".join(name),
        "combining": "".join(char + "\u0336" for char in name),
        "repeated": "".join(char * (2 if i == at else 1) for i, char in enumerate(name)),
        "one-letter": name[:at] + syllables[at][0] + name[at + 1 :],
        "upper-pinyin": name[:at] + syllables[at].upper() + name[at + 1 :],
    }


def main() -> None:
    rng = random.Random(20250813)
    rows: list[dict[str, object]] = []
    for number, name in enumerate(NAMES):
        for kind, written in disguises(name, rng).items():
            if written is None or written == name:
                continue
            carrier = CARRIERS[(number + len(rows)) % len(CARRIERS)]
            start = carrier.index("{}")
            rows.append(
                {
                    "name": name,
                    "disguise": kind,
                    "text": carrier.format(written),
                    "start": start,
                    "end": start + len(written),
                }
            )
    OUT.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
