"""The door of intake: paths in, items and problems out. One bad file or row never stops the rest."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from mingjian.core.model import Item
from mingjian.intake.adapters import adapter_for
from mingjian.intake.errors import IntakeError, UnreadableError, did_you_mean, told
from mingjian.intake.formats import DOCUMENTS, FORMATS, advice, by_suffix, is_archive, looks_like_jsonl, sniff, unknown
from mingjian.intake.options import ReadOptions
from mingjian.intake.source import Source, held
from mingjian.intake.walk import Folder, shown_path

STDIN = "<stdin>"
MEDIA = "media"  # not a format one can ask for: the media reader tells by itself what it is


def read(
    paths: Iterable[str | Path], options: ReadOptions | None = None, stdin: BinaryIO | None = None
) -> Iterator[Item | IntakeError]:
    """Items of files, folders and standard input (``-``), in the order given, as they are read."""
    options = options or ReadOptions()
    if options.input_format not in FORMATS:
        hint = did_you_mean(options.input_format, FORMATS) or f"允许:{'、'.join(FORMATS)}"
        yield IntakeError("", None, "input_format", f"没有这种格式:{options.input_format}", hint)
        return
    seen: set[Path] = set()
    for path in paths:
        if str(path) == "-":
            yield from _stdin(options, sys.stdin.buffer if stdin is None else stdin)
        else:
            yield from _path(Path(path), options, seen)


def count_files(paths: Iterable[str | Path], options: ReadOptions | None = None) -> int:
    """How many files a reading will open: for a progress bar. Nothing is read but folders."""
    options = options or ReadOptions()
    total = 0
    for path in map(Path, paths):
        total += sum(1 for _ in _folder(path, options).files()) if path.is_dir() else 1
    return total


def files(paths: Iterable[str | Path], options: ReadOptions) -> Iterator[Path]:
    """The files a reading will open, in its order. Nothing is read but folders."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from _folder(path, options).files()
        elif path.is_file():
            yield path


def _folder(path: Path, options: ReadOptions) -> Folder:
    return Folder(path, options.exclude, options.media.reads if options.media is not None else None)


def read_source(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """Items of one source."""
    for found in told(source.name, _found(source, options)):
        yield options.context.fill(found) if isinstance(found, Item) else found


def _found(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    format_ = _format_of(source, options)
    if format_ == MEDIA and options.media is not None:
        yield from options.media.read(source)
    elif format_ in DOCUMENTS:
        from mingjian.intake import documents  # texts, which most runs check, start no processes

        yield from documents.read(format_, source, options)
    else:
        yield from adapter_for(format_)(source, options)


def _stdin(options: ReadOptions, stream: BinaryIO) -> Iterator[Item | IntakeError]:
    try:
        source = held(STDIN, "stdin", stream, options.max_bytes)
    except (UnreadableError, OSError) as error:
        yield IntakeError(STDIN, None, None, str(error), getattr(error, "hint", None))
        return
    if options.input_format == "auto" and looks_like_jsonl(source.head().split(b"\n", 1)[0]):
        options = replace(options, input_format="jsonl")
    yield from read_source(source, options)


def _path(path: Path, options: ReadOptions, seen: set[Path]) -> Iterator[Item | IntakeError]:
    name = shown_path(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            folder = _folder(path, options)
            for file in folder.files():
                if _first_time(file, seen):
                    yield from read_source(Source(shown_path(file), shown_path(file), file), options)
            yield from folder.notes()
        elif stat.S_ISREG(mode):
            if _first_time(path, seen):
                yield from read_source(Source(name, name, path), options)
        else:  # a pipe or a device, such as <(command) of a shell
            with path.open("rb") as stream:
                source = held(name, name, stream, options.max_bytes)
            yield from read_source(source, options)
    except FileNotFoundError:
        yield IntakeError(name, None, None, "没有这个文件或文件夹")
    except UnreadableError as error:
        yield IntakeError(name, None, None, error.message, error.hint)
    except (
        OSError,
        ValueError,
        RuntimeError,
    ) as error:  # ValueError: a zero byte; RuntimeError: links in a circle
        yield IntakeError(name, None, None, f"读不到:{getattr(error, 'strerror', None) or error}")


def _first_time(path: Path, seen: set[Path]) -> bool:
    real = path.resolve()
    if real in seen:
        return False
    seen.add(real)
    return True


def _format_of(source: Source, options: ReadOptions) -> str:
    format_ = options.input_format
    media = options.media if by_suffix(source.name) is None and format_ == "auto" else None
    if media is not None and media.reads(source.name, source.head()):
        return MEDIA
    if format_ == "auto":
        hint = advice(source.name)
        if hint is not None:
            raise UnreadableError("不支持的格式", hint)
        head = source.head()
        format_ = by_suffix(source.name) or sniff(head) or ("office" if is_archive(head) else "")
        if format_ == "text":  # a saved page is often named .txt
            format_ = sniff(head) or "text"
    if not format_:
        raise unknown()
    return format_
