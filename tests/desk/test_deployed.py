"""A deployer's files in place of ours: what holds, what is wrong, and going back."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjian.clinic.publication.drift import DRIFT
from mingjian.clinic.publication.notices import NOTICES
from mingjian.desk.deployed import DataFile
from mingjian.governance.policies.automatic import AUTOMATIC
from mingjian.records.errors import Invalid

FILES: dict[str, tuple[DataFile[Any], str]] = {
    "automatic": (AUTOMATIC, "mingjian.governance"),
    "notices": (NOTICES, "mingjian.clinic"),
    "drift": (DRIFT, "mingjian.clinic"),
}


@pytest.mark.parametrize("name", FILES)
def test_our_own_file_may_be_deployed(name: str, tmp_path: Path) -> None:
    file, package = FILES[name]
    ours = (resources.files(package) / "data" / f"{name}.yaml").read_text("utf-8")
    path = tmp_path / "theirs.yaml"
    path.write_text(ours, "utf-8")
    before = file.current()
    file.use(path)
    try:
        assert file.current() == before
        assert file.current() is not before
    finally:
        file.use(None)
    assert file.current() is before


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("text", ["[]", "a: [", "nothing: 1", "\xff"])
def test_what_is_wrong_names_the_file(name: str, text: str, tmp_path: Path) -> None:
    file, _ = FILES[name]
    path = tmp_path / "theirs.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Invalid) as wrong:
        file.use(path)
    assert str(path) in wrong.value.message


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="读不了"):
        AUTOMATIC.use(tmp_path / "none.yaml")


def test_another_is_in_force_for_a_while_only() -> None:
    made: DataFile[object] = DataFile("mingjian.clinic", "drift.yaml", "文件", lambda data: data)
    with made.using({"a": 1}):
        assert made.current() == {"a": 1}
    text = (resources.files("mingjian.clinic") / "data" / "drift.yaml").read_text("utf-8")
    assert made.current() == yaml.safe_load(text)
