"""The rulebook as it was: its data files and model in one bundle, kept at first use and loaded again for a replay.

The program itself is not in it. A later program may judge by the same rulebook otherwise; a replay then names the
difference.
"""

from __future__ import annotations

import io
import zipfile
from importlib import resources

from mingjian import __version__
from mingjian.core.engine.classify import load_model
from mingjian.core.engine.compile import Compiled, compile_rulebook
from mingjian.core.rulebook.load import data_root, load, walk
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.rulebooks import bundle_of

ACTOR = "duty:evidence"


def bundle() -> bytes:
    """The rulebook that ships with the package. The same files give the same bytes."""
    out = io.BytesIO()
    model = resources.files("mingjian.core.engine") / "data" / "model.npz"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # the content store compresses
        for name, file in walk(data_root()):
            archive.writestr(zipfile.ZipInfo(f"data/{name}", (1980, 1, 1, 0, 0, 0)), file.read_bytes())
        if model.is_file():
            archive.writestr(zipfile.ZipInfo("model.npz", (1980, 1, 1, 0, 0, 0)), model.read_bytes())
    return out.getvalue()


def compiled_from(content: bytes) -> Compiled:
    """The rulebook of a bundle, ready for an engine; takes some seconds. RulebookError when this program cannot read
    it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sources = load(zipfile.Path(archive, "data/"))
        return compile_rulebook(sources, load_model(zipfile.Path(archive, "model.npz")))


def keep_rulebook(tx: Tx, version: str) -> bool:
    """Keep the package's rulebook under the version that verdicts name; False when it is kept already."""
    if bundle_of(tx, version) is not None:
        return False
    (name,) = contents.put(tx, [bundle()])
    hold_head(tx)
    if bundle_of(tx, version) is not None:  # another process that has just started kept it meanwhile
        return False
    append(tx, Event("rulebook.kept", version, {"bundle": name, "program": __version__}, ACTOR))
    return True


def kept_bundle(tx: Tx, version: str) -> bytes | None:
    """The bundle of a version, or None."""
    name = bundle_of(tx, version)
    return None if name is None else contents.get(tx, name)
