"""Entries of the audit are sealed by a key outside of the database, and can't be replaced by inserting them anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_sealed_audit"
down_revision = "0011_item_gtin"
branch_labels = None
depends_on = None

# SQLite deletes what INSERT OR REPLACE replaces without asking the triggers of DELETE.
_NO_REPLACE = (
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
    "WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'the audit can only grow'); END"
)


def upgrade() -> None:
    """Entries of before have no seal; the first one after them vouches for them."""
    op.add_column("audit", sa.Column("seal", sa.String(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_NO_REPLACE)
