"""The tables. Ids and times only: nothing anybody wrote (but for questions nobody could answer), nobody's name.

A change here needs a revision in `migrations/versions/`: see CONTRIBUTING.md.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("creator", String, nullable=False),
    Column("at", String, nullable=False),  # 09:00
    Column("zone", String, nullable=False),
    Column("days", Integer, nullable=False),  # one bit a weekday, Monday the lowest
    Column("topics", Text, nullable=False),  # separated by spaces
    Column("language", String, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("paused_until", String),
    Column("problem", String, nullable=False),
    Column("skip_dates", Text, nullable=False),  # separated by spaces
    Column("holidays", String),
    Column("seed", String, nullable=False),
    Column("generation", Integer, nullable=False),  # no longer read: each topic has rounds of its own
    Column("version", Integer, nullable=False),
    Column("created", Double, nullable=False),  # all times: seconds since 1970, UTC
    Column("since", Double, nullable=False),
    Column("next_at", Double),  # the next slot; worked out anew at every start, so it is a hint and no timer
    UniqueConstraint("team", "channel"),
    Index("subscriptions_next_at", "next_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("subscription", String, primary_key=True),
    Column("day", String, primary_key=True),  # the local date: the key that makes a second post impossible
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("slot", Double, nullable=False),
    Column("give_up_at", Double, nullable=False),
    Column("try_at", Double),  # when it may be tried; null once it is closed
    Column("state", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("worker", String),
    Column("first_sent", Double),
    Column("card", String),
    Column(
        "body", Text
    ),  # frozen at the first attempt: a second one says the same; taken out once it is posted
    Column("ts", String),  # Slack's
    Column("error", String),
    Column("steps", Text, nullable=False),  # one line a step, for `aibot daily explain`
)
Index(
    "deliveries_due",
    deliveries.c.try_at,
    sqlite_where=deliveries.c.state == "due",
    postgresql_where=deliveries.c.state == "due",
)
_UNDER_WAY = deliveries.c.state.in_(("sending", "unknown")) & deliveries.c.try_at.is_not(None)
Index("deliveries_under_way", deliveries.c.state, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
Index("deliveries_channel", deliveries.c.channel, deliveries.c.day)

posted = Table(
    "posted",
    metadata,
    Column("subscription", String, primary_key=True),
    Column("generation", Integer, primary_key=True),  # the round of its topic
    Column("card", String, primary_key=True),
    Column("day", String),  # null: put aside by `swap`
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("team", String, primary_key=True),
    Column("who", String, nullable=False, server_default="anyone"),
    Column("on_unknown", String, nullable=False, server_default="leave"),
    Column(
        "next_free", Double, nullable=False, server_default="0"
    ),  # Slack takes the workspace's next post then
    Column("stopped", String),  # why nothing can be posted there at all: account_inactive
    Column("classic_until", Double),  # it took no tables and charts: they are not tried again before
    #  The organisation it was reached through, where that has the installation; "" where it took the app away from it
    Column("enterprise", String),
    Index("workspaces_enterprise", "enterprise"),
)

installations = Table(
    "installations",
    metadata,
    Column("enterprise", String, primary_key=True),  # "" outside Enterprise Grid
    Column("team", String, primary_key=True),  # "" for an installation in a whole organisation
    Column("app", String, nullable=False),
    Column("bot", String, nullable=False),
    Column("bot_user", String, nullable=False),
    Column("token", Text, nullable=False),  # encrypted, as the next one
    Column("refresh_token", Text),
    Column("expires_at", Double),  # null: the token does not expire
    Column("scopes", Text, nullable=False),  # separated by spaces
    Column("installer", String, nullable=False),
    Column("installed_at", Double, nullable=False),
    Column(
        "refreshing_until", Double
    ),  # one program is asking Slack for the next token; the others wait till then
    # which token it is: sealed under another key it is still the same one
    Column("token_id", String, nullable=False, server_default=""),
    Index("installations_team", "team"),
)

#  Who said that it goes, until that is settled; and for a while after a purge, for what was written meanwhile
departures = Table(
    "departures",
    metadata,
    Column("team", String, primary_key=True),  # "" for a whole organisation
    Column("enterprise", String, primary_key=True),
    Column("reason", String, nullable=False),  # app_uninstalled
    Column("mark", String, nullable=False),  # a new one each time it is said
    Column("try_at", Double, nullable=False),
    Index("departures_try_at", "try_at"),
)

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", String, primary_key=True),  # the hash of one that came back, and is good no more
    Column("expires_at", Double, nullable=False),
    Index("oauth_states_expires_at", "expires_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("team", String, nullable=False),
    Column("actor", String, nullable=False),  # a person's id, "slack" or "operator"
    Column("channel", String),
    Column("what", String, nullable=False),
    Column("before", Text),  # JSON: settings and ids
    Column("after", Text),
    Index("audit_team", "team", "at"),
)

threads = Table(
    "threads",
    metadata,
    Column("team", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("thread", String, primary_key=True),  # the parent's ts; "" for a direct message outside threads
    Column("entries", Text, nullable=False),  # what it is about, the latest first; separated by spaces
    Column(
        "about", Text, nullable=False
    ),  # JSON: the attributes asked of them last, how many were answered together, what did not fit
    Column("language", String, nullable=False),
    Column("stopped", Boolean, nullable=False),  # somebody told the bot to be silent here
    Column("at", Double, nullable=False),
    Index("threads_at", "at"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("team", String, primary_key=True),
    Column("owner", String, primary_key=True),  # a person's, a channel's or the workspace's id
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

recent = Table(
    "recent",
    metadata,
    Column("team", String, primary_key=True),
    Column("user", String, primary_key=True),
    Column("entry", String, primary_key=True),
    Column("at", Double, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("subject", String, primary_key=True),  # a fact's id, or an entry's
    Column("verdict", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Double, nullable=False),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("question", String, primary_key=True),  # normalised; nobody's name, no workspace
    Column("language", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_at", Double, nullable=False),
    Column("last_at", Double, nullable=False),
)

shown = Table(
    "shown",
    metadata,
    Column("team", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("card", String, primary_key=True),
    Column("ts", String, nullable=False),  # the message that has it
    Column("at", Double, nullable=False),
    Index("shown_at", "at"),
)

once = Table(
    "once",
    metadata,
    Column("name", String, primary_key=True),  # an event, a press of a button: what must happen a single time
    Column("until", Double, nullable=False),
    Index("once_until", "until"),
)

spent = Table(
    "spent",
    metadata,
    Column("key", String, primary_key=True),  # a person or a channel, and the window's beginning
    Column("count", Integer, nullable=False),
    Column("until", Double, nullable=False),
    Index("spent_until", "until"),
)
