"""Whom an administrator let go isn't let in again by the identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_blocked"
down_revision = "0014_recalls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it begins empty."""
    op.create_table(
        "blocked",
        sa.Column("hashed", sa.String(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hashed", name="pk_blocked"),
    )
