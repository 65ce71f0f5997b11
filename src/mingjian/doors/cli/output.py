"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from mingjian.doors.cli.failures import Failure, ReaderGone


class Output:
    """A place to write text to, used as a context: a file is put in place at the end, if all went well.

    A file, and any stream that a program reads (``machine``), is UTF-8 whatever the terminal speaks.
    """

    def __init__(self, path: str | None, machine: bool = False) -> None:
        self.path = None if path in (None, "-") else Path(str(path))
        self.machine = machine
        self._stream: BinaryIO | None = None
        self._new: Path | None = None
        self._target: Path | None = None

    @property
    def is_stdout(self) -> bool:
        """Whether it writes to standard output."""
        return self.path is None

    def __enter__(self) -> Output:
        if self.path is not None:
            self._open(self.path)
        return self

    def _open(self, path: Path) -> None:
        try:
            self._target = target = path.resolve()  # a link stays a link
            if target.is_dir():
                raise Failure(f"输出位置是文件夹:{path}", "请写到文件名")
            if not target.parent.is_dir():
                raise Failure(f"输出位置的文件夹不存在:{path}", "先建立文件夹")
            if target.exists() and not stat.S_ISREG(target.stat().st_mode):
                self._stream = target.open("wb")  # a pipe or a device cannot be replaced
                return
            self._new = unfinished(target)
            self._stream = self._new.open("wb")
        except (OSError, RuntimeError, ValueError) as error:
            raise Failure(f"不能写入 {path}:{getattr(error, 'strerror', None) or error}") from error

    def write(self, text: str) -> None:
        """Write text."""
        if self._stream is not None:
            try:
                self._stream.write(text.encode("utf-8", "backslashreplace"))
            except OSError as error:
                raise Failure(f"写入 {self.path} 时出错:{error.strerror or error}") from error
            return
        try:
            self._to_stdout(text)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def _to_stdout(self, text: str) -> None:
        raw = getattr(sys.stdout, "buffer", None)
        if self.machine and raw is not None and not sys.stdout.isatty():
            sys.stdout.flush()
            raw.write(text.encode("utf-8", "backslashreplace"))
            raw.flush()
            return
        try:
            sys.stdout.write(text)
        except UnicodeEncodeError:  # a console that cannot show every character
            encoding = sys.stdout.encoding or "ascii"
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is None:
            return
        try:
            self._stream.close()
            if self._new is not None and self._target is not None and kind is None:
                if self._target.exists():
                    with contextlib.suppress(OSError):
                        self._new.chmod(stat.S_IMODE(self._target.stat().st_mode))
                self._new.replace(self._target)
                self._new = None
        except OSError as problem:
            if kind is None:
                raise Failure(f"写入 {self.path} 时出错:{problem.strerror or problem}") from problem
        finally:
            if self._new is not None:
                self._new.unlink(missing_ok=True)


def unfinished(target: Path) -> Path:
    """The file that is written before it takes the place of the target."""
    return target.with_name(f".{target.name[:80]}.{os.getpid()}.part")


def put(text: str) -> None:
    """Write text to standard output."""
    Output(None).write(text if text.endswith("\n") else text + "\n")


def put_json(value: object) -> None:
    """Write a value as JSON to standard output."""
    import json

    Output(None, machine=True).write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def coloured() -> bool:
    """Whether standard output is a terminal that takes colours."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
