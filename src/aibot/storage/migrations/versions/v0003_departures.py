"""Workspaces that are leaving, and a name for each token that outlasts sealing it anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "departures",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("enterprise", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("try_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("team", "enterprise"),
    )
    op.create_index("departures_try_at", "departures", ["try_at"], unique=False)
    op.add_column("installations", sa.Column("token_id", sa.String(), server_default="", nullable=False))
