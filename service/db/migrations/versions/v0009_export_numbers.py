"""The order in which files went to the ordering system."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_export_numbers"
down_revision = "0008_ends_agreed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Number the files by their day; those of one day as they come."""
    op.add_column("exported_levels", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    files = sa.table("exported_levels", *(sa.column(name) for name in ("export", "exported_on", "number")))
    made = sa.select(files.c.export).distinct().add_columns(files.c.exported_on)
    known = op.get_bind().execute(made.order_by(files.c.exported_on, files.c.export)).all()
    for number, (export, _) in enumerate(known, start=1):
        op.execute(sa.update(files).where(files.c.export == export).values(number=number))
