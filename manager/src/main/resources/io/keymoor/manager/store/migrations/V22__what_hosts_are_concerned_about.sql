-- What an administrator should see to about a VM, as JSON; alarms are made from it.
ALTER TABLE vm ADD COLUMN concerns text NOT NULL DEFAULT '[]';
CREATE INDEX vm_concerned ON vm (id) WHERE present AND concerns <> '[]';
