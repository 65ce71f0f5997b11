"""The levels as data."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjian.clinic.publication.chain import chain, parse_chain, use_chain
from mingjian.records.errors import Invalid


def shipped() -> Any:
    return yaml.safe_load((resources.files("mingjian.clinic") / "data" / "chain.yaml").read_text("utf-8"))


def test_the_shipped_chain_is_the_hospitals() -> None:
    assert [queue.name for queue in chain().levels()] == ["department", "publicity"]
    assert chain().resumed("publicity") == chain().resumed(None) == "department"


@pytest.mark.parametrize(
    "change",
    [{"first": "nowhere"}, {"resume": {"department": "nowhere"}}, {"resume": {"nowhere": "start"}}, {"waiver": {}},
     {"waiver": {"permission": "nonsense", "days": 1, "most_days": 2}}, {"approves": None},
     {"waiver": {"permission": "draft.publicity", "days": 9, "most_days": 2}}],
)  # fmt: skip
def test_a_chain_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_chain({**shipped(), **change})


def test_a_deployers_file(tmp_path: Path) -> None:
    file = tmp_path / "chain.yaml"
    file.write_text(yaml.safe_dump({**shipped(), "resume": {"publicity": "publicity"}}), "utf-8")
    try:
        use_chain(file)
        assert chain().resumed("publicity") == "publicity"
    finally:
        use_chain(None)
    assert chain().resumed("publicity") == "department"
