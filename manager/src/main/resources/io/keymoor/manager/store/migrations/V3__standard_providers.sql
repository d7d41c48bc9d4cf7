-- Standard providers have no key of their own; what they need stands in tables of theirs.
ALTER TABLE provider ALTER COLUMN sealed_kdk DROP NOT NULL;
ALTER TABLE provider ALTER COLUMN key_check DROP NOT NULL;

CREATE TABLE standard_provider (
  provider uuid PRIMARY KEY REFERENCES provider (id) ON DELETE CASCADE,
  -- Grows with every change, so that open connections are made anew on every manager.
  revision bigint NOT NULL,
  -- Chosen when it is made, never changed: 'key_per_object', 'wrapping_key'.
  mode text NOT NULL,
  rotation_seconds bigint,
  server_order text NOT NULL,
  timeout_ms bigint NOT NULL,
  username text,
  -- Sealed like a KDK: password and private keys are useless without the manager's root key.
  sealed_password bytea,
  -- 'generated', 'signed' or 'uploaded'.
  identity text NOT NULL,
  certificate_pem text NOT NULL,
  sealed_key bytea NOT NULL,
  -- A request that waits for its certificate, and its key.
  request_pem text,
  sealed_request_key bytea
);

CREATE TABLE kms_server (
  provider uuid NOT NULL REFERENCES standard_provider (provider) ON DELETE CASCADE,
  position int NOT NULL,
  host text NOT NULL,
  port int NOT NULL,
  weight int NOT NULL,
  proxy_host text,
  proxy_port int,
  connect_timeout_ms bigint,
  PRIMARY KEY (provider, host, port)
);

-- Certificates of servers, or of their authorities, that an administrator confirmed.
CREATE TABLE kms_trust (
  provider uuid NOT NULL REFERENCES standard_provider (provider) ON DELETE CASCADE,
  fingerprint text NOT NULL,
  certificate_pem text NOT NULL,
  PRIMARY KEY (provider, fingerprint)
);

-- How servers stood when they were looked at last.
CREATE TABLE kms_check (
  provider uuid NOT NULL REFERENCES standard_provider (provider) ON DELETE CASCADE,
  host text NOT NULL,
  port int NOT NULL,
  checked timestamptz NOT NULL,
  failing text,
  sentence text NOT NULL,
  took_ms bigint NOT NULL,
  version text,
  certificate_expiry timestamptz,
  PRIMARY KEY (provider, host, port)
);

-- Every key that was ever asked of a KMS. A row is there before the question leaves; key_id comes
-- with the answer. Rows outlive their provider, as the keys do (K7). A KMS that was restored from
-- an older backup may give an id twice, so key_id is not unique.
CREATE TABLE kms_key (
  mark uuid PRIMARY KEY,
  provider uuid NOT NULL,
  kind text NOT NULL,
  object uuid NOT NULL,
  object_name text NOT NULL,
  asked timestamptz NOT NULL,
  made timestamptz,
  key_id text,
  -- In wrapping-key mode: the KEK, which was made here, under the wrapping key of this id.
  wrapped_kek bytea,
  wrapping_key text,
  destroyed timestamptz
);
CREATE INDEX kms_key_provider ON kms_key (provider, key_id);
CREATE INDEX kms_key_unanswered ON kms_key (asked) WHERE key_id IS NULL;

-- Keys in a KMS that wrap KEKs; the newest of a provider is in use, the others open what is not
-- wrapped anew yet, and copies of it. They outlive their provider like all keys there.
CREATE TABLE kms_wrapping_key (
  provider uuid NOT NULL,
  key_id text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (provider, key_id)
);
CREATE INDEX kms_key_wrapping ON kms_key (provider, wrapping_key) WHERE wrapping_key IS NOT NULL;
