"""An invented register of any size, as the CSV files a regulator would hand over: institutions, physicians who practise
at them, and devices they use. Names are made of invented syllables; numbers have valid forms and check digits and
belong to nobody. The same size and seed give the same bytes."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from mingjian.core.credentials.digits import USCC_ALPHABET, org, uscc

SHARES = {"institution": 0.1, "physician": 0.3, "device": 0.6}
HEADINGS = {
    "institution": ["机构名称", "登记号", "统一社会信用代码", "诊疗科目", "发证机关", "发证日期", "有效期至",
                    "所有制形式", "等级", "省份"],
    "physician": ["姓名", "医师执业证书编码", "执业范围", "发证日期", "执业机构登记号", "注册日期", "职称"],
    "device": ["产品名称", "注册证编号", "型号规格", "批准日期", "有效期至", "使用机构登记号", "管理类别", "注册人"],
}  # fmt: skip
_REGIONS = (
    ("310106", "上海市"), ("110105", "北京市"), ("440305", "广东省"), ("330106", "浙江省"), ("510104", "四川省"),
    ("320106", "江苏省"), ("420106", "湖北省"), ("610113", "陕西省"), ("370102", "山东省"), ("500103", "重庆市"),
)  # fmt: skip
_FIRST = "云晴岚屿澄溪暖禾知若星沐苒棠霁羽安朗恒悦"
_SECOND = "杉岭洲川泽木光遥宁风叶汀雪晨露舟野原庭笙"
_THIRD = "初语和然远心辰晖竹谷桥石微乐宜容衡岑月清"
_SURNAMES = "林周沈陆顾苏叶姜余程温骆荀祁纪简"
_SCOPES = (
    "医疗美容科;美容外科",
    "医疗美容科;美容皮肤科",
    "口腔科;牙体牙髓病专业",
    "皮肤科;皮肤病专业",
    "医疗美容科;美容牙科",
)
_FIELDS = ("外科专业", "皮肤病与性病专业", "口腔专业", "整形外科专业")
_DEVICES = ("二氧化碳激光治疗机", "强脉冲光治疗仪", "射频治疗仪", "注射用透明质酸钠凝胶", "超声刀头", "内窥镜冷光源")


def name(random: random.Random) -> str:
    """Three invented syllables."""
    return random.choice(_FIRST) + random.choice(_SECOND) + random.choice(_THIRD)


def organisation(number: int) -> str:
    """An organisation's nine characters: eight of ours, one of check."""
    digits, rest = "", number
    for _ in range(6):
        digits = USCC_ALPHABET[rest % 31] + digits
        rest //= 31
    return "MA" + digits + org("MA" + digits)


def institution_number(number: int) -> str:
    """A 登记号 of 22 characters."""
    region, _ = _REGIONS[number % len(_REGIONS)]
    return f"{organisation(number)}{region}17D1542"


def credit_code(number: int) -> str:
    """A 统一社会信用代码 of 18 characters."""
    region, _ = _REGIONS[number % len(_REGIONS)]
    first = f"91{region}{organisation(number)}"
    return first + uscc(first)


def institutions(count: int, seed: int = 1) -> Iterator[list[str]]:
    """Rows under HEADINGS."""
    chance = random.Random(seed)
    for number in range(count):
        year, month = chance.randrange(2021, 2026), chance.randrange(1, 13)
        yield [
            f"{name(chance)}医疗美容门诊部", institution_number(number), credit_code(number), chance.choice(_SCOPES),
            f"{chance.choice(_FIRST)}{chance.choice(_THIRD)}区卫生健康委员会", f"{year}-{month:02}-01",
            f"{year + 5}-{month:02}-01", "民营" if chance.random() < 0.8 else "公立",
            "三级甲等" if chance.random() < 0.05 else "门诊部", _REGIONS[number % len(_REGIONS)][1],
        ]  # fmt: skip


def physicians(count: int, institutions: int, seed: int = 2) -> Iterator[list[str]]:
    """Rows under HEADINGS."""
    chance = random.Random(seed)
    for number in range(count):
        region, serial = divmod(number, 999_999)
        yield [
            chance.choice(_SURNAMES) + chance.choice(_FIRST) + chance.choice(_SECOND),
            f"110{_REGIONS[region % len(_REGIONS)][0]}{serial + 1:06}", chance.choice(_FIELDS),
            f"{chance.randrange(2001, 2024)}-06-01", institution_number(chance.randrange(institutions)),
            f"{chance.randrange(2018, 2026)}-{chance.randrange(1, 13):02}-15",
            chance.choice(("主治医师", "副主任医师", "主任医师")),
        ]  # fmt: skip


def devices(count: int, institutions: int, seed: int = 3) -> Iterator[list[str]]:
    """Rows under HEADINGS."""
    chance = random.Random(seed)
    categories = ("01", "06", "09", "13", "14", "16")
    for number in range(count):
        year, rest = 2021 + number % 5, number // 5
        category, serial = categories[rest % len(categories)], rest // len(categories)
        kind, serial = divmod(serial, 9999)
        start = ("国械注准", "国械注进", "国械注许")[kind] if kind < 3 else None
        code = (
            f"{start}{year}3{category}{serial + 1:04}"
            if start
            else f"{'沪京粤浙川苏鄂陕鲁渝'[(kind - 3) % 10]}械注准{year}2{category}{serial + 1:04}"
        )
        month = chance.randrange(1, 13)
        yield [
            f"{name(chance)}{chance.choice(_DEVICES)}", code, f"{chance.choice('ABCDEF')}-{chance.randrange(100, 999)}",
            f"{year}-{month:02}-01", f"{year + 5}-{month:02}-01", institution_number(chance.randrange(institutions)),
            "第三类" if start else "第二类", f"{name(chance)}医疗科技有限公司",
        ]  # fmt: skip


def write(folder: Path, entities: int) -> dict[str, Path]:
    """The register of so many entities as CSV files, by kind; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {kind: max(1, round(entities * share)) for kind, share in SHARES.items()}
    rows = {
        "institution": institutions(counts["institution"]),
        "physician": physicians(counts["physician"], counts["institution"]),
        "device": devices(counts["device"], counts["institution"]),
    }
    made = {}
    for kind, some in rows.items():
        path = made[kind] = folder / f"{kind}-{counts[kind]}.csv"
        if path.exists():
            continue
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS[kind])
            writer.writerows(some)
    return made
