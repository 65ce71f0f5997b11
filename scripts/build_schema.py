"""Write the public JSON Schemas to docs/schema. ``--check`` says whether they are up to date instead."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mingjian.intake.json_schema import finding_schema, item_schema

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schema"


def rendered() -> dict[Path, str]:
    """Each file and what it must hold."""
    schemas = {"item.schema.json": item_schema(), "finding.schema.json": finding_schema()}
    return {FOLDER / name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas.items()}


def main(arguments: list[str]) -> int:
    """Write, or with --check compare."""
    stale = [path for path, text in rendered().items() if not path.is_file() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path} is stale: run python scripts/build_schema.py\n")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in rendered().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
