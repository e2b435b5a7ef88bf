-- What the lockfiles of measured revisions pin. Most commits change none of it, so that a list is
-- stored once, under the digest of its content.

CREATE TABLE dependency_list (
    digest TEXT NOT NULL PRIMARY KEY,
    created_us BIGINT NOT NULL
);

CREATE TABLE dependency_version (
    list TEXT NOT NULL REFERENCES dependency_list (digest),
    ecosystem TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT,
    direct BIGINT NOT NULL,
    PRIMARY KEY (list, ecosystem, name, version)
);
CREATE INDEX dependency_by_name ON dependency_version (ecosystem, name, version);

CREATE TABLE attempt_lockfile (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    role TEXT NOT NULL,
    path TEXT NOT NULL,
    list TEXT NOT NULL REFERENCES dependency_list (digest),
    PRIMARY KEY (attempt_id, role, path)
);
CREATE INDEX lockfile_by_list ON attempt_lockfile (list);
