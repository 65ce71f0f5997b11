"""A sweep that was tried, over an archive of notes with words in them that would run if a page did not escape."""

from __future__ import annotations

import json
from typing import Any

from mingjian.desk.people.model import house
from mingjian.doors.desk.opening import Desk
from mingjian.doors.sweeps import JUDGES, archives_of, folder_of
from mingjian.governance.policies.shipped import install_shipped
from mingjian.governance.sweeps import service
from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.engines import Engine
from mingjian.governance.sweeps.service import Wish
from mingjian.governance.sweeps.sources import archive_source, open_source

MADE = house("tests")
ARCHIVE = "2026-春季"


def sweeps(desk: Desk, words: str) -> dict[str, str]:
    """Names by what routes call them: ``sweep`` with its dry run and one stage done, ``planned_sweep`` as planned."""
    folder = archives_of(desk.settings.data) / ARCHIVE / "items"
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(number, words) for number in range(12)]
    (folder / "part-00000.jsonl").write_text("\n".join(json.dumps(one) for one in rows), "utf-8")
    with desk.database.write() as tx:
        install_shipped(tx)
    source = archive_source(folder.parent)
    manifest = open_source(source).manifest(8)
    wish = Wish("content", source, words[:200], words, ("platform=douyin", "100%"), rows=8)
    with desk.database.write() as tx:
        one, two = (service.plan(tx, MADE, wish, manifest, desk.engine.rulebook) for _ in range(2))
        service.begin(tx, MADE, one.id)
    work = Driver(desk.database, desk.screening, folder_of(desk.settings.data), Engine("inline"), JUDGES)
    work.finish(one.id)
    with desk.database.write() as tx:
        service.answer(tx, MADE, one.id, 0, "wrong", words)
        service.start_stage(tx, MADE, one.id)
    work.finish(one.id)
    return {"sweep": one.id, "planned_sweep": two.id}


def _row(number: int, words: str) -> dict[str, Any]:
    text = "注射肉毒素瘦脸针,新客立减1000元" if number % 3 else "今天天气很好"
    return {"id": f"{words[:100]}{number}", "platform": "douyin" if number % 2 else "xiaohongshu", "kind": "note",
            "channel": "public", "published_at": "2025-03-01", "publisher_id": f"p{number}",
            "publisher_kind": "institution", "body": f"{text} {words} 13800138000"}  # fmt: skip
