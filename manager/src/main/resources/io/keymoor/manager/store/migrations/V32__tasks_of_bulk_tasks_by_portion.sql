-- What a host is handed of a bulk task at once is one row, not a row for each VM. A task that needs
-- more than to be handed out and to end moves to a row of its own in "task"
-- (docs/decisions/0072).

CREATE TABLE task_portion (
  -- Its tasks' ids differ from it in the last two bytes: there, counted from 1, is their place.
  id uuid PRIMARY KEY,
  bulk uuid NOT NULL,
  host uuid NOT NULL,
  actor text NOT NULL,
  address text NOT NULL,
  created timestamptz NOT NULL,
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
);
CREATE INDEX task_portion_of_host ON task_portion (host) WHERE NOT closed;
CREATE INDEX task_portion_of_bulk ON task_portion (bulk) WHERE NOT closed;

-- Which places' new keys a host has; only of portions that are not closed.
CREATE TABLE task_portion_keys (
  portion uuid NOT NULL,
  host uuid NOT NULL,
  places int[] NOT NULL,
  PRIMARY KEY (portion, host)
);

-- Whether a bulk task has rows there at all.
CREATE INDEX task_bulk ON task (bulk) WHERE bulk IS NOT NULL;
