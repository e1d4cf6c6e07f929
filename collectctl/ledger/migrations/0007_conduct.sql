-- Contacts that went beyond what a release had given out for a day: each opens a report for the people
-- who look into conduct. History is only added to, as in 0001_runs.sql.

-- Of a person the answered calls, of a number or address the attempts without an answer; allowed is
-- the sum of the shares that were let out for the day, 0 if none was. made_by names who made them, as
-- the logs do, divided by blanks.
CREATE TABLE excess (
  number   INTEGER PRIMARY KEY,
  run      INTEGER NOT NULL REFERENCES run (number),
  day      TEXT    NOT NULL,
  counted  TEXT    NOT NULL CHECK (counted IN ('calls', 'attempts')),
  person   INTEGER REFERENCES person (key),
  point    INTEGER REFERENCES point (key),
  allowed  INTEGER NOT NULL CHECK (allowed >= 0),
  made     INTEGER NOT NULL CHECK (made > allowed),
  made_by  TEXT    NOT NULL,
  CHECK ((person IS NULL) <> (point IS NULL))
) STRICT;
CREATE INDEX excess_by_run ON excess (run);

CREATE TRIGGER excess_insert BEFORE INSERT ON excess
WHEN EXISTS (SELECT 1 FROM excess WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER excess_update BEFORE UPDATE ON excess
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER excess_delete BEFORE DELETE ON excess
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
