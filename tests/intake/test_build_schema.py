"""docs/schema holds what the code says."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_published_schemas_are_up_to_date() -> None:
    rendered = runpy.run_path(str(ROOT / "scripts" / "build_schema.py"))["rendered"]
    for path, text in rendered().items():
        assert path.read_text("utf-8") == text, "run python scripts/build_schema.py"
