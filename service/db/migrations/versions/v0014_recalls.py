"""Who has looked at a shelf for something recalled; rows of lists are found by their item."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_recalls"
down_revision = "0013_categories"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has looked yet."""
    op.create_table(
        "recall_looks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("cabinet_id", sa.String(), nullable=False),
        sa.Column("ward_id", sa.String(), nullable=False),
        sa.Column("units_found", sa.Integer(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_by", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_looks")),
    )
    op.create_index("ix_recall_looks_what", "recall_looks", ["item_id", "lot"])
    op.create_index("ix_list_rows_item", "list_rows", ["run", "name", "item_id", "row"])
