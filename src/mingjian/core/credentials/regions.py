"""Administrative divisions: provinces with their one-character names, and every county code there ever was."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

FICTIONAL = "99"  # what demonstrations use; there is no such place
NATIONAL = "10"


@cache
def provinces() -> Mapping[str, Mapping[str, Any]]:
    """Two digits → name, short names."""
    import yaml  # here: a text without numbers needs none of this

    text = (resources.files("mingjian.core.credentials") / "data" / "provinces.yaml").read_text("utf-8")
    loaded: dict[str, Mapping[str, Any]] = yaml.safe_load(text)
    return loaded


@cache
def short_names() -> Mapping[str, str]:
    """One-character name → two digits."""
    return {short: code for code, entry in provinces().items() for short in entry["short"]}


@cache
def counties() -> Mapping[str, str]:
    """Six digits → the name it has or last had. The table is the one that comes with python-stdnum."""
    names: dict[str, str] = {}
    province = ""
    for line in (resources.files("stdnum.cn") / "loc.dat").read_text("utf-8").splitlines():
        code, _, rest = line.strip().partition(" ")
        if not code.isdigit():
            continue
        if len(code) == 2:
            province = code
        else:
            listed = rest.partition('"')[2].rstrip('"').split(",")
            names[province + code] = listed[-1].rpartition("]")[2]
    names["830000"] = "台湾居民居住证"
    return names


def province_name(code: str) -> str | None:
    """The province of a code of two digits or more, or None."""
    entry = provinces().get(code[:2])
    return str(entry["name"]) if entry is not None else None


def region_name(code: str) -> str | None:
    """Province and county of six digits; the province alone where the county is not in the table."""
    province = province_name(code)
    if province is None:
        return None
    county = counties().get(code)
    if county is None:
        return province
    return county if county.startswith(province) else f"{province}{county}"


@cache
def known_provinces() -> npt.NDArray[np.bool_]:
    """By two digits as a number: whether there is such a province."""
    table = np.zeros(100, dtype=bool)
    table[[int(code) for code in provinces()]] = True
    return table


@cache
def known_counties() -> npt.NDArray[np.bool_]:
    """By six digits as a number: whether a county, city or province has or had the code."""
    table = np.zeros(1_000_000, dtype=bool)
    table[[int(code) for code in counties()]] = True
    table[[int(code) * 10_000 for code in provinces()]] = True
    return table
