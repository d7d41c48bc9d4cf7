-- Authorities of TPM makers that an administrator trusts: their word for an endorsement key counts.
CREATE TABLE tpm_authority (
  fingerprint text PRIMARY KEY,
  subject text NOT NULL,
  ends timestamptz NOT NULL,
  certificate bytea NOT NULL,
  added timestamptz NOT NULL
);

-- What hosts showed of their TPMs, and what is thought of it. A proof counts for the sealing key
-- with which it was given: a host that was installed anew proves anew.
CREATE TABLE host_tpm (
  host uuid PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
  endorsement_key text UNIQUE,
  certificate bytea,
  sealing_key text,
  proved timestamptz,
  trusted_by text,
  approved text,
  asked boolean NOT NULL DEFAULT false,
  trouble text NOT NULL DEFAULT '',
  kept uuid[] NOT NULL DEFAULT '{}',
  kept_for text,
  pending_key text,
  pending_certificate bytea,
  pending_digest text,
  pending_expires timestamptz
);

-- Keys that hosts had on their own word stay with them until they are attested (decision 68).
INSERT INTO host_tpm (host, kept, kept_for)
SELECT host.id, array_agg(provider.id), host.sealing_key
FROM host CROSS JOIN provider
WHERE host.tpm AND provider.tpm_required
GROUP BY host.id;
