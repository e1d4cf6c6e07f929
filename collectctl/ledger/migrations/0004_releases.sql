-- What was let out of a night, once over any number of releases. Only what stands here counts as
-- issued; a night's own files are prepared and no more. History is only added to, as in
-- 0001_runs.sql. Moments are seconds since 1970-01-01 UTC.

-- Each addendum of a night, numbered from 1 within it.
CREATE TABLE release (
  number          INTEGER PRIMARY KEY,
  run             INTEGER NOT NULL REFERENCES run (number),
  position        INTEGER NOT NULL CHECK (position >= 1),
  manifest_digest TEXT    NOT NULL CHECK (length(manifest_digest) = 64),
  moment          INTEGER NOT NULL,
  released_by     TEXT    NOT NULL CHECK (trim(released_by) <> ''),
  program         TEXT    NOT NULL,
  recorded_at     TEXT    NOT NULL,
  UNIQUE (run, position)
) STRICT;

-- An item is a document, task or desk work of a night, by its number there. Its window is
-- [opens, closes); calls and attempts are the share of the day's connected calls and of the attempts at
-- one number that it carries, none for what is no call. No person: work at a desk.
CREATE TABLE issued (
  number   INTEGER PRIMARY KEY,
  release  INTEGER NOT NULL REFERENCES release (number),
  run      INTEGER NOT NULL REFERENCES run (number),
  kind     TEXT    NOT NULL CHECK (kind IN ('document', 'task', 'desk')),
  item     INTEGER NOT NULL CHECK (item >= 1),
  channel  TEXT    NOT NULL,
  document TEXT,
  person   INTEGER REFERENCES person (key),
  point    INTEGER REFERENCES point (key),
  made_by  TEXT,
  opens    INTEGER NOT NULL,
  closes   INTEGER NOT NULL CHECK (closes > opens),
  calls    INTEGER CHECK (calls >= 0),
  attempts INTEGER CHECK (attempts >= 0),
  UNIQUE (run, kind, item)
) STRICT;
CREATE INDEX issued_by_person ON issued (person, opens);
CREATE INDEX issued_by_window ON issued (opens);

CREATE TABLE issued_debt (
  issued INTEGER NOT NULL REFERENCES issued (number),
  debt   INTEGER NOT NULL REFERENCES debt (key),
  PRIMARY KEY (issued, debt)
) STRICT, WITHOUT ROWID;
CREATE INDEX issued_debt_by_debt ON issued_debt (debt);

-- What was let out earlier and should not have been, as a later release found.
CREATE TABLE pull_back (
  issued  INTEGER PRIMARY KEY REFERENCES issued (number),
  release INTEGER NOT NULL REFERENCES release (number),
  reason  TEXT    NOT NULL CHECK (reason <> '')
) STRICT;

CREATE TRIGGER release_follows BEFORE INSERT ON release
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM release)
  OR NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM release WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'releases are numbered without gaps'); END;
CREATE TRIGGER release_insert BEFORE INSERT ON release
WHEN EXISTS (SELECT 1 FROM release WHERE number = NEW.number OR (run = NEW.run AND position = NEW.position))
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER release_update BEFORE UPDATE ON release
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER release_delete BEFORE DELETE ON release
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

-- Nothing leaves a night that a later export has overtaken, or that a brake holds.
CREATE TRIGGER release_allowed BEFORE INSERT ON release
WHEN EXISTS (
  SELECT 1 FROM run r LEFT JOIN approval a ON a.run = r.number
  WHERE r.number = NEW.run AND (r.overtaken = 1 OR (r.braked = 1 AND a.run IS NULL))
)
BEGIN SELECT RAISE(ABORT, 'nothing of this night may leave'); END;

CREATE TRIGGER issued_insert BEFORE INSERT ON issued
WHEN EXISTS (SELECT 1 FROM issued WHERE number = NEW.number OR (run = NEW.run AND kind = NEW.kind AND item = NEW.item))
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER issued_update BEFORE UPDATE ON issued
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER issued_delete BEFORE DELETE ON issued
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER issued_debt_insert BEFORE INSERT ON issued_debt
WHEN EXISTS (SELECT 1 FROM issued_debt WHERE issued = NEW.issued AND debt = NEW.debt)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER issued_debt_update BEFORE UPDATE ON issued_debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER issued_debt_delete BEFORE DELETE ON issued_debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER pull_back_insert BEFORE INSERT ON pull_back
WHEN EXISTS (SELECT 1 FROM pull_back WHERE issued = NEW.issued)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER pull_back_update BEFORE UPDATE ON pull_back
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER pull_back_delete BEFORE DELETE ON pull_back
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
