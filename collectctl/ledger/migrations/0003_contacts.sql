-- Who was contacted, what people asked for, when nobody may be contacted, and how far each feed of
-- such facts is known.
--
-- People, debts and addresses are named by numbers. What a number stands for is kept in three tables
-- alone (person, debt, point), so that it can be taken out later without touching history.
-- Moments are seconds since 1970-01-01 UTC; days are dates in the bank's zone. History is only added
-- to, as in 0001_runs.sql: a correction is a new row that names the old one.

CREATE TABLE person (
  key      INTEGER PRIMARY KEY,
  party_id TEXT NOT NULL UNIQUE CHECK (party_id <> '')
) STRICT;

CREATE TABLE debt (
  key        INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE CHECK (account_id <> '')
) STRICT;

-- A number or address belongs to everybody who has it, so it names no person.
CREATE TABLE point (
  key   INTEGER PRIMARY KEY,
  kind  TEXT NOT NULL CHECK (kind IN ('phone', 'email', 'wechat', 'address')),
  value TEXT NOT NULL CHECK (value <> ''),
  UNIQUE (kind, value)
) STRICT;

-- Each file taken in, and the statement with which a feed begins. complete_to is the moment up to
-- which, without it, the feed is known; none: it says nothing about that.
CREATE TABLE intake (
  number        INTEGER PRIMARY KEY,
  feed          TEXT    NOT NULL CHECK (feed <> ''),
  kind          TEXT    NOT NULL CHECK (kind IN ('opening', 'file')),
  digest        TEXT    CHECK ((digest IS NULL) = (kind = 'opening') AND (digest IS NULL OR length(digest) = 64)),
  rows_in       INTEGER NOT NULL CHECK (rows_in >= 0),
  rows_new      INTEGER NOT NULL CHECK (rows_new >= 0),
  rows_known    INTEGER NOT NULL CHECK (rows_known >= 0),
  rows_rejected INTEGER NOT NULL CHECK (rows_rejected >= 0),
  complete_to   INTEGER,
  stated_by     TEXT    NOT NULL CHECK (trim(stated_by) <> ''),
  reason        TEXT    NOT NULL,
  recorded_at   TEXT    NOT NULL,
  CHECK (rows_in = rows_new + rows_known + rows_rejected),
  UNIQUE (feed, digest)
) STRICT;

-- A contact made or tried. No debt: it was about none in particular.
CREATE TABLE contact (
  number    INTEGER PRIMARY KEY,
  intake    INTEGER NOT NULL REFERENCES intake (number),
  feed      TEXT    NOT NULL,
  reference TEXT    NOT NULL CHECK (reference <> ''),
  at        INTEGER NOT NULL,
  channel   TEXT    NOT NULL,
  outcome   TEXT    NOT NULL,
  incoming  INTEGER NOT NULL CHECK (incoming IN (0, 1)),
  person    INTEGER NOT NULL REFERENCES person (key),
  point     INTEGER REFERENCES point (key),
  made_by   TEXT    NOT NULL,
  document  TEXT,
  corrects  INTEGER UNIQUE REFERENCES contact (number),
  UNIQUE (feed, reference)
) STRICT;
CREATE INDEX contact_by_person ON contact (person, at);
CREATE INDEX contact_by_point ON contact (point, at, outcome, channel) WHERE point IS NOT NULL;
CREATE INDEX contact_by_moment ON contact (at);
CREATE INDEX contact_by_document ON contact (document, at) WHERE document IS NOT NULL;
-- What may close a number or address for good, however long ago it was.
CREATE INDEX contact_unreached ON contact (point, at, outcome, channel)
  WHERE point IS NOT NULL AND outcome IN ('failed', 'not_in_service', 'returned');

CREATE TABLE contact_debt (
  contact INTEGER NOT NULL REFERENCES contact (number),
  debt    INTEGER NOT NULL REFERENCES debt (key),
  PRIMARY KEY (contact, debt)
) STRICT, WITHOUT ROWID;

-- What a person said about being contacted, from the moment the bank received it.
CREATE TABLE wish (
  number    INTEGER PRIMARY KEY,
  intake    INTEGER NOT NULL REFERENCES intake (number),
  feed      TEXT    NOT NULL,
  reference TEXT    NOT NULL CHECK (reference <> ''),
  kind      TEXT    NOT NULL,
  received  INTEGER NOT NULL,
  ends      INTEGER CHECK (ends IS NULL OR ends > received),
  person    INTEGER REFERENCES person (key),
  point     INTEGER REFERENCES point (key),
  channel   TEXT,
  weekly    TEXT,
  corrects  INTEGER UNIQUE REFERENCES wish (number),
  CHECK (person IS NOT NULL OR point IS NOT NULL),
  UNIQUE (feed, reference)
) STRICT;
CREATE INDEX wish_by_person ON wish (person) WHERE person IS NOT NULL;
CREATE INDEX wish_by_point ON wish (point) WHERE point IS NOT NULL;

CREATE TABLE wish_debt (
  wish INTEGER NOT NULL REFERENCES wish (number),
  debt INTEGER NOT NULL REFERENCES debt (key),
  PRIMARY KEY (wish, debt)
) STRICT, WITHOUT ROWID;

-- A reason not to contact: of a debt, or of everything a person owes. ends is the first day after it.
CREATE TABLE hold (
  number      INTEGER PRIMARY KEY,
  debt        INTEGER REFERENCES debt (key),
  person      INTEGER REFERENCES person (key),
  starts      TEXT    NOT NULL,
  ends        TEXT    CHECK (ends IS NULL OR ends > starts),
  reason      TEXT    NOT NULL CHECK (trim(reason) <> ''),
  evidence    TEXT    NOT NULL CHECK (trim(evidence) <> ''),
  stops       TEXT    NOT NULL CHECK (stops <> ''),
  set_by      TEXT    NOT NULL CHECK (trim(set_by) <> ''),
  lifted_by   TEXT    NOT NULL,
  review      TEXT    NOT NULL,
  recorded_at TEXT    NOT NULL,
  CHECK ((debt IS NULL) <> (person IS NULL))
) STRICT;
CREATE INDEX hold_by_debt ON hold (debt) WHERE debt IS NOT NULL;
CREATE INDEX hold_by_person ON hold (person) WHERE person IS NOT NULL;

-- From its day on a hold is over; what was held before stays held.
CREATE TABLE lift (
  hold        INTEGER PRIMARY KEY REFERENCES hold (number),
  day         TEXT    NOT NULL,
  lifted_by   TEXT    NOT NULL CHECK (trim(lifted_by) <> ''),
  reason      TEXT    NOT NULL CHECK (trim(reason) <> ''),
  recorded_at TEXT    NOT NULL
) STRICT;

CREATE TRIGGER person_insert BEFORE INSERT ON person
WHEN EXISTS (SELECT 1 FROM person WHERE key = NEW.key OR party_id = NEW.party_id)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER person_update BEFORE UPDATE ON person
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER person_delete BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER debt_insert BEFORE INSERT ON debt
WHEN EXISTS (SELECT 1 FROM debt WHERE key = NEW.key OR account_id = NEW.account_id)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER debt_update BEFORE UPDATE ON debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER debt_delete BEFORE DELETE ON debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER point_insert BEFORE INSERT ON point
WHEN EXISTS (SELECT 1 FROM point WHERE key = NEW.key OR (kind = NEW.kind AND value = NEW.value))
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER point_update BEFORE UPDATE ON point
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER point_delete BEFORE DELETE ON point
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER intake_insert BEFORE INSERT ON intake
WHEN EXISTS (SELECT 1 FROM intake WHERE number = NEW.number OR (feed = NEW.feed AND digest = NEW.digest))
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER intake_update BEFORE UPDATE ON intake
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER intake_delete BEFORE DELETE ON intake
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER contact_insert BEFORE INSERT ON contact
WHEN EXISTS (SELECT 1 FROM contact WHERE number = NEW.number OR (feed = NEW.feed AND reference = NEW.reference) OR corrects = NEW.corrects)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER contact_update BEFORE UPDATE ON contact
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER contact_delete BEFORE DELETE ON contact
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER contact_debt_insert BEFORE INSERT ON contact_debt
WHEN EXISTS (SELECT 1 FROM contact_debt WHERE contact = NEW.contact AND debt = NEW.debt)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER contact_debt_update BEFORE UPDATE ON contact_debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER contact_debt_delete BEFORE DELETE ON contact_debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER wish_insert BEFORE INSERT ON wish
WHEN EXISTS (SELECT 1 FROM wish WHERE number = NEW.number OR (feed = NEW.feed AND reference = NEW.reference) OR corrects = NEW.corrects)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER wish_update BEFORE UPDATE ON wish
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER wish_delete BEFORE DELETE ON wish
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER wish_debt_insert BEFORE INSERT ON wish_debt
WHEN EXISTS (SELECT 1 FROM wish_debt WHERE wish = NEW.wish AND debt = NEW.debt)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER wish_debt_update BEFORE UPDATE ON wish_debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER wish_debt_delete BEFORE DELETE ON wish_debt
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER hold_insert BEFORE INSERT ON hold
WHEN EXISTS (SELECT 1 FROM hold WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER hold_update BEFORE UPDATE ON hold
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER hold_delete BEFORE DELETE ON hold
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER lift_insert BEFORE INSERT ON lift
WHEN EXISTS (SELECT 1 FROM lift WHERE hold = NEW.hold)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER lift_update BEFORE UPDATE ON lift
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER lift_delete BEFORE DELETE ON lift
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
