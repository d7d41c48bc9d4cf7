-- The authority that certifies clients' keys, its private key sealed under the store key. Not the one
-- that clients trust for the server: its certificates say what clients want them to say.
create table certifying_authority (
  one         boolean primary key default true check (one),
  certificate text not null,
  sealed_key  bytea not null
);
