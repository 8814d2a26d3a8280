"""What was counted and thrown away in a review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_counts"
down_revision = "0005_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; reviews of before have none."""
    for name in ("counts", "discards"):
        op.add_column("reviews", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
