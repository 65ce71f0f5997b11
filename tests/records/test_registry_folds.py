"""The registry's storage under one name brings its folds."""

from __future__ import annotations

import subprocess
import sys

_ASK = """
import mingjian.desk.registry.service
from mingjian.records.journal.fold import known_kinds
print(*sorted(known_kinds()))
"""


def test_who_records_folds_too_without_loading_every_table() -> None:
    told = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True).stdout.split()
    assert {"registry.recorded", "entity.changed", "credential.checked", "entity.erased"} <= set(told)
