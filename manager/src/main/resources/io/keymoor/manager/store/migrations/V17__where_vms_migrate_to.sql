-- How a host says that the others of its cluster reach it for live migrations.
ALTER TABLE host ADD COLUMN migration_uri text;
ALTER TABLE host ADD COLUMN migration_address text;
