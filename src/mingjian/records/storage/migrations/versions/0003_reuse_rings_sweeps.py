"""Reuse, rings, bought engagement, sweeps, campaigns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("counted_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drafted_by", sa.String(length=128), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("published_by", sa.String(length=128), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=128), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("seq", name=op.f("uq_announcements_seq")),
    )
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.create_index("ix_announcements_campaign_batch", ["campaign", "batch"], unique=False)
        batch_op.create_index("ix_announcements_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "campaign_batches",
        sa.Column("campaign", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True),
        sa.Column("counted_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("campaign", "number", name=op.f("pk_campaign_batches")),
    )
    op.create_table(
        "campaign_links",
        sa.Column("campaign", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("linked_by", sa.String(length=128), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "kind", "ref", name=op.f("pk_campaign_links")),
    )
    with op.batch_alter_table("campaign_links", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaign_links_campaign_batch_kind_ref", ["campaign", "batch", "kind", "ref"], unique=False
        )
        batch_op.create_index("ix_campaign_links_kind_ref", ["kind", "ref"], unique=False)

    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=120), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_by", sa.String(length=128), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("seq", name=op.f("uq_campaigns_seq")),
    )
    op.create_table(
        "engagement_alarms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("kinds", sa.String(length=120), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("load", sa.String(length=32), nullable=False),
        sa.Column("actors", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("chance", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_alarms")),
        sa.UniqueConstraint("seq", name=op.f("uq_engagement_alarms_seq")),
    )
    with op.batch_alter_table("engagement_alarms", schema=None) as batch_op:
        batch_op.create_index("ix_engagement_alarms_kind_seq", ["kind", "seq"], unique=False)
        batch_op.create_index("ix_engagement_alarms_load", ["load"], unique=False)
        batch_op.create_index("ix_engagement_alarms_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "engagement_days",
        sa.Column("alarm", sa.String(length=32), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("alarm", "publisher", "day", name=op.f("pk_engagement_days")),
    )
    with op.batch_alter_table("engagement_days", schema=None) as batch_op:
        batch_op.create_index("ix_engagement_days_publisher_day", ["publisher", "day"], unique=False)

    op.create_table(
        "engagement_holds",
        sa.Column("load", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("load", name=op.f("pk_engagement_holds")),
    )
    op.create_table(
        "engagement_loads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("suffix", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.String(length=128), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_loads")),
        sa.UniqueConstraint("seq", name=op.f("uq_engagement_loads_seq")),
    )
    with op.batch_alter_table("engagement_loads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_loads_digest"), ["digest"], unique=False)
        batch_op.create_index("ix_engagement_loads_received_at", ["received_at"], unique=False)
        batch_op.create_index("ix_engagement_loads_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "engagement_members",
        sa.Column("alarm", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("alarm", "role", "place", name=op.f("pk_engagement_members")),
    )
    with op.batch_alter_table("engagement_members", schema=None) as batch_op:
        batch_op.create_index("ix_engagement_members_ref_role", ["ref", "role"], unique=False)

    op.create_table(
        "likenesses",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("one", sa.String(length=32), nullable=False),
        sa.Column("other", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=8), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "number", name=op.f("pk_likenesses")),
    )
    with op.batch_alter_table("likenesses", schema=None) as batch_op:
        batch_op.create_index("ix_likenesses_one_seq", ["one", "seq", "number"], unique=False)
        batch_op.create_index("ix_likenesses_other_seq", ["other", "seq", "number"], unique=False)

    op.create_table(
        "prevalence_sample_items",
        sa.Column("sample", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("stratum", sa.String(length=200), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=True),
        sa.Column("case", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("sample", "place", name=op.f("pk_prevalence_sample_items")),
    )
    with op.batch_alter_table("prevalence_sample_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prevalence_sample_items_item"), ["item"], unique=False)

    op.create_table(
        "prevalence_samples",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("frame", sa.String(length=120), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("strata", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.String(length=128), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("dropped_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prevalence_samples")),
        sa.UniqueConstraint("seq", name=op.f("uq_prevalence_samples_seq")),
    )
    with op.batch_alter_table("prevalence_samples", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prevalence_samples_campaign"), ["campaign"], unique=False)

    op.create_table(
        "reuse_prints",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("of", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reuse_prints")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("reuse_prints", schema=None) as batch_op:
        batch_op.create_index("ix_reuse_prints_item", ["item"], unique=False)

    op.create_table(
        "ring_marks",
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("item", "kind", "value", name=op.f("pk_ring_marks")),
    )
    with op.batch_alter_table("ring_marks", schema=None) as batch_op:
        batch_op.create_index("ix_ring_marks_kind_value", ["kind", "value"], unique=False)
        batch_op.create_index("ix_ring_marks_publisher_kind", ["publisher", "kind"], unique=False)

    op.create_table(
        "ring_members",
        sa.Column("ring", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("ring", "kind", "key", name=op.f("pk_ring_members")),
    )
    with op.batch_alter_table("ring_members", schema=None) as batch_op:
        batch_op.create_index("ix_ring_members_kind_key", ["kind", "key"], unique=False)

    op.create_table(
        "ring_works",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ring", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("on", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(length=128), nullable=True),
        sa.Column("undone_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_works")),
        sa.UniqueConstraint("seq", name=op.f("uq_ring_works_seq")),
    )
    with op.batch_alter_table("ring_works", schema=None) as batch_op:
        batch_op.create_index("ix_ring_works_ring_seq", ["ring", "seq"], unique=False)

    op.create_table(
        "rings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("story", sa.String(length=64), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("materials", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=True),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("into", sa.String(length=32), nullable=True),
        sa.Column("origin", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rings")),
        sa.UniqueConstraint("seq", name=op.f("uq_rings_seq")),
    )
    with op.batch_alter_table("rings", schema=None) as batch_op:
        batch_op.create_index("ix_rings_institution", ["institution"], unique=False)
        batch_op.create_index("ix_rings_state_confidence", ["state", "confidence", "seq"], unique=False)

    op.create_table(
        "sweep_pieces",
        sa.Column("sweep", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("acting", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sweep", "place", name=op.f("pk_sweep_pieces")),
    )
    with op.batch_alter_table("sweep_pieces", schema=None) as batch_op:
        batch_op.create_index("ix_sweep_pieces_sweep_state_place", ["sweep", "state", "place"], unique=False)

    op.create_table(
        "sweep_samples",
        sa.Column("sweep", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column("word", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("external", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=128), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sweep", "number", name=op.f("pk_sweep_samples")),
    )
    with op.batch_alter_table("sweep_samples", schema=None) as batch_op:
        batch_op.create_index("ix_sweep_samples_sweep_clause_number", ["sweep", "clause", "number"], unique=False)

    op.create_table(
        "sweep_taken",
        sa.Column("sweep", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=120), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=True),
        sa.Column("case", sa.String(length=32), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sweep", "place", "row", name=op.f("pk_sweep_taken")),
    )
    with op.batch_alter_table("sweep_taken", schema=None) as batch_op:
        batch_op.create_index("ix_sweep_taken_item", ["item"], unique=False)
        batch_op.create_index(
            "ix_sweep_taken_sweep_undone_place_row", ["sweep", "undone", "place", "row"], unique=False
        )

    op.create_table(
        "sweep_tallies",
        sa.Column("sweep", sa.String(length=32), nullable=False),
        sa.Column("axis", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sweep", "axis", "key", name=op.f("pk_sweep_tallies")),
    )
    op.create_table(
        "sweeps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=120), nullable=False),
        sa.Column("rulebook", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("source_kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("stages", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("resumes", sa.String(length=16), nullable=True),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=128), nullable=True),
        sa.Column("judged", sa.BigInteger(), nullable=False),
        sa.Column("judged_chunks", sa.Integer(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        sa.Column("empty", sa.BigInteger(), nullable=False),
        sa.Column("acting", sa.BigInteger(), nullable=False),
        sa.Column("at_place", sa.Integer(), nullable=False),
        sa.Column("at_row", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("undone", sa.BigInteger(), nullable=False),
        sa.Column("clock_at", sa.BigInteger(), nullable=False),
        sa.Column("clock_done", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
        sa.UniqueConstraint("seq", name=op.f("uq_sweeps_seq")),
    )
    with op.batch_alter_table("sweeps", schema=None) as batch_op:
        batch_op.create_index("ix_sweeps_state_seq", ["state", "seq"], unique=False)

    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("warned_for", sa.BigInteger(), nullable=True))



def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
