-- Managed objects. Attributes are one encoded TTLV structure; what Locate searches by is beside it.
create table object (
  id          text collate "C" primary key,
  seq         bigint generated always as identity,
  object_type integer not null,
  owner       text not null,
  state       integer not null,
  archived    boolean not null default false,
  revision    bigint not null,
  material    bytea,
  sealed_at   bigint not null, -- the revision in which the material was sealed; it is bound to both
  attributes  bytea not null
);
create index object_by_owner on object (owner, seq);
create index object_by_order on object (seq);

-- One row per value of an attribute that is worth an index: names, custom attributes, groups, links.
-- The value is the first 16 bytes of its SHA-256. A value with a scope is unique in it.
create table object_index (
  name      text collate "C" not null,
  value     bytea not null,
  object_id text collate "C" not null references object (id) on delete cascade,
  scope     text collate "C",
  primary key (name, value, object_id)
);
create unique index object_index_unique on object_index (scope, name, value)
  where scope is not null;
create index object_index_by_object on object_index (object_id);

-- Clients, each with the certificates it may show, by fingerprint.
create table client (
  name          text primary key,
  group_name    text,
  administrator boolean not null,
  password_salt bytea,
  password_hash bytea,
  created       timestamptz not null
);
create table client_certificate (
  fingerprint text primary key,
  client      text not null references client (name) on delete cascade,
  not_after   timestamptz not null
);
create index client_certificate_by_client on client_certificate (client);

-- What members of a group may do with one another's objects: none, read, use, manage.
create table client_group (
  name       text primary key,
  permission text not null
);

-- The key that seals objects, itself sealed under each root key that may open it.
create table store_key (
  root_key   text primary key,
  parameters text not null,
  sealed     bytea not null
);

-- The certificate authority of this KMS, its private key sealed under the store key.
create table authority (
  one         boolean primary key default true check (one),
  certificate text not null,
  sealed_key  bytea not null
);

create table audit (
  seq       bigint generated always as identity primary key,
  at        timestamptz not null,
  node      text not null,
  client    text not null,
  peer      text not null,
  operation text not null,
  object_id text not null,
  result    text not null
);
create index audit_by_object on audit (object_id, seq) where object_id <> '';
