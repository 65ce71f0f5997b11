"""The duty that asks official sources what waits to be asked, one question at a time for each source."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import structlog

from mingjian.doors.lookups.adapters import adapter_of
from mingjian.doors.lookups.client import Client
from mingjian.governance.lookups import service
from mingjian.records.blobs import Blobs
from mingjian.records.clock import day
from mingjian.records.lookups.model import Answer
from mingjian.records.storage import lookups as store

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

_LOG = structlog.get_logger("mingjian.lookups")


class Lookups:
    """The duty over a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def round(self) -> int:
        """Ask one question and record what came of it; how many that were. Asked and then killed before it is recorded
        means asked again; what follows from the answer happens once."""
        with self.desk.database.read() as tx:
            if not store.any_due(tx):
                return 0
        with self.desk.database.write() as tx:
            claimed = service.claim(tx)
        if claimed is None:
            return 0
        answer = self._ask(claimed)
        evidence = None
        if answer.evidence:
            blobs = Blobs(self.desk.settings.blobs)
            evidence, _ = blobs.put(io.BytesIO(answer.evidence), self.desk.settings.max_upload)
        with self.desk.database.write() as tx:
            after = service.settle(tx, claimed, answer, evidence)
        _LOG.info("lookup_asked", lookup=after.id, source=claimed.source.name, outcome=answer.outcome,
                  state=after.state)  # fmt: skip
        return 1

    def _ask(self, claimed: service.Claimed) -> Answer:
        now = self.desk.database.clock.now()
        context = {**claimed.known.asked(), "at": now, "as_of": day(now)}
        client = Client(private=self.desk.settings.lookup_private_networks, timeout=claimed.source.timeout)
        try:
            return adapter_of(claimed.source).ask(claimed.known.credential.number, context, client)
        except Exception as error:  # an adapter's fault says nothing about the credential
            _LOG.exception("lookup_failed", lookup=claimed.lookup.id, source=claimed.source.name)
            return Answer("unavailable", at=now, why=f"适配器出错:{type(error).__name__}")
