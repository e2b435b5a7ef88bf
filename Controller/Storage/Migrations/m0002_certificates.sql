-- Client certificates take the place of bearer credentials. Agents that were enrolled before have
-- none and must enrol anew.

DROP INDEX agent_credential;
ALTER TABLE agent DROP COLUMN credential_digest;

CREATE TABLE certificate (
    serial TEXT NOT NULL PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    host_id TEXT NOT NULL REFERENCES host (id),
    request_digest TEXT NOT NULL,
    pem TEXT NOT NULL,
    not_before_us BIGINT NOT NULL,
    not_after_us BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    revoked_us BIGINT,
    revoke_reason TEXT
);
CREATE INDEX certificate_of_agent ON certificate (agent_id, request_digest);
CREATE INDEX certificate_of_host ON certificate (host_id, created_us);
CREATE INDEX certificate_by_age ON certificate (created_us, serial);

-- A lost reply is repeated to the same signing request, no longer to the same machine.
ALTER TABLE enrolment_token DROP COLUMN machine_digest;
ALTER TABLE enrolment_token ADD COLUMN request_digest TEXT;
