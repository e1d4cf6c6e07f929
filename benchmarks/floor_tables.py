"""The floor's tables: exports read by pyarrow, decided by pandas, handed to workers as Parquet.

Written for the starter layouts and nothing else: a cell that is not what it should be ends it.
"""

from dataclasses import dataclass
from pathlib import Path

import floor_books
import floor_rules
import floor_texts
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

ACCOUNTS = {
    "账号": "account_id", "客户号": "customer_id", "卡号": "card_no", "支行": "branch_code",
    "产品": "product", "币种": "currency", "数据日期": "as_of", "到期还款日": "due_date",
    "逾期天数": "days_past_due", "欠款总额": "balance", "其中逾期金额": "overdue_amount",
    "最低还款额": "minimum_due", "透支本金": "principal", "分期未到期本金": "instalment_not_due",
    "透支利息": "interest", "复利": "compound_interest", "违约金": "penalty", "费用": "fees",
    "分期利息": "instalment_interest", "已还款冲抵": "payments_set_off", "日利率": "daily_rate",
    "年化利率": "annual_rate", "授信额度": "credit_limit", "最近还款日": "last_payment_on",
    "最近还款额": "last_payment", "行内评分": "credit_score", "近6月爽约次数": "broken_promises_6m",
    "困难客户": "hardship", "可联系": "contactable",
}  # fmt: skip
PARTIES = {
    "账号": "account_id", "关系人编号": "party_id", "关系": "role", "姓名": "name",
    "证件号码": "id_no", "手机": "phone", "电子邮箱": "email", "微信": "wechat_id",
    "地址": "address", "邮编": "postal_code", "语言": "language",
}  # fmt: skip
MONEY = (*floor_texts.AMOUNTS, "credit_limit")
PARTS = (
    "principal", "instalment_not_due", "interest", "compound_interest", "penalty", "fees",
    "instalment_interest",
)  # fmt: skip
DOCUMENTS = {
    "care": "care-notice", "pre-legal": "firm-notice", "final": "firm-notice",
    "visit": "firm-notice", "firm": "firm-notice", "overdue": "overdue-notice",
    "remind": "friendly-reminder", "friendly": "friendly-reminder",
}  # fmt: skip
MESSAGES = ("remind", "friendly")
WORKED = ("final", "visit", "firm")
SEVERITY = (
    "otherwise", "grace", "friendly", "remind", "overdue", "firm", "visit", "final", "pre-legal",
    "ask-first", "care",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    accounts: pa.Table
    parties: pa.Table
    statuses: pa.Table


def read(folder: Path) -> Exports:
    """The exports, typed; money in minor units."""
    money = pa.decimal128(14, 2)
    types = dict.fromkeys(ACCOUNTS, pa.string())
    for heading, name in ACCOUNTS.items():
        if name in MONEY:
            types[heading] = money
        elif name in floor_texts.DATES:
            types[heading] = pa.date32()
        elif name in floor_texts.RATES:
            types[heading] = pa.decimal128(12, 4)
        elif name in ("days_past_due", "credit_score", "broken_promises_6m"):
            types[heading] = pa.int64()
        elif name in ("hardship", "contactable"):
            types[heading] = pa.bool_()
    accounts = csv.read_csv(
        next(folder.glob("accounts_*.csv")),
        read_options=csv.ReadOptions(encoding="gb18030"),
        parse_options=csv.ParseOptions(invalid_row_handler=lambda _: "skip"),
        convert_options=csv.ConvertOptions(
            column_types=types, strings_can_be_null=True, true_values=["是"], false_values=["否"]
        ),
    )
    accounts = accounts.rename_columns(list(ACCOUNTS.values()))
    for name in (*MONEY, *floor_texts.RATES):
        scale = 100 if name in MONEY else 10_000
        values = pc.multiply(accounts[name], pa.scalar(scale, pa.decimal128(6, 0)))
        at = accounts.column_names.index(name)
        accounts = accounts.set_column(at, name, values.cast(pa.int64()))
    parties = csv.read_csv(
        next(folder.glob("parties_*.csv")),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(PARTIES, pa.string()), strings_can_be_null=True
        ),
    ).rename_columns(list(PARTIES.values()))
    statuses = csv.read_csv(next(folder.glob("statuses_*.csv")),
        convert_options=csv.ConvertOptions(column_types={"账号": pa.string()}))  # fmt: skip
    _check(accounts)
    return Exports(accounts=accounts, parties=parties, statuses=statuses)


def _check(accounts: pa.Table) -> None:
    """What anybody would look at: no account twice, the parts add up."""
    if pc.count_distinct(accounts["account_id"]).as_py() != len(accounts):
        raise SystemExit("an account twice")
    total = pc.negate(accounts["payments_set_off"])
    for name in PARTS:
        total = pc.add(total, accounts[name])
    if not pc.all(pc.equal(total, accounts["balance"])).as_py():
        raise SystemExit("parts that do not add up")


def decide(exports: Exports) -> pa.Table:
    """The accounts with tier, treatment, and the treatment that leads for their customer."""
    accounts = exports.accounts
    frame = accounts.select(floor_rules.COLUMNS).to_pandas(types_mapper=pd.ArrowDtype)
    tier, treatment = floor_rules.first_match(frame)
    severity = {name: n for n, name in enumerate(SEVERITY)}
    score = treatment.map(severity).astype(np.int64)
    customer = accounts["customer_id"].to_pandas(types_mapper=pd.ArrowDtype)
    lead = score.groupby(customer.to_numpy(), sort=False).transform("max")
    names = np.array(SEVERITY, object)[lead.to_numpy()]
    flagged = pc.is_in(accounts["account_id"], value_set=exports.statuses["账号"])
    apart = accounts["customer_id"].filter(flagged).combine_chunks()
    return (
        accounts.append_column("tier", pa.array(tier))
        .append_column("treatment", pa.array(treatment))
        .append_column("lead", pa.array(names, pa.string()))
        .append_column("apart", pc.is_in(accounts["customer_id"], value_set=apart))
    )


def write(decided: pa.Table, path: Path) -> None:
    """The decisions as the archive keeps them."""
    names = ("account_id", "customer_id", "currency", "balance", "tier", "treatment", "lead")
    pq.write_table(decided.select(names), path, compression="zstd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Who is written to, about what, and what is worked."""

    contacts: pa.Table
    lines: pa.Table
    told: pa.Table
    """The accounts that a document speaks of."""
    persons: pa.Table
    """The principal of each of these."""


def contacts_of(decided: pa.Table, exports: Exports) -> Contacts:
    """One document for each customer whose leading treatment has one, in the order of printing."""
    told = decided.filter(
        pc.and_(
            pc.is_in(decided["lead"], value_set=pa.array(list(DOCUMENTS))),
            pc.invert(decided["apart"]),
        )
    ).sort_by([("customer_id", "ascending"), ("account_id", "ascending")])
    parties = exports.parties.filter(pc.equal(exports.parties["role"], "主卡持卡人"))
    at = pc.index_in(told["account_id"], value_set=parties["account_id"].combine_chunks())
    persons = parties.take(at)
    customers = told["customer_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    first = np.flatnonzero(np.diff(customers, prepend=-1))
    counts = np.diff(np.append(first, len(customers)))
    lead = told["lead"].take(pa.array(first)).to_pandas()
    channel = np.where(lead.isin(MESSAGES), "sms", "letter")
    contacts = persons.take(pa.array(first))
    language = pc.if_else(pc.equal(contacts["language"], "英文"), "en", "zh_CN")
    contacts = contacts.drop_columns("language")
    for name, values in (
        ("lines", pa.array(counts)),
        ("contact_no", pa.array(np.arange(1, len(first) + 1))),
        ("document", pa.array(lead.map(DOCUMENTS))),
        ("channel", pa.array(channel)),
        ("language", language),
    ):
        contacts = contacts.append_column(name, values)
    order = np.lexsort((first, contacts["document"].to_pandas(), channel))
    sizes = counts[order]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    names = ["card_no", "currency", "days_past_due", *floor_texts.AMOUNTS, *floor_texts.DATES]
    lines = told.select([*names, *floor_texts.RATES])
    return Contacts(
        contacts=contacts.take(pa.array(order)),
        lines=lines.take(pa.array(np.repeat(first[order], sizes) + within)),
        told=told,
        persons=persons,
    )


def hand_over(found: Contacts, folder: Path) -> int:
    """Contacts and lines as Parquet; gives their row groups."""
    channel = found.contacts["channel"].to_pandas().to_numpy()
    groups = _groups(channel, found.contacts["lines"].to_numpy())
    _parquet(found.contacts, [rows for rows, _ in groups], folder / "contacts.parquet")
    _parquet(found.lines, [rows for _, rows in groups], folder / "lines.parquet")
    return len(groups)


def _groups(channel: np.ndarray, counts: np.ndarray) -> list[tuple[slice, slice]]:
    """Rows of contacts and of lines for each file of letters and each part of messages."""
    ends = np.concatenate([[0], np.cumsum(counts)])
    found = []
    letters = int((channel == "letter").sum())
    for begin, end, size in (
        (0, letters, floor_texts.LETTERS_A_FILE),
        (letters, len(channel), floor_texts.MESSAGES_A_PART),
    ):
        for start in range(begin, end, size):
            stop = min(end, start + size)
            found.append((slice(start, stop), slice(int(ends[start]), int(ends[stop]))))
    return found


def hand_over_work(found: Contacts, folder: Path, people: int) -> None:
    """The accounts that somebody works as Parquet, about as many in each person's row group."""
    told, persons = found.told, found.persons
    worked = pc.is_in(told["lead"], value_set=pa.array(WORKED))
    rows = told.filter(worked)
    for name in ("name", "phone"):
        rows = rows.append_column(name, persons.filter(worked)[name])
    rows = rows.sort_by([("days_past_due", "descending")])
    share = np.argsort(np.arange(len(rows)) % people, kind="stable")
    rows = rows.take(pa.array(share))
    sizes = np.bincount(np.arange(len(rows)) % people, minlength=people)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    words = {
        "position": pa.array(number),
        "task": pa.repeat("上门", len(rows)),
        "tone": pa.repeat("严肃", len(rows)),
        "because": pa.repeat("逾期较久或风险偏高，发出正式催收函并上门", len(rows)),
        "missing": pa.nulls(len(rows), pa.string()),
        "documents": pa.repeat("催收函", len(rows)),
    }
    for name, values in words.items():
        rows = rows.append_column(name, values)
    ends = np.cumsum(sizes)
    ranges = [slice(int(e - n), int(e)) for n, e in zip(sizes, ends, strict=True)]
    _parquet(rows.select(floor_books.COLUMNS), ranges, folder / "work.parquet")


def _parquet(table: pa.Table, ranges: list[slice], path: Path) -> None:
    """One row group for each range of rows."""
    table = table.combine_chunks()
    with pq.ParquetWriter(path, table.schema, compression="none", use_dictionary=False) as writer:
        for rows in ranges:
            size = rows.stop - rows.start
            writer.write_table(table.slice(rows.start, size), row_group_size=max(1, size))
