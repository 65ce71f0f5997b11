"""A scorecard's data → a scorecard. Goes on after an error: all are told at once, with file, card, feature, field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import yaml

from mingjian.desk.queues.fields import check_known, listing, mapping, number, text, word
from mingjian.governance.policies.places import places
from mingjian.governance.scorecards.engine import slope
from mingjian.governance.scorecards.model import (
    AGGREGATIONS,
    DIRECTIONS,
    GOOD_ENDS,
    MICRO,
    MISSING_RULES,
    Band,
    Doing,
    Feature,
    Scorecard,
)
from mingjian.records.errors import Invalid

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NAME_RULE = "必填,小写英文字母开头的英文、数字、下划线、连字符,不超过 40 个字符"
_CARD = ("name", "version", "title", "title_en", "about", "from", "good", "kinds", "range", "base",
         "undetermined_above", "record_step", "features", "bands")  # fmt: skip
_FEATURE = ("name", "title", "title_en", "source", "measure", "where", "of", "aggregation", "window_days",
            "half_life_days", "least", "cap", "direction", "bins", "straight", "weight", "missing", "neutral", "unit",
            "group", "why", "basis", "confidence")  # fmt: skip
_BAND = ("name", "title", "title_en", "from", "means", "does")
_DOES = ("label_days", "suspend", "suspend_days", "case", "queue", "reason", "cites")
_MOST_BYTES, _MOST_FEATURES, _MOST_POINTS = 400_000, 500, 1000
_FAR = 9e9


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a card, and where. ``feature`` is the name (or place) of the feature or band, empty for the
    card itself; ``line`` counts from 1 where it is known."""

    file: str
    card: str
    feature: str
    field: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = [self.file, self.card, self.feature, f"第 {self.line} 行" if self.line else "", self.field]
        return ",".join(part for part in where if part) + ":" + self.message


class ScorecardError(Invalid):
    """The text is no scorecard; ``problems`` are all that is wrong with it."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"评分卡 {source} 有 {len(problems)} 处错误:\n{lines}", field="scorecard")
        self.problems = list(problems)


Complain = Callable[[str, str], None]
Check = Callable[[Feature, Complain], None]
"""What a room that knows the sources says of a feature: called with it and with where to complain (field, message)."""
CheckBand = Callable[[Band, Complain], None]
"""The same of a band, where what it does is limited."""


def read_scorecard(
    content: str, file: str = "", *, check: Check | None = None, check_band: CheckBand | None = None
) -> tuple[Scorecard | None, list[Problem]]:
    """The card of a YAML text and everything that is wrong with it (then the card is what is left, or None)."""
    problems: list[Problem] = []
    if len(content.encode()) > _MOST_BYTES:
        return None, [Problem(file, "", "", "", f"太长,最多 {_MOST_BYTES} 字节")]
    try:
        lines, data = places(content), yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"不是合法的 YAML:{getattr(error, 'problem', None) or error}"
        return None, [Problem(file, "", "", "", message, mark.line + 1 if mark is not None else None)]
    made = parse_scorecard(data, problems, file=file, check=check, check_band=check_band, line=lines.line)
    return made, problems


def load_scorecard(
    content: str, file: str = "", *, check: Check | None = None, check_band: CheckBand | None = None
) -> Scorecard:
    """The same; ScorecardError with all problems when there are any."""
    made, problems = read_scorecard(content, file, check=check, check_band=check_band)
    if made is None or problems:
        raise ScorecardError(file or "(未命名)", problems)
    return made


def parse_scorecard(
    data: Any,
    problems: list[Problem],
    *,
    file: str = "",
    check: Check | None = None,
    check_band: CheckBand | None = None,
    line: Callable[[str], int | None] = lambda _path: None,
) -> Scorecard | None:
    """The card of plain data; what is wrong is added to ``problems``. None when it is not even a mapping. ``check``
    knows which sources there are (None: any word will do), ``check_band`` what bands may do."""
    if not isinstance(data, dict):
        problems.append(Problem(file, "", "", "", f"应为映射,含 {'、'.join(_CARD)}", line("")))
        return None
    return _Reader(data, problems, file, (check, check_band), line).card()


class _Reader:
    """One card being read."""

    def __init__(
        self,
        data: dict[Any, Any],
        problems: list[Problem],
        file: str,
        checks: tuple[Check | None, CheckBand | None],
        line: Callable[[str], int | None],
    ) -> None:
        self.data, self.problems, self.file, self.line = data, problems, file, line
        self.check, self.check_band = checks
        self.name = str(data.get("name") or "")

    def complain(self, path: str, message: str) -> None:
        """A problem at a path such as ``features[2].cap``: told with the feature's own name where it has one."""
        whose, field = "", path
        found = re.match(r"(features|bands)\[(\d+)\]\.?(.*)", path)
        if found:
            entry = self.data[found[1]][int(found[2])]
            name = entry.get("name") if isinstance(entry, dict) else None
            whose = name if isinstance(name, str) and name else f"{found[1]}[{found[2]}]"
            field = found[3]
        self.problems.append(Problem(self.file, self.name, whose, field, message, self.line(path)))

    def card(self) -> Scorecard:
        """The whole."""
        data, complain = self.data, self.complain
        check_known(data, _CARD, "", complain)
        if not _NAME.fullmatch(self.name):
            complain("name", _NAME_RULE)
        version = data.get("version")
        if type(version) is not int or not 1 <= version <= 1_000_000:
            complain("version", "必填,从 1 起的整数")
            version = 1
        since = data.get("from")
        if since is not None and (not isinstance(since, date) or hasattr(since, "hour")):
            complain("from", f"应为日期,如 2026-01-01,不是 {since!r}")
            since = None
        low, high = self._range()
        good = word(data, "good", "", GOOD_ENDS, complain, None) or "low"
        kinds = tuple(str(one) for one in listing(data, "kinds", "", complain))
        features = self._entries("features", _FEATURE, _MOST_FEATURES, self._feature)
        weight = sum(one.weight for one in features)
        if features and not weight:
            complain("features", "所有特征合计不能影响得分:至少一个特征要有分差")
        if weight > _MOST_POINTS * MICRO:
            complain("features", f"各特征分差合计 {weight / MICRO:g},不能超过 {_MOST_POINTS} 分")
        for place, one in enumerate(features):
            if one.name in {before.name for before in features[:place]}:
                complain(f"features[{place}].name", f"“{one.name}”用过了,每个特征的名称不能相同")
        return Scorecard(
            name=self.name,
            version=version,
            title=text(data, "title", "", complain),
            title_en=text(data, "title_en", "", complain),
            good=good,
            kinds=kinds,
            features=features,
            bands=self._bands(low),
            base=_micro(number(data, "base", "", complain, -_MOST_POINTS, _MOST_POINTS, 0)),
            low=low,
            high=high,
            undetermined_above=_micro(number(data, "undetermined_above", "", complain, 0, 1, 0.5)),
            record_step=_micro(number(data, "record_step", "", complain, 0, _MOST_POINTS, 1)),
            since=since or date.min,
            about=str(data.get("about") or "").strip(),
        )

    def _range(self) -> tuple[int, int]:
        given = listing(self.data, "range", "", self.complain) or [0, 100]
        if len(given) == 2 and all(_plain(one) and abs(one) <= _MOST_POINTS for one in given) and given[0] < given[1]:
            return _micro(given[0]), _micro(given[1])
        self.complain("range", f"应为 [最低分, 最高分],先小后大,绝对值不超过 {_MOST_POINTS}")
        return 0, 100 * MICRO

    def _entries(self, name: str, fields: Sequence[str], most: int, read: Callable[[dict[Any, Any], str], Any]) -> Any:
        given = listing(self.data, name, "", self.complain)
        if name == "features" and not 0 < len(given) <= most:
            self.complain(name, f"应有 1 至 {most} 项")
        made = []
        for place, entry in enumerate(given[:most]):
            path = f"{name}[{place}]"
            if not isinstance(entry, dict):
                self.complain(path, f"应为映射,可用字段:{'、'.join(fields)}")
                continue
            check_known(entry, fields, path, self.complain)
            if not isinstance(entry.get("name"), str) or not _NAME.fullmatch(entry["name"]):
                self.complain(f"{path}.name", _NAME_RULE)
            made.append(read(entry, path))
        return tuple(made)

    def _feature(self, entry: dict[Any, Any], path: str) -> Feature:
        complain = self.complain
        direction = word(entry, "direction", path, DIRECTIONS, complain, "up") or "up"
        bins = self._steps(entry, path, direction)
        low, high, points = self._straight(entry, path, direction) if not bins else (0, 0, 0)
        missing = word(entry, "missing", path, MISSING_RULES, complain, None) or "skip"
        if missing == "neutral" and not _plain(entry.get("neutral")):
            complain(f"{path}.neutral", "missing 为 neutral 时必填:没有数据时给多少分")
        if missing != "neutral" and entry.get("neutral") is not None:
            complain(f"{path}.neutral", "只有 missing 为 neutral 时才写")
        aggregation = word(entry, "aggregation", path, AGGREGATIONS, complain, "last") or "last"
        of = entry.get("of")
        if of is not None and not isinstance(of, str):
            complain(f"{path}.of", f"应为文字,不是 {of!r}")
            of = None
        if aggregation == "ratio" and not of:
            complain(f"{path}.of", "aggregation 为 ratio 时必填:除以什么")
        if aggregation != "ratio" and of:
            complain(f"{path}.of", "只有 aggregation 为 ratio 时才写")
        half_life = self._whole(entry, "half_life_days", path, 1, 3650)
        if half_life is not None and aggregation not in ("count", "sum", "ratio", "mean"):
            complain(f"{path}.half_life_days", "半衰期只用于 count、sum、mean、ratio")
        made = Feature(
            name=str(entry.get("name")),
            title=text(entry, "title", path, complain),
            title_en=text(entry, "title_en", path, complain),
            source=text(entry, "source", path, complain),
            measure=text(entry, "measure", path, complain),
            direction=direction,
            aggregation=aggregation,
            where=mapping(entry, "where", path, complain),
            of=of,
            window_days=self._whole(entry, "window_days", path, 1, 3650),
            half_life_days=half_life,
            least=self._whole(entry, "least", path, 0, 1_000_000_000) or 0,
            cap=None if entry.get("cap") is None else _micro(number(entry, "cap", path, complain, -_FAR, _FAR, 0)),
            bins=bins,
            low=low,
            high=high,
            points=points,
            missing=missing,
            neutral=_micro(number(entry, "neutral", path, complain, -_MOST_POINTS, _MOST_POINTS, 0)),
            unit=str(entry.get("unit") or ""),
            group=str(entry.get("group") or ""),
            why=text(entry, "why", path, complain),
            basis=str(entry.get("basis") or "").strip(),
            confidence=word(entry, "confidence", path, ("high", "medium", "low"), complain, "medium") or "medium",
        )
        if made.missing == "neutral" and not made.least_points <= made.neutral <= made.most_points:
            complain(
                f"{path}.neutral",
                f"应在该特征的分值范围内:{made.least_points / MICRO:g} 到 {made.most_points / MICRO:g}",
            )
        if self.check is not None:
            self.check(made, lambda field, message: complain(f"{path}.{field}" if field else path, message))
        return made

    def _steps(self, entry: dict[Any, Any], path: str, direction: str) -> tuple[tuple[int, int], ...]:
        """Monotone in the direction the feature says: a card that gives more for less by mistake is refused."""
        given = listing(entry, "bins", path, self.complain)
        ways = [name for name in ("bins", "straight", "weight") if entry.get(name) is not None]
        if len(ways) != 1:
            self.complain(path, "计分方式三选一:bins(分段)、straight(直线)、weight(每单位分值,须有 cap)")
        made: list[tuple[int, int]] = []
        for place, step in enumerate(given):
            good = isinstance(step, list) and len(step) == 2 and all(_plain(one) for one in step)
            if not good or abs(step[0]) > _FAR or abs(step[1]) > _MOST_POINTS:
                self.complain(
                    f"{path}.bins[{place}]", f"应为 [起始值, 分值],如 [3, 20];分值绝对值不超过 {_MOST_POINTS}"
                )
                continue
            made.append((_micro(step[0]), _micro(step[1])))
        for before, after in pairwise(made):
            if after[0] <= before[0]:
                self.complain(f"{path}.bins", "起始值应从小到大")
                break
            if (after[1] < before[1]) if direction == "up" else (after[1] > before[1]):
                way = "不减" if direction == "up" else "不增"
                self.complain(f"{path}.bins", f"direction 为 {direction} 时分值应随值{way}")
                break
        return tuple(made)

    def _straight(self, entry: dict[Any, Any], path: str, direction: str) -> tuple[int, int, int]:
        """low, high, points: points may be negative when they fall."""
        if entry.get("weight") is not None:
            each = number(entry, "weight", path, self.complain, -_MOST_POINTS, _MOST_POINTS, 0)
            cap = entry.get("cap")
            if cap is None or not _plain(cap) or cap <= 0:
                self.complain(f"{path}.cap", "写 weight 时必填,应大于 0:超过的部分不再计分")
                return 0, MICRO, 0
            low, high, points = 0, _micro(cap), round(each * cap * MICRO)
        else:
            given = mapping(entry, "straight", path, self.complain)
            if not given:
                return 0, MICRO, 0
            here = f"{path}.straight"
            check_known(given, ("from", "to", "points"), here, self.complain)
            low = _micro(number(given, "from", here, self.complain, -_FAR, _FAR, 0))
            high = _micro(number(given, "to", here, self.complain, -_FAR, _FAR, 1))
            points = _micro(number(given, "points", here, self.complain, -_MOST_POINTS, _MOST_POINTS, 0))
            if high <= low:
                self.complain(f"{here}.to", "应大于 from")
                return 0, MICRO, 0
        if abs(points) > _MOST_POINTS * MICRO:
            self.complain(path, f"分值合计不能超过 {_MOST_POINTS}")
            points = 0
        if points and (points > 0) != (direction == "up"):
            self.complain(f"{path}.direction", f"分值为{'正' if points > 0 else '负'},与 direction: {direction} 不符")
        times, _ = slope(Feature("", "", "", "", "", low=low, high=high, points=points))
        if 2 * (high - low) * abs(times) >= 2**62:
            self.complain(path, "数值范围太细太大,无法精确计算:请用 bins,或把范围和分值取整")
        return low, high, points

    def _bands(self, low: int) -> tuple[Band, ...]:
        made: tuple[Band, ...] = self._entries("bands", _BAND, 20, self._band)
        for place, (before, after) in enumerate(pairwise(made)):
            if after.since <= before.since:
                self.complain(f"bands[{place + 1}].from", "应大于上一等级的 from")
        if made and made[0].since > low:
            self.complain("bands[0].from", f"第一个等级应从最低分({low / MICRO:g})开始")
        if len({one.name for one in made}) < len(made):
            self.complain("bands", "等级名称不能相同")
        return made

    def _band(self, entry: dict[Any, Any], path: str) -> Band:
        complain = self.complain
        if not _plain(entry.get("from")):
            complain(f"{path}.from", "必填,应为数")
        made = Band(
            name=str(entry.get("name")),
            title=text(entry, "title", path, complain),
            title_en=text(entry, "title_en", path, complain),
            since=_micro(number(entry, "from", path, complain, -_MOST_POINTS, _MOST_POINTS, 0)),
            means=str(entry.get("means") or "").strip(),
            does=self._does(mapping(entry, "does", path, complain), f"{path}.does"),
        )
        if self.check_band is not None:
            self.check_band(made, lambda field, message: complain(f"{path}.{field}", message))
        return made

    def _does(self, given: dict[Any, Any], path: str) -> Doing:
        complain = self.complain
        check_known(given, _DOES, path, complain)
        made = Doing(
            label_days=self._whole(given, "label_days", path, 1, 365),
            suspend=tuple(str(one) for one in listing(given, "suspend", path, complain)),
            suspend_days=self._whole(given, "suspend_days", path, 1, 365),
            case=given.get("case") is True or given.get("queue") is not None,
            queue=None if given.get("queue") is None else str(given["queue"]),
            reason=str(given.get("reason") or "").strip(),
            cites=tuple(str(one) for one in listing(given, "cites", path, complain)),
        )
        if not made.nothing and not made.reason:
            complain(f"{path}.reason", "等级带处置时必填:会写进处置决定和案件")
        if made.suspend and made.suspend_days is None:
            complain(f"{path}.suspend_days", "自动暂停必须有期限")
        if made.suspend and not made.case:
            complain(f"{path}.case", "自动暂停的同时必须开案,由人复核")
        return made

    def _whole(self, entry: Mapping[Any, Any], name: str, path: str, least: int, most: int) -> int | None:
        value = entry.get(name)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            self.complain(f"{path}.{name}", f"应为 {least} 到 {most} 之间的整数,不是 {value!r}")
            return None
        return value


def _plain(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _micro(value: Any) -> int:
    made: int = round(value * MICRO)
    return made
