"""Somebody registered, with a credential, a link and an import that took nothing: for the routes of the registry."""

from __future__ import annotations

import io

from mingjian.desk.people.model import house
from mingjian.desk.registry import importing
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.doors.desk.opening import Desk
from mingjian.intake.source import Source
from mingjian.records.blobs import Blobs


def registry(desk: Desk, hostile: str, evidence: str) -> dict[str, str]:
    """Put them in; by what routes call them. ``hostile`` stands wherever words may."""
    words = hostile[:190]
    link = {"kind": "practises_at", "target": {"kind": "institution", "key": "hostile-clinic"}, "scope": [words[:60]]}
    clinic = Record({"kind": "institution", "key": "hostile-clinic", "name": words, "attributes": {"note": hostile}})
    papers = [{"kind": "physician_practice", "number": words[:120], "issuer": words, "scope": [words[:60]],
               "evidence": evidence}]  # fmt: skip
    doctor = Record({"kind": "physician", "key": words[:120], "name": words, "attributes": {"note": hostile}}, papers,
                    [link])  # fmt: skip
    content = f"名称,登记号\n{words[:20].replace(',', ' ')},\n".encode()
    digest, _ = Blobs(desk.settings.blobs).put(io.BytesIO(content), 1 << 20)
    with desk.database.write() as tx:
        made = record(tx, house("tests"), [clinic, doctor], "tests")
    taken = importing.import_file(
        desk.database, house("tests"), Source(f"{words[:40]}.csv", "a", Blobs(desk.settings.blobs).path(digest)),
        importing.Options("institution"),
    )  # fmt: skip
    return {"entity": made[1].entity, "credential": made[1].credentials[0], "link": made[1].links[0],
            "import": taken.id}  # fmt: skip
