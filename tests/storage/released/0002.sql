CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE TABLE audit (
    id SERIAL NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    team VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    channel VARCHAR,
    what VARCHAR NOT NULL,
    "before" TEXT,
    "after" TEXT,
    PRIMARY KEY (id)
);
CREATE TABLE deliveries (
    subscription VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    team VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    slot DOUBLE PRECISION NOT NULL,
    give_up_at DOUBLE PRECISION NOT NULL,
    try_at DOUBLE PRECISION,
    state VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    worker VARCHAR,
    first_sent DOUBLE PRECISION,
    card VARCHAR,
    body TEXT,
    ts VARCHAR,
    error VARCHAR,
    steps TEXT NOT NULL,
    PRIMARY KEY (subscription, day)
);
CREATE TABLE feedback (
    subject VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    last_at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (subject, verdict)
);
CREATE TABLE installations (
    enterprise VARCHAR NOT NULL,
    team VARCHAR NOT NULL,
    app VARCHAR NOT NULL,
    bot VARCHAR NOT NULL,
    bot_user VARCHAR NOT NULL,
    token TEXT NOT NULL,
    refresh_token TEXT,
    expires_at DOUBLE PRECISION,
    scopes TEXT NOT NULL,
    installer VARCHAR NOT NULL,
    installed_at DOUBLE PRECISION NOT NULL,
    refreshing_until DOUBLE PRECISION,
    PRIMARY KEY (enterprise, team)
);
CREATE TABLE oauth_states (
    state VARCHAR NOT NULL,
    expires_at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (state)
);
CREATE TABLE once (
    name VARCHAR NOT NULL,
    until DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE posted (
    subscription VARCHAR NOT NULL,
    generation INTEGER NOT NULL,
    card VARCHAR NOT NULL,
    day VARCHAR,
    PRIMARY KEY (subscription, generation, card)
);
CREATE TABLE preferences (
    team VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (team, owner, name)
);
CREATE TABLE recent (
    team VARCHAR NOT NULL,
    "user" VARCHAR NOT NULL,
    entry VARCHAR NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (team, "user", entry)
);
CREATE TABLE shown (
    team VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    card VARCHAR NOT NULL,
    ts VARCHAR NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (team, channel, card)
);
CREATE TABLE spent (
    "key" VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    until DOUBLE PRECISION NOT NULL,
    PRIMARY KEY ("key")
);
CREATE TABLE subscriptions (
    id VARCHAR NOT NULL,
    team VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    creator VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    zone VARCHAR NOT NULL,
    days INTEGER NOT NULL,
    topics TEXT NOT NULL,
    language VARCHAR NOT NULL,
    paused BOOLEAN NOT NULL,
    paused_until VARCHAR,
    problem VARCHAR NOT NULL,
    skip_dates TEXT NOT NULL,
    holidays VARCHAR,
    seed VARCHAR NOT NULL,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    since DOUBLE PRECISION NOT NULL,
    next_at DOUBLE PRECISION,
    PRIMARY KEY (id),
    UNIQUE (team, channel)
);
CREATE TABLE threads (
    team VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    thread VARCHAR NOT NULL,
    entries TEXT NOT NULL,
    about TEXT NOT NULL,
    language VARCHAR NOT NULL,
    stopped BOOLEAN NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (team, channel, thread)
);
CREATE TABLE unanswered (
    question VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    first_at DOUBLE PRECISION NOT NULL,
    last_at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (question)
);
CREATE TABLE workspaces (
    team VARCHAR NOT NULL,
    who VARCHAR DEFAULT 'anyone' NOT NULL,
    on_unknown VARCHAR DEFAULT 'leave' NOT NULL,
    next_free DOUBLE PRECISION DEFAULT '0' NOT NULL,
    stopped VARCHAR, classic_until DOUBLE PRECISION, enterprise VARCHAR,
    PRIMARY KEY (team)
);
CREATE INDEX deliveries_channel ON deliveries (channel, day);
CREATE INDEX deliveries_due ON deliveries (try_at) WHERE state = 'due';
CREATE INDEX deliveries_under_way ON deliveries (state) WHERE state IN ('sending', 'unknown') AND try_at IS NOT NULL;
CREATE INDEX subscriptions_next_at ON subscriptions (next_at);
CREATE INDEX audit_team ON audit (team, at);
CREATE INDEX installations_team ON installations (team);
CREATE INDEX oauth_states_expires_at ON oauth_states (expires_at);
CREATE INDEX once_until ON once (until);
CREATE INDEX shown_at ON shown (at);
CREATE INDEX spent_until ON spent (until);
CREATE INDEX threads_at ON threads (at);
CREATE INDEX workspaces_enterprise ON workspaces (enterprise);
INSERT INTO alembic_version VALUES('0002');
INSERT INTO workspaces (team, who) VALUES ('T1', 'admins');
INSERT INTO subscriptions VALUES (
    'sub-1', 'T1', 'C1', 'U1', '09:00', 'Asia/Shanghai', 31, 'model', 'zh', false, NULL, '', '2026-12-24', 'CN', 'seed', 0, 3,
    1796112000.0, 1796112000.0, 1796176800.0
);
INSERT INTO deliveries VALUES (
    'sub-1', '2026-12-01', 'T1', 'C1', 1796090400.0, 1796097600.0, NULL, 'sent', 1, NULL, 1796090401.0, 'deepseek-v3', NULL,
    '1796090401.000100', NULL, '1796090400.000 planned'
);
INSERT INTO posted VALUES ('sub-1', 0, 'deepseek-v3', '2026-12-01');
INSERT INTO installations (enterprise, team, app, bot, bot_user, token, scopes, installer, installed_at)
    VALUES ('', 'T1', 'A1', 'B1', 'UBOT', 'sealed', 'chat:write', 'U1', 1796090400.0);
