"""Paths to files: folders in sorted order, links and special files safely, what is passed over counted."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from mingjian.intake.errors import IntakeError
from mingjian.intake.formats import by_suffix, is_code, sniff
from mingjian.intake.values import listed


def shown_path(path: Path) -> str:
    """The path as people see it: from the working folder when it lies inside, otherwise as given."""
    if path.is_absolute():
        try:
            return path.relative_to(Path.cwd()).as_posix()
        except ValueError:
            return path.as_posix()
    return path.as_posix()


def excluded(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path, one of its folders or its last name matches a pattern."""
    pieces = name.split("/")
    heads = ["/".join(pieces[:count]) for count in range(1, len(pieces) + 1)]
    return any(fnmatch(candidate, pattern.rstrip("/")) for pattern in patterns for candidate in (*heads, *pieces))


class Folder:
    """One walk through one folder. After it, ``notes`` tells what was passed over."""

    def __init__(
        self, root: Path, exclude: tuple[str, ...] = (), also: Callable[[str, bytes], bool] | None = None
    ) -> None:
        """``also``: tells by name and first bytes what else can be read."""
        self.root = root
        self.exclude = exclude
        self._also = also
        self._skipped: dict[str, list[str]] = {}
        self._errors: list[IntakeError] = []

    def files(self) -> Iterator[Path]:
        """Files that can be read, sorted, folders where their name sorts."""
        self._real_root = self.root.resolve()
        stack = [self.root]
        while stack:
            path = stack.pop()
            try:
                mode = path.lstat().st_mode
                if stat.S_ISDIR(mode):
                    entries = [child for child in path.iterdir() if not self._passed_over(child)]
                    stack.extend(sorted(entries, key=lambda child: child.name, reverse=True))
                elif path == self.root or self._readable(path, mode):
                    yield path
            except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
                reason = getattr(error, "strerror", None) or "链接指向自己"
                self._errors.append(IntakeError(shown_path(path), None, None, f"读不到:{reason}"))

    def notes(self) -> list[IntakeError]:
        """What was not read and why, one entry a reason, and what could not be opened."""
        name = shown_path(self.root)
        return [
            *self._errors,
            *(
                IntakeError(name, None, None, f"跳过 {len(files)} 个{reason}:{listed(files)}", level="note")
                for reason, files in self._skipped.items()
            ),
        ]

    def _passed_over(self, path: Path) -> bool:
        name = path.relative_to(self.root).as_posix()
        if excluded(name, self.exclude):
            return True  # the caller asked for it
        if path.name.startswith("."):
            return self._skip("隐藏文件", name)
        return False

    def _readable(self, path: Path, mode: int) -> bool:
        name = path.relative_to(self.root).as_posix()
        if stat.S_ISLNK(mode):
            # A link to a folder may lead in a circle, one that leads out may lead anywhere.
            if path.is_dir():
                return not self._skip("指向文件夹的链接", name)
            if not path.resolve(strict=True).is_relative_to(self._real_root):
                return not self._skip("指向文件夹之外的链接", name)
            mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            return not self._skip("特殊文件", name)
        if by_suffix(path.name) is not None:
            return True
        if is_code(path.name):
            return not self._skip("程序或配置文件", name)
        with path.open("rb") as stream:
            head = stream.read(4096)
        if self._also is not None and self._also(path.name, head):
            return True
        return sniff(head) is not None or not self._skip("不支持的文件", name)

    def _skip(self, reason: str, name: str) -> bool:
        self._skipped.setdefault(reason, []).append(name)
        return True
