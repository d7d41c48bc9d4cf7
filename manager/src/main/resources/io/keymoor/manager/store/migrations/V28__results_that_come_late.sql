-- A task whose result is not yet what its bulk task says of its object: the bulk task had given it
-- up, or it was ended before its host told what it had done.
ALTER TABLE task ADD COLUMN late boolean NOT NULL DEFAULT false;
CREATE INDEX task_late ON task (bulk) WHERE late AND ended IS NOT NULL;

-- What hosts of a cluster have is looked up with every poll that finds work.
CREATE INDEX host_cluster ON host (cluster);
