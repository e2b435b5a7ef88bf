-- What a project holds its runs against over a long time. A row for each change, the newest one
-- holds; one without a commit ends what was pinned before.

CREATE TABLE pinned_baseline (
    project_id TEXT NOT NULL REFERENCES project (id),
    version BIGINT NOT NULL,
    repository_id TEXT REFERENCES repository (id),
    commit_hash TEXT,
    tag TEXT,
    host_class TEXT,
    note TEXT,
    author TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (project_id, version)
);

-- A row against the pinned baseline, as JSON; nothing where none was pinned or measured.
ALTER TABLE decision_record ADD COLUMN pinned TEXT;
