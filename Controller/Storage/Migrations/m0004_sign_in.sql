-- Browsers that are signed in, what people did to hosts, and runs by when they ended.

CREATE TABLE web_session (
    digest TEXT NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL REFERENCES api_key (id),
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);
CREATE INDEX web_session_end ON web_session (expires_us);

CREATE TABLE host_event (
    host_id TEXT NOT NULL REFERENCES host (id),
    number BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (host_id, number)
);

CREATE INDEX run_by_end ON run (finished_us);
