-- What a host's last report was, so that one that says the same costs nothing; NULL when the tables
-- may differ from it.
ALTER TABLE host ADD COLUMN report_digest text;
