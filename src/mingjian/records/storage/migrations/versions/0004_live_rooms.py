"""Live rooms: sessions, gaps, cards, incidents, acts, code words, leases, what was pushed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_acts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("incident", sa.String(length=32), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(length=128), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.String(length=128), nullable=True),
        sa.Column("decision", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_acts")),
        sa.UniqueConstraint("seq", name=op.f("uq_live_acts_seq")),
    )
    with op.batch_alter_table("live_acts", schema=None) as batch_op:
        batch_op.create_index("ix_live_acts_decision", ["decision"], unique=False)
        batch_op.create_index("ix_live_acts_incident_seq", ["incident", "seq"], unique=False)
        batch_op.create_index("ix_live_acts_room_session_seq", ["room", "session", "seq"], unique=False)
        batch_op.create_index("ix_live_acts_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "live_cards",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=False),
        sa.Column("merchant", sa.String(length=200), nullable=True),
        sa.Column("institution", sa.String(length=200), nullable=True),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("down_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_cards")),
    )
    with op.batch_alter_table("live_cards", schema=None) as batch_op:
        batch_op.create_index("ix_live_cards_merchant", ["merchant"], unique=False)
        batch_op.create_index("ix_live_cards_room_session_seq", ["room", "session", "seq"], unique=False)

    op.create_table(
        "live_gaps",
        sa.Column("room", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Float(precision=53), autoincrement=False, nullable=False),
        sa.Column("end", sa.Float(precision=53), nullable=True),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", "session", "channel", "start", name=op.f("pk_live_gaps")),
    )
    op.create_table(
        "live_inbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("room", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("pushed_at", sa.BigInteger(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_live_inbox")),
        sa.UniqueConstraint("room", "source", "ref", name=op.f("uq_live_inbox_room_source_ref")),
    )
    with op.batch_alter_table("live_inbox", schema=None) as batch_op:
        batch_op.create_index("ix_live_inbox_pushed_at", ["pushed_at"], unique=False)
        batch_op.create_index("ix_live_inbox_waits_room_seq", ["waits", "room", "seq"], unique=False)

    op.create_table(
        "live_incident_merchants",
        sa.Column("incident", sa.String(length=32), nullable=False),
        sa.Column("merchant", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("incident", "merchant", name=op.f("pk_live_incident_merchants")),
    )
    with op.batch_alter_table("live_incident_merchants", schema=None) as batch_op:
        batch_op.create_index("ix_live_incident_merchants_merchant", ["merchant"], unique=False)

    op.create_table(
        "live_incidents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room", sa.String(length=32), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=True),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("split", sa.Text(), nullable=False),
        sa.Column("merchants", sa.Text(), nullable=False),
        sa.Column("from_", sa.Float(precision=53), nullable=False),
        sa.Column("to", sa.Float(precision=53), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.String(length=64), nullable=True),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_incidents")),
        sa.UniqueConstraint("room", "key", name=op.f("uq_live_incidents_room_key")),
        sa.UniqueConstraint("seq", name=op.f("uq_live_incidents_seq")),
    )
    with op.batch_alter_table("live_incidents", schema=None) as batch_op:
        batch_op.create_index("ix_live_incidents_item", ["item"], unique=False)
        batch_op.create_index("ix_live_incidents_publisher_seq", ["publisher", "seq"], unique=False)
        batch_op.create_index("ix_live_incidents_raised_at", ["raised_at"], unique=False)
        batch_op.create_index("ix_live_incidents_room_session_seq", ["room", "session", "seq"], unique=False)

    op.create_table(
        "live_leases",
        sa.Column("room", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=128), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", name=op.f("pk_live_leases")),
    )
    with op.batch_alter_table("live_leases", schema=None) as batch_op:
        batch_op.create_index("ix_live_leases_until", ["until"], unique=False)

    op.create_table(
        "live_looks",
        sa.Column("room", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", "actor", name=op.f("pk_live_looks")),
    )
    with op.batch_alter_table("live_looks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_live_looks_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "live_pulses",
        sa.Column("room", sa.String(length=64), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.String(length=128), nullable=False),
        sa.Column("now", sa.Float(precision=53), nullable=False),
        sa.Column("lights", sa.Text(), nullable=False),
        sa.Column("rate", sa.Float(precision=53), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("room", name=op.f("pk_live_pulses")),
    )
    with op.batch_alter_table("live_pulses", schema=None) as batch_op:
        batch_op.create_index("ix_live_pulses_at", ["at"], unique=False)

    op.create_table(
        "live_rooms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=64), nullable=True),
        sa.Column("external", sa.String(length=200), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("publisher", sa.String(length=200), nullable=True),
        sa.Column("publisher_kind", sa.String(length=32), nullable=True),
        sa.Column("domain", sa.String(length=32), nullable=True),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.String(length=128), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_rooms")),
        sa.UniqueConstraint("seq", name=op.f("uq_live_rooms_seq")),
    )
    with op.batch_alter_table("live_rooms", schema=None) as batch_op:
        batch_op.create_index("ix_live_rooms_platform_external", ["platform", "external"], unique=False)
        batch_op.create_index("ix_live_rooms_publisher", ["publisher"], unique=False)
        batch_op.create_index("ix_live_rooms_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "live_word_rooms",
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("room", sa.String(length=32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("moments", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", "room", name=op.f("pk_live_word_rooms")),
    )
    op.create_table(
        "live_words",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("stands_for", sa.Text(), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_words")),
        sa.UniqueConstraint("seq", name=op.f("uq_live_words_seq")),
    )
    with op.batch_alter_table("live_words", schema=None) as batch_op:
        batch_op.create_index("ix_live_words_said", ["said"], unique=False)
        batch_op.create_index("ix_live_words_state_seq", ["state", "seq"], unique=False)


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
