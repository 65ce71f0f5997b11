"""The rings' file: as it ships, and every mistake of another at once."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml

from mingjian.governance.rings.settings import RINGS, parse_settings
from mingjian.records.errors import Invalid


def test_ours_is_sound_and_knows_every_way() -> None:
    ours = RINGS.current()
    assert ours.strength("picture", "near") == 1 and ours.strength("text", "synonyms") == 0.7
    assert ours.strength("text", "unheard-of") == 0.7


def test_all_mistakes_at_once() -> None:
    text = (resources.files("mingjian.governance") / "data" / "rings.yaml").read_text("utf-8")
    data = yaml.safe_load(text)
    data["evidence"]["picture"]["near"] = "much"
    del data["evidence"]["device"]
    data["join"]["tie"] = -1
    data["cadence"]["per_day"] = [3, 1]
    data["more"] = {}
    with pytest.raises(Invalid) as told:
        parse_settings(data)
    for field in ("evidence.picture.near", "evidence.device", "join.tie", "cadence.per_day", "more"):
        assert field in told.value.message
