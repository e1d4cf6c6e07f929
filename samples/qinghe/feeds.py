"""What the dialler, the gateway and the books tell of a day: contacts made, and payments.

A few rows each, of chance of its own, so that they change nothing else in the bank's story.
"""

from datetime import timedelta
from random import Random

from qinghe.debts import Account
from qinghe.rows import Row, yuan
from qinghe.story import Bank, Night

CALLS, MESSAGES, PAYMENTS = 8, 6, 9
_ELSEWHERE, _RELATIVE = 2, 4
"""Which payment was made at another bank the evening before, and which by a relative."""
_SPOKE = ("通话", "无人接听", "占线", "接通", "无人接听", "语音信箱", "停机", "通话")
_RECEIPTS = ("已送达", "已送达", "失败", "已送达", "已提交", "已送达")
_FIRST_CUSTOMERS = 20
"""Left alone, so that those at the top of every list are as nobody has called them yet."""


def call_rows(bank: Bank, night: Night) -> list[Row]:
    """The dialler's log of the day."""
    return [
        {
            "通话编号": f"D{night.on:%Y%m%d}{n:04d}",
            "拨打时间": f"{night.on} {9 + n:02d}:{7 * n % 60:02d}:30",
            "呼叫结果": _SPOKE[n],
            "呼叫方向": "呼出",
            "客户编号": person.party_id,
            "被叫号码": person.phone,
            "关联账号": account.account_id,
            "坐席": f"S30{n % 3 + 1:02d}",
            "更正编号": "",
        }
        for n, account in enumerate(_some(bank, night, "calls", CALLS))
        for person in (bank.customers[account.customer - 1].person,)
    ]


def message_rows(bank: Bank, night: Night) -> list[Row]:
    """The gateway's receipts of the day."""
    return [
        {
            "消息编号": f"M{night.on:%Y%m%d}{n:04d}",
            "回执时间": f"{night.on} 10:{3 * n:02d}:00",
            "状态": _RECEIPTS[n],
            "客户编号": person.party_id,
            "手机号": person.phone,
            "账号": account.account_id,
            "模板": "friendly-reminder",
        }
        for n, account in enumerate(_some(bank, night, "messages", MESSAGES))
        for person in (bank.customers[account.customer - 1].person,)
    ]


def payment_rows(before: Night, night: Night, after: Night | None) -> list[Row]:
    """Payments booked on the day, with one that bounces the day after, and its reversal."""
    there = {a.account_id for a in before.accounts}
    paid = [a for a in night.accounts if a.last_payment_on == night.on and a.account_id in there]
    part = [a for a in paid if (a.last_payment or 0) > 0][:PAYMENTS]
    rows = [_payment(f"Z{night.on:%Y%m%d}{n:04d}", night, n, a) for n, a in enumerate(part)]
    rows += [
        _payment(f"Z{night.on:%Y%m%d}9001", night, PAYMENTS, account)
        for account in (() if after is None else _bounced(after))
    ]
    for account in _bounced(night):
        back = _payment(f"Z{night.on:%Y%m%d}9101", night, PAYMENTS, account)
        rows.append({**back, "冲正流水号": f"Z{before.on:%Y%m%d}9001"})
    return rows


def _payment(reference: str, night: Night, n: int, account: Account) -> Row:
    """The n-th payment of the day: the last payment of an account, or its bounce."""
    early = timedelta(1 if n == _ELSEWHERE else 0)
    return {
        "流水号": reference,
        "账号": account.account_id,
        "币种": account.currency,
        "金额": yuan(abs(account.last_payment or 0)),
        "入账时间": f"{night.on} {8 + n:02d}:15",
        "起息日": str(night.on - early),
        "还款人": "他人" if n == _RELATIVE else "本人",
        "冲正流水号": "",
        "更正流水号": "",
    }


def _bounced(night: Night) -> list[Account]:
    return [
        a for a in night.accounts if a.last_payment_on == night.on and (a.last_payment or 0) < 0
    ]


def _some(bank: Bank, night: Night, what: str, count: int) -> list[Account]:
    """Accounts of different customers that nothing else is told of."""
    told = {s.account_id for s in night.statuses}
    ordinary: dict[int, Account] = {}
    for account in night.accounts:
        phone = bank.customers[account.customer - 1].person.phone
        late = 10 < account.days_past_due(night.on) < 90  # noqa: PLR2004 - worked by phone
        if account.account_id in told or account.customer <= _FIRST_CUSTOMERS:
            continue
        if late and phone:
            ordinary.setdefault(account.customer, account)
    chosen = Random(f"{what} {night.on}").sample(sorted(ordinary), count)
    return [ordinary[customer] for customer in chosen]
