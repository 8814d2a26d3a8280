"""Items know their category, so that lists can be narrowed to one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_categories"
down_revision = "0012_sealed_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs published before know none."""
    op.add_column("items", sa.Column("category", sa.String(), nullable=True))
