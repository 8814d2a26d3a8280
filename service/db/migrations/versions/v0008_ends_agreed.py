"""Which ends of a move have said yes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_ends_agreed"
down_revision = "0007_exported_levels"
branch_labels = None
depends_on = None

_ENDS = ("giver_agreed", "taker_agreed")


def upgrade() -> None:
    """Add both; what was accepted before was settled by whoever answered, and what is done by fact."""
    for name in _ENDS:
        op.add_column("transfer_states", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    states = sa.table("transfer_states", sa.column("state"), *(sa.column(name) for name in _ENDS))
    settled = sa.update(states).where(states.c.state.in_(("accepted", "done")))
    op.execute(settled.values(dict.fromkeys(_ENDS, sa.true())))
