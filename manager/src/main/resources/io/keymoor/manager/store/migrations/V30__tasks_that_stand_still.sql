-- Whether somebody wants the task to stand still, and whether its host says it does (decision 0070).
ALTER TABLE task ADD COLUMN pause_requested boolean NOT NULL DEFAULT false;
ALTER TABLE task ADD COLUMN pace text NOT NULL DEFAULT 'open'
  CHECK (pace IN ('open', 'standing', 'closing'));
