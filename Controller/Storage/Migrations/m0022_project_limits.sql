-- Jobs of a project that may be open at once; null is what the controller's setting says.
ALTER TABLE project ADD COLUMN queue_limit BIGINT;
