"""Three nights of the bank: who owes what on the first, and what changes on the next two.

Interest grows, some pay in part or in full, one payment bounces and its account comes back, new
accounts miss their date, and a few drop out of the export without a word.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from qinghe.debts import PRODUCTS, Account, Opening, open_account, overdue_days
from qinghe.people import TOWNS, Person, card_no, chance, person

FIRST_NIGHT = date(2026, 11, 18)
NIGHTS = tuple(FIRST_NIGHT + timedelta(n) for n in range(3))
OVERDUE_AT_FIRST = 2000
FALLING_DUE_DAYS = 5
"""How many days before its date an account appears in the export of those falling due."""
FALLING_DUE_A_DAY = 28
NEW_A_NIGHT = 46
"""Accounts that miss their date without having been in that export: other cycles, other systems."""
BRANCHES = len(TOWNS)
_OF_THE_PERSON = {"deceased", "minor", "incapacity", "insolvent", "staff_related"}
"""Statuses that concern a customer, and so all of the accounts."""
_STATUSES = (
    *(("deceased", 5, 1), ("fraud_inquiry", 5, 1), ("staff_related", 5, 1), ("minor", 1, 1)),
    *(("incapacity", 2, 1), ("insolvent", 2, 61), ("restructured_watch", 14, 31)),
    *(("court_filed", 9, 121), ("court_judgment", 5, 121), ("court_enforcement", 4, 151)),
    *(("court_ended", 2, 181), ("sold", 6, 151), ("written_off_owed", 10, 181)),
)
"""Status, how many on the first night, and the days past due from which it is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What an account is beyond its days."""

    account_id: str
    status: str
    since: date
    case_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer: the bank's number, the home branch, the person, and whoever is near them."""

    number: int
    branch: int
    person: Person
    near: tuple[tuple[str, Person], ...]
    """Role and person, towards each of the customer's accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What the bank's systems know on one night."""

    on: date
    accounts: tuple[Account, ...]
    falling_due: tuple[Account, ...]
    statuses: tuple[Status, ...]
    settled: tuple[Account, ...]
    """Accounts that were paid since the night before, as they stood then."""


@dataclass(slots=True, kw_only=True)
class Bank:
    """The bank as it grows: its customers, and the chance that moves everything."""

    random: Random
    customers: list[Customer] = field(default_factory=list)
    people: int = 0
    opened: int = 0

    def new_person(self, town: int, *, foreign: bool = False) -> Person:
        """One more person."""
        self.people += 1
        return person(self.random, self.people, town, foreign=foreign)

    def new_customer(self) -> Customer:
        """One more customer, perhaps with people who vouch, share the debt or pick up the phone."""
        branch = self.random.choices(range(BRANCHES), (30, 18, 16, 14, 12, 10))[0]
        shares = (("joint_debtor", 4), ("guarantor", 6), ("supplementary", 8), ("contact", 70))
        near = [(role, self.new_person(branch)) for role, n in shares if chance(self.random, n)]
        if self.random.randrange(250) == 0:
            near.append(("representative", self.new_person(branch)))
        holder = self.new_person(branch, foreign=chance(self.random, 1))
        number = len(self.customers) + 1
        customer = Customer(number=number, branch=branch, person=holder, near=tuple(near))
        self.customers.append(customer)
        return customer

    def new_account(self, customer: Customer, due_on: date, night: date) -> Account:
        """One more account of the customer, due on a day that may have passed."""
        self.opened += 1
        product = self.random.choices(PRODUCTS, (52, 20, 20, 8))[0]
        serial = f"{customer.branch + 1:03d}{20_000_000 + self.opened * 37:08d}"
        opening = Opening(
            account_id=f"6060{serial}{self.random.randrange(1, 1000):03d}"
            f"{self.random.randrange(1, 10)}",
            customer=customer.number,
            card_no=card_no(self.random),
            branch=customer.branch,
            product=product,
            currency="USD" if chance(self.random, 6) else "CNY",
            due_on=due_on,
            night=night,
        )
        return open_account(self.random, opening)

    def some_customer(self) -> Customer:
        """Usually somebody new, sometimes somebody the bank knows."""
        known = self.customers and chance(self.random, 20)
        return self.random.choice(self.customers) if known else self.new_customer()


def tell(bank: Bank) -> tuple[Night, ...]:
    """The three nights."""
    nights = [_first(bank)]
    for on in NIGHTS[1:]:
        nights.append(_next(bank, nights))
        assert nights[-1].on == on  # noqa: S101 - the story and its dates move together
    return tuple(nights)


def _first(bank: Bank) -> Night:
    random, accounts = bank.random, list[Account]()
    while len(accounts) < OVERDUE_AT_FIRST:
        customer = bank.new_customer()
        for _ in range(random.choices((1, 2, 3, 4), (62, 25, 10, 3))[0]):
            due_on = FIRST_NIGHT - timedelta(overdue_days(random))
            accounts.append(bank.new_account(customer, due_on, FIRST_NIGHT))
    del accounts[OVERDUE_AT_FIRST:]
    _plant_odd_balances(accounts)
    statuses = _first_statuses(random, accounts)
    coming = [a for n in range(FALLING_DUE_DAYS + 1) for a in _falling_due(bank, FIRST_NIGHT, n)]
    return Night(
        on=FIRST_NIGHT,
        accounts=tuple(accounts),
        falling_due=tuple(coming),
        statuses=tuple(statuses),
        settled=(),
    )


def _plant_odd_balances(accounts: list[Account]) -> None:
    """A few customers have paid too much, and a few owe less than a stamp costs."""
    for place in (40, 410, 1290):
        a = accounts[place]
        accounts[place] = replace(a, payments_set_off=a.payments_set_off + a.balance + 12_345)
    for place in (77, 512, 903, 1544, 1801):
        left = 100 + place // 2
        a = accounts[place]
        accounts[place] = replace(a, payments_set_off=a.payments_set_off + a.balance - left)


def _first_statuses(random: Random, accounts: list[Account]) -> list[Status]:
    taken: set[str] = set()
    found: list[Status] = []
    for status, count, days in _STATUSES:
        free = [a for a in accounts if a.days_past_due(FIRST_NIGHT) >= days]
        for account in random.sample([a for a in free if a.account_id not in taken], count):
            since = FIRST_NIGHT - timedelta(random.randrange(3, 20 + days))
            court = status.startswith("court_")
            case_no = f"(2026)清0000民初{random.randrange(100, 3000)}号" if court else ""
            whole = status in _OF_THE_PERSON
            same = [a for a in accounts if whole and a.customer == account.customer] or [account]
            for a in same:
                taken.add(a.account_id)
                found.append(
                    Status(account_id=a.account_id, status=status, since=since, case_no=case_no)
                )
    return found


def _falling_due(bank: Bank, night: date, days: int) -> list[Account]:
    due_on = night + timedelta(days)
    return [bank.new_account(bank.some_customer(), due_on, night) for _ in range(FALLING_DUE_A_DAY)]


def _next(bank: Bank, before: list[Night]) -> Night:
    last, random = before[-1], bank.random
    night = last.on + timedelta(1)
    marked = {s.account_id for s in last.statuses}
    accounts: list[Account] = []
    settled: list[Account] = []
    silent = set(random.sample(range(len(last.accounts)), 3))
    for place, account in enumerate(last.accounts):
        if place in silent and account.account_id not in marked:
            continue
        after = _one_night(random, account.next_day(), night, marked)
        (settled if after is None else accounts).append(after or account)
    coming: list[Account] = []
    for account in last.falling_due:
        missed = account.due_on < night
        if chance(random, 40 if missed else 5):
            settled.append(account)
        else:
            (accounts if missed else coming).append(account)
    accounts += [bank.new_account(bank.some_customer(), last.on, night) for _ in range(NEW_A_NIGHT)]
    back = _come_back(before, night)
    done = [Status(account_id=a.account_id, status="settled", since=night) for a in settled]
    returned = {a.account_id for a in back}
    kept = [s for s in last.statuses if s.account_id not in returned]
    return Night(
        on=night,
        accounts=(*accounts, *back),
        falling_due=(*coming, *_falling_due(bank, night, FALLING_DUE_DAYS)),
        statuses=(*kept, *done, *_new_statuses(accounts, marked, night)),
        settled=tuple(settled),
    )


def _one_night(random: Random, account: Account, night: date, marked: set[str]) -> Account | None:
    """The account after one night, or None when the part overdue was paid."""
    if account.account_id in marked or account.balance <= 0:
        return account
    if chance(random, 4 if account.days_past_due(night) <= 30 else 1):  # noqa: PLR2004 - a month
        return None
    overdue = account.overdue_amount(night)
    if chance(random, 4) and overdue > 10_000:  # noqa: PLR2004 - nobody transfers less than 100
        return account.paid(overdue * random.randrange(1, 5) // 6, night)
    return account


def _come_back(before: list[Night], night: date) -> list[Account]:
    """The account whose payment of the night before bounced: owed again, days and all."""
    settled = [a for a in before[-1].settled if a.days_past_due(night) > FALLING_DUE_DAYS]
    if not settled:
        return []
    account = settled[0].next_day().next_day()
    bounced = -account.overdue_amount(night)
    return [replace(account, last_payment_on=night, last_payment=bounced)]


def _new_statuses(accounts: list[Account], marked: set[str], night: date) -> list[Status]:
    late = [a for a in accounts if a.days_past_due(night) > 120 and a.account_id not in marked]  # noqa: PLR2004 - when the bank goes to court
    fresh = [a for a in accounts if a.days_past_due(night) == 2]  # noqa: PLR2004 - a report of the day before
    court = Status(
        account_id=late[night.day].account_id,
        status="court_filed",
        since=night,
        case_no=f"(2026)清0000民初{3000 + night.day}号",
    )
    return [court, Status(account_id=fresh[0].account_id, status="fraud_inquiry", since=night)]
