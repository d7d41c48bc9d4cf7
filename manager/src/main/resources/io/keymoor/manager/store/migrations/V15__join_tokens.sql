-- Tokens with which hosts join. Of a token's secret only the hash is here. Used and expired ones
-- stay for a while, so that whoever shows one is told what became of it.
CREATE TABLE join_token (
  id uuid PRIMARY KEY,
  hash text NOT NULL UNIQUE,
  cluster uuid REFERENCES cluster (id) ON DELETE CASCADE,
  host uuid REFERENCES host (id) ON DELETE CASCADE,
  reinstalled boolean NOT NULL,
  created_by text NOT NULL,
  created timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  used timestamptz,
  used_by uuid,
  used_by_name text,
  used_key text,
  -- Either a new host joins a cluster, or a known one gets a new certificate.
  CHECK ((cluster IS NULL) <> (host IS NULL))
);
