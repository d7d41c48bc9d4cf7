-- host.fingerprint is the certificate in use. Until the next one was used once, both open the link.
CREATE TABLE host_certificate (
  host uuid PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
  expires timestamptz NOT NULL,
  next_fingerprint text,
  next_expires timestamptz,
  CHECK ((next_fingerprint IS NULL) = (next_expires IS NULL))
);

-- Certificates that no longer open the link though they have not ended: whoever shows one is told
-- why, also after its host is gone.
CREATE TABLE former_certificate (
  fingerprint text PRIMARY KEY,
  host_name text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL
);

-- The history of tasks outlives their hosts.
ALTER TABLE task DROP CONSTRAINT task_host_fkey;
