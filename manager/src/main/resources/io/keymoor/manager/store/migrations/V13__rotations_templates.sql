-- A rotation of a provider's wrapping key is a task with progress, like any other.
CREATE TABLE rotation (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  provider uuid NOT NULL,
  provider_name text NOT NULL,
  actor text NOT NULL,
  address text NOT NULL,
  state text NOT NULL,
  phase text NOT NULL,
  wrapping_key text,
  -- KEKs up to this mark have been looked at.
  after uuid,
  total bigint NOT NULL,
  done bigint NOT NULL,
  left_over bigint NOT NULL,
  reason text NOT NULL,
  summary text,
  error_code text,
  created timestamptz NOT NULL,
  ended timestamptz,
  -- Until when nobody but its driver takes it up.
  lease timestamptz
);
CREATE INDEX rotation_created ON rotation (created);
CREATE UNIQUE INDEX rotation_open ON rotation (provider) WHERE ended IS NULL;

-- VMs that other VMs are made of; they don't start.
ALTER TABLE vm ADD COLUMN template boolean NOT NULL DEFAULT false;
