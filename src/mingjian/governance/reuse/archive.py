"""The same comparison over a whole archive: every likeness in it, written to files.

Texts are joined on disk (``join_texts``), pictures and clips one by one in the order of the archive against those
before. What is done is kept: their prints in a file for each chunk, so that a run that was stopped goes on where it
was.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.core.reuse.liken import HOWS
from mingjian.governance.reuse.files import Keeper, PrintFile, read_prints, write_whole
from mingjian.governance.reuse.index import Index
from mingjian.governance.reuse.join_texts import Pairs, join_texts
from mingjian.governance.reuse.model import Print
from mingjian.governance.reuse.words import WRITTEN, texts_of_data
from mingjian.intake.archive import Archive, row_item
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Conflict

MATTERS = ("text", "picture", "video")
BATCH = 512
CHUNK = 4096
COLUMNS = ("id", "platform", "published_at", "publisher_id", "title", "body", "pictures", "item")
FILES: Mapping[str, tuple[str, str, str, int]] = {
    "picture": ("pictures", "", "print", CHUNK), "video": ("videos", "video-", "film", 128),
}  # fmt: skip
"""Of what lies in files: the column that names them, how files of prints begin, the stage, rows whose prints are kept
together (of clips few, for each takes long)."""
Progress = Callable[[str, int, int], None]
"""Stage (read, take, link, compare, print, film), done, total (0: not known)."""
Printing = Callable[[Path], Sequence[tuple[str, int | None, bytes]]]
"""The prints of a file: matter, page, body. Empty where it cannot be read. Called by as many threads as there are
workers."""


@dataclass(slots=True)
class Rows:
    """What is kept in memory of every row: its number on the platform, when it was published, by whom."""

    ids: list[str] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    by: list[int] = field(default_factory=list)
    publishers: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """The next row."""
        self.ids.append(row["id"])
        at = row.get("published_at")
        self.at.append(round(at.timestamp() * 1_000_000) if at is not None else 0)
        publisher = row.get("publisher_id")
        key = (row.get("platform") or "", publisher or "")
        self.by.append(self.publishers.setdefault(key, len(self.publishers)) if publisher else -1)

    def pair(self, one: int, other: int) -> dict[str, Any]:
        """Two rows, the later published one first; of one time, the one further back in the archive."""
        if (self.at[one], one) < (self.at[other], other):
            one, other = other, one
        own = self.by[one] >= 0 and self.by[one] == self.by[other]
        return {"one": self.ids[one], "other": self.ids[other], "at": self.at[one], "own": own}


@dataclass(frozen=True, slots=True)
class Found:
    """What a run came to: rows of the archive, likenesses of each matter, files without prints, files written."""

    rows: int
    likenesses: Mapping[str, int]
    unread: int
    files: tuple[Path, ...]


class Finding:
    """One run over an archive into a folder. Conflict when the folder holds a run over another archive."""

    def __init__(
        self,
        archive: Archive,
        out: Path,
        *,
        format: str = "parquet",
        workers: int = 1,
        progress: Progress | None = None,
    ) -> None:
        self._archive = archive
        self._out = out
        self._keeper = Keeper(out, format)
        self._workers = workers
        self._told: Progress = progress or (lambda stage, done, total: None)
        self._state = _state(out, digest(canonical(archive.manifest("items"))), format)

    def run(self, matters: Sequence[str] = MATTERS, printing: Mapping[str, Printing] | None = None) -> Found:
        """Do what is not done yet. ``printing`` takes the prints of pictures and of clips; a matter it does not know is
        left out."""
        rows = Rows()
        if "text" in matters and "text" not in self._state["done"]:
            self._texts(rows)
        else:
            for number, row in enumerate(_rows(self._archive, ("id", "platform", "published_at", "publisher_id")), 1):
                rows.add(row)
                if number % CHUNK == 0:
                    self._told("read", number, 0)
        for matter, take in (printing or {}).items():
            if matter in matters and matter not in self._state["done"]:
                self._files(matter, rows, take)
        counts = {matter: self._keeper.count(matter) for matter in matters}
        return Found(len(rows.ids), counts, int(self._state["unread"]), self._keeper.files())

    def _texts(self, rows: Rows) -> None:
        self._keeper.forget("text")
        work = self._out / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        parts = join_texts(_batches(self._archive, rows), work, workers=self._workers, progress=self._told)
        for number, pairs in enumerate(parts):
            self._keeper.put("text", number, [_text_row(rows, pairs, at) for at in range(len(pairs.later))])
        shutil.rmtree(work)
        self._finish("text")

    def _files(self, matter: str, rows: Rows, printing: Printing) -> None:
        """Chunk by chunk: prints first (kept), then each compared with all before it."""
        column, begins, stage, size = FILES[matter]
        folder = self._out / "prints"
        folder.mkdir(exist_ok=True)
        compared = _Compared(matter, rows)
        first = 0
        chunks = self._archive.chunks(size)
        for number, chunk in enumerate(chunks):
            place = folder / f"{begins}{number:06d}.npz"
            read = self._archive.read(chunk, ["id", column])
            if not place.is_file():
                taken, unread = self._print(read.to_pylist(), column, printing)
                write_whole(place, taken)
                self._state["unread"] += unread
            found: list[dict[str, Any]] = []
            ready = self._keeper.has(matter, number)
            for row, reference, body in read_prints(place):
                found += compared.add(first + row, reference, body, ask=not ready)
            if not ready:
                self._keeper.put(matter, number, found)
                self._save()
            first += read.num_rows
            self._told(stage, number + 1, len(chunks))
        self._finish(matter)

    def _print(self, listed: Sequence[Mapping[str, Any]], column: str, printing: Printing) -> tuple[PrintFile, int]:
        named = dict.fromkeys(reference for given in listed for reference in given.get(column) or ())
        paths = {reference: self._archive.media(reference) for reference in named}
        there = {reference: path for reference, path in paths.items() if path is not None}
        with ThreadPoolExecutor(self._workers) as threads:
            kept = dict(zip(there, threads.map(printing, there.values()), strict=True))
        taken = PrintFile()
        for row, given in enumerate(listed):
            for reference in given.get(column) or ():
                for _, _, body in kept.get(reference, ()):
                    taken.add(row, reference, body)
        return taken, sum(not kept.get(reference) for reference in named)

    def _finish(self, matter: str) -> None:
        self._state["done"] = [*self._state["done"], matter]
        self._save()

    def _save(self) -> None:
        path = self._out / "find.json"
        fresh = path.with_suffix(".new")
        fresh.write_bytes(canonical(self._state))
        fresh.replace(path)


class _Compared:
    """Files of one matter, each compared with those that came before it."""

    def __init__(self, matter: str, rows: Rows) -> None:
        self._matter, self._rows, self._index = matter, rows, Index()
        self._whose: list[tuple[int, str, float]] = []  # row, reference, seconds

    def add(self, row: int, reference: str, body: bytes, *, ask: bool) -> Iterable[dict[str, Any]]:
        """The next print; what it is like, the best of each row, where that is asked."""
        value = _value(self._matter, body)
        matches = self._index.search(Print(self._matter, reference, None, body, value)) if ask else []
        self._index.add(len(self._whose), self._matter, value)
        self._whose.append((row, reference, _seconds(value) if self._matter == "video" else 0.0))
        best: dict[int, dict[str, Any]] = {}
        for match in sorted(matches, key=lambda match: -match.strength):
            other, there, length = self._whose[match.number]
            if other == row or other in best:
                continue
            pair = self._rows.pair(row, other)
            detail, share = {**match.detail, "here": {"place": reference}, "there": {"place": there}}, match.share
            if pair["one"] != self._rows.ids[row]:
                detail, share = _turned(detail), _share_there(detail, length) if share is not None else None
            best[other] = pair | {
                "matter": self._matter, "how": match.how, "distance": match.distance, "share": share,
                "detail": canonical(detail).decode(),
            }  # fmt: skip
        return best.values()


def _value(matter: str, body: bytes) -> Any:
    if matter == "video":
        from mingjian.perception.reuse.video import VideoPrint

        return VideoPrint.from_bytes(body)
    from mingjian.perception.reuse.prints import PicturePrint

    return PicturePrint.from_bytes(body)


def _seconds(value: Any) -> float:
    """How long a clip is, as far as frames of it are kept."""
    return float(value.times[-1] - value.times[0]) / 1000 if len(value) else 0.0


def _share_there(detail: Mapping[str, Any], length: float) -> int:
    """Thousandths of the other clip that its segments make."""
    seconds = sum(float(one[3]) - float(one[2]) for one in detail["segments"])
    return min(1000, round(1000 * seconds / max(1.0, length)))


def _state(out: Path, source: str, format: str) -> dict[str, Any]:
    out.mkdir(parents=True, exist_ok=True)
    path = out / "find.json"
    if not path.is_file():
        if any(out.iterdir()):
            raise Conflict(f"{out} 不是空文件夹,里面也没有可以继续的查找。请换一个文件夹。")
        return {"source": source, "format": format, "done": [], "unread": 0}
    state: dict[str, Any] = json.loads(path.read_bytes())
    if state.get("source") != source or state.get("format") != format:
        raise Conflict(f"{out} 里是另一份档案或另一种格式的查找。请换一个文件夹。")
    return state


def _rows(archive: Archive, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for batch in archive.items(list(columns)):
        yield from batch.to_pylist()


def _batches(archive: Archive, rows: Rows) -> Iterator[list[str]]:
    texts: list[str] = []
    for row in _rows(archive, COLUMNS):
        rows.add(row)
        texts.append(_text(row))
        if len(texts) == BATCH:
            yield texts
            texts = []
    if texts:
        yield texts


def _text(row: Mapping[str, Any]) -> str:
    """What somebody wrote of a row, empty where it is too short to be compared."""
    if row.get("item"):
        return dict(texts_of_data(row_item(row))).get(WRITTEN, "")
    parts = [{"role": role, "text": row[role]} for role in ("title", "body") if row.get(role)]
    return dict(texts_of_data({"parts": parts})).get(WRITTEN, "")


def _text_row(rows: Rows, pairs: Pairs, at: int) -> dict[str, Any]:
    found = rows.pair(int(pairs.later[at]), int(pairs.earlier[at]))
    detail = {"here": {"place": WRITTEN}, "jaccard": int(pairs.jaccard[at]), "there": {"place": WRITTEN}}
    return found | {
        "matter": "text", "how": HOWS[int(pairs.how[at])], "distance": None, "share": int(pairs.overlap[at]),
        "detail": canonical(detail).decode(),
    }  # fmt: skip


def _turned(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail of a picture or clip from the other side."""
    turned = {**detail, "here": detail["there"], "there": detail["here"]}
    if "segments" in detail:
        return turned | {"segments": [[*one[2:], *one[:2]] for one in detail["segments"]]}
    turned |= {"box": detail["other_box"], "other_box": detail["box"]}
    if "transform" in detail:
        back = np.linalg.inv(np.asarray(detail["transform"]).reshape(3, 3))
        turned["transform"] = [round(float(value), 6) for value in back.ravel()]
    return turned
