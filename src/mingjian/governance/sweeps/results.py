"""The file of results of one piece: a row for every row of the source, also for those that could not be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mingjian.intake.archive.arrow import library
from mingjian.records.errors import Conflict, Invalid

TEXTS = ("id", "value", "severity", "nature", "domain", "word", "clause", "platform", "kind", "channel",
         "publisher_kind", "publisher_id", "month", "problem")  # fmt: skip
LISTS = ("codes", "families")
BAD = "bad"  # the value of a row that could not be read


def packed(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as Parquet: the same rows give the same bytes."""
    arrow, parquet = library(), library("pyarrow.parquet")
    words = arrow.dictionary(arrow.int32(), arrow.string())
    plain = {"id": arrow.string(), "publisher_id": arrow.string(), "problem": arrow.string()}
    wanted = arrow.schema([
        ("row", arrow.int64()), ("key", arrow.uint64()), *((name, plain.get(name, words)) for name in TEXTS),
        *((name, arrow.list_(arrow.string())) for name in LISTS),
    ])  # fmt: skip
    table = arrow.Table.from_pylist(list(rows), schema=wanted)
    sink = arrow.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def place_of(folder: Path, sweep: str, place: int) -> Path:
    """Where the results of a piece lie."""
    return folder / sweep / f"part-{place:06d}.parquet"


def keep(folder: Path, sweep: str, place: int, body: bytes) -> str:
    """Write results whole or not at all; their SHA-256."""
    path = place_of(folder, sweep, place)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        for left in path.parent.glob(f".{path.name}.*"):  # by a process that was killed while it wrote this piece
            left.unlink(missing_ok=True)
    except OSError as error:
        raise Invalid(f"结果写不进 {path.parent}:{error.strerror}") from error
    return hashlib.sha256(body).hexdigest()


def read(folder: Path, sweep: str, place: int, columns: Sequence[str] | None = None, digest: str | None = None) -> Any:
    """The table (pyarrow) of a piece. Conflict when the file is gone or, where ``digest`` is given, another one."""
    path = place_of(folder, sweep, place)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise Conflict(f"回查结果文件不在了:{path}。请从备份恢复,或停止后新建一次回查。") from error
    if digest is not None and hashlib.sha256(body).hexdigest() != digest:
        raise Conflict(f"回查结果文件被改动过:{path}。请从备份恢复,或停止后新建一次回查。")
    return library("pyarrow.parquet").read_table(
        library().BufferReader(body), columns=None if columns is None else list(columns)
    )


def acting(table: Any) -> Iterable[dict[str, Any]]:
    """The rows with an outcome, in order."""
    compute = library("pyarrow.compute")
    words = compute.cast(table["word"], library().string())
    found = table.filter(compute.and_(compute.is_valid(words), compute.not_equal(words, "pass")))
    return found.to_pylist()  # type: ignore[no-any-return]
