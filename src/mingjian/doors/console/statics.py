"""The static files by name, each with a digest in its address so that browsers may keep it for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Statics:
    """The files of a folder as they were when the process began; nothing outside the folder is served."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        self._digests: dict[str, str] = {}

    def file(self, name: str) -> Path | None:
        """The file of a name, or None."""
        return self._files.get(name)

    def address(self, name: str) -> str:
        """``/static/<name>?v=<digest>``. KeyError for a file there is none of."""
        if name not in self._digests:
            self._digests[name] = hashlib.sha256(self._files[name].read_bytes()).hexdigest()[:12]
        return f"/static/{name}?v={self._digests[name]}"
