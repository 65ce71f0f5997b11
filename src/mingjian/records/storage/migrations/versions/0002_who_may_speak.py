"""Who may speak: the registry and what stands on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# What SQLAlchemy's tables cannot say: the index of words in names.
BY_HAND = {
    "sqlite": (
        """CREATE VIRTUAL TABLE registry_grams USING fts5(
            grams, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '@_'")""",
        """CREATE TRIGGER registry_grams_insert AFTER INSERT ON registry_entities BEGIN
            INSERT INTO registry_grams (rowid, grams) VALUES (new.number, new.grams); END""",
        """CREATE TRIGGER registry_grams_delete AFTER DELETE ON registry_entities BEGIN
            INSERT INTO registry_grams (registry_grams, rowid, grams) VALUES ('delete', old.number, old.grams); END""",
        """CREATE TRIGGER registry_grams_update AFTER UPDATE OF grams ON registry_entities BEGIN
            INSERT INTO registry_grams (registry_grams, rowid, grams) VALUES ('delete', old.number, old.grams);
            INSERT INTO registry_grams (rowid, grams) VALUES (new.number, new.grams); END""",
    ),
    "postgresql": (
        """CREATE INDEX ix_registry_entities_grams ON registry_entities
            USING gin (string_to_array(grams, ' '))""",
    ),
}


def upgrade() -> None:
    op.create_table(
        "accreditation_appeals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("accreditation", sa.String(length=32), nullable=False),
        sa.Column("certificate", sa.String(length=32), nullable=True),
        sa.Column("against", sa.String(length=16), nullable=False),
        sa.Column("grounds", sa.String(length=64), nullable=False),
        sa.Column("lodged_by", sa.String(length=128), nullable=False),
        sa.Column("lodged_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_appeals")),
        sa.UniqueConstraint("seq", name=op.f("uq_accreditation_appeals_seq")),
    )
    with op.batch_alter_table("accreditation_appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accreditation_appeals_accreditation"), ["accreditation"], unique=False)
        batch_op.create_index("ix_accreditation_appeals_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "accreditation_audits",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("accreditation", sa.String(length=32), nullable=False),
        sa.Column("certificate", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lead", sa.String(length=128), nullable=False),
        sa.Column("auditors", sa.Text(), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("last", sa.String(length=10), nullable=False),
        sa.Column("planned_by", sa.String(length=128), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("summary", sa.String(length=64), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("band", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_audits")),
        sa.UniqueConstraint("seq", name=op.f("uq_accreditation_audits_seq")),
    )
    with op.batch_alter_table("accreditation_audits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accreditation_audits_accreditation"), ["accreditation"], unique=False)
        batch_op.create_index(batch_op.f("ix_accreditation_audits_certificate"), ["certificate"], unique=False)
        batch_op.create_index("ix_accreditation_audits_state_first", ["state", "first"], unique=False)

    op.create_table(
        "accreditation_certificates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("accreditation", sa.String(length=32), nullable=False),
        sa.Column("institution", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("standard", sa.String(length=64), nullable=False),
        sa.Column("standard_version", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=False),
        sa.Column("issued_by", sa.String(length=128), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("public", sa.String(length=64), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("conditions_due", sa.BigInteger(), nullable=True),
        sa.Column("conditions_met", sa.Boolean(), nullable=False),
        sa.Column("previous", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("changed_by", sa.String(length=128), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_accreditation_certificates_number")),
        sa.UniqueConstraint("seq", name=op.f("uq_accreditation_certificates_seq")),
    )
    with op.batch_alter_table("accreditation_certificates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accreditation_certificates_accreditation"), ["accreditation"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_accreditation_certificates_institution"), ["institution"], unique=False)
        batch_op.create_index("ix_accreditation_certificates_state_valid_to", ["state", "valid_to"], unique=False)

    op.create_table(
        "accreditation_files",
        sa.Column("accreditation", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("accreditation", "digest", name=op.f("pk_accreditation_files")),
    )
    op.create_table(
        "accreditation_marks",
        sa.Column("sheet", sa.String(length=40), nullable=False),
        sa.Column("clause", sa.String(length=16), nullable=False),
        sa.Column("accreditation", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sheet", "clause", name=op.f("pk_accreditation_marks")),
    )
    with op.batch_alter_table("accreditation_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accreditation_marks_accreditation"), ["accreditation"], unique=False)

    op.create_table(
        "accreditation_nonconformities",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("accreditation", sa.String(length=32), nullable=False),
        sa.Column("audit", sa.String(length=32), nullable=False),
        sa.Column("clause", sa.String(length=16), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("raised_by", sa.String(length=128), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=128), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("verified_by", sa.String(length=128), nullable=True),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("remark", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_nonconformities")),
        sa.UniqueConstraint("seq", name=op.f("uq_accreditation_nonconformities_seq")),
    )
    with op.batch_alter_table("accreditation_nonconformities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accreditation_nonconformities_accreditation"), ["accreditation"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_accreditation_nonconformities_audit"), ["audit"], unique=False)
        batch_op.create_index("ix_accreditation_nonconformities_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "accreditation_surveillance",
        sa.Column("certificate", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("audit", sa.String(length=32), nullable=True),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("certificate", "number", name=op.f("pk_accreditation_surveillance")),
    )
    with op.batch_alter_table("accreditation_surveillance", schema=None) as batch_op:
        batch_op.create_index("ix_accreditation_surveillance_state_due", ["state", "due"], unique=False)

    op.create_table(
        "accreditations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution", sa.String(length=32), nullable=False),
        sa.Column("standard", sa.String(length=64), nullable=False),
        sa.Column("standard_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("consultants", sa.Text(), nullable=False),
        sa.Column("applied_by", sa.String(length=128), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.String(length=32), nullable=True),
        sa.Column("reviewer", sa.String(length=128), nullable=True),
        sa.Column("audit", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("cites", sa.String(length=64), nullable=True),
        sa.Column("certificate", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditations")),
        sa.UniqueConstraint("seq", name=op.f("uq_accreditations_seq")),
    )
    with op.batch_alter_table("accreditations", schema=None) as batch_op:
        batch_op.create_index("ix_accreditations_applied_by_seq", ["applied_by", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_accreditations_institution"), ["institution"], unique=False)
        batch_op.create_index("ix_accreditations_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "certification_applications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("evaluation", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("renews", sa.String(length=32), nullable=True),
        sa.Column("lodged_by", sa.String(length=128), nullable=False),
        sa.Column("lodged_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("certificate", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_applications")),
        sa.UniqueConstraint("seq", name=op.f("uq_certification_applications_seq")),
    )
    with op.batch_alter_table("certification_applications", schema=None) as batch_op:
        batch_op.create_index("ix_certification_applications_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_certification_applications_entity_seq", ["entity", "seq"], unique=False)
        batch_op.create_index("ix_certification_applications_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "certification_batch_members",
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("certificate", sa.String(length=32), nullable=False),
        sa.Column("qualified", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("effect", sa.String(length=32), nullable=True),
        sa.Column("made", sa.String(length=32), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("batch", "place", name=op.f("pk_certification_batch_members")),
    )
    with op.batch_alter_table("certification_batch_members", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certification_batch_members_batch_state_place", ["batch", "state", "place"], unique=False
        )
        batch_op.create_index("ix_certification_batch_members_entity", ["entity"], unique=False)

    op.create_table(
        "certification_batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=120), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("approved_by", sa.String(length=128), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(length=128), nullable=True),
        sa.Column("undone_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_batches")),
        sa.UniqueConstraint("seq", name=op.f("uq_certification_batches_seq")),
    )
    with op.batch_alter_table("certification_batches", schema=None) as batch_op:
        batch_op.create_index("ix_certification_batches_state", ["state"], unique=False)

    op.create_table(
        "certification_certificates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=120), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("application", sa.String(length=32), nullable=True),
        sa.Column("evaluation", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("granted_by", sa.String(length=128), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=128), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_certificates")),
        sa.UniqueConstraint("seq", name=op.f("uq_certification_certificates_seq")),
    )
    with op.batch_alter_table("certification_certificates", schema=None) as batch_op:
        batch_op.create_index("ix_certification_certificates_application", ["application"], unique=False)
        batch_op.create_index("ix_certification_certificates_entity_seq", ["entity", "seq"], unique=False)
        batch_op.create_index(
            "ix_certification_certificates_programme_state_seq", ["programme", "state", "seq"], unique=False
        )

    op.create_table(
        "certification_exemptions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("appeal", sa.String(length=32), nullable=True),
        sa.Column("granted_by", sa.String(length=128), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=128), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_exemptions")),
        sa.UniqueConstraint("seq", name=op.f("uq_certification_exemptions_seq")),
    )
    with op.batch_alter_table("certification_exemptions", schema=None) as batch_op:
        batch_op.create_index("ix_certification_exemptions_entity", ["entity"], unique=False)
        batch_op.create_index("ix_certification_exemptions_programme_until", ["programme", "until"], unique=False)

    op.create_table(
        "certification_policies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("announced", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=128), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_policies")),
        sa.UniqueConstraint("seq", name=op.f("uq_certification_policies_seq")),
    )
    with op.batch_alter_table("certification_policies", schema=None) as batch_op:
        batch_op.create_index("ix_certification_policies_programme_since", ["programme", "since"], unique=False)

    op.create_table(
        "enquiries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("credential", sa.String(length=32), nullable=True),
        sa.Column("regulator", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("letter", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("drafted_by", sa.String(length=128), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_by", sa.String(length=128), nullable=True),
        sa.Column("how", sa.String(length=40), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("answer", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("seq", name=op.f("uq_enquiries_seq")),
    )
    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.create_index("ix_enquiries_credential_state", ["credential", "state"], unique=False)
        batch_op.create_index("ix_enquiries_drafted_at", ["drafted_at"], unique=False)
        batch_op.create_index("ix_enquiries_entity_seq", ["entity", "seq"], unique=False)
        batch_op.create_index("ix_enquiries_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "lookup_turns",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_lookup_turns")),
    )
    op.create_table(
        "lookups",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("asked_for", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(length=128), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("facts", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.String(length=128), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookups")),
        sa.UniqueConstraint("seq", name=op.f("uq_lookups_seq")),
    )
    with op.batch_alter_table("lookups", schema=None) as batch_op:
        batch_op.create_index("ix_lookups_asked_at", ["asked_at"], unique=False)
        batch_op.create_index("ix_lookups_asked_for_state", ["asked_for", "state", "source"], unique=False)
        batch_op.create_index("ix_lookups_credential_seq", ["credential", "seq"], unique=False)
        batch_op.create_index("ix_lookups_entity_seq", ["entity", "seq"], unique=False)
        batch_op.create_index("ix_lookups_run", ["run"], unique=False)
        batch_op.create_index("ix_lookups_state_next_at", ["state", "next_at"], unique=False)

    op.create_table(
        "patrol_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("patrol", sa.String(length=40), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("credential", sa.String(length=32), nullable=True),
        sa.Column("stage", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("assignee", sa.String(length=128), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_entries")),
        sa.UniqueConstraint("seq", name=op.f("uq_patrol_entries_seq")),
    )
    with op.batch_alter_table("patrol_entries", schema=None) as batch_op:
        batch_op.create_index("ix_patrol_entries_entity_state", ["entity", "state"], unique=False)
        batch_op.create_index("ix_patrol_entries_opened_at", ["opened_at"], unique=False)
        batch_op.create_index("ix_patrol_entries_run", ["run"], unique=False)
        batch_op.create_index("ix_patrol_entries_state_due_at", ["state", "due_at", "seq"], unique=False)

    op.create_table(
        "patrol_marks",
        sa.Column("patrol", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("patrol", "key", name=op.f("pk_patrol_marks")),
    )
    op.create_table(
        "patrol_missed",
        sa.Column("patrol", sa.String(length=40), nullable=False),
        sa.Column("planned", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("patrol", "planned", name=op.f("pk_patrol_missed")),
    )
    with op.batch_alter_table("patrol_missed", schema=None) as batch_op:
        batch_op.create_index("ix_patrol_missed_planned", ["planned"], unique=False)

    op.create_table(
        "patrol_notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("patrol", sa.String(length=40), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("credential", sa.String(length=32), nullable=True),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_notices")),
        sa.UniqueConstraint("seq", name=op.f("uq_patrol_notices_seq")),
    )
    with op.batch_alter_table("patrol_notices", schema=None) as batch_op:
        batch_op.create_index("ix_patrol_notices_entity_seq", ["entity", "seq"], unique=False)
        batch_op.create_index("ix_patrol_notices_run", ["run"], unique=False)

    op.create_table(
        "patrol_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("patrol", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=128), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.String(length=128), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_runs")),
        sa.UniqueConstraint("seq", name=op.f("uq_patrol_runs_seq")),
    )
    with op.batch_alter_table("patrol_runs", schema=None) as batch_op:
        batch_op.create_index("ix_patrol_runs_patrol_seq", ["patrol", "seq"], unique=False)
        batch_op.create_index("ix_patrol_runs_started_at", ["started_at"], unique=False)
        batch_op.create_index("ix_patrol_runs_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "patrol_standings",
        sa.Column("patrol", sa.String(length=40), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("patrol", name=op.f("pk_patrol_standings")),
    )
    op.create_table(
        "ranking_appeals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("entrant", sa.String(length=32), nullable=False),
        sa.Column("grounds", sa.String(length=64), nullable=False),
        sa.Column("lodged_by", sa.String(length=128), nullable=False),
        sa.Column("lodged_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_appeals")),
        sa.UniqueConstraint("seq", name=op.f("uq_ranking_appeals_seq")),
    )
    with op.batch_alter_table("ranking_appeals", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_appeals_edition_seq", ["edition", "seq"], unique=False)
        batch_op.create_index("ix_ranking_appeals_entrant_seq", ["entrant", "seq"], unique=False)

    op.create_table(
        "ranking_editions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ranking", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("opens", sa.String(length=10), nullable=False),
        sa.Column("closes", sa.String(length=10), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("jury", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("computed_by", sa.String(length=128), nullable=True),
        sa.Column("computed_at", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=128), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("published_by", sa.String(length=128), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("appeal_until", sa.BigInteger(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_editions")),
        sa.UniqueConstraint("replaces", name=op.f("uq_ranking_editions_replaces")),
        sa.UniqueConstraint("seq", name=op.f("uq_ranking_editions_seq")),
    )
    with op.batch_alter_table("ranking_editions", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_editions_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "ranking_entrants",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("statement", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("registered_by", sa.String(length=128), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=True),
        sa.Column("examined_by", sa.String(length=128), nullable=True),
        sa.Column("examined_at", sa.BigInteger(), nullable=True),
        sa.Column("collected", sa.String(length=64), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("technique", sa.BigInteger(), nullable=True),
        sa.Column("aesthetics", sa.BigInteger(), nullable=True),
        sa.Column("service", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("often", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_entrants")),
        sa.UniqueConstraint("edition", "entity", name=op.f("uq_ranking_entrants_edition_entity")),
        sa.UniqueConstraint("edition", "number", name=op.f("uq_ranking_entrants_edition_number")),
        sa.UniqueConstraint("seq", name=op.f("uq_ranking_entrants_seq")),
    )
    with op.batch_alter_table("ranking_entrants", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_entrants_edition_rank", ["edition", "rank"], unique=False)
        batch_op.create_index("ix_ranking_entrants_entity", ["entity"], unique=False)

    op.create_table(
        "ranking_forms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("entrant", sa.String(length=32), nullable=False),
        sa.Column("rater", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_forms")),
        sa.UniqueConstraint("entrant", "rater", name=op.f("uq_ranking_forms_entrant_rater")),
    )
    with op.batch_alter_table("ranking_forms", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_forms_edition_state", ["edition", "state"], unique=False)
        batch_op.create_index("ix_ranking_forms_rater_state", ["rater", "state"], unique=False)

    op.create_table(
        "registry_credentials",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=128), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=True),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("verified", sa.String(length=16), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective", sa.String(length=10), nullable=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_credentials")),
    )
    with op.batch_alter_table("registry_credentials", schema=None) as batch_op:
        batch_op.create_index("ix_registry_credentials_entity", ["entity"], unique=False)
        batch_op.create_index(
            "ix_registry_credentials_evidence",
            ["evidence"],
            unique=False,
            sqlite_where=sa.text("evidence IS NOT NULL"),
            postgresql_where=sa.text("evidence IS NOT NULL"),
        )
        batch_op.create_index("ix_registry_credentials_number", ["number"], unique=False)
        batch_op.create_index("ix_registry_credentials_valid_to_id", ["valid_to", "id"], unique=False)

    op.create_table(
        "registry_entities",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective", sa.String(length=10), nullable=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grams", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_registry_entities")),
        sa.UniqueConstraint("id", name=op.f("uq_registry_entities_id")),
    )
    with op.batch_alter_table("registry_entities", schema=None) as batch_op:
        batch_op.create_index("ix_registry_entities_changed_at_number", ["changed_at", "number"], unique=False)
        batch_op.create_index("ix_registry_entities_kind_key", ["kind", "key"], unique=True)
        batch_op.create_index("ix_registry_entities_kind_number", ["kind", "number"], unique=False)
        batch_op.create_index(
            "ix_registry_entities_state_number",
            ["state", "number"],
            unique=False,
            sqlite_where=sa.text("state <> 'active'"),
            postgresql_where=sa.text("state <> 'active'"),
        )

    op.create_table(
        "registry_imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("malformed", sa.Integer(), nullable=False),
        sa.Column("awaited", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_imports")),
    )
    with op.batch_alter_table("registry_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_imports_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index(batch_op.f("ix_registry_imports_state"), ["state"], unique=False)

    op.create_table(
        "registry_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=True),
        sa.Column("awaits", sa.String(length=160), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=True),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective", sa.String(length=10), nullable=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_links")),
    )
    with op.batch_alter_table("registry_links", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registry_links_awaits",
            ["awaits"],
            unique=False,
            sqlite_where=sa.text("awaits IS NOT NULL"),
            postgresql_where=sa.text("awaits IS NOT NULL"),
        )
        batch_op.create_index("ix_registry_links_source", ["source"], unique=False)
        batch_op.create_index("ix_registry_links_target_id", ["target", "id"], unique=False)

    op.create_table(
        "registry_rejects",
        sa.Column("import", sa.String(length=32), nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import", "line", name=op.f("pk_registry_rejects")),
    )
    op.create_table(
        "registry_versions",
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("noun", sa.String(length=16), nullable=False),
        sa.Column("effective", sa.String(length=10), nullable=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "version", name=op.f("pk_registry_versions")),
    )
    with op.batch_alter_table("registry_versions", schema=None) as batch_op:
        batch_op.create_index("ix_registry_versions_entity", ["entity"], unique=False)

    op.create_table(
        "reinstatements",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=True),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=128), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reinstatements")),
        sa.UniqueConstraint("seq", name=op.f("uq_reinstatements_seq")),
    )
    with op.batch_alter_table("reinstatements", schema=None) as batch_op:
        batch_op.create_index("ix_reinstatements_action_seq", ["action", "seq"], unique=False)

    op.create_table(
        "rejudged",
        sa.Column("rescreening", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("read", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("before_value", sa.String(length=16), nullable=True),
        sa.Column("before_severity", sa.String(length=16), nullable=True),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("gone", sa.Text(), nullable=False),
        sa.Column("come", sa.Text(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("rescreening", "item", name=op.f("pk_rejudged")),
        sa.UniqueConstraint("seq", name=op.f("uq_rejudged_seq")),
    )
    with op.batch_alter_table("rejudged", schema=None) as batch_op:
        batch_op.create_index("ix_rejudged_item_seq", ["item", "seq"], unique=False)
        batch_op.create_index("ix_rejudged_rescreening_change", ["rescreening", "change", "seq"], unique=False)

    op.create_table(
        "rescreenings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("publishers", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=128), nullable=False),
        sa.Column("upto", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("worse_only", sa.Boolean(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=True),
        sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("worse", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescreenings")),
        sa.UniqueConstraint("seq", name=op.f("uq_rescreenings_seq")),
    )
    with op.batch_alter_table("rescreenings", schema=None) as batch_op:
        batch_op.create_index("ix_rescreenings_entity_seq", ["entity", "seq"], unique=False)
        batch_op.create_index("ix_rescreenings_run", ["run"], unique=False)
        batch_op.create_index("ix_rescreenings_state_seq", ["state", "seq"], unique=False)

    op.create_table(
        "score_disagreements",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("card", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=False),
        sa.Column("samples", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_score_disagreements")),
    )
    op.create_table(
        "score_halts",
        sa.Column("card", sa.String(length=40), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("card", "band", name=op.f("pk_score_halts")),
    )
    op.create_table(
        "score_history",
        sa.Column("card", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("former", sa.String(length=40), nullable=True),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("card", "actor", "seq", name=op.f("pk_score_history")),
    )
    with op.batch_alter_table("score_history", schema=None) as batch_op:
        batch_op.create_index("ix_score_history_card_day", ["card", "day"], unique=False)
        batch_op.create_index("ix_score_history_seq", ["seq"], unique=False)

    op.create_table(
        "score_observations",
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("shape", sa.String(length=16), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("actor", "source", "day", name=op.f("pk_score_observations")),
    )
    with op.batch_alter_table("score_observations", schema=None) as batch_op:
        batch_op.create_index("ix_score_observations_seq", ["seq"], unique=False)
        batch_op.create_index("ix_score_observations_source_day", ["source", "day"], unique=False)

    op.create_table(
        "score_runs",
        sa.Column("card", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("card", name=op.f("pk_score_runs")),
    )
    op.create_table(
        "score_shapes",
        sa.Column("shape", sa.String(length=16), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shape", name=op.f("pk_score_shapes")),
    )
    op.create_table(
        "score_sweeps",
        sa.Column("card", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("below", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("card", "actor", name=op.f("pk_score_sweeps")),
    )
    op.create_table(
        "scorecards",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("trial", sa.String(length=64), nullable=True),
        sa.Column("staged_by", sa.String(length=128), nullable=True),
        sa.Column("staged_at", sa.BigInteger(), nullable=True),
        sa.Column("lived_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rolled_back", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_scorecards_name_version")),
    )
    with op.batch_alter_table("scorecards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scorecards_revision"), ["revision"], unique=False)
        batch_op.create_index("ix_scorecards_state", ["state"], unique=False)

    op.create_table(
        "scores",
        sa.Column("card", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("missing_share", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("card", "actor", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index("ix_scores_actor", ["actor"], unique=False)
        batch_op.create_index("ix_scores_card_band_points_actor", ["card", "band", "points", "actor"], unique=False)

    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("conditions", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("waits", sa.SmallInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("early_from", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_actions_early_from", ["early_from"], unique=False)
        batch_op.create_index("ix_actions_waits_seq", ["waits", "seq"], unique=False)

    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cites", sa.Text(), server_default="[]", nullable=False))

    for statement in BY_HAND[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
