"""The webhook duties: filling the outbox behind the journal, and sending what is due."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog

from mingjian.desk.webhooks import outbox
from mingjian.desk.webhooks.service import secret_of
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.metrics import SENT
from mingjian.doors.worker.sending import PATIENCE, Outcome, send
from mingjian.governance.live.acting import acknowledge
from mingjian.governance.live.carrying import ORDER
from mingjian.governance.live.rooms import HOUSE
from mingjian.records.canonical import canonical
from mingjian.records.clock import MICROSECONDS
from mingjian.records.webhooks.model import Delivery, Endpoint

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

AT_ONCE = 32
_MOST_ANSWER = 4096
_LOG = structlog.get_logger("mingjian.webhooks")
_Due = tuple[Delivery, Endpoint, Mapping[str, Any]]


def says_done(answer: bytes) -> bool:
    """Whether a platform's answer to an order acknowledges it at once: ``{"acknowledged": true}``."""
    try:
        told = json.loads(answer) if answer else None
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("acknowledged") is True


class Webhooks:
    """Both duties over a desk. ``patience`` is how many seconds one try may take."""

    def __init__(self, desk: Desk, *, patience: float = PATIENCE) -> None:
        self.desk = desk
        self.patience = patience

    def fill(self) -> int:
        """Take what happened into the outbox; how many events."""
        with self.desk.database.read() as tx:  # looking does not stand in the way of those who write
            if not outbox.anything_new(tx):
                return 0
        with self.desk.database.write() as tx:
            done = outbox.fill(tx)
        if done:
            WORK.ring()
        return done

    def send(self) -> int:
        """Try what is due, side by side; how many tries. Sent and then killed before it is recorded means sent again
        under the same id."""
        with self.desk.database.read() as tx:
            if not outbox.anything_due(tx):
                return 0
        with self.desk.database.write() as tx:
            due = outbox.claim(tx, AT_ONCE)
        if not due:
            return 0
        asyncio.run(self._all(due))
        return len(due)

    async def _all(self, due: list[_Due]) -> None:
        await asyncio.gather(*(self._each(*each) for each in due))

    async def _each(self, delivery: Delivery, endpoint: Endpoint, message: Mapping[str, Any]) -> None:
        outcome = await self._one(delivery, endpoint, message)
        # Recorded as soon as it is known: one slow address keeps no other's answer waiting.
        await asyncio.to_thread(self._settle, delivery, endpoint, outcome)

    def _settle(self, delivery: Delivery, endpoint: Endpoint, outcome: Outcome) -> None:
        with self.desk.database.write() as tx:
            state = outbox.settle(tx, delivery, outcome.took, outcome.status, outcome.error)
        if delivery.event == ORDER and says_done(outcome.answer):
            with self.desk.database.write() as tx:
                acknowledge(tx, HOUSE, delivery.subject)
        SENT.labels(state).inc()
        _LOG.info("webhook_tried", delivery=delivery.id, endpoint=endpoint.id, state=state, status=outcome.status,
                  took=outcome.took)  # fmt: skip

    async def _one(self, delivery: Delivery, endpoint: Endpoint, message: Mapping[str, Any]) -> Outcome:
        return await send(
            endpoint.url, canonical(message), id=delivery.id, event=delivery.event,
            secret=secret_of(self.desk.secret, endpoint.id),
            at=self.desk.database.clock.now() // MICROSECONDS,
            private=self.desk.settings.webhook_private_networks, patience=self.patience,
            reads=_MOST_ANSWER if delivery.event == ORDER else 0,
        )  # fmt: skip
