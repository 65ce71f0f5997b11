"""What is still to be done to the content of those who came into a band or left it, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from mingjian.records.storage.actions import ACTIONS, DECISIONS
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.metadata import metadata

# Work in progress, no projection: what is lost is found again by looking at who stands in which band.
SWEEPS = sa.Table(
    "score_sweeps",
    metadata,
    sa.Column("card", sa.String(40), primary_key=True),
    sa.Column("actor", sa.String(200), primary_key=True),
    sa.Column("mode", sa.String(8), nullable=False),  # label, unlabel
    sa.Column("below", SequenceType),  # items before this place are still to be looked at; None: all
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Labels to be put on the content of an actor, or taken off."""

    card: str
    actor: str
    mode: str
    below: int | None = None


def put_sweep(tx: Tx, sweep: Sweep) -> None:
    """Remember what is to be done; it takes the place of what was to be done to the same actor."""
    end_sweep(tx, sweep)
    tx.run(SWEEPS.insert(), {"card": sweep.card, "actor": sweep.actor, "mode": sweep.mode, "below": sweep.below})


def end_sweep(tx: Tx, sweep: Sweep) -> None:
    """It is done."""
    tx.run(SWEEPS.delete().where(SWEEPS.c.card == sweep.card, SWEEPS.c.actor == sweep.actor))


def sweeps(tx: Tx, limit: int) -> list[Sweep]:
    """Some of what is to be done."""
    return [Sweep(*row) for row in tx.rows(sa.select(SWEEPS).order_by(SWEEPS.c.card, SWEEPS.c.actor).limit(limit))]


def unmarked_items(tx: Tx, publishers: Iterable[str], below: int | None, limit: int) -> list[tuple[int, str, bool]]:
    """(place, item, whether nothing is in force on it) of judged items of publishers, the newest first."""
    asked = sa.select(ITEMS.c.seq, ITEMS.c.id, ITEMS.c.standing).where(
        among(tx, ITEMS.c.publisher, publishers), ITEMS.c.state == "judged"
    )
    if below is not None:
        asked = asked.where(ITEMS.c.seq < below)
    return [(int(row[0]), row[1], row[2] is None) for row in tx.rows(asked.order_by(ITEMS.c.seq.desc()).limit(limit))]


def unmarked_among(tx: Tx, items: Iterable[str]) -> dict[str, str]:
    """Item → publisher of those of the items on which nothing is in force."""
    asked = sa.select(ITEMS.c.id, ITEMS.c.publisher).where(
        among(tx, ITEMS.c.id, items), ITEMS.c.state == "judged", ITEMS.c.standing.is_(None),
        ITEMS.c.publisher.is_not(None),
    )  # fmt: skip
    return {row[0]: row[1] for row in tx.rows(asked)}


def actions_by_card(
    tx: Tx, card: str, publishers: Iterable[str], measure: str, limit: int = 500
) -> list[tuple[str, str]]:
    """(action, decision) in force that the house took of these publishers because of a card, of one measure."""
    asked = sa.select(ACTIONS.c.id, ACTIONS.c.decision).select_from(
        ACTIONS.join(DECISIONS, DECISIONS.c.id == ACTIONS.c.decision)
    ).where(
        among(tx, ACTIONS.c.publisher, publishers), ACTIONS.c.state == "in_force", ACTIONS.c.measure == measure,
        DECISIONS.c.made_by.like("duty:%"),
        DECISIONS.c.policy.like(card.replace("_", "\\_") + "@%", escape="\\"), DECISIONS.c.state == "in_force",
        sa.or_(ACTIONS.c.until.is_(None), ACTIONS.c.until > tx.now),
    ).order_by(ACTIONS.c.seq).limit(limit)  # fmt: skip
    return [(row[0], row[1]) for row in tx.rows(asked)]


def acted_counts(tx: Tx, cards: Sequence[str]) -> dict[tuple[str, str], int]:
    """(card, measure) → how many actions of it are in force because of a card."""
    found: dict[tuple[str, str], int] = {}
    for card in cards:
        pattern = card.replace("_", "\\_") + "@%"
        asked = sa.select(ACTIONS.c.measure, sa.func.count()).where(
            ACTIONS.c.state == "in_force", ACTIONS.c.policy.like(pattern, escape="\\")
        ).group_by(ACTIONS.c.measure)  # fmt: skip
        found |= {(card, row[0]): int(row[1]) for row in tx.rows(asked)}
    return found
