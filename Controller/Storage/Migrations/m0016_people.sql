-- Users, teams, and who was given which role on what.

CREATE TABLE fleet_user (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    last_seen_us BIGINT,
    disabled_us BIGINT,
    deleted_us BIGINT,
    version BIGINT NOT NULL
);
-- The name of a user who was removed is free again.
CREATE UNIQUE INDEX fleet_user_name ON fleet_user (name) WHERE deleted_us IS NULL;

CREATE TABLE user_identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES fleet_user (id),
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_identity_of_user ON user_identity (user_id);

CREATE TABLE team (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX team_name ON team (name);

CREATE TABLE membership (
    team_id TEXT NOT NULL REFERENCES team (id),
    user_id TEXT NOT NULL REFERENCES fleet_user (id),
    role TEXT NOT NULL,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX membership_of_user ON membership (user_id);

-- An empty project_id is the installation.
CREATE TABLE role_binding (
    project_id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    role TEXT NOT NULL,
    grants TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (project_id, subject_kind, subject_id)
);
CREATE INDEX role_binding_of_subject ON role_binding (subject_kind, subject_id);

ALTER TABLE api_key ADD COLUMN user_id TEXT;
CREATE INDEX api_key_of_user ON api_key (user_id);
