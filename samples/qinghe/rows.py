"""What the bank's systems export: the rows of each file, as text under Chinese headings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from qinghe.debts import ANNUAL_RATE, DAILY_RATE, Account
from qinghe.people import Person, chance
from qinghe.story import FIRST_NIGHT, Bank, Night, Status

Row = dict[str, str]
"""Heading to cell."""
PRODUCT_NAMES = {"standard": "标准卡", "gold": "金卡", "farmer": "惠农卡", "business": "商务卡"}
ROLE_NAMES = {
    "principal": "主卡持卡人",
    "joint_debtor": "共同债务人",
    "guarantor": "保证人",
    "supplementary": "附属卡持卡人",
    "contact": "联系人",
    "representative": "代理人",
}
LANGUAGE_NAMES = {"zh_CN": "中文", "en": "英文"}
YES_NO = {True: "是", False: "否", None: ""}
STATEMENT_MONTHS = 6
_BILLED_BEFORE_DUE = timedelta(20)


def yuan(minor: int) -> str:
    """The amount with two decimals."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def account_row(account: Account, night: date) -> Row:
    """One line of the export of overdue accounts."""
    return {
        **_which(account, night),
        "逾期天数": str(account.days_past_due(night)),
        "欠款总额": yuan(account.balance),
        "其中逾期金额": yuan(account.overdue_amount(night)),
        "最低还款额": yuan(account.minimum_due(night)),
        "透支本金": yuan(account.principal),
        "分期未到期本金": yuan(account.instalment_not_due),
        "透支利息": yuan(account.interest),
        "复利": yuan(account.compound_interest),
        "违约金": yuan(account.penalty),
        "费用": yuan(account.fees),
        "分期利息": yuan(account.instalment_interest),
        "已还款冲抵": yuan(account.payments_set_off),
        "日利率": f"0.{DAILY_RATE // 100:02d}",
        "年化利率": yuan(ANNUAL_RATE),
        "授信额度": yuan(account.credit_limit),
        "最近还款日": "" if account.last_payment_on is None else str(account.last_payment_on),
        "最近还款额": "" if account.last_payment is None else yuan(account.last_payment),
        "行内评分": "" if account.credit_score is None else str(account.credit_score),
        "近6月爽约次数": str(account.broken_promises),
        "困难客户": YES_NO[account.hardship],
        "可联系": YES_NO[account.contactable],
    }


def falling_due_row(account: Account, night: date) -> Row:
    """One line of the workbook of accounts falling due."""
    return {
        **_which(account, night),
        "欠款总额": yuan(account.balance),
        "最低还款额": yuan(account.minimum_due(night)),
        "授信额度": yuan(account.credit_limit),
    }


def party_rows(bank: Bank, accounts: Iterable[Account]) -> list[Row]:
    """Who stands in which role to each account."""
    rows = []
    for account in accounts:
        customer = bank.customers[account.customer - 1]
        for role, someone in (("principal", customer.person), *customer.near):
            rows.append(_party_row(account.account_id, role, someone))
    return rows


def status_row(status: Status) -> Row:
    """One line of the export of statuses."""
    return {
        "账号": status.account_id,
        "账户状态": status.status,
        "起始日": str(status.since),
        "案号": status.case_no,
    }


def statement_rows(night: Night) -> list[Row]:
    """Six monthly statements of some of the accounts; they do not change between the nights."""
    rows = []
    for account in (*night.accounts, *night.falling_due):
        random = Random(account.account_id)
        if chance(random, 40):
            rows += _statements(random, account)
    return rows


def _which(account: Account, night: date) -> Row:
    return {
        "账号": account.account_id,
        "客户号": f"C{account.customer:06d}",
        "卡号": account.card_no,
        "支行": f"B{account.branch + 1:03d}",
        "产品": PRODUCT_NAMES[account.product],
        "币种": account.currency,
        "数据日期": str(night),
        "到期还款日": str(account.due_on),
    }


def _party_row(account_id: str, role: str, someone: Person) -> Row:
    known = role != "contact"  # of a contact person a bank keeps a name and a number, no more
    return {
        "账号": account_id,
        "关系人编号": someone.party_id,
        "关系": ROLE_NAMES[role],
        "姓名": someone.name,
        "证件号码": someone.id_no if known else "",
        "手机": someone.phone,
        "电子邮箱": someone.email if known else "",
        "微信": someone.wechat_id if known else "",
        "地址": someone.address if known else "",
        "邮编": someone.postal_code if known else "",
        "语言": LANGUAGE_NAMES[someone.language],
    }


@dataclass(slots=True)
class _Month:
    """A month of a year, which can step back."""

    year: int
    month: int

    def back(self) -> None:
        """Moves to the month before."""
        self.year, self.month = (
            (self.year - 1, 12) if self.month == 1 else (self.year, self.month - 1)
        )


def _statements(random: Random, account: Account) -> list[Row]:
    day = min(28, (account.due_on - _BILLED_BEFORE_DUE).day)
    month = _Month(FIRST_NIGHT.year, FIRST_NIGHT.month)
    if day >= FIRST_NIGHT.day:
        month.back()
    late_months = account.days_past_due(FIRST_NIGHT) // 30 + 1
    bill, rows = max(0, account.balance), []
    for n in range(STATEMENT_MONTHS):
        spent = bill * random.randrange(0, 40) // 100 if n >= late_months else 0
        cash = spent * random.choice((0, 0, 0, 20, 60)) // 100
        minimum = bill // 10
        paid = random.choice((minimum, bill, bill // 2, minimum)) if n >= late_months else 0
        rows.append(
            {
                "账号": account.account_id,
                "币种": account.currency,
                "账单日": str(date(month.year, month.month, day)),
                "账单金额": yuan(bill),
                "还款金额": yuan(paid),
                "最低还款额": yuan(minimum),
                "消费": yuan(spent - cash),
                "取现": yuan(cash),
                "授信额度": yuan(account.credit_limit),
            }
        )
        bill = max(0, bill - spent) * random.randrange(90, 105) // 100
        month.back()
    return rows
