"""The register of the legal desk: which steps the bank has decided to take about which accounts.

Everything follows from the account and the night, so that the rest of the story stays as it is.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from qinghe.debts import Account
from qinghe.people import chance
from qinghe.rows import YES_NO, Row
from qinghe.story import Night

FINAL = 90
"""Days past due after which the legal desk looks at an account."""
_BUREAU, _AGENCY = 60, 150
_AGENCY_NAME, _AGENCY_PHONE = "清河恒信资产服务有限公司", "10055500188"
_MEETINGS = (5, 9)
"""Days after the first night: minutes that were entered ahead of their meeting."""


def registers(nights: tuple[Night, ...]) -> Iterator[list[Row]]:
    """Of each night what was entered so far about the accounts that are still there."""
    entered: dict[tuple[str, str], Row] = {}
    for night in nights:
        marked = {s.account_id for s in night.statuses}
        for account in night.accounts:
            if account.account_id not in marked:
                for row in _decided(account, night.on):
                    entered.setdefault((row["账号"], row["措施"]), row)
        if night is nights[0]:
            for row in _ahead(night, marked, entered):
                entered[row["账号"], row["措施"]] = row
        here = {a.account_id for a in night.accounts}
        yield [row for (account_id, _), row in sorted(entered.items()) if account_id in here]


def _decided(account: Account, night: date) -> Iterator[Row]:
    """What is decided about an account by a night; two thirds of the oldest are to be sued."""
    random = Random(f"decisions {account.account_id}")
    days = account.days_past_due(night)
    if days > FINAL and chance(random, 67):
        yield _legal(random, account, _some_day(random, account, FINAL, night))
    if days > _BUREAU and chance(random, 30):
        on = _some_day(random, account, _BUREAU, night)
        yield _row(account, "征信报送", on, "征信管理岗 S3102", _number(random, "清征", on))
    if days > _AGENCY and chance(random, 12):
        on = _some_day(random, account, _AGENCY, night)
        row = _row(account, "委外", on, "委外评审小组", _number(random, "清委", on))
        row |= {"最早实施日": str(on + timedelta(10))}
        yield row | {"受托机构": _AGENCY_NAME, "受托机构电话": _AGENCY_PHONE}


def _legal(random: Random, account: Account, on: date) -> Row:
    row = _row(account, "诉讼", on, random.choice(("法务部 S3001", "资产保全委员会")),
               _number(random, "清法", on))  # fmt: skip
    waits = str(on + timedelta(30)) if chance(random, 50) else ""
    criminal = random.choices((None, False, True), (35, 60, 5))[0]
    return row | {"最早实施日": waits, "可提及刑责": YES_NO[criminal]}


def _ahead(night: Night, marked: set[str], entered: dict[tuple[str, str], Row]) -> Iterator[Row]:
    """Two accounts whose minutes are dated to meetings that are yet to come."""
    open_ = (
        a for a in night.accounts
        if a.days_past_due(night.on) > FINAL
        and a.account_id not in marked and (a.account_id, "诉讼") not in entered
    )  # fmt: skip
    for account, days in zip(open_, _MEETINGS, strict=False):
        yield _legal(Random(f"ahead {account.account_id}"), account, night.on + timedelta(days))


def _some_day(random: Random, account: Account, after: int, night: date) -> date:
    """A day of the last weeks, once the account is so many days late."""
    return max(account.due_on + timedelta(after + 1), night - timedelta(random.randrange(25)))


def _number(random: Random, of: str, on: date) -> str:
    return f"{of}〔{on.year}〕{random.randrange(1, 10_000):04d}号"


def _row(account: Account, step: str, on: date, by: str, reference: str) -> Row:
    return {
        "账号": account.account_id, "措施": step, "决定日": str(on), "决定人": by,
        "决定文号": reference, "最早实施日": "", "可提及刑责": "", "受托机构": "",
        "受托机构电话": "",
    }  # fmt: skip
