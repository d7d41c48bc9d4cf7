-- Names are unique whatever their case. Instants are UTC.

CREATE TABLE role (
  name text PRIMARY KEY,
  privileges text[] NOT NULL
);

CREATE TABLE role_grant (
  subject text NOT NULL,
  role text NOT NULL REFERENCES role (name),
  PRIMARY KEY (subject, role)
);

-- One row that a transaction locks before it changes providers or defaults: the rules of the
-- catalogue (32 at most, names unique over former names too) span rows.
CREATE TABLE provider_catalog (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  manager_default uuid
);
INSERT INTO provider_catalog DEFAULT VALUES;

CREATE TABLE provider (
  id uuid PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  former_names text[] NOT NULL,
  type text NOT NULL,
  tpm_required boolean NOT NULL,
  key_check text NOT NULL,
  -- AES-256-GCM under the manager's root key, which is not in this database.
  sealed_kdk bytea NOT NULL,
  backed_up timestamptz,
  created timestamptz NOT NULL
);
CREATE UNIQUE INDEX provider_name ON provider (lower(name));

ALTER TABLE provider_catalog
  ADD FOREIGN KEY (manager_default) REFERENCES provider (id) ON DELETE SET NULL;

CREATE TABLE cluster (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  revision bigint NOT NULL,
  default_provider uuid REFERENCES provider (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX cluster_name ON cluster (lower(name));

CREATE TABLE host (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  cluster uuid NOT NULL REFERENCES cluster (id),
  sealing_key text NOT NULL,
  fingerprint text NOT NULL,
  enrolled timestamptz NOT NULL,
  last_seen timestamptz,
  agent_version text NOT NULL,
  libvirt text NOT NULL,
  hypervisor text NOT NULL,
  tpm boolean NOT NULL,
  clock_skew_ms bigint NOT NULL,
  desired_revision bigint NOT NULL,
  encryption_mode text NOT NULL,
  encryption_mode_detail text NOT NULL,
  hypervisor_state text NOT NULL,
  host_key_provider uuid,
  host_key_id text
);
CREATE UNIQUE INDEX host_name ON host (lower(name));

CREATE TABLE provider_on_host (
  host uuid NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  provider uuid NOT NULL,
  key_check text NOT NULL,
  state text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (host, provider)
);

-- Domains as hosts reported them. Key records are an index here: the objects carry their own.
CREATE TABLE vm (
  id uuid NOT NULL,
  host uuid NOT NULL REFERENCES host (id),
  name text NOT NULL,
  power text NOT NULL,
  parts text NOT NULL,
  vtpm boolean NOT NULL,
  locked_reason text,
  generation bigint NOT NULL,
  key_record text,
  present boolean NOT NULL,
  registered timestamptz,
  PRIMARY KEY (host, id)
);
CREATE UNIQUE INDEX vm_registered ON vm (id) WHERE registered IS NOT NULL;

CREATE TABLE task (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  vm uuid NOT NULL,
  vm_name text NOT NULL,
  host uuid NOT NULL REFERENCES host (id),
  kind text NOT NULL,
  changes_keys boolean NOT NULL,
  parts text[] NOT NULL,
  provider uuid,
  key_id text,
  flag boolean NOT NULL,
  actor text NOT NULL,
  address text NOT NULL,
  state text NOT NULL,
  phase text NOT NULL,
  done bigint NOT NULL,
  total bigint NOT NULL,
  unit text NOT NULL,
  cancel_requested boolean NOT NULL,
  summary text,
  warnings text[] NOT NULL,
  error_code text,
  created timestamptz NOT NULL,
  delivered timestamptz,
  started timestamptz,
  ended timestamptz
);
CREATE INDEX task_created ON task (created);
CREATE INDEX task_open ON task (host, created) WHERE ended IS NULL;
-- Two managers can't start two key-changing tasks on one VM, whatever they believe.
CREATE UNIQUE INDEX task_changing_keys ON task (vm) WHERE ended IS NULL AND changes_keys;

CREATE TABLE audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  address text NOT NULL,
  action text NOT NULL,
  object_type text,
  object_id text,
  object_name text,
  provider text,
  key_id text,
  result text NOT NULL,
  detail text NOT NULL
);
CREATE INDEX audit_event_object ON audit_event (object_type, object_id, id);
