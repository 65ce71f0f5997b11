"""The places of a part in the public item schema: where its words were seen or heard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mingjian.core.model import Place
from mingjian.intake.values import Fields, shown

PLACE_FIELDS = ("start", "end", "page", "picture", "box", "time")
_EXAMPLE = '如 [{"start": 0, "end": 4, "page": 1, "box": [120, 420, 840, 96]}]'


def parse_places(value: object, size: int, name: str, fields: Fields) -> tuple[Place, ...]:
    """The places of a text of ``size`` characters; every problem is noted under the field it stands in."""
    if value is None:
        return ()
    if not isinstance(value, list):
        fields.wrong(name, f"应为数组,而不是{shown(value)}", _EXAMPLE)
        return ()
    found = (_place(entry, size, f"{name}[{index}]", fields) for index, entry in enumerate(value))
    return tuple(place for place in found if place is not None)


def places_to_list(places: tuple[Place, ...]) -> list[dict[str, Any]]:
    """The places as the schema writes them; what is not known is left out."""
    out = []
    for place in places:
        data: dict[str, Any] = {"start": place.start, "end": place.end}
        if place.page is not None:
            data["page"] = place.page
        if place.picture is not None:
            data["picture"] = place.picture
        if place.box is not None:
            data["box"] = list(place.box)
        if place.time is not None:
            data["time"] = list(place.time)
        out.append(data)
    return out


def _place(value: object, size: int, name: str, fields: Fields) -> Place | None:
    if not isinstance(value, Mapping):
        fields.wrong(name, f"应为对象,而不是{shown(value)}", _EXAMPLE)
        return None
    fields.unknown(value, PLACE_FIELDS, "parts[].places[].")
    start, end = _offset(value, "start", name, fields), _offset(value, "end", name, fields)
    if start is not None and end is not None and not start < end <= size:
        fields.wrong(name, f"{start} 到 {end} 不在文字之内(共 {size} 字)", "start < end,end 不大于字数")
        start = None
    page, picture = _counted(value, "page", name, fields), _counted(value, "picture", name, fields)
    box, time = _box(value, name, fields), _time(value, name, fields)
    if all(value.get(each) is None for each in PLACE_FIELDS[2:]):
        fields.wrong(name, "没有说在哪里", "写 page、picture、box、time 中至少一个")
    return None if start is None or end is None else Place(start, end, page, box, time, picture)


def _counted(value: Mapping[Any, Any], key: str, name: str, fields: Fields) -> int | None:
    found = value.get(key)
    if found is not None and (not _whole(found) or found < 1):
        fields.wrong(f"{name}.{key}", f"应为从 1 起的整数,而不是{shown(found)}")
    elif found is not None:
        return int(found)
    return None


def _offset(value: Mapping[Any, Any], key: str, name: str, fields: Fields) -> int | None:
    found = value.get(key)
    if found is None:
        fields.wrong(f"{name}.{key}", "缺少必填字段", "从 0 数起的字数")
    elif not _whole(found) or found < 0:
        fields.wrong(f"{name}.{key}", f"应为从 0 起的整数,而不是{shown(found)}")
    else:
        return int(found)
    return None


def _box(value: Mapping[Any, Any], name: str, fields: Fields) -> tuple[int, int, int, int] | None:
    found = value.get("box")
    if found is None:
        return None
    if isinstance(found, list) and len(found) == 4 and all(map(_whole, found)) and min(found) >= 0:
        left, top, width, height = map(int, found)
        return left, top, width, height
    hint = "左、上、宽、高,单位像素,如 [120, 420, 840, 96]"
    fields.wrong(f"{name}.box", f"应为四个不小于 0 的整数,而不是{shown(found)}", hint)
    return None


def _time(value: Mapping[Any, Any], name: str, fields: Fields) -> tuple[float, float] | None:
    found = value.get("time")
    if found is None:
        return None
    if isinstance(found, list) and len(found) == 2 and all(map(_second, found)) and 0 <= found[0] <= found[1]:
        return float(found[0]), float(found[1])
    fields.wrong(f"{name}.time", f"应为两个秒数,而不是{shown(found)}", "从、到,如 [12.4, 15.0]")
    return None


def _whole(value: object) -> bool:
    """An integer as JSON knows it: 4.0 is one too."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value % 1 == 0


def _second(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
