-- Payments and what took them back, and the days of which a feed's files have everything.
-- Moments are seconds since 1970-01-01 UTC, amounts minor units. History is only added to, as in
-- 0001_runs.sql: a correction is a new row that names the old one.

-- Money that came in; or, where reverses names a payment, went back. value_day is the day from which
-- it counts and may lie before booked.
CREATE TABLE payment (
  number    INTEGER PRIMARY KEY,
  intake    INTEGER NOT NULL REFERENCES intake (number),
  feed      TEXT    NOT NULL,
  reference TEXT    NOT NULL CHECK (reference <> ''),
  debt      INTEGER NOT NULL REFERENCES debt (key),
  amount    INTEGER NOT NULL CHECK (amount > 0),
  currency  TEXT    NOT NULL CHECK (length(currency) = 3),
  booked    INTEGER NOT NULL,
  value_day TEXT    NOT NULL,
  payer     TEXT    NOT NULL CHECK (payer IN ('self', 'third')),
  reverses  INTEGER REFERENCES payment (number),
  corrects  INTEGER UNIQUE REFERENCES payment (number),
  UNIQUE (feed, reference)
) STRICT;
CREATE INDEX payment_by_debt ON payment (debt, currency, booked, amount, reverses);
CREATE INDEX payment_by_booking ON payment (booked);
CREATE INDEX payment_reversed ON payment (reverses) WHERE reverses IS NOT NULL;

-- A file that came whole, of which no row was set apart, has everything from starts until ends
-- (exclusive). How far a feed is known: its statements, and the days that follow them without a gap.
CREATE TABLE coverage (
  intake INTEGER PRIMARY KEY REFERENCES intake (number),
  starts INTEGER NOT NULL,
  ends   INTEGER NOT NULL CHECK (ends > starts)
) STRICT;

-- Only a payment can be taken back, once, and whole.
CREATE TRIGGER payment_reversal BEFORE INSERT ON payment
WHEN NEW.reverses IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM payment p
  WHERE p.number = NEW.reverses AND p.reverses IS NULL AND p.debt = NEW.debt
    AND p.currency = NEW.currency AND p.amount = NEW.amount
    AND NOT EXISTS (SELECT 1 FROM payment c WHERE c.corrects = p.number)
    AND NOT EXISTS (
      SELECT 1 FROM payment r WHERE r.reverses = p.number AND r.number IS NOT NEW.corrects
        AND NOT EXISTS (SELECT 1 FROM payment c WHERE c.corrects = r.number)
    )
)
BEGIN SELECT RAISE(ABORT, 'a reversal is of a payment that stands'); END;

CREATE TRIGGER payment_insert BEFORE INSERT ON payment
WHEN EXISTS (SELECT 1 FROM payment WHERE number = NEW.number OR (feed = NEW.feed AND reference = NEW.reference) OR corrects = NEW.corrects)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER payment_update BEFORE UPDATE ON payment
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER payment_delete BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

CREATE TRIGGER coverage_insert BEFORE INSERT ON coverage
WHEN EXISTS (SELECT 1 FROM coverage WHERE intake = NEW.intake)
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER coverage_update BEFORE UPDATE ON coverage
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER coverage_delete BEFORE DELETE ON coverage
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
