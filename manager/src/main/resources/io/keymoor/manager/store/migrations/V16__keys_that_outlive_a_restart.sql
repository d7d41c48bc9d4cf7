-- Whether a host keeps the KEKs of standard providers over its restarts, under its TPM.
ALTER TABLE host ADD COLUMN keeps_keys boolean NOT NULL DEFAULT false;
