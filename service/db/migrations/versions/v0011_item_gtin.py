"""The number in an item's bar code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_item_gtin"
down_revision = "0010_commit_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Blank in what was published before."""
    op.add_column("items", sa.Column("gtin", sa.String(), nullable=True))
