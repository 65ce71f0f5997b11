"""Invented numbers that are well formed, one maker a kind, and what goes wrong when people copy them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from mingjian.core.credentials import kind_of
from mingjian.core.credentials.digits import ORG_ALPHABET, USCC_ALPHABET, id_card, org, uscc
from mingjian.core.credentials.regions import counties, provinces, short_names

DAY = date(2026, 11, 1)
DIGITS = "0123456789"
SHORTS = sorted(short_names().keys() - {"国"})
COUNTIES = sorted(code for code in counties() if code[:2] not in ("71", "81", "82", "83"))
PROVINCES = sorted(code for code in provinces() if code not in ("10", "66", "71", "81", "82", "83", "99"))


def digits(chance: random.Random, count: int) -> str:
    """So many digits, not all zero."""
    return str(chance.randrange(1, 10**count)).zfill(count)


def of(chance: random.Random, alphabet: str, count: int) -> str:
    """So many characters of an alphabet."""
    return "".join(chance.choice(alphabet) for _ in range(count))


def make_org(chance: random.Random) -> str:
    body = "PDY"
    while body.startswith("PDY"):  # those are the health departments' own, without a check digit
        body = of(chance, ORG_ALPHABET, 8)
    return body + org(body)


def make_uscc(chance: random.Random) -> str:
    body = of(chance, USCC_ALPHABET, 8)
    number = chance.choice(("11", "12", "51", "52", "91", "92", "93")) + chance.choice(COUNTIES) + body + org(body)
    return number + uscc(number)


def make_licence(chance: random.Random) -> str:
    sort = chance.choice(("A100", "A528", "A529", "D110", "D152", "D154", "D215", "D216"))
    return make_org(chance) + chance.choice(COUNTIES) + chance.choice(("11", "15", "17")) + sort + chance.choice("129")


def make_clinic(chance: random.Random) -> str:
    return make_org(chance) + chance.choice(COUNTIES) + "17" + chance.choice(("D211", "D215", "D216")) + "2"


def make_id(chance: random.Random, born: date | None = None) -> str:
    born = born or date(1940, 1, 1) + timedelta(days=chance.randrange(24_000))
    number = chance.choice(COUNTIES) + born.strftime("%Y%m%d") + digits(chance, 3)
    return number + id_card(number)


def make_qualification(chance: random.Random) -> str:
    year = chance.randrange(1999, 2026)
    born = date(year - chance.randrange(23, 40), 1, 1) + timedelta(days=chance.randrange(365))
    category = chance.choice(("10", "20", "30", "41"))
    return f"{year}{chance.choice(PROVINCES)}{chance.choice('12')}{category}{make_id(chance, born)}"


def make_practice(chance: random.Random) -> str:
    category = chance.choice(("10", "20", "30", "41"))
    return f"{chance.choice('12')}{category}{chance.choice(COUNTIES)}{digits(chance, 6)}"


def make_nurse(chance: random.Random) -> str:
    return f"{chance.randrange(1999, 2027)}{chance.choice(PROVINCES)}{digits(chance, 6)}"


def make_medical_ad(chance: random.Random) -> str:
    day = DAY - timedelta(days=chance.randrange(300))
    return f"({chance.choice(SHORTS)})医广〔{day.year}〕第{day:%m-%d}-{digits(chance, 3)}号"


def make_product_ad(chance: random.Random) -> str:
    day = DAY + timedelta(days=chance.randrange(1500))
    goods = chance.choice(("药", "械", "食健", "食特"))
    return f"{chance.choice(SHORTS)}{goods}广审({chance.choice('文声视')})第{day:%y%m%d}-{digits(chance, 5)}号"


def make_device(chance: random.Random) -> str:
    head, sort = chance.choice((("国械注准", "3"), ("国械注进", "2"), ("国械注进", "3"), ("国械注许", "3"), ("", "2")))
    head = head or f"{chance.choice(SHORTS)}械注准"
    return f"{head}{chance.randrange(2019, 2027)}{sort}{chance.randrange(1, 23):02d}{digits(chance, 4)}"


def make_device_filing(chance: random.Random) -> str:
    head = chance.choice(("国", f"{chance.choice(SHORTS)}{chance.choice('东宁杭广成武')}"))
    return f"{head}械备{chance.randrange(2014, 2027)}{digits(chance, 4)}号"


def make_drug(chance: random.Random) -> str:
    letters = chance.choice(("H", "Z", "S", "HJ", "SJ", "HC"))
    return f"国药准字{letters}{chance.randrange(2002, 2027)}{digits(chance, 4)}"


def make_cosmetic(chance: random.Random) -> str:
    return f"国妆特{chance.choice(('', '进', '制'))}字{chance.randrange(2021, 2027)}{digits(chance, 4)}"


def make_cosmetic_filing(chance: random.Random) -> str:
    head = chance.choice((f"{chance.choice(SHORTS)}G妆网备字", f"国妆网备进字({chance.choice(SHORTS)})"))
    return f"{head}{chance.randrange(2014, 2027)}{digits(chance, 6)}"


def make_health_food(chance: random.Random) -> str:
    return f"国食健注{chance.choice('GJ')}{chance.randrange(2016, 2027)}{digits(chance, 4)}"


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "uscc": make_uscc, "org_code": make_org, "practice_licence": make_licence, "clinic_filing": make_clinic,
    "id_card": make_id, "physician_qualification": make_qualification, "physician_practice": make_practice,
    "nurse_practice": make_nurse, "medical_ad": make_medical_ad, "product_ad": make_product_ad,
    "device_registration": make_device, "device_filing": make_device_filing, "drug_approval": make_drug,
    "cosmetic_registration": make_cosmetic, "cosmetic_filing": make_cosmetic_filing, "health_food": make_health_food,
}  # fmt: skip


def wrong_digit(number: str, chance: random.Random) -> str:
    """One digit or letter of the number written as another of its sort."""
    at = chance.choice([i for i, char in enumerate(number) if char.isascii() and char.isalnum()])
    alphabet = DIGITS if number[at].isdigit() else "ABCDEFGHJKLMNPQRTUWXY"
    return number[:at] + chance.choice([char for char in alphabet if char != number[at]]) + number[at + 1 :]


def swapped(number: str, chance: random.Random) -> str | None:
    """Two neighbours that differ changed about; None where there are none."""
    places = [
        i for i in range(len(number) - 1)
        if number[i] != number[i + 1] and number[i : i + 2].isascii() and number[i : i + 2].isalnum()
    ]  # fmt: skip
    if not places:
        return None
    at = chance.choice(places)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def has_check_digit(kind: str) -> bool:
    """Whether the published rules give numbers of the kind a check digit over all or part of them."""
    return any(type(check).__name__ == "CheckDigit" for form in kind_of(kind).forms for check in form.checks)
