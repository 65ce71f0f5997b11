"""The patrols' file."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.governance.patrols.load import PATROLS, parse_patrols
from mingjian.governance.patrols.model import SUBJECTS
from mingjian.governance.patrols.service import FINDERS
from mingjian.records.errors import Invalid
from tests.governance.patrols.test_running import SMALL


def test_the_shipped_patrols_are_of_every_kind_and_each_kind_is_found() -> None:
    shipped = PATROLS.current()
    assert {one.subjects.kind for one in shipped.values()} == set(SUBJECTS) == set(FINDERS)
    assert [stage.days for stage in shipped["licence_expiry"].subjects.stages] == [60, 30, 7, 0]


@pytest.mark.parametrize(("change", "told"), [
    ({"calendar": {"every": "year"}}, "calendar.every"), ({"calendar": {"every": "week"}}, "calendar.days"),
    ({"calendar": {"every": "week", "days": [8]}}, "1 到 7"),
    ({"calendar": {"every": "month", "days": [0]}}, "-1 到 31"),
    ({"calendar": {"every": "day", "days": [1]}}, "每天的巡查不写"), ({"calendar": {"at": "6 点"}}, "calendar.at"),
    ({"missed": "forget"}, "missed"), ({"queue": "none"}, "没有队列"), ({"does": ["work"]}, "stages"),
    ({"subjects": {"kind": "expiring", "credentials": ["practice_licence"]}}, "stages"),
    ({"subjects": {"kind": "moon"}}, "subjects.kind"), ({"work_due": 0}, "work_due"), ({"extra": 1}, "没有这个字段"),
    ({"subjects": {"kind": "risk", "entities": ["institution"]}, "does": ["work"]}, "scorecard"),
    ({"subjects": {"kind": "sample", "entities": ["institution"], "months": 3}, "does": ["work"]}, "没有这个字段"),
])  # fmt: skip
def test_what_is_wrong_is_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid) as wrong:
        parse_patrols({"patrols": {"a": {**SMALL, **change}}})
    assert told in wrong.value.message


def test_all_errors_at_once() -> None:
    with pytest.raises(Invalid) as wrong:
        parse_patrols({"patrols": {"A": {**SMALL, "missed": "x"}, "b": 1}})
    assert wrong.value.message.startswith("3 处")
