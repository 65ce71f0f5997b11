"""Files of a run over an archive: likenesses in parts, prints by chunk. Each is whole or not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.intake.archive.arrow import library

FIELDS = ("one", "other", "matter", "how", "distance", "share", "own", "at", "detail")
"""Of a likeness: the later item, the earlier one, what they share, the way, differing bits or thousandths, whether of
one publisher, when the later was published (microseconds), where (JSON)."""


class Keeper:
    """Likenesses in a folder, as Parquet or JSON Lines."""

    def __init__(self, out: Path, format: str) -> None:
        self._folder = out / "likenesses"
        self._suffix = {"parquet": ".parquet", "jsonl": ".jsonl"}[format]

    def put(self, matter: str, part: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """A part of what was found; of none an empty file, which says that it is done."""
        self._folder.mkdir(exist_ok=True)
        place = self._path(matter, part)
        fresh = place.with_name(f".{place.name}.new")
        if self._suffix == ".jsonl":
            _write_lines(fresh, rows)
        else:
            _write_table(fresh, rows)
        fresh.replace(place)

    def has(self, matter: str, part: int) -> bool:
        """Whether a part is there."""
        return self._path(matter, part).is_file()

    def forget(self, matter: str) -> None:
        """Remove the parts of a matter: a run that broke off begins it again."""
        for path in self._of(matter):
            path.unlink()

    def count(self, matter: str) -> int:
        """How many likenesses there are."""
        return sum(map(_count, self._of(matter)))

    def files(self) -> tuple[Path, ...]:
        """Everything written."""
        return tuple(sorted(self._folder.glob(f"*{self._suffix}"))) if self._folder.is_dir() else ()

    def _of(self, matter: str) -> list[Path]:
        return [path for path in self.files() if path.name.startswith(f"{matter}-")]

    def _path(self, matter: str, part: int) -> Path:
        return self._folder / f"{matter}-{part:06d}{self._suffix}"


def _write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    import json

    with path.open("w", encoding="utf-8") as stream:
        for row in rows:
            told = {name: row[name] for name in FIELDS}
            told["detail"] = json.loads(told["detail"])
            stream.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")


def _write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    pa, pq = library(), library("pyarrow.parquet")
    kinds = {"distance": pa.int32(), "share": pa.int32(), "own": pa.bool_(), "at": pa.timestamp("us", "UTC")}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in FIELDS])
    columns = {name: [row[name] for row in rows] for name in FIELDS}
    pq.write_table(pa.table(columns, schema=schema), path, compression="zstd")


def _count(path: Path) -> int:
    if path.suffix == ".jsonl":
        with path.open("rb") as stream:
            return sum(1 for _ in stream)
    return int(library("pyarrow.parquet").read_metadata(path).num_rows)


@dataclass(slots=True)
class PrintFile:
    """Prints of the pictures of a chunk: row in the chunk, reference, body."""

    rows: list[int] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def add(self, row: int, reference: str, body: bytes) -> None:
        """The next print."""
        self.rows.append(row)
        self.references.append(reference)
        self.bodies.append(body)


def write_whole(path: Path, taken: PrintFile) -> None:
    """Write prints beside their place and move them there."""
    fresh = path.with_name(f".{path.name}.new")
    sizes = np.array([len(body) for body in taken.bodies], np.int64)
    bodies = np.frombuffer(b"".join(taken.bodies), np.uint8)
    with fresh.open("wb") as stream:
        np.savez(stream, rows=np.array(taken.rows, np.int64), sizes=sizes, bodies=bodies,
                 references=np.array(taken.references, np.str_))  # fmt: skip
    fresh.replace(path)


def read_prints(path: Path) -> Iterator[tuple[int, str, bytes]]:
    """The prints of a chunk in order."""
    with np.load(path, allow_pickle=False) as kept:
        rows, sizes, bodies = kept["rows"].tolist(), kept["sizes"].tolist(), kept["bodies"].tobytes()
        references = kept["references"].tolist()
    at = 0
    for row, size, reference in zip(rows, sizes, references, strict=True):
        yield row, reference, bodies[at : at + size]
        at += size
