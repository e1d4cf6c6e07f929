"""One card account: what makes up its debt, and how a day or a payment moves it.

Money is an integer of fen or cents; the balance is always the sum of its parts.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from qinghe.people import chance

PRODUCTS = ("standard", "gold", "farmer", "business")
DAILY_RATE = 500
"""Interest a day in millionths: 0.05 %."""
ANNUAL_RATE = 1825
"""Interest a year in hundredths of a percent: 18.25 %."""
MONTH = 30

_BANDS = (
    *(((1, 30), 620), ((31, 60), 140), ((61, 90), 80), ((91, 120), 50), ((121, 150), 35)),
    *(((151, 180), 25), ((181, 300), 30), ((301, 460), 20)),
)
"""Days past due and how many of a thousand accounts are there: most are only just late."""
_SCALE = {"standard": 60, "gold": 150, "farmer": 40, "business": 320}
"""How large a debt is by product: about 9,600 yuan on a standard card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account on one night; amounts in minor units of `currency`."""

    account_id: str
    customer: int
    card_no: str
    branch: int
    product: str
    currency: str
    due_on: date
    monthly: int
    """Principal that falls due each month."""
    principal: int
    instalment_not_due: int
    interest: int
    compound_interest: int
    penalty: int
    fees: int
    instalment_interest: int
    payments_set_off: int
    credit_limit: int
    last_payment_on: date | None
    last_payment: int | None
    credit_score: int | None
    broken_promises: int
    hardship: bool | None
    contactable: bool | None

    @property
    def balance(self) -> int:
        """What is owed in all: the sum of the parts."""
        return self.principal + self.instalment_not_due + self.charges - self.payments_set_off

    @property
    def charges(self) -> int:
        """Interest, penalty and fees."""
        return (
            self.interest
            + self.compound_interest
            + self.penalty
            + self.fees
            + self.instalment_interest
        )

    def days_past_due(self, night: date) -> int:
        """Days since the due date, 0 when it has not passed."""
        return max(0, (night - self.due_on).days)

    def overdue_amount(self, night: date) -> int:
        """The part of the balance whose due date has passed."""
        days = self.days_past_due(night)
        if days == 0:
            return 0
        months = days // MONTH + 1
        asked = min(self.principal, self.monthly * months) + self.charges - self.payments_set_off
        return max(0, min(self.balance, asked))

    def minimum_due(self, night: date) -> int:
        """What the next bill asks for at least."""
        return max(0, min(self.balance, self.overdue_amount(night) + self.monthly))

    def next_day(self) -> "Account":
        """The account after one more night of interest."""
        interest = _share(self.principal, DAILY_RATE)
        compound = _share(self.interest, DAILY_RATE)
        return replace(
            self,
            interest=self.interest + interest,
            compound_interest=self.compound_interest + compound,
        )

    def paid(self, amount: int, on: date) -> "Account":
        """The account after a payment; one that covers a month takes a month off the days late."""
        cured = amount > self.monthly and self.days_past_due(on) > MONTH
        return replace(
            self,
            payments_set_off=self.payments_set_off + amount,
            last_payment_on=on,
            last_payment=amount,
            due_on=self.due_on + timedelta(MONTH if cured else 0),
        )


def overdue_days(random: Random) -> int:
    """Days past due of an account chosen at random from a bank's overdue ones."""
    (low, high), _ = random.choices(_BANDS, [weight for _, weight in _BANDS])[0]
    days = range(low, high + 1)
    return random.choices(days, [1_000_000 * 94**i // 100**i for i in range(len(days))])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a new account is given before chance decides the rest."""

    account_id: str
    customer: int
    card_no: str
    branch: int
    product: str
    currency: str
    due_on: date
    night: date


def open_account(random: Random, opening: Opening) -> Account:
    """The account as it stands on `opening.night`, with the debt that its days past due explain."""
    days = max(0, (opening.night - opening.due_on).days)
    scale = _SCALE[opening.product] * random.randrange(1, 8)
    principal = random.randrange(2_000, 30_000) * scale // (4 if opening.currency == "CNY" else 24)
    instalments = chance(random, 22)
    interest = _share(principal * (days + random.randrange(5, 30)), DAILY_RATE)
    payment = random.randrange(5_000, 300_000) if chance(random, 62) else None
    paid_on = opening.due_on - timedelta(random.randrange(2, 45))
    monthly = max(principal // 10, 1_000)
    return Account(
        account_id=opening.account_id,
        customer=opening.customer,
        card_no=opening.card_no,
        branch=opening.branch,
        product=opening.product,
        currency=opening.currency,
        due_on=opening.due_on,
        monthly=monthly,
        principal=principal,
        instalment_not_due=principal * random.randrange(1, 9) // 6 if instalments else 0,
        interest=interest,
        compound_interest=_share(interest * (days // 2), DAILY_RATE),
        penalty=max(1_000, monthly // 20) * min(6, days // MONTH + 1) if days else 0,
        fees=random.choice((0, 0, 0, 1_000, 2_500, 10_000)),
        instalment_interest=principal // 90 if instalments else 0,
        payments_set_off=random.randrange(1, monthly) if days and chance(random, 15) else 0,
        credit_limit=(principal * random.choice((11, 13, 16, 25, 40)) // 1_000_000 + 1) * 100_000,
        last_payment_on=None if payment is None else paid_on,
        last_payment=payment,
        credit_score=None if chance(random, 4) else _score(random, days),
        broken_promises=random.choice((0, 0, 0, 0, 1, 1, 2, 3)) if days > MONTH else 0,
        hardship=None if chance(random, 2) else chance(random, 4),
        contactable=None if chance(random, 2) else not chance(random, 6),
    )


def _score(random: Random, days: int) -> int:
    middle = 690 - min(days, 200) // 2
    return max(300, min(900, middle + sum(random.randrange(-30, 31) for _ in range(4))))


def _share(amount: int, millionths: int) -> int:
    """The share of the amount, rounded half up to the minor unit."""
    return (amount * millionths + 500_000) // 1_000_000
