"""Settled levels that were handed to the ordering system."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_exported_levels"
down_revision = "0006_counts"
branch_labels = None
depends_on = None

_TEXTS = ("review", "cabinet_id", "item_id", "unit", "hospital", "ward_id")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exported_levels",
        sa.Column("export", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("exported_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("export", "row", name="pk_exported_levels"),
    )
    op.create_index("ix_exported_levels_review", "exported_levels", ["review"])
