-- What a blank file gets before its first migration: the mark of a ledger ("coll") and the record of
-- the migrations themselves. Never changes.
PRAGMA application_id = 1668246636;

CREATE TABLE migration (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT;

CREATE TRIGGER migration_insert BEFORE INSERT ON migration
WHEN EXISTS (SELECT 1 FROM migration WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER migration_update BEFORE UPDATE ON migration
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER migration_delete BEFORE DELETE ON migration
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
