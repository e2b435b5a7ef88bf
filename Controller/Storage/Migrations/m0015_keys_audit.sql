-- Keys that are limited to benchmarks, and who did what: rows that are only added, in one chain.

ALTER TABLE api_key ADD COLUMN pattern TEXT;
ALTER TABLE api_key ADD COLUMN grants TEXT NOT NULL DEFAULT '';

CREATE TABLE audit (
    number BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    project TEXT NOT NULL,
    metadata TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_id ON audit (id);
CREATE UNIQUE INDEX audit_digest ON audit (digest);
CREATE INDEX audit_by_project ON audit (project, number);
CREATE INDEX audit_by_actor ON audit (actor, number);
CREATE INDEX audit_by_resource ON audit (resource_type, resource_id, number);
CREATE INDEX audit_by_time ON audit (at_us);

-- The last row's number and digest; its lock puts writers in a line.
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    digest TEXT NOT NULL
);
INSERT INTO audit_head (id, number, digest)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
