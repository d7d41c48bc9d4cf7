-- Work on thousands of objects as one task: a row for the task, one per object, and a row in "task"
-- for each object that a host works on.

CREATE TABLE bulk (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  kind text NOT NULL,
  provider uuid,
  from_provider uuid,
  cluster uuid,
  vms uuid[] NOT NULL,
  title text NOT NULL,
  actor text NOT NULL,
  address text NOT NULL,
  state text NOT NULL,
  phase text NOT NULL,
  total bigint NOT NULL,
  ok bigint NOT NULL,
  failed bigint NOT NULL,
  skipped bigint NOT NULL,
  open bigint NOT NULL,
  cancel_requested boolean NOT NULL,
  summary text,
  error_code text,
  created timestamptz NOT NULL,
  begun timestamptz NOT NULL,
  done_before bigint NOT NULL,
  verifying timestamptz,
  ended timestamptz,
  -- Who drives it, and until when nobody else does.
  driver uuid,
  lease timestamptz
);
CREATE INDEX bulk_created ON bulk (created);
CREATE INDEX bulk_open ON bulk (id) WHERE ended IS NULL;

CREATE TABLE bulk_item (
  bulk uuid NOT NULL REFERENCES bulk (id) ON DELETE CASCADE,
  position bigint NOT NULL,
  type text NOT NULL,
  object uuid NOT NULL,
  name text NOT NULL,
  host uuid NOT NULL,
  provider uuid NOT NULL,
  state text NOT NULL,
  task uuid,
  code text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (bulk, position)
);
CREATE UNIQUE INDEX bulk_item_object ON bulk_item (bulk, object);
CREATE INDEX bulk_item_waiting ON bulk_item (bulk, host, position) WHERE state = 'waiting';
CREATE INDEX bulk_item_open ON bulk_item (bulk, host) WHERE state = 'open';

ALTER TABLE task ADD COLUMN bulk uuid;

-- What bulk work selects VMs by, without reading the parts of thousands.
ALTER TABLE vm ADD COLUMN encrypted boolean NOT NULL DEFAULT false;
ALTER TABLE vm ADD COLUMN providers uuid[] NOT NULL DEFAULT '{}';
UPDATE vm SET
  encrypted = EXISTS (
    SELECT 1 FROM jsonb_array_elements(parts::jsonb) part WHERE part ->> 'encrypted' = 'true'),
  providers = ARRAY(
    SELECT DISTINCT (part ->> 'provider')::uuid FROM jsonb_array_elements(parts::jsonb) part
    WHERE part ->> 'encrypted' = 'true' AND part ->> 'provider' IS NOT NULL);
