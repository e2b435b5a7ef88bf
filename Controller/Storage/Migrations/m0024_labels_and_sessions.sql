-- What whoever asked for a run, or sent it, calls it by: once to be shown, once to be looked for.
ALTER TABLE run ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';

CREATE TABLE run_label (
    run_id TEXT NOT NULL REFERENCES run (id),
    name TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES project (id),
    value TEXT NOT NULL,
    PRIMARY KEY (run_id, name)
);
CREATE INDEX run_label_value ON run_label (project_id, name, value, run_id);

-- Browsers that are signed in with a key of the configuration, which has no row of its own: the
-- digest of the key says which one it is.
CREATE TABLE configured_session (
    digest TEXT NOT NULL PRIMARY KEY,
    credential TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);
CREATE INDEX configured_session_end ON configured_session (expires_us);
