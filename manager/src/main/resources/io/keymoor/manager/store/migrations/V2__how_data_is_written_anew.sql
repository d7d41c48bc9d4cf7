-- How a task writes the data of disks anew: 'choose', 'live' or 'copy', and the most bytes a second.
ALTER TABLE task ADD COLUMN way text NOT NULL DEFAULT 'choose';
ALTER TABLE task ADD COLUMN rate bigint NOT NULL DEFAULT 0;
