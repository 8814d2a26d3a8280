"""What the check of an upload found, in place of a number of rejected rows alone."""

from __future__ import annotations

from alembic import op

revision = "0005_reports"
down_revision = "0004_audit_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the column its wider name; what it holds for earlier runs is empty."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.alter_column("rejected", new_column_name="report")
