"""People, their sessions, and what signing in needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_sign_in"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the grants that are there were given by an administrator."""
    op.add_column("grants", sa.Column("from_groups", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "people",
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["principal"], ["principals.id"], name="fk_people_principal"),
        sa.PrimaryKeyConstraint("principal", name="pk_people"),
    )
    op.create_index("ix_people_issuer_subject", "people", ["issuer", "subject"], unique=True)
    op.create_table(
        "sessions",
        sa.Column("hashed", sa.String(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["principal"], ["principals.id"], name="fk_sessions_principal"),
        sa.PrimaryKeyConstraint("hashed", name="pk_sessions"),
    )
    op.create_index("ix_sessions_principal", "sessions", ["principal"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("hashed", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("onward", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hashed", name="pk_sign_ins"),
    )
    op.create_table(
        "tries",
        sa.Column("hashed", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hashed", name="pk_tries"),
    )
