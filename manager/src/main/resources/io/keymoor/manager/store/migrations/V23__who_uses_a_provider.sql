-- Providers of what is encrypted now, as the key record says: found without reading every record.
-- What hosts report next corrects the rows; until then the parts' own word is as good.
ALTER TABLE vm ADD COLUMN used_providers uuid[] NOT NULL DEFAULT '{}';
UPDATE vm SET used_providers = providers;
CREATE INDEX vm_used_providers ON vm USING gin (used_providers);
UPDATE host SET report_digest = NULL;
