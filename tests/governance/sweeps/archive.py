"""A small archive of invented notes, and a desk that sweeps it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mingjian import api
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.desk.people.model import house
from mingjian.doors import cache
from mingjian.governance.policies.shipped import install_shipped
from mingjian.governance.screening.service import Screening
from mingjian.governance.sweeps import service
from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.engines import Engine
from mingjian.governance.sweeps.service import Wish
from mingjian.governance.sweeps.sources import archive_source, open_source
from mingjian.records.storage import actions
from mingjian.records.storage.case_queries import live_cases_about
from mingjian.records.storage.database import Database
from mingjian.records.sweeps.model import Sweep

ENGINE = "mingjian.api:engine"
MADE = house("command-line")
CALM, FALSE, TOXIC = (
    "今天天气很好,去公园散步",
    "热玛吉术后永不反弹,保证有效",
    "注射肉毒素瘦脸针,新客立减1000元,加微信预约",
)
TEXTS = (CALM, FALSE, CALM, TOXIC, CALM)


def row(number: int, text: str | None = None, **more: Any) -> dict[str, Any]:
    platform = "xiaohongshu" if number % 2 else "douyin"
    return {"id": f"n{number}", "platform": platform, "kind": "note", "channel": "public",
            "published_at": f"2025-0{number % 3 + 1}-10T08:00:00+08:00", "publisher_id": f"p{number % 7}",
            "publisher_kind": "institution", "title": None,
            "body": f"{text or TEXTS[number % len(TEXTS)]} 第{number}篇", **more}  # fmt: skip


def write(folder: Path, rows: Iterable[Mapping[str, Any]], per_file: int = 1000) -> Path:
    """An archive of JSONL."""
    (folder / "items").mkdir(parents=True, exist_ok=True)
    listed = list(rows)
    for first in range(0, len(listed), per_file):
        lines = [json.dumps(one, ensure_ascii=False) for one in listed[first : first + per_file]]
        (folder / "items" / f"part-{first:05d}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def wish(source: Path | Mapping[str, str], **more: Any) -> Wish:
    given = archive_source(source) if isinstance(source, Path) else source
    return Wish(**{"policy": "content", "source": given, "name": "春季回查", "reason": "专项治理", "rows": 16, **more})


def planned(database: Database, wanted: Wish, by: Any = MADE) -> Sweep:
    manifest = open_source(wanted.source).manifest(wanted.rows)
    with database.write() as tx:
        install_shipped(tx)
        return service.plan(tx, by, wanted, manifest, api.engine().rulebook)


class Slow:
    """The engine, taking its time: what is killed is then in the middle of something."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.rulebook = engine, engine.rulebook

    def check(self, found: Sequence[Item], options: Options) -> list[Verdict]:
        time.sleep(0.3)
        made: list[Verdict] = self.engine.check(found, options)
        return made


def slow_engine() -> Slow:
    return Slow(cache.engine())


def driver(database: Database, folder: Path, engine: str = "inline", **more: Any) -> Driver:
    return Driver(database, Screening(database, api.engine(), **more), folder, Engine(engine, workers=2), ENGINE)


def act(database: Database, what: str, id: str, *more: Any, by: Any = MADE) -> Sweep:
    with database.write() as tx:
        found: Sweep = getattr(service, what)(tx, by, id, *more)
    return found


def tried(database: Database, folder: Path, wanted: Wish) -> Sweep:
    """Planned and judged."""
    sweep = planned(database, wanted)
    act(database, "begin", sweep.id)
    return driver(database, folder).finish(sweep.id)


def standing(database: Database, items: Sequence[str]) -> tuple[int, int]:
    """Actions in force on these items, and live cases about them."""
    with database.read() as tx:
        found = [one for one in actions.actions_on_items(tx, items) if one.in_force(tx.now)]
        return len(found), len(live_cases_about(tx, items))
