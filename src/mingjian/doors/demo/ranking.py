"""Two editions of the demonstration's ranking: one published, with thirty entrants, one that experts are rating.
Everybody in them is invented."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from stdnum.cn import ric

from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.service import create_user, set_password
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.doors.demo.checks import confirm
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.ranking import appealing, computing, editions, entering, publishing, rating, valuing
from mingjian.governance.ranking.editions import Wish, plan_of
from mingjian.governance.ranking.entering import Nomination
from mingjian.governance.ranking.model import Dimension
from mingjian.governance.ranking.valuing import ValueRow
from mingjian.records.clock import day
from mingjian.records.storage import ranking as store
from mingjian.records.storage.database import Database, Tx

SEED = 20260101
ENTRANTS, LISTED, SECOND = 30, 12, 8
JURORS = (("pingwei1", "评委 甲"), ("pingwei2", "评委 乙"), ("pingwei3", "评委 丙"), ("pingwei4", "评委 丁"))
_FAMILY, _GIVEN = "梁沈顾叶程陆苏江何唐宋韩许邓冯曹彭曾萧田", ("一舟", "小满", "长风", "知秋", "晚照", "听雨")
_PLACES = ("云杉示例医疗美容门诊部", "青禾示例医疗美容诊所", "白鹭示例医院", "远山示例整形外科医院")
_LEVELS = ("主治医师", "主治医师", "副主任医师", "主任医师")
_WORKS = (
    (
        "重睑修复一例",
        "患者术后双侧不对称,由{name}医师主刀,予切口重建与脂肪复位;术前设计、术中记录及三、六个月随访影像俱全。",
    ),
    (
        "面部年轻化方案",
        "以少量多次为原则,先评估皮肤与容量,再定分期方案;{place}术前书面告知风险与替代方案,冷静期二十四小时以上。",
    ),
    ("并发症处置记录", "注射后局部苍白,立即停止并按血管栓塞流程处理,四十八小时随访,无组织缺损;复盘记录见附页。"),
)


def write_rankings(database: Database, staff: Mapping[str, Principal], password: str) -> None:
    """Register the doctors, hold one edition to its end and leave another with the experts."""
    rng = random.Random(SEED)
    with database.write() as tx:
        jury = [staff["zhuanjia"], *(_juror(tx, login, name, password) for login, name in JURORS)]
        numbers = _register(tx, rng)
    _published(database, staff, jury, numbers, rng)
    with database.write() as tx:
        made = _edition(tx, staff["admin"], "2026 秋季榜单(示范)", "Autumn list (demonstration)", jury, None)
        _enter(tx, staff["admin"], made, numbers[:SECOND], rng)
        entering.examine_entrants(tx, staff["admin"], made)
        valuing.collect(tx, staff["admin"], made)
        rating.give_out(tx, staff["admin"], made, SEED + 1)


def _juror(tx: Tx, login: str, name: str, password: str) -> Principal:
    setup = house("setup")
    user = create_user(tx, setup, login, name, ("expert",))
    return set_password(tx, setup, user.id, password, must_change=False).principal()


def _key(number: int) -> str:
    return f"11011010508{number:04d}"


def _register(tx: Tx, rng: random.Random) -> list[int]:
    """The places and the doctors; the doctors' numbers. One lacks a fact, one fact of another has ended."""
    today = day(tx.now)
    places = [
        Record({"kind": "institution", "key": f"demo-rank-{at}", "name": name,
                "attributes": {"grade": "三级甲等" if at == 2 else "二级", "province": "北京市", "city": "北京市"}},
               [{"kind": "practice_licence", "number": f"PDY0008{at}011010517D1512", "scope": ["14", "14.01", "14.03"],
                 "valid_from": "2016-01-01", "valid_to": "2035-12-31"}])
        for at, name in enumerate(_PLACES, 1)
    ]  # fmt: skip
    made = record(tx, house("setup"), places, "demo")
    doctors = []
    for number in range(1, ENTRANTS + 1):
        since = today - timedelta(days=rng.randint(6, 26) * 365)
        lead = {"valid_from": (since + timedelta(days=1500)).isoformat()}
        if number == ENTRANTS:
            lead["valid_to"] = (today - timedelta(days=40)).isoformat()
        person = f"1101051980{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{number:03d}"
        identity = person + ric.calc_check_digit(person + "0")
        held: list[dict[str, Any]] = [
            {"kind": "physician_qualification", "number": f"{since.year}11110{identity}",
             "valid_from": since.isoformat()},
            {"kind": "physician_practice", "number": _key(number), "valid_from": since.isoformat(),
             "scope": ["外科", "皮肤科"][: rng.randint(1, 2)]},
            {"kind": "aesthetic_lead", "number": f"示例备案-{number:03d}", "scope": ["14.01"], **lead},
            *({"kind": "training", "number": f"示例培训-{number:03d}-{at}",
               "valid_from": (today - timedelta(days=rng.randint(20, 1000))).isoformat(),
               "attributes": {"topic": rng.choice(("skill", "ethics", "law"))}} for at in range(rng.randint(0, 5))),
        ]  # fmt: skip
        name = _FAMILY[number % len(_FAMILY)] + _GIVEN[number % len(_GIVEN)]
        doctors.append(Record(
            {"kind": "physician", "key": _key(number), "name": name, "attributes": {"level": rng.choice(_LEVELS)}},
            [one for one in held if not (number == ENTRANTS - 1 and one["kind"] == "aesthetic_lead")],
            [{"kind": "practises_at", "target": {"kind": "institution", "key": f"demo-rank-{1 + number % 4}"},
              "valid_from": max(since, today - timedelta(days=rng.randint(400, 3000))).isoformat()}],
        ))  # fmt: skip
    made += record(tx, house("setup"), doctors, "demo")
    confirm(tx, house("setup"), [one.entity for one in made])
    return list(range(1, ENTRANTS + 1))


def _edition(tx: Tx, by: Principal, title: str, title_en: str, jury: list[Principal], most: int | None) -> str:
    today = day(tx.now)
    wish = Wish("physicians", title, title_en, today - timedelta(days=20), today + timedelta(days=20), today,
                [{"user": one.id, "entity": None} for one in jury], most)  # fmt: skip
    made = editions.draft(tx, by, wish)
    return editions.open_edition(tx, by, made.id).id


def _enter(tx: Tx, by: Principal, edition: str, numbers: list[int], rng: random.Random) -> None:
    nominations = []
    for number in numbers:
        name = _FAMILY[number % len(_FAMILY)] + _GIVEN[number % len(_GIVEN)]
        works = [{"title": title, "text": text.format(name=name, place=_PLACES[number % 4]), "media": []}
                 for title, text in rng.sample(_WORKS, 2)]  # fmt: skip
        stated = {"publications": {"value": float(rng.randint(0, 6)), "evidence": "检索证明(示例)",
                                   "on": day(tx.now).isoformat()}}  # fmt: skip
        nominations.append(Nomination(_key(number), works, stated))
    entering.register(tx, by, edition, nominations, "self")


def _published(database: Database, staff: Mapping[str, Principal], jury: list[Principal], numbers: list[int],
               rng: random.Random) -> None:  # fmt: skip
    admin, lead = staff["admin"], staff["zuzhang"]
    with database.write() as tx:
        made = _edition(tx, admin, "2026 春季榜单(示范)", "Spring list (demonstration)", jury, LISTED)
        _enter(tx, admin, made, numbers, rng)
        entering.examine_entrants(tx, admin, made)
        valuing.collect(tx, admin, made)
        plan = plan_of(tx, editions.get_edition(tx, made))
        brought = [one for one in plan.dimensions if one.source in ("reviews", "cases", "complaints")]
        rows = [ValueRow(_key(number), one.key, _plausible(one, rng), day(tx.now).isoformat(), "示例:机构汇总表")
                for number in numbers for one in brought if rng.random() < 0.85]  # fmt: skip
        valuing.bring(tx, admin, made, rows)
        rating.give_out(tx, admin, made, SEED)
        skill = {one.id: rng.uniform(2.2, 4.6) for one in store.entrants_of(tx, made)}
        for juror in jury:
            bias = rng.uniform(-0.4, 0.4)
            for form in rating.my_forms(tx, juror):
                if form.edition != made:
                    continue
                rating.mark(tx, juror, form.id, {
                    one.key: max(1, min(5, round(rng.gauss(skill[form.entrant] + bias, 0.6)))) for one in plan.rated
                })  # fmt: skip
                rating.submit(tx, juror, form.id)
        computing.compute_edition(tx, admin, made, SEED)
    with database.write() as tx:
        publishing.review_edition(tx, lead, made, "抽查十人的证据与评分表,重算一致。")
        publishing.publish(tx, lead, made)
        last = store.ranked(tx, made)[LISTED]
        appealing.lodge(tx, Concerned(last.id), last.id, "三四级项目占比漏计了下半年,附手术登记汇总(示例)。")


def _plausible(one: Dimension, rng: random.Random) -> float:
    """A value between the scale's ends, nearer to the good one."""
    low, high = one.line or (one.bins[0][0], one.bins[-1][0])
    along = rng.betavariate(3, 2)
    value = low + (high - low) * (along if one.direction == "up" else 1 - along)
    return round(value, 2) if one.unit in ("分", "%", "‰") else float(round(value))
