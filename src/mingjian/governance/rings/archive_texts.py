"""Likenesses among the texts of an archive, for finding rings where nobody compared the archive before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mingjian.core.reuse.liken import HOWS
from mingjian.governance.reuse.join_texts import join_texts
from mingjian.governance.rings.gather_archive import Pair


def text_pairs(
    archive: Any, scratch: Path, *, workers: int = 1, progress: Callable[[str, int, int], None] | None = None
) -> Iterator[Pair]:
    """Verified pairs of posts of different accounts whose words were made from one another. ``archive`` is
    intake.archive's; ``scratch`` an empty folder, left empty."""
    ids: list[str] = []
    publishers: list[str | None] = []
    moments: list[int] = []

    def texts() -> Iterator[list[str]]:
        for batch in archive.items(columns=["id", "publisher_id", "published_at", "title", "body"]):
            rows = {name: batch.column(name).to_pylist() for name in ("id", "publisher_id", "title", "body")}
            ids.extend(rows["id"])
            publishers.extend(rows["publisher_id"])
            moments.extend(
                0 if at is None else round(at.timestamp()) for at in batch.column("published_at").to_pylist()
            )
            yield ["\n".join(part for part in pair if part) for pair in zip(rows["title"], rows["body"], strict=True)]

    for pairs in join_texts(texts(), scratch, workers=workers, progress=progress):
        for later, earlier, how in zip(pairs.later.tolist(), pairs.earlier.tolist(), pairs.how.tolist(), strict=True):
            if publishers[later] is None or publishers[later] != publishers[earlier]:
                if moments[later] < moments[earlier]:  # an archive need not be in the order of time
                    later, earlier = earlier, later
                yield Pair(ids[later], ids[earlier], "text", HOWS[how])
