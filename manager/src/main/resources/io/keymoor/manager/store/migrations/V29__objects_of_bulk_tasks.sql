-- Objects are stored with their bulk task, in one transaction, and neither is ever deleted. Looking
-- the task up for each of ten thousand took a third of storing them (docs/decisions/0069).
ALTER TABLE bulk_item DROP CONSTRAINT bulk_item_bulk_fkey;
