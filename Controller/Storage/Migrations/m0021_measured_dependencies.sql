-- Dependency events that judged runs show, beside those that clients tell: whose run, and the
-- params of the row. What clients told has none of the three.

ALTER TABLE dependency_event ADD COLUMN project_id TEXT REFERENCES project (id);
ALTER TABLE dependency_event ADD COLUMN run_id TEXT REFERENCES run (id);
ALTER TABLE dependency_event ADD COLUMN params TEXT;
CREATE INDEX dependency_event_by_run ON dependency_event (run_id) WHERE run_id IS NOT NULL;
