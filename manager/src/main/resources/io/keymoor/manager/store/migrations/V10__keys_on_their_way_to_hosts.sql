-- The KEKs of standard providers that a VM's record names: provider id, key id, provider name.
ALTER TABLE vm ADD COLUMN needed_keys text[] NOT NULL DEFAULT '{}';
-- The hosts that have the new key of a task in their memory.
ALTER TABLE task ADD COLUMN key_holders uuid[] NOT NULL DEFAULT '{}';
-- The KEK of a standard provider that was made for the host's own key.
ALTER TABLE host ADD COLUMN kek_provider uuid;
ALTER TABLE host ADD COLUMN kek_id text;
