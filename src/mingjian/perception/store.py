"""What was perceived, kept by the digest of the file: the same file is never decoded twice.

An entry is compressed JSON (nothing in it can run), written beside and moved into place, so that a process that
dies leaves no half entry. The oldest go when the store grows over its size.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import json
import os
import tempfile
import zlib
from pathlib import Path
from typing import Any

from mingjian.core.model import Place
from mingjian.perception.model import Perceived, Print, Reading, Shown

VERSION = 2  # raise when what is perceived changes
MAX_BYTES = 2_000_000_000
_CHUNK = 1 << 20


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    state = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


class Store:
    """A folder of perceptions. A folder that cannot be written only means that nothing is kept."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def get(self, digest: str, identity: str) -> Perceived | None:
        """What was perceived in the file of this digest under these options, or None."""
        path = self._path(digest, identity)
        try:
            data = json.loads(zlib.decompress(path.read_bytes()))
            found = _from_dict(data)
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # used lately: goes last
        return found

    def put(self, digest: str, identity: str, perceived: Perceived) -> None:
        """Keep it."""
        path = self._path(digest, identity)
        body = zlib.compress(json.dumps(_to_dict(perceived), ensure_ascii=False).encode(), 6)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(body)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._shrink()

    def _path(self, digest: str, identity: str) -> Path:
        name = hashlib.sha256(f"{VERSION}|{digest}|{identity}".encode()).hexdigest()[:40]
        return self.folder / digest[:2] / f"{name}.json.z"

    def _shrink(self) -> None:
        entries = [(entry.stat().st_mtime, entry.stat().st_size, entry) for entry in self.folder.glob("*/*.json.z")]
        excess = sum(size for _, size, _ in entries) - self.max_bytes
        for _, size, entry in sorted(entries, key=lambda each: each[0]):
            if excess <= 0:
                break
            entry.unlink(missing_ok=True)
            excess -= size


def _to_dict(perceived: Perceived) -> dict[str, Any]:
    data = dataclasses.asdict(perceived)
    for shown in (*data["shown"], data["sheet"]):
        if shown is not None:
            shown["jpeg"] = base64.b64encode(shown["jpeg"]).decode()
    return data


def _from_dict(data: dict[str, Any]) -> Perceived:
    def shown(each: dict[str, Any]) -> Shown:
        return Shown(**(each | {"jpeg": base64.b64decode(each["jpeg"])}))

    def place(each: dict[str, Any]) -> Place:
        box, time = each["box"], each["time"]
        return Place(
            each["start"], each["end"], each["page"], tuple(box) if box else None, tuple(time) if time else None,
            each["picture"],
        )  # fmt: skip

    return Perceived(
        kind=data["kind"],
        readings=tuple(
            Reading(each["text"], each["role"], tuple(map(place, each["places"])), each["score"])
            for each in data["readings"]
        ),
        unread=tuple(data["unread"]), notes=tuple(data["notes"]), shown=tuple(map(shown, data["shown"])),
        prints=tuple(Print(**each) for each in data["prints"]), seconds=data["seconds"],
        size=tuple(data["size"]) if data["size"] else None, sheet=shown(data["sheet"]) if data["sheet"] else None,
        scenes=tuple(data["scenes"]),
    )  # fmt: skip
