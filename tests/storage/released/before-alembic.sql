CREATE TABLE aibot_schema (
    version INTEGER NOT NULL,
    PRIMARY KEY (version)
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
CREATE INDEX deliveries_channel ON deliveries (channel, day);
CREATE INDEX deliveries_due ON deliveries (try_at) WHERE state = 'due';
CREATE INDEX deliveries_under_way ON deliveries (state) WHERE state IN ('sending', 'unknown') AND try_at IS NOT NULL;
CREATE TABLE posted (
    subscription VARCHAR NOT NULL,
    generation INTEGER NOT NULL,
    card VARCHAR NOT NULL,
    day VARCHAR,
    PRIMARY KEY (subscription, generation, card)
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
CREATE INDEX subscriptions_next_at ON subscriptions (next_at);
CREATE TABLE workspaces (
    team VARCHAR NOT NULL,
    who VARCHAR DEFAULT 'anyone' NOT NULL,
    on_unknown VARCHAR DEFAULT 'leave' NOT NULL,
    next_free DOUBLE PRECISION DEFAULT '0' NOT NULL,
    stopped VARCHAR,
    PRIMARY KEY (team)
);
INSERT INTO aibot_schema VALUES (1);
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
