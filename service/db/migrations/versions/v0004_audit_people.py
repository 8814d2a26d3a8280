"""Who the audit's entries are about, kept beside them, so that it can be erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_audit_people"
down_revision = "0003_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; entries of before name people by their bare id, and keep doing so."""
    op.create_table(
        "audit_people",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_audit_people"),
    )
    op.create_index("ix_audit_people_number", "audit_people", ["number"], unique=False)
    op.create_index("ix_audit_people_person", "audit_people", ["person"], unique=False)
