-- Results that were measured elsewhere: what was sent, and the run that each is compared with.

CREATE TABLE submitted_run (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES run (id),
    project_id TEXT NOT NULL REFERENCES project (id),
    -- By which its sender knows it again; its digest tells whether the same was sent again.
    run_key TEXT,
    digest TEXT NOT NULL,
    base_run_id TEXT REFERENCES run (id),
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX submitted_run_key ON submitted_run (project_id, run_key)
    WHERE run_key IS NOT NULL;
