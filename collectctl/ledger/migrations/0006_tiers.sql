-- The tier and treatment of each debt, written down by the night in which they changed. What a debt
-- had on a night is what stands at the newest run up to that of the night. History is only added to,
-- as in 0001_runs.sql.

CREATE TABLE tier_change (
  debt      INTEGER NOT NULL REFERENCES debt (key),
  run       INTEGER NOT NULL REFERENCES run (number),
  tier      TEXT    NOT NULL CHECK (tier <> ''),
  treatment TEXT    NOT NULL CHECK (treatment <> ''),
  PRIMARY KEY (debt, run)
) STRICT, WITHOUT ROWID;

-- What came back is asked for with every document that was issued.
CREATE INDEX contact_returned ON contact (person, document, at) WHERE outcome = 'returned';

CREATE TRIGGER tier_change_insert BEFORE INSERT ON tier_change
WHEN EXISTS (SELECT 1 FROM tier_change WHERE debt = NEW.debt AND run >= NEW.run)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER tier_change_update BEFORE UPDATE ON tier_change
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER tier_change_delete BEFORE DELETE ON tier_change
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
