"""A rulebook in a folder, to be broken one field at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LAW: dict[str, Any] = {
    "slug": "cn.test-law", "name": "测试法", "short": "测试法", "level": "law", "effective": "2020-01-01",
    "provisions": [{"id": "1.1", "summary": "不得保证"}, {"id": "2", "summary": "应当说明"}],
}  # fmt: skip
LEXICON: dict[str, Any] = {"name": "guarantee", "title": "保证", "terms": ["保证", "根治"]}
RULE: dict[str, Any] = {
    "code": "T-1", "name": "guarantee", "title": "保证", "family": "efficacy_guarantee", "status": "stable",
    "severity": "high", "cites": ["cn.test-law/1.1"], "match": {"kind": "term", "lexicons": ["guarantee"]},
    "message": "“{match}”不可以", "why": "因为", "suggest": ["删去"],
    "examples": {"bad": ["⟦保证⟧好看", "可以⟦根治⟧"], "good": ["因人而异", "以面诊为准"]},
}  # fmt: skip


def write(root: Path, **changes: Any) -> Path:
    """``law=…, lexicon=…, rule=…`` change fields of the one file of each; a field set to ... is left out."""
    for section, name, data in (
        ("law", "cn.test-law", LAW),
        ("lexicons", "guarantee", LEXICON),
        ("rules", "T-1", RULE),
    ):
        put(root, f"{section}/{name}.yaml", {**data, **changes.get(section.removesuffix("s"), {})})
    put(root, "monitoring.yaml", {"codes": {"YL2": "功效"}})
    return root


def put(root: Path, name: str, data: Any) -> None:
    """One more file; a string is written as it is."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, dict):
        data = {key: value for key, value in data.items() if value is not ...}
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), "utf-8")
