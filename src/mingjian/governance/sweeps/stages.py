"""Stages: which of the rows with an outcome are dealt with when. A row once dealt with is not dealt with again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.records.errors import Invalid

SLICES = ("platform", "kind", "publisher_kind", "channel", "nature", "month", "clause", "outcome")
DEFAULT = ("1%", "10%", "100%")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)%")
_WHOLE = 1 << 64


@dataclass(frozen=True, slots=True)
class Stage:
    """A share of the rows (``most``: of 2**64, compared with a row's key) or a slice: rows whose ``field`` is
    ``value``."""

    text: str
    most: int | None = None
    field: str = ""
    value: str = ""

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of results falls to the stage."""
        if self.most is not None:
            return int(row["key"]) < self.most
        return str(row["word" if self.field == "outcome" else self.field] or "") == self.value


def row_key(sweep: str, external: str) -> int:
    """Where an item stands in its sweep's order: the same always, and as good as drawn by lot."""
    return int.from_bytes(hashlib.sha256(f"{sweep}\n{external}".encode()).digest()[:8])


def read_stages(texts: Sequence[str]) -> tuple[Stage, ...]:
    """Stages as written (``5%``, ``platform=xiaohongshu``). Invalid with all that is wrong; the last must be 100%,
    so that nothing found is left lying unseen."""
    found: list[Stage] = []
    wrong: list[str] = []
    for text in texts:
        share, (field, equals, value) = _SHARE.fullmatch(text.strip()), text.strip().partition("=")
        if share is not None and 0 < float(share[1]) <= 100:
            found.append(Stage(text.strip(), round(float(share[1]) * _WHOLE / 100)))
        elif equals and field in SLICES and value:
            found.append(Stage(text.strip(), field=field, value=value))
        else:
            wrong.append(f"“{text[:40]}”应为份额(如 5%)或一类(如 platform=xiaohongshu,可用:{'、'.join(SLICES)})")
    shares = [one.most for one in found if one.most is not None]
    if shares != sorted(set(shares)):
        wrong.append("份额须一个比一个大")
    if not wrong and (not found or found[-1].most != _WHOLE):
        wrong.append("最后一个阶段须为 100%")
    if len(texts) > 20:
        wrong.append("最多 20 个阶段")
    if wrong:
        raise Invalid(f"阶段有误:{';'.join(wrong)}", field="stages")
    return tuple(found)
