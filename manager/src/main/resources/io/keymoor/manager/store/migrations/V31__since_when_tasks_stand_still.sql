-- Since when somebody wants a task to stand still. Added, not changed: a manager of the version before
-- that still runs on this database goes on writing whether, which it must be able to.
ALTER TABLE task ADD COLUMN paused timestamptz;
