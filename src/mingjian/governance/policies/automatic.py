"""What policies may do by themselves, as data (governance/data/automatic.yaml, or the deployer's file)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.core.model import CONFIDENCES, FAMILIES, SEVERITIES
from mingjian.desk.deployed import DataFile
from mingjian.governance.actions.book import packaged


@dataclass(frozen=True, slots=True)
class Automatic:
    """``measures`` with the longest term in days; a clause that takes one must ask for findings of these ``families``
    (with their measured precision), at least this confident and this grave."""

    measures: Mapping[str, int]
    families: Mapping[str, float]
    confidence: str
    severity: str


def automatic() -> Automatic:
    """What is in force."""
    return AUTOMATIC.current()


def parse_automatic(data: Any) -> Automatic:
    """From its data. ValueError names the mistakes; a measure on a publisher can never be automatic."""
    measures = {name: given["most_days"] for name, given in data["measures"].items()}
    known = packaged().measures
    wrong = [f"measures: {name}" for name in measures if name not in known or known[name].target != "item"]
    wrong += [f"families: {name}" for name in data["families"] if name not in FAMILIES]
    wrong += [] if data["confidence"] in CONFIDENCES else ["confidence"]
    wrong += [] if data["severity"] in SEVERITIES else ["severity"]
    if wrong:
        raise ValueError(f"automatic.yaml: {wrong}")
    return Automatic(measures, data["families"], data["confidence"], data["severity"])


AUTOMATIC = DataFile("mingjian.governance", "automatic.yaml", "自动处置文件", parse_automatic)
