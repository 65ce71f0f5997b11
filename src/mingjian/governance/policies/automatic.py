"""What policies may do by themselves, as data (governance/data/automatic.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.core.model import CONFIDENCES, FAMILIES, SEVERITIES
from mingjian.governance.actions.book import packaged


@dataclass(frozen=True, slots=True)
class Automatic:
    """``measures`` with the longest term in days; a clause that takes one must ask for findings of these ``families``
    (with their measured precision), at least this confident and this grave."""

    measures: Mapping[str, int]
    families: Mapping[str, float]
    confidence: str
    severity: str


@cache
def automatic() -> Automatic:
    """What we come with."""
    return read_automatic((resources.files("mingjian.governance") / "data" / "automatic.yaml").read_text("utf-8"))


def read_automatic(text: str) -> Automatic:
    """From YAML. ValueError names the mistakes; a measure on a publisher can never be automatic."""
    data: Any = yaml.safe_load(text)
    measures = {name: given["most_days"] for name, given in data["measures"].items()}
    known = packaged().measures
    wrong = [f"measures: {name}" for name in measures if name not in known or known[name].target != "item"]
    wrong += [f"families: {name}" for name in data["families"] if name not in FAMILIES]
    wrong += [] if data["confidence"] in CONFIDENCES else ["confidence"]
    wrong += [] if data["severity"] in SEVERITIES else ["severity"]
    if wrong:
        raise ValueError(f"automatic.yaml: {wrong}")
    return Automatic(measures, data["families"], data["confidence"], data["severity"])
