-- The objects of a bulk task are stored 128 to a row, and what a host is handed at once is one row
-- too. A task that needs more than to be handed out and to end moves to a row of its own in "task"
-- (docs/decisions/0072).

-- A manager of an older version would acknowledge results of tasks that it does not see. Each
-- manager has an advisory lock as long as it runs; Flyway's own begins with 0x466C ("Fl").
DO $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid <> pg_backend_pid()
      AND classid NOT BETWEEN 18027 AND 18029
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) THEN
    RAISE EXCEPTION 'A manager of an older version still runs on this database. Stop it first.';
  END IF;
END $$;

-- Objects of one host, in the order of work. An object's position is its page's number times 128
-- plus its place in the lists, from 0.
CREATE TABLE bulk_page (
  bulk uuid NOT NULL,
  number bigint NOT NULL,
  -- The host that had them when they were stored.
  host uuid NOT NULL,
  types text[] NOT NULL,
  objects uuid[] NOT NULL,
  names text[] NOT NULL,
  -- A letter for each: w(aiting), o(pen), k for ok, f(ailed), s(kipped).
  states text NOT NULL,
  hosts uuid[] NOT NULL,
  providers uuid[] NOT NULL,
  -- Zero for what never had one.
  tasks uuid[] NOT NULL,
  codes text[] NOT NULL,
  details text[] NOT NULL,
  -- How many letters are such.
  waiting int NOT NULL,
  open int NOT NULL,
  PRIMARY KEY (bulk, number)
) WITH (fillfactor = 50);
CREATE INDEX bulk_page_of_host ON bulk_page (bulk, host, number);

INSERT INTO bulk_page (bulk, number, host, types, objects, names, states, hosts, providers, tasks,
  codes, details, waiting, open)
SELECT bulk, row_number() OVER (PARTITION BY bulk ORDER BY type DESC, min(position)) - 1, host,
  array_agg(type ORDER BY position), array_agg(object ORDER BY position),
  array_agg(name ORDER BY position),
  string_agg(CASE state WHEN 'ok' THEN 'k' ELSE left(state, 1) END, '' ORDER BY position),
  array_agg(host ORDER BY position), array_agg(provider ORDER BY position),
  array_agg(COALESCE(task, '00000000-0000-0000-0000-000000000000') ORDER BY position),
  array_agg(code ORDER BY position), array_agg(detail ORDER BY position),
  count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'open')
FROM (
  SELECT *, (row_number() OVER (PARTITION BY bulk, type, host ORDER BY position) - 1) / 128 AS part
  FROM bulk_item) AS item
GROUP BY bulk, type, host, part;

-- Where a task's object is in its bulk task, and whether that has yet to be told how it ended.
ALTER TABLE task ADD COLUMN position bigint;
ALTER TABLE task ADD COLUMN owed boolean NOT NULL DEFAULT false;
UPDATE task SET position = page.number * 128 + at.place - 1,
  owed = substr(page.states, at.place::int, 1) = 'o'
FROM bulk_page AS page
CROSS JOIN LATERAL unnest(page.tasks) WITH ORDINALITY AS at (task, place)
WHERE task.bulk = page.bulk AND task.id = at.task
  AND (task.ended IS NULL OR task.late OR task.state <> 'succeeded'
    OR substr(page.states, at.place::int, 1) = 'o');
CREATE INDEX task_owed ON task (bulk) WHERE owed;

DROP TABLE bulk_item;

CREATE TABLE task_portion (
  -- Its tasks' ids differ from it in the last two bytes: there, counted from 1, is their place.
  id uuid PRIMARY KEY,
  bulk uuid NOT NULL,
  host uuid NOT NULL,
  actor text NOT NULL,
  address text NOT NULL,
  created timestamptz NOT NULL,
  positions bigint[] NOT NULL,
  vms uuid[] NOT NULL,
  names text[] NOT NULL,
  kinds text[] NOT NULL,
  providers uuid[] NOT NULL,
  keys text[] NOT NULL,
  -- When the first of them was handed out, and known to the host.
  delivered timestamptz,
  started timestamptz,
  -- A letter for each: q(ueued), d(elivered), r(unning), s(ucceeded), f(ailed), c(ancelled), the
  -- last three as capitals once the bulk task's object has the result; - is in no portion.
  states text NOT NULL,
  codes text[] NOT NULL,
  summaries text[] NOT NULL,
  -- Microseconds since 1970, 0 for what has not ended.
  ends bigint[] NOT NULL,
  -- None of its letters is small any more.
  closed boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);
CREATE INDEX task_portion_of_host ON task_portion (host) WHERE NOT closed;
CREATE INDEX task_portion_of_bulk ON task_portion (bulk) WHERE NOT closed;

-- Which places' new keys a host has; only of portions that are not closed.
CREATE TABLE task_portion_keys (
  portion uuid NOT NULL,
  host uuid NOT NULL,
  places int[] NOT NULL,
  PRIMARY KEY (portion, host)
);
