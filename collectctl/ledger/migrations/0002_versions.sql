-- Versions of the configuration: what was proposed for which day, and who consented to which part.
-- A version is in force once every part that it needs has its consent (docs/in-force.md).

CREATE TABLE version (
  number        INTEGER PRIMARY KEY,
  proposal      TEXT    NOT NULL UNIQUE CHECK (length(proposal) = 64),
  configuration TEXT    NOT NULL CHECK (length(configuration) = 64),
  starts        TEXT    NOT NULL CHECK (starts GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  sample        INTEGER NOT NULL CHECK (sample IN (0, 1)),
  parts         TEXT    NOT NULL CHECK (sample = 1 OR trim(parts) <> ''),
  made_by       TEXT    NOT NULL CHECK (trim(made_by) <> ''),
  account       TEXT    NOT NULL CHECK (trim(account) <> ''),
  reason        TEXT    NOT NULL CHECK (trim(reason) <> ''),
  recorded_at   TEXT    NOT NULL
) STRICT;

CREATE TABLE consent (
  version     INTEGER NOT NULL REFERENCES version (number),
  part        TEXT    NOT NULL,
  given_by    TEXT    NOT NULL CHECK (trim(given_by) <> ''),
  role        TEXT    NOT NULL,
  account     TEXT    NOT NULL CHECK (trim(account) <> ''),
  reference   TEXT    NOT NULL CHECK (trim(reference) <> ''),
  undecided   TEXT    NOT NULL,
  signature   TEXT,
  recorded_at TEXT    NOT NULL,
  PRIMARY KEY (version, part)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER version_follows BEFORE INSERT ON version
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM version)
BEGIN SELECT RAISE(ABORT, 'versions are numbered without gaps'); END;

-- A sample is in force without anybody's consent, so none may follow once people have decided.
CREATE TRIGGER version_sample BEFORE INSERT ON version
WHEN NEW.sample = 1 AND EXISTS (SELECT 1 FROM version WHERE sample = 0)
BEGIN SELECT RAISE(ABORT, 'no sample after a version of the bank''s own'); END;

CREATE TRIGGER version_insert BEFORE INSERT ON version
WHEN EXISTS (SELECT 1 FROM version WHERE number = NEW.number OR proposal = NEW.proposal)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER version_update BEFORE UPDATE ON version
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER version_delete BEFORE DELETE ON version
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER consent_not_makers BEFORE INSERT ON consent
WHEN EXISTS (
  SELECT 1 FROM version WHERE number = NEW.version AND (sample = 1 OR made_by = NEW.given_by)
)
BEGIN SELECT RAISE(ABORT, 'the maker is never the checker'); END;
CREATE TRIGGER consent_insert BEFORE INSERT ON consent
WHEN EXISTS (SELECT 1 FROM consent WHERE version = NEW.version AND part = NEW.part)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER consent_update BEFORE UPDATE ON consent
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER consent_delete BEFORE DELETE ON consent
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
