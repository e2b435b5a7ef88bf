-- Files that attempts leave: profiles, raw results. The bytes lie on disk by their digest.

CREATE TABLE content (
    digest TEXT NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    stored_us BIGINT NOT NULL,
    doomed_us BIGINT
);

CREATE TABLE artifact (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    run_id TEXT NOT NULL REFERENCES run (id),
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    part_bytes BIGINT NOT NULL,
    role TEXT,
    benchmark TEXT,
    facts TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    stored_us BIGINT,
    deleted_us BIGINT
);
CREATE UNIQUE INDEX artifact_name ON artifact (attempt_id, name);
CREATE INDEX artifact_of_run ON artifact (run_id, name);
CREATE INDEX artifact_by_digest ON artifact (digest, deleted_us);
CREATE INDEX artifact_by_age ON artifact (deleted_us, created_us);

CREATE TABLE artifact_part (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    digest TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, digest, number)
);
