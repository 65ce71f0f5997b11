"""The file of settings: everything wrong in it at once, by field."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mingjian.governance.live.judging import read_settings, settings
from mingjian.governance.live.judging.settings import parse_settings


def test_ours_reads() -> None:
    assert settings().codes[0] == "LEC-33-live-joined" and settings().items["打水光"] == "水光针"


def test_every_problem_is_told_with_file_and_field(tmp_path: Path) -> None:
    path = tmp_path / "judging.yaml"
    data = {"codes": [], "seconds": {"window": "long"}, "calls": {"price": "(", "shout": "x"}, "more": 1}
    path.write_text(yaml.safe_dump(data), "utf-8")
    with pytest.raises(ValueError) as error:
        read_settings(path)
    told = str(error.value)
    for field in (
        "codes",
        "seconds.window",
        "seconds.beside",
        "calls.price",
        "calls.shout",
        "more",
        "names",
        "viewers",
    ):
        assert f"{path}: {field}:" in told


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_what_is_no_mapping_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="应为映射"):
        parse_settings(data, "f")


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("a: [", "utf-8")
    for name in ("bad.yaml", "none.yaml"):
        with pytest.raises(ValueError, match="读不了"):
            read_settings(tmp_path / name)
