"""Restoring a backup. Nothing in the file is believed: names, sizes, digests and the chain are checked before any of it
takes the place of what is there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mingjian.records.backup import FORMAT, PIECE, Progress, Summary, counted
from mingjian.records.errors import Conflict, Invalid, Unavailable
from mingjian.records.journal.verify import verify_in
from mingjian.records.storage import dump
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.migrate import build

LONGEST_LINE = 256 << 20  # bytes of one row
LONGEST_LIST = 256 << 20  # bytes of backup.json
MOST_RATIO = 300  # what deflate makes of our rows is far below; more is made to swell
_NAMES = re.compile(
    r"tables/[a-z_]{1,63}\.jsonl|blobs/[0-9a-f]{64}|secrets/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"
    r"|sweeps/[A-Za-z0-9_]{1,64}/part-[0-9]{6,9}\.parquet"
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def restore(
    source: Path,
    database: Database,
    *,
    blobs: Path,
    secrets: Path,
    sweeps: Path | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Fill an empty store, media folder and folder of keys from a backup, or with ``replace`` put it in the place of
    what is there; keys stay as they are when the backup holds none, and so do results of sweeps (``sweeps`` is their
    folder) when it was made without them. All of it or nothing.

    Invalid: damaged, tampered with or no backup. Conflict: the store is not empty. Unavailable: it is in use, or the
    disk is too small."""
    if not replace and not (dump.is_empty(database) and _bare(blobs, "??/*") and _bare(sweeps, "*/*")):
        raise Conflict("这里已有数据,没有恢复。要用备份换掉现有数据,请加 --replace。")
    with _opened(source) as archive:
        told = _checked_list(archive)
        keys_too = any(name.startswith("secrets/") for name in told["files"])
        if keys_too and not replace and secrets.is_dir() and any(secrets.iterdir()):
            raise Conflict("备份带有密钥,而这里已有密钥,没有恢复。要用备份换掉现有的,请加 --replace。")
        _room(told["files"], blobs.parent)
        with contextlib.ExitStack() as staged:
            media = _stage(archive, told["files"], "blobs", blobs, staged, progress)
            keys = _stage(archive, told["files"], "secrets", secrets, staged, progress)
            results = None
            if sweeps is not None and told.get("sweeps") is not None:
                results = _stage(archive, told["files"], "sweeps", sweeps, staged, progress)
            with contextlib.ExitStack() as undo:
                with dump.rebuilt(database) as tx:
                    _fill(tx, archive, told, progress)
                    _swap(media, blobs, undo)
                    if keys_too:
                        _swap(keys, secrets, undo)
                    if sweeps is not None and results is not None:
                        _swap(results, sweeps, undo)
                undo.pop_all()
    files = told["files"]
    return Summary(told["revision"], told["seq"], told["hash"], told["rows"], counted(files, "blobs"),
                   counted(files, "secrets"), counted(files, "sweeps") if results is not None else 0)  # fmt: skip


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError as error:
        raise Invalid(f"没有这个文件:{source}") from error
    except _DAMAGED as error:
        raise Invalid(f"备份文件已损坏或不完整:{source}({error})。") from error
    except OSError as error:
        raise Unavailable(f"恢复没有完成,原来的数据没有改动:{error.strerror or error}") from error


def _checked_list(archive: zipfile.ZipFile) -> dict[str, Any]:
    """backup.json, after it and the zip's own directory agree."""
    infos = {info.filename: info for info in archive.infolist()}
    if len(infos) != len(archive.infolist()):
        raise Invalid("备份中有重名文件。")
    if "backup.json" not in infos:
        raise Invalid("不是明鉴的备份文件(没有 backup.json)。")
    if infos["backup.json"].file_size > LONGEST_LIST:
        raise Invalid("备份的清单大得不合理。")
    try:
        told = json.loads(archive.read("backup.json"))
        files: Mapping[str, Any] = told["files"]
        shaped = told["format"] == FORMAT and isinstance(told["revision"], str | None) and all(
            re.fullmatch("[0-9a-f]{64}", entry["sha256"]) and int(entry["size"]) >= 0 for entry in files.values()
        )  # fmt: skip
        shaped = shaped and isinstance(told["seq"], int) and isinstance(told["hash"], str)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid("备份的清单不合格式。") from error
    if not shaped:
        raise Invalid("不是本程序认识的备份格式。")
    for name in sorted({*files, *infos} - {"backup.json"}):
        if not _NAMES.fullmatch(name):
            raise Invalid(f"备份中有不该有的文件名:{name!r}")
        if name not in files or name not in infos:
            raise Invalid(f"备份的清单与内容不符:{name}")
        info = infos[name]
        if info.file_size != files[name]["size"]:
            raise Invalid(f"备份中 {name} 的大小与清单不符。")
        if info.file_size > MOST_RATIO * info.compress_size + PIECE:
            raise Invalid(f"备份中 {name} 的压缩比异常(解开为 {info.file_size} 字节),拒绝读取。")
        if name.startswith("blobs/") and files[name]["sha256"] != name.removeprefix("blobs/"):
            raise Invalid(f"备份中的媒体文件与其摘要不符:{name}")
    known = {f"tables/{name}.jsonl" for name in dump.tables()}
    for name in sorted(files):
        if name.startswith("tables/") and name not in known:
            raise Invalid(f"备份中有不认识的表:{name}")
    return dict(told)


def _room(files: Mapping[str, Any], near: Path) -> None:
    there = next(folder for folder in (near, *near.resolve().parents) if folder.is_dir())
    needed = 2 * sum(int(entry["size"]) for entry in files.values())
    if shutil.disk_usage(there).free < needed:
        raise Unavailable(f"磁盘空间不足:恢复约需 {needed >> 20} MB。原来的数据没有改动。")


def _pieces(
    archive: zipfile.ZipFile, name: str, entry: Mapping[str, Any], progress: Progress | None
) -> Iterator[bytes]:
    """A file's bytes; Invalid at the end when they are not what the list says."""
    state, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        while piece := file.read(PIECE):
            size += len(piece)
            state.update(piece)
            if progress is not None:
                progress(name, len(piece))
            yield piece
    if size != entry["size"] or state.hexdigest() != entry["sha256"]:
        raise Invalid(f"备份中 {name} 的内容与清单的摘要不符:已损坏或被改动。")


def _lines(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise Invalid(f"备份中 {name} 有一行长得不合理。")
        yield from whole
    if rest:
        raise Invalid(f"备份中 {name} 的最后一行不完整。")


def _fill(tx: Tx, archive: zipfile.ZipFile, told: Mapping[str, Any], progress: Progress | None) -> None:
    build(tx, told["revision"])
    for table in dump.tables():
        name = f"tables/{table}.jsonl"
        entry = told["files"].get(name)
        if entry is not None:
            columns = entry.get("columns")
            if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
                raise Invalid(f"备份的清单没有说明 {table} 的列。")
            dump.load(tx, table, columns, _lines(_pieces(archive, name, entry, progress), name))
    found = verify_in(tx)
    if not found.whole:
        raise Invalid(f"备份中的日志不完整,没有恢复:{found.problems[0]}")
    if (found.seq, found.hash.hex()) != (told["seq"], told["hash"]):
        raise Invalid(f"备份中的日志到第 {found.seq} 条,清单说到第 {told['seq']} 条:没有恢复。")


def _stage(
    archive: zipfile.ZipFile, files: Mapping[str, Any], kind: str, place: Path, staged: contextlib.ExitStack,
    progress: Progress | None,
) -> Path:  # fmt: skip
    """The files of a kind in a folder beside where they are to be."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    staged.callback(shutil.rmtree, folder, ignore_errors=True)
    for name in sorted(files):
        group, _, rest = name.partition("/")
        if group != kind:
            continue
        path = folder / rest[:2] / rest if kind == "blobs" else folder / rest
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as file:
            path.chmod(0o600)
            for piece in _pieces(archive, name, files[name], progress):
                file.write(piece)
    return folder


def _swap(made: Path, place: Path, undo: contextlib.ExitStack) -> None:
    """Put a folder in its place; ``made`` holds then what was there, and is thrown away with it, or put back."""
    if not place.exists():
        made.rename(place)
        undo.callback(place.rename, made)
        return
    aside = made.with_name(f"{made.name}-old")
    place.rename(aside)
    undo.callback(aside.rename, place)
    made.rename(place)
    undo.callback(place.rename, made)
    aside.rename(made)
    undo.callback(made.rename, aside)


def _bare(folder: Path | None, pattern: str) -> bool:
    return folder is None or not folder.exists() or next(folder.glob(pattern), None) is None
