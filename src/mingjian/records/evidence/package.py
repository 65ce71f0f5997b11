"""An evidence package: a zip whose bytes follow from what is in it, signed, with the program that checks it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import BinaryIO

from mingjian import __version__
from mingjian.records.canonical import canonical, digest
from mingjian.records.evidence.keys import Signer, pem
from mingjian.records.evidence.model import Announced, Checkpoint, Timestamp
from mingjian.records.evidence.standalone import FORMAT
from mingjian.records.journal.model import Recorded

_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold: a package does not depend on when it is written


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the chain: the hash of event ``after`` and the leaves of those behind it, up to a checkpoint's."""

    after: int
    hash: bytes
    leaves: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a package. ``files`` are records and contents by name, ``media`` files by digest."""

    subject: str
    kind: str
    at: int
    masked: bool
    events: Sequence[Recorded]
    stretches: Sequence[Stretch]
    checkpoints: Sequence[Checkpoint]
    timestamps: Sequence[Timestamp]
    signers: Sequence[Announced]
    files: Mapping[str, bytes]
    media: Mapping[str, Path] = field(default_factory=dict)


def write_package(contents: Contents, signer: Signer, out: BinaryIO) -> None:
    """Write the package to a file that can be sought in."""
    files = {**contents.files, **_proof(contents)}
    for name in ("VERIFY.md", "verify.py"):
        source = "standalone.py" if name == "verify.py" else name
        files[name] = (resources.files("mingjian.records.evidence") / source).read_bytes()
    listed = {name: {"sha256": digest(content), "size": len(content)} for name, content in files.items()}
    # A file is stored under its digest, so what it should be is known without reading it.
    listed |= {f"media/{name}": {"sha256": name, "size": path.stat().st_size} for name, path in contents.media.items()}
    manifest = canonical(
        {"format": FORMAT, "subject": contents.subject, "kind": contents.kind, "made_at": contents.at,
         "masked": contents.masked, "program": __version__, "signer": signer.id, "files": listed}
    )  # fmt: skip
    files |= {"manifest.json": manifest, "manifest.sig": signer.sign(manifest)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted([*files, *(f"media/{each}" for each in contents.media)]):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_STORED if name.startswith("media/") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if name in files:
                archive.writestr(entry, files[name])
                continue
            path = contents.media[name.removeprefix("media/")]
            entry.file_size = path.stat().st_size
            with path.open("rb") as source_file, archive.open(entry, "w") as into:
                while piece := source_file.read(1 << 20):
                    into.write(piece)


def package_bytes(contents: Contents, signer: Signer) -> bytes:
    """The package in memory: for those without media files."""
    out = io.BytesIO()
    write_package(contents, signer, out)
    return out.getvalue()


def _proof(contents: Contents) -> dict[str, bytes]:
    files: dict[str, bytes] = {
        "journal/events.jsonl": b"".join(canonical(_event(event)) + b"\n" for event in contents.events),
        "journal/chain.json": canonical(
            [{"after": one.after, "hash": one.hash.hex(), "leaves": [each.hex() for each in one.leaves]}
             for one in contents.stretches]
        ),
        "journal/signers.json": canonical(
            [{"id": one.id, "public": one.public.hex(), "by": one.by,
              "signature": one.signature.hex() if one.signature else None} for one in contents.signers]
        ),
    }  # fmt: skip
    for one in contents.signers:
        files[f"keys/{one.id}.pem"] = pem(one.public)
    for checkpoint in contents.checkpoints:
        files[f"checkpoints/{checkpoint.number}.txt"] = checkpoint.statement
        files[f"checkpoints/{checkpoint.number}.sig"] = checkpoint.signature
    for place, stamp in enumerate(contents.timestamps, 1):
        files[f"checkpoints/{stamp.checkpoint}.{place}.tsr"] = stamp.token
    return files


def _event(event: Recorded) -> dict[str, object]:
    return {"seq": event.seq, "at": event.at, "kind": event.kind, "subject": event.subject, "actor": event.actor,
            "body": event.text, "hash": event.hash.hex()}  # fmt: skip
