-- Third persons who may be asked, each once: a single task that somebody asked for with evidence of
-- lost contact and somebody else approved. History is only added to, as in 0001_runs.sql. Moments
-- are seconds since 1970-01-01 UTC.

-- It holds in [opens, closes) and is used up by the first contact in it with that person about that
-- debt, whatever comes of it. point is the number or address at which the person is asked.
CREATE TABLE permission (
  number      INTEGER PRIMARY KEY,
  debt        INTEGER NOT NULL REFERENCES debt (key),
  person      INTEGER NOT NULL REFERENCES person (key),
  point       INTEGER NOT NULL REFERENCES point (key),
  why         TEXT    NOT NULL CHECK (why IN ('number_invalid', 'failed_attempts', 'deceased', 'incapacity')),
  evidence    TEXT    NOT NULL CHECK (trim(evidence) <> ''),
  asked_by    TEXT    NOT NULL CHECK (trim(asked_by) <> ''),
  approved_by TEXT    NOT NULL CHECK (trim(approved_by) <> ''),
  channel     TEXT    NOT NULL CHECK (channel IN ('call', 'visit')),
  opens       INTEGER NOT NULL,
  closes      INTEGER NOT NULL CHECK (closes > opens),
  recorded_at TEXT    NOT NULL,
  CHECK (asked_by <> approved_by)
) STRICT;
CREATE INDEX permission_by_person ON permission (person, debt);
CREATE INDEX permission_by_window ON permission (opens);

-- Of one debt and person one permission is open at a time.
CREATE TRIGGER permission_single BEFORE INSERT ON permission
WHEN EXISTS (
  SELECT 1 FROM permission p
  WHERE p.debt = NEW.debt AND p.person = NEW.person AND p.closes > NEW.opens
    AND NOT EXISTS (
      SELECT 1 FROM contact t
      WHERE t.person = p.person AND t.incoming = 0 AND t.outcome <> 'void'
        AND t.at >= p.opens AND t.at < p.closes
        AND NOT EXISTS (SELECT 1 FROM contact u WHERE u.corrects = t.number)
        AND (NOT EXISTS (SELECT 1 FROM contact_debt x WHERE x.contact = t.number)
          OR EXISTS (SELECT 1 FROM contact_debt x WHERE x.contact = t.number AND x.debt = p.debt))
    )
)
BEGIN SELECT RAISE(ABORT, 'one permission at a time'); END;

CREATE TRIGGER permission_insert BEFORE INSERT ON permission
WHEN EXISTS (SELECT 1 FROM permission WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER permission_update BEFORE UPDATE ON permission
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER permission_delete BEFORE DELETE ON permission
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
