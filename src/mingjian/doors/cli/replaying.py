"""``mingjian evidence replay``."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.governance.screening.service import Judge
    from mingjian.records.storage.database import Database

SHOWN = 20


def replay(
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="ID", help="只重放这些内容。 These items only.")
    ] = None,
    sample: Annotated[int, typer.Option(min=1, help="抽多少条。 How many.")] = 100,
    everything: Annotated[bool, typer.Option("--all", help="全部。 All items.")] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """重新判定已存的内容:结论必须逐字节相同。 Judge stored items again: the verdicts must be the same bytes.

    别的规则库版本给出的结论,若当时的规则库存有快照就用快照重放,否则列为不能重放。
    退出码 Exit codes: 0 相同 same · 1 有不同 different · 2 读不了 unreadable
    """
    lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.governance.screening.replaying import replay_items
    from mingjian.records.storage.evidence_queries import judged_ids
    from mingjian.records.storage.items import items_by_id

    counts: Counter[str] = Counter()
    shown = 0
    with opened(settings) as store:
        with store.read() as tx:
            chosen = list(items) if items else judged_ids(tx)
            missing = sorted(set(chosen) - set(items_by_id(tx, chosen))) if items else []
        if missing:
            raise Failure(f"没有这个内容:{missing[0]}")
        if not items and not everything:
            chosen = drawn(chosen, sample)
        with Bar("重放中", len(chosen)) as bar:
            for one in replay_items(store, chosen, Judges(store)):
                counts[one.result] += 1
                bar.more()
                if one.result == "different" and shown < SHOWN:
                    shown += 1
                    typer.echo(f"  ✗ {one.item} {one.where}")
    typer.echo(say(f"相同 {counts['same']} 条,不同 {counts['different']} 条,"
                   f"规则库不同不能重放 {counts['unknown']} 条,原文已删 {counts['gone']} 条"))  # fmt: skip
    raise typer.Exit(FINDINGS if counts["different"] else 0)


def drawn(ids: Sequence[str], most: int) -> list[str]:
    """A sample that is the same each time: those whose SHA-256 is smallest."""
    return sorted(ids, key=lambda id: hashlib.sha256(id.encode()).digest())[:most]


class Judges:
    """Engines by rulebook version: this program's, and those made from kept snapshots."""

    def __init__(self, database: Database) -> None:
        from mingjian.doors import cache

        self._database = database
        engine = cache.engine()
        self._known: dict[str, Judge | None] = {engine.rulebook: engine}

    def __call__(self, version: str) -> Judge | None:
        if version not in self._known:
            self._known[version] = self._from_snapshot(version)
        return self._known[version]

    def _from_snapshot(self, version: str) -> Judge | None:
        from mingjian.core.engine.check import Engine
        from mingjian.core.rulebook.errors import RulebookError
        from mingjian.records.evidence.snapshots import compiled_from, kept_bundle

        with self._database.read() as tx:
            content = kept_bundle(tx, version)
        if content is None:
            return None
        try:
            engine = Engine(compiled_from(content))
        except RulebookError:  # its rules ask for what this program no longer has
            return None
        return engine if engine.rulebook == version else None
