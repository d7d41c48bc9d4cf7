-- Objects are stored with their bulk task, in one transaction, and neither is ever deleted. Looking
-- the task up for each cost the statement, measured alone, a third (docs/decisions/0069).
ALTER TABLE bulk_item DROP CONSTRAINT bulk_item_bulk_fkey;
