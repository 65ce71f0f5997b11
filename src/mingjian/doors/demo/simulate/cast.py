"""Who there is: accounts by number, with ids and devices that give nothing away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from mingjian.doors.demo.simulate.calendar import DAY, SECOND, Calendar
from mingjian.doors.demo.simulate.grammar import material, one_of
from mingjian.doors.demo.simulate.params import Params

_FIRST = "云青木星澄松江禾沐岚予安清言若知初南月桐栖砚景和"
_SECOND = "杉禾棉野湖果宁然风山川舟雅悦雨朗溪林澜帆宸语舒屿"
_HOUSE = (
    "医疗美容门诊部",
    "医疗美容诊所",
    "口腔门诊部",
    "皮肤专科诊所",
    "眼科门诊部",
    "综合门诊部",
    "植发门诊部",
    "整形外科诊所",
)
_NOUN = ("日记", "的小屋", "爱吃饭", "在路上", "不加班", "看云", "慢慢来", "养猫", "散步中", "读书会", "今天也在",
         "收集站", "爱晒太阳", "碎碎念")  # fmt: skip
_OFFICIAL = (
    "演示市卫生健康委员会",
    "演示市市场监督管理局",
    "演示区疾病预防控制中心",
    "演示日报健康频道",
    "演示省药品监督管理局",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(micros: int) -> datetime:
    """Microseconds as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


class Cast:
    """Accounts by number. The honest ones first, by kind; agencies, buyers and bots are added by the plan."""

    def __init__(self, params: Params, calendar: Calendar) -> None:
        self._params, self._calendar = params, calendar
        n = params.items
        rng = random.Random(f"{params.seed}:cast")
        self.kinds: list[str] = []
        self.names: list[str] = []
        self.devices: list[tuple[int, ...]] = []
        self.payments: list[tuple[int, ...]] = []
        self.created: list[int] = []
        self.house: list[int | None] = []
        self._device = self._payment = 0
        self.persons = self._many(rng, "person", max(60, n // 5))
        self.creators = self._many(rng, "creator", max(6, n // 80))
        self.houses = self._many(rng, "institution", max(8, min(3000, n // 400)))
        self.doctors = self._many(rng, "physician", max(6, min(6000, n // 300)))
        self.merchants = self._many(rng, "merchant", max(4, n // 500))
        self.official = self._many(rng, "government", len(_OFFICIAL))
        for number in self.doctors:
            self.house[number] = one_of(rng, self.houses)
        self._share(rng)

    def id(self, number: int) -> str:
        """The account's id: unlike its number it says nothing."""
        return f"u{self._mixed(number, 0x9E3779B1):08x}"

    def mark(self, kind: str, number: int) -> str:
        """The opaque mark of a device (d) or payment (p)."""
        return f"{kind}{self._mixed(number, 0x85EBCA6B if kind == 'd' else 0xC2B2AE35):08x}"

    def _mixed(self, number: int, odd: int) -> int:
        mixed = (number * odd + self._params.seed * 0x27D4EB2F) & 0xFFFFFFFF
        mixed ^= mixed >> 15
        return (mixed * 0x2C1B3C6D) & 0xFFFFFFFF  # an odd factor and a shift-xor: no two numbers meet

    def new_device(self) -> int:
        """A device nobody else has."""
        self._device += 1
        return self._device

    def new_payment(self) -> int:
        """A payment mark nobody else has."""
        self._payment += 1
        return self._payment

    def add(self, rng: random.Random, kind: str, created: int, devices: tuple[int, ...] = (),
            payments: tuple[int, ...] = (), place: int = 0) -> int:  # fmt: skip
        """One more account, the ``place``-th of its kind."""
        number = len(self.kinds)
        self.kinds.append(kind)
        self.names.append(self._name(rng, kind, place))
        self.devices.append(devices or (self.new_device(),))
        self.payments.append(payments)
        self.created.append(created)
        self.house.append(None)
        return number

    def _many(self, rng: random.Random, kind: str, count: int) -> range:
        first = len(self.kinds)
        for place in range(count):
            created = self._calendar.start - int(rng.random() * 1500 * DAY)
            payments = (self.new_payment(),) if kind == "merchant" or rng.random() < 0.15 else ()
            number = self.add(rng, kind, created, payments=payments, place=place)
            if rng.random() < 0.08:
                self.devices[number] += (self.new_device(),)
        return range(first, first + count)

    def _share(self, rng: random.Random) -> None:
        """Families with one tablet, and a few telephones on a counter that strangers sign in on: both honest."""
        for _ in range(len(self.persons) // 60):
            one, other = rng.choice(self.persons), rng.choice(self.persons)
            self.devices[other] += self.devices[one][:1]
        for _ in range(max(1, len(self.persons) // 4000)):
            device = self.new_device()
            for _ in range(8):
                self.devices[rng.choice(self.persons)] += (device,)

    def _name(self, rng: random.Random, kind: str, place: int) -> str:
        words = material()["words"]
        if kind == "institution":
            house = f"{one_of(rng, _FIRST)}{one_of(rng, _SECOND)}{one_of(rng, _HOUSE)}"
            return house if place % 3 else f"{one_of(rng, words['city'])}{house}"
        if kind == "physician":
            return f"{one_of(rng, _FIRST)}{one_of(rng, _SECOND)}医生"
        if kind == "merchant":
            return f"{one_of(rng, _FIRST)}{one_of(rng, _SECOND)}{one_of(rng, ('旗舰店', '专营店', '小铺', '器械店'))}"
        if kind == "government":
            return _OFFICIAL[place]
        digits = str(int(rng.random() * 10_000)) if rng.random() < 0.5 else ""
        return f"{one_of(rng, words['nick'])}{one_of(rng, _NOUN)}{digits}"

    def rows(self, rng: random.Random) -> Iterator[dict[str, Any]]:
        """The table of accounts, in the order of their ids."""
        for id, number in sorted((self.id(number), number) for number in range(len(self.kinds))):
            house = self.house[number]
            yield {
                "id": id, "kind": self.kinds[number], "name": self.names[number],
                "created_at": moment_of(self.created[number] // SECOND * SECOND),
                "institution": self.id(house) if house is not None else None,
                "devices": sorted({self.mark("d", one) for one in self.devices[number]}),
                "payments": sorted({self.mark("p", one) for one in self.payments[number]}),
                "followers": int(rng.paretovariate(1.1) * 8),
            }  # fmt: skip
