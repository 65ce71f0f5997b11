"""The rows an import did not take, as a file one can mend and import again: the rows as they were, and beside them
where they stood and what is wrong. Columns that begin with ``_`` are passed over on import."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from mingjian.records.registry.model import Reject

LINE, PROBLEMS = "_行号", "_问题"


def said(reject: Reject) -> str:
    """What is wrong with a row, in one line."""
    return ";".join(
        f"{one['field']}:{one['message']}" + (f"({one['hint']})" if one["hint"] else "") if one["field"]
        else one["message"] for one in reject.problems
    )  # fmt: skip


def write(rejects: Iterable[Reject], headings: Sequence[str] | None, stream: BinaryIO) -> int:
    """Write rows under the headings they had (CSV), or as objects (JSONL) where there were none; how many."""
    count = 0
    if headings is None:
        for reject in rejects:
            whole: dict[str, Any] = reject.raw if isinstance(reject.raw, dict) else {"_row": reject.raw}
            line = {LINE: reject.line, PROBLEMS: said(reject), **whole}
            stream.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            count += 1
        return count
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([LINE, PROBLEMS, *headings])
    for reject in rejects:
        writer.writerow([reject.line, said(reject), *(_safe(str(cell)) for cell in reject.raw)])
        count += 1
    text.detach()
    return count


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and len(cell) > 1) else cell
