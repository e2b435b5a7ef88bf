-- Graphs of a series: the decisions on its points, and the configuration that begins a new one.

CREATE INDEX decision_of_series ON decision_record (series_id, comparison_id);

-- By entry of the suite; runs from before have none.
ALTER TABLE run ADD COLUMN configurations TEXT NOT NULL DEFAULT '[]';
