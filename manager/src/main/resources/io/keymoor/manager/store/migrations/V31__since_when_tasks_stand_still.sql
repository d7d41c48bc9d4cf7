-- Since when somebody wants a task to stand still, instead of whether: what is forgotten is told.
ALTER TABLE task
  ALTER COLUMN pause_requested DROP DEFAULT,
  ALTER COLUMN pause_requested DROP NOT NULL,
  ALTER COLUMN pause_requested TYPE timestamptz USING CASE WHEN pause_requested THEN now() END;
