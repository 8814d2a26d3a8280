"""Order by commit, reviews that look at enough, and moves that each end carries out for itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_commit_order"
down_revision = "0009_export_numbers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Number what there is by its moment, as it was ordered before; every review counted, and what was done is done."""
    _number("runs", "served_from", "served_number", nullable=True)
    op.drop_index("ix_runs_served_from", table_name="runs")
    op.create_index("ix_runs_served_number", "runs", ["served_number"])
    _number("reviews", "reviewed_at", "sequence")
    op.drop_index("ix_reviews_reviewed_at", table_name="reviews")
    op.create_index("ix_reviews_sequence", "reviews", ["sequence"])
    op.add_column("reviews", sa.Column("seen", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("reviews", sa.Column("enough_because", sa.String(), nullable=True))
    for name in ("rows_listed", "rows_handled"):
        op.add_column("reviews", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("reviews", sa.Column("counts_for_target", sa.Boolean(), nullable=False, server_default=sa.true()))
    _number("transfer_states", "decided_at", "sequence")
    ends = ("giver_done_at", "taker_done_at")
    states = sa.table("transfer_states", *(sa.column(name) for name in ("state", "decided_at", *ends)))
    for name in ends:
        op.add_column("transfer_states", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        done = sa.update(states).where(states.c.state == "done")
        op.execute(done.values({name: states.c.decided_at}))


def _number(table: str, moment: str, name: str, *, nullable: bool = False) -> None:
    """Add a number that rises with a moment; blank where there is none."""
    default = None if nullable else "0"
    op.add_column(table, sa.Column(name, sa.Integer(), nullable=nullable, server_default=default))
    rows = sa.table(table, sa.column("id"), sa.column(moment), sa.column(name))
    known = sa.select(rows.c.id).where(rows.c[moment].is_not(None)).order_by(rows.c[moment], rows.c.id)
    for number, (one,) in enumerate(op.get_bind().execute(known).all(), start=1):
        op.execute(sa.update(rows).where(rows.c.id == one).values({name: number}))
