"""Subscriptions, the delivery record, and what each workspace has decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    due = sa.text("state = 'due'")
    under_way = sa.text("state IN ('sending', 'unknown') AND try_at IS NOT NULL")
    op.create_table(
        "deliveries",
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("slot", sa.Double(), nullable=False),
        sa.Column("give_up_at", sa.Double(), nullable=False),
        sa.Column("try_at", sa.Double(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("first_sent", sa.Double(), nullable=True),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "day"),
    )
    op.create_index("deliveries_channel", "deliveries", ["channel", "day"], unique=False)
    for name, column, rows in (
        ("deliveries_due", "try_at", due),
        ("deliveries_under_way", "state", under_way),
    ):
        op.create_index(name, "deliveries", [column], sqlite_where=rows, postgresql_where=rows)
    op.create_table(
        "posted",
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("subscription", "generation", "card"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("skip_dates", sa.Text(), nullable=False),
        sa.Column("holidays", sa.String(), nullable=True),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team", "channel"),
    )
    op.create_index("subscriptions_next_at", "subscriptions", ["next_at"], unique=False)
    op.create_table(
        "workspaces",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("who", sa.String(), server_default="anyone", nullable=False),
        sa.Column("on_unknown", sa.String(), server_default="leave", nullable=False),
        sa.Column("next_free", sa.Double(), server_default="0", nullable=False),
        sa.Column("stopped", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team"),
    )
