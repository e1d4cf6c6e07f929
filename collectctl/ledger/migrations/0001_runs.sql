-- Nights that were published, what arrived for them, what braked them, who approved them.
-- A run's row is the decision that its night is published (docs/publishing.md).
--
-- History is only added to. Each table has three triggers: no UPDATE, no DELETE, and no INSERT that
-- takes the place of a row. The third holds even for a tool that opens this file without
-- recursive_triggers, where INSERT OR REPLACE would delete without asking the second.

CREATE TABLE run (
  number          INTEGER PRIMARY KEY,
  business_date   TEXT    NOT NULL UNIQUE CHECK (business_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  manifest_digest TEXT    NOT NULL CHECK (length(manifest_digest) = 64),
  braked          INTEGER NOT NULL CHECK (braked IN (0, 1)),
  sample          INTEGER NOT NULL CHECK (sample IN (0, 1)),
  overtaken       INTEGER NOT NULL CHECK (overtaken IN (0, 1)),
  accounts        INTEGER NOT NULL CHECK (accounts >= 0),
  program         TEXT    NOT NULL,
  recorded_at     TEXT    NOT NULL
) STRICT;

CREATE TABLE arrival (
  run           INTEGER NOT NULL REFERENCES run (number),
  export        TEXT    NOT NULL,
  state         TEXT    NOT NULL CHECK (state IN ('arrived', 'absent', 'empty')),
  file          TEXT,
  digest        TEXT    CHECK (digest IS NULL OR length(digest) = 64),
  size          INTEGER NOT NULL CHECK (size >= 0),
  rows_in       INTEGER NOT NULL CHECK (rows_in >= 0),
  rows_used     INTEGER NOT NULL CHECK (rows_used >= 0),
  rows_rejected INTEGER NOT NULL CHECK (rows_rejected >= 0),
  PRIMARY KEY (run, export)
) STRICT, WITHOUT ROWID;

CREATE TABLE brake (
  run           INTEGER NOT NULL REFERENCES run (number),
  position      INTEGER NOT NULL CHECK (position >= 1),
  code          TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  today         TEXT    NOT NULL,
  before        TEXT,
  limit_text    TEXT    NOT NULL,
  message_zh_CN TEXT    NOT NULL,
  message_en    TEXT    NOT NULL,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE approval (
  run         INTEGER PRIMARY KEY REFERENCES run (number),
  approved_by TEXT    NOT NULL CHECK (trim(approved_by) <> ''),
  reason      TEXT    NOT NULL CHECK (trim(reason) <> ''),
  recorded_at TEXT    NOT NULL
) STRICT;

CREATE TRIGGER run_follows BEFORE INSERT ON run
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM run)
BEGIN SELECT RAISE(ABORT, 'runs are numbered without gaps'); END;

CREATE TRIGGER run_insert BEFORE INSERT ON run
WHEN EXISTS (SELECT 1 FROM run WHERE number = NEW.number OR business_date = NEW.business_date)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER run_update BEFORE UPDATE ON run
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER run_delete BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER arrival_insert BEFORE INSERT ON arrival
WHEN EXISTS (SELECT 1 FROM arrival WHERE run = NEW.run AND export = NEW.export)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER arrival_update BEFORE UPDATE ON arrival
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER arrival_delete BEFORE DELETE ON arrival
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER brake_insert BEFORE INSERT ON brake
WHEN EXISTS (SELECT 1 FROM brake WHERE run = NEW.run AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER brake_update BEFORE UPDATE ON brake
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER brake_delete BEFORE DELETE ON brake
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

-- Only a braked night needs an approval, and one is enough.
CREATE TRIGGER approval_of_a_brake BEFORE INSERT ON approval
WHEN NOT EXISTS (SELECT 1 FROM run WHERE number = NEW.run AND braked = 1)
BEGIN SELECT RAISE(ABORT, 'only a braked night is approved'); END;
CREATE TRIGGER approval_insert BEFORE INSERT ON approval
WHEN EXISTS (SELECT 1 FROM approval WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER approval_update BEFORE UPDATE ON approval
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER approval_delete BEFORE DELETE ON approval
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
