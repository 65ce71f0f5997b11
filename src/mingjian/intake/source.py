"""One place to read bytes from: a file, a pipe or standard input."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mingjian.intake.errors import UnreadableError
from mingjian.intake.options import MIB


@dataclass(frozen=True, slots=True)
class Source:
    """``name`` is what people see. Bytes come from ``data`` when it is held, otherwise from ``path``."""

    name: str
    id: str
    path: Path | None = None
    data: bytes | None = None

    def open(self) -> BinaryIO:
        """A fresh binary stream from the beginning."""
        if self.data is not None:
            return io.BytesIO(self.data)
        assert self.path is not None
        return self.path.open("rb")

    def size(self) -> int:
        """Size in bytes."""
        if self.data is not None:
            return len(self.data)
        assert self.path is not None
        return self.path.stat().st_size

    def head(self, count: int = 4096) -> bytes:
        """The first bytes, for sniffing."""
        with self.open() as stream:
            return stream.read(count)

    def read(self, max_bytes: int) -> bytes:
        """All bytes; UnreadableError above the limit."""
        self.check_size(max_bytes)
        with self.open() as stream:
            return stream.read()

    def check_size(self, max_bytes: int) -> None:
        """UnreadableError when the source is larger than the limit."""
        size = self.size()
        if size > max_bytes:
            raise UnreadableError(
                f"文件过大:{size / MIB:.0f} MB,上限 {max_bytes / MIB:.0f} MB",
                "拆分文件,或改用 JSONL 逐行读取",
            )


def held(source_name: str, id: str, stream: BinaryIO, max_bytes: int) -> Source:
    """A source for a stream that can be read only once (standard input, a pipe)."""
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UnreadableError(f"输入过大:超过上限 {max_bytes / MIB:.0f} MB", "拆分输入")
    return Source(name=source_name, id=id, data=data)
