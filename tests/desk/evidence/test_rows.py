"""Packages about an accreditation and about an edition of a ranking: whole, and checkable by a stranger."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mingjian.desk.evidence.service import export
from mingjian.records.clock import SteppedClock
from mingjian.records.evidence.keys import Signer, new_signer
from mingjian.records.evidence.package import package_bytes
from mingjian.records.storage import ranking
from mingjian.records.storage.database import Database
from tests.governance.accreditation.scene import Scene
from tests.governance.ranking.field import Field, doctor, key
from tests.governance.world import LEAD, calm_queues


@pytest.fixture
def scene(database: Database, clock: SteppedClock) -> Iterator[Scene]:
    with calm_queues():
        yield Scene(database, clock)


def _package(database: Database, subject: str, signer: Signer, folder: Path) -> dict[str, Any]:
    """The package's record and its kinds of events, once its own program has found it whole."""
    with database.write() as tx:
        packed = package_bytes(export(tx, LEAD, subject, signer), signer)
    (folder / "package.zip").write_bytes(packed)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    (folder / "verify.py").write_bytes(found["verify.py"])
    done = subprocess.run([sys.executable, "-I", "-S", "verify.py", "package.zip"], cwd=folder, capture_output=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    events = [json.loads(line) for line in found["journal/events.jsonl"].splitlines()]
    return {**json.loads(found["record.json"]), "event_kinds": {event["kind"] for event in events}}


def test_an_accreditation(scene: Scene, tmp_path: Path) -> None:
    certificate = scene.granted()
    made = _package(scene.database, certificate.accreditation, scene.signer, tmp_path)
    assert made["kind"] == "accreditation"
    assert [one["number"] for one in made["certificates"]] == [certificate.number]
    assert made["audits"] and made["marks"] and made["surveillance"]
    assert {"accreditation.applied", "accreditation.decided", "audit.planned", "certificate.issued"} <= (
        made["event_kinds"]
    )


def test_an_edition(database: Database, tmp_path: Path) -> None:
    field = Field(database)
    field.doctors(*[doctor(number, number % 3) for number in range(1, 4)])
    edition = field.edition(most=3).id
    field.enter(edition, [key(number) for number in range(1, 4)])
    field.rate(edition)
    field.compute(edition)
    field.publish(edition)
    made = _package(database, edition, new_signer(), tmp_path)
    with database.read() as tx:
        entrants = ranking.entrants_of(tx, edition)
    assert made["kind"] == "edition" and made["edition"][0]["state"] == "published"
    assert [one["id"] for one in made["entrants"]] == [one.id for one in entrants]
    assert {one["state"] for one in made["forms"]} == {"submitted"}
    assert {"edition.drafted", "entrant.registered", "form.submitted", "edition.published"} <= made["event_kinds"]
