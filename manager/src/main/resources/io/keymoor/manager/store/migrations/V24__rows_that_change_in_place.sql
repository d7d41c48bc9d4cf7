-- A bulk task changes each of its rows a few times within seconds. PostgreSQL writes a new version
-- into the same page, and nothing into any index, where the page has room and no indexed column
-- changes, those of an index's condition included (docs/decisions/0055).

-- Objects change their state twice: no index may depend on it.
DROP INDEX bulk_item_waiting;
DROP INDEX bulk_item_open;
CREATE INDEX bulk_item_host ON bulk_item (bulk, host, position);
ALTER TABLE bulk_item SET (fillfactor = 45);

-- What is listed by age is not part of a bulk task.
DROP INDEX task_created;
CREATE INDEX task_created ON task (created) WHERE bulk IS NULL;
ALTER TABLE task SET (fillfactor = 45);

-- Every move to another provider wrote into this index and, because of it, into all others. VMs of
-- a provider are counted when somebody looks at it.
DROP INDEX vm_used_providers;
ALTER TABLE vm SET (fillfactor = 50);
