"""A night of any size in the starter layouts: `python benchmarks/make_night.py DIR -n N`.

Accounts, parties and statuses of a business date, written as the sample bank writes them and drawn
in bulk; the same seed gives the same bytes. By default a fifth of the accounts is late enough for a
letter, a fifth only for a message, and the rest missed the date by a day or two.
"""

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

CHUNK = 131_072
ACCOUNTS_A_CUSTOMER = 8, 7
"""Eight accounts belong to seven customers: some have two."""
INSTALMENTS = 0.2
DOLLARS = 0.05
PRODUCTS = ("标准卡", "金卡", "惠农卡", "商务卡")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("伟", "芳", "娜", "敏", "静", "秀兰", "建国", "志强", "桂英", "子轩", "浩然", "海燕")
STATUSES = ("deceased", "fraud_inquiry", "court_filed", "restructured_watch", "staff_related")

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Columns = dict[str, pa.Array]
"""Heading to text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked for."""

    accounts: int
    letters: int
    """Percent of the accounts that are more than 30 days late."""
    messages: int
    """Percent of the accounts that are 5 to 30 days late."""
    night: date
    seed: int
    days_on: int
    """How many nights after the one the accounts were drawn for: each is that much later."""


def write_night(root: Path, plan: Plan) -> Path:
    """Writes the exports below `root/YYYY-MM-DD` and gives that folder."""
    folder = root / plan.night.isoformat()
    folder.mkdir(parents=True)
    day = f"{plan.night:%Y%m%d}"
    totals = {"CNY": 0, "USD": 0}
    with (
        (folder / f"accounts_{day}.csv").open("wb") as accounts,
        (folder / f"parties_{day}.csv").open("wb") as parties,
    ):
        parties.write(b"\xef\xbb\xbf")
        for n, ids in enumerate(_chunks(plan.accounts)):
            random = np.random.default_rng([plan.seed, n])
            columns, sums = _accounts(random, ids, plan)
            for currency, minor in sums.items():
                totals[currency] += minor
            _append(accounts, columns, "gb18030", with_header=n == 0)
            _append(parties, _parties(random, ids), "utf-8", with_header=n == 0)
        trailer = f"总计,{plan.accounts},{_yuan(totals['CNY'])},{_yuan(totals['USD'])}\n"
        accounts.write(trailer.encode("gb18030"))
    (folder / f"parties_{day}.csv.ok").touch()
    _statuses(folder, day, plan)
    return folder


def _chunks(size: int) -> Iterator[Ints]:
    for start in range(0, size, CHUNK):
        yield np.arange(start, min(size, start + CHUNK), dtype=np.int64)


def _accounts(random: np.random.Generator, ids: Ints, plan: Plan) -> tuple[Columns, dict[str, int]]:
    size = len(ids)
    days = _days(random, size, plan) + plan.days_on
    principal = random.integers(20_000, 3_000_000, size)
    not_due = np.where(random.random(size) < INSTALMENTS, principal // 2, 0)
    interest = principal * days // 2000
    penalty = np.minimum(principal // 200 * (days // 30 + 1), 50_000)
    compound, fees = interest * days // 4000, random.integers(0, 3, size) * 1000
    balance = principal + not_due + interest + compound + penalty + fees
    overdue = np.minimum(balance - not_due, principal // 10 * (days // 30 + 1) + interest + penalty)
    dollars = random.random(size) < DOLLARS
    due = np.datetime64(plan.night) - days.astype("timedelta64[D]")
    paid_on = due - random.integers(2, 40, size).astype("timedelta64[D]")
    score = random.integers(420, 800, size)
    columns = {
        "账号": _account_ids(ids),
        "客户号": _customers(ids),
        "卡号": _numbered("999999", ids, 10),
        "支行": _pick(random, size, [f"B{n:03d}" for n in range(1, 7)]),
        "产品": _pick(random, size, PRODUCTS),
        "币种": pc.if_else(pa.array(dollars), "USD", "CNY"),
        "数据日期": _constant(size, plan.night.isoformat()),
        "到期还款日": pa.array(due).cast(pa.string()),
        "逾期天数": pa.array(days).cast(pa.string()),
        "欠款总额": _money(balance),
        "其中逾期金额": _money(overdue),
        "最低还款额": _money(np.minimum(balance, overdue + principal // 10)),
        "透支本金": _money(principal),
        "分期未到期本金": _money(not_due),
        "透支利息": _money(interest),
        "复利": _money(compound),
        "违约金": _money(penalty),
        "费用": _money(fees),
        "分期利息": _constant(size, "0.00"),
        "已还款冲抵": _constant(size, "0.00"),
        "日利率": _constant(size, "0.05"),
        "年化利率": _constant(size, "18.25"),
        "授信额度": _money((principal // 100_000 + 1) * 150_000),
        "最近还款日": pa.array(paid_on).cast(pa.string()),
        "最近还款额": _money(random.integers(1_000, 200_000, size)),
        "行内评分": _some(random, pa.array(score).cast(pa.string()), 0.97),
        "近6月爽约次数": pa.array(random.integers(0, 4, size)).cast(pa.string()),
        "困难客户": _yes_no(random, size, 0.03),
        "可联系": _yes_no(random, size, 0.95),
    }
    sums = {"CNY": int(balance[~dollars].sum()), "USD": int(balance[dollars].sum())}
    return columns, sums


def _days(random: np.random.Generator, size: int, plan: Plan) -> Ints:
    """Days past due: a letter's worth, a message's worth, or a day or two."""
    dice = random.integers(0, 100, size)
    late = 31 + (random.random(size) ** 3 * 400).astype(np.int64)
    some = random.integers(5, 28, size)
    few = random.integers(1, 3, size)
    return np.where(
        dice < plan.letters, late, np.where(dice < plan.letters + plan.messages, some, few)
    )


def _parties(random: np.random.Generator, ids: Ints) -> Columns:
    size = len(ids)
    people = _customer_numbers(ids)
    name = pc.binary_join_element_wise(
        _pick_by(people, list(SURNAMES)), _pick_by(people // len(SURNAMES), GIVEN), ""
    )
    house = pa.array(people % 997 + 1).cast(pa.string())
    address = pc.binary_join_element_wise("云岫省清河县城关镇人民路", house, "号2栋301室", "")
    return {
        "账号": _account_ids(ids),
        "关系人编号": _numbered("P", people, 9),
        "关系": _constant(size, "主卡持卡人"),
        "姓名": name,
        "证件号码": _text_after(_numbered("99010119", people, 9), "X"),
        "手机": _numbered("10", people, 9),
        "电子邮箱": _constant(size, "nobody@example.invalid"),
        "微信": _some(random, _numbered("qh_", people, 9), 0.4),
        "地址": address,
        "邮编": _constant(size, "099001"),
        "语言": pc.if_else(pa.array(people % 200 == 0), "英文", "中文"),
    }


def _statuses(folder: Path, day: str, plan: Plan) -> None:
    """One account in two hundred is more than late."""
    chosen = np.arange(0, plan.accounts, 200, dtype=np.int64)
    columns = {
        "账号": _account_ids(chosen),
        "账户状态": _pick_by(chosen // 200, STATUSES),
        "起始日": _constant(len(chosen), (plan.night - timedelta(30)).isoformat()),
        "案号": _constant(len(chosen), ""),
    }
    path = folder / f"statuses_{day}.csv"
    with path.open("wb") as file:
        _append(file, columns, "utf-8", with_header=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    control = f"rows={len(chosen)}\nsha256={digest}\n"
    (folder / f"statuses_{day}.ctl").write_bytes(control.encode())


def _append(file: IO[bytes], columns: Columns, encoding: str, *, with_header: bool) -> None:
    out = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    csv.write_csv(pa.table(columns), out, options)
    if with_header:
        file.write((",".join(columns) + "\n").encode(encoding))
    data = out.getvalue().to_pybytes()
    file.write(data if encoding == "utf-8" else data.decode().encode(encoding))


def _account_ids(ids: Ints) -> pa.Array:
    """Nineteen digits, none of which a spreadsheet could have rounded away."""
    return _text_after(_numbered("6060001", ids, 10), "17")


def _customer_numbers(ids: Ints) -> Ints:
    accounts, customers = ACCOUNTS_A_CUSTOMER
    return ids * customers // accounts


def _customers(ids: Ints) -> pa.Array:
    return _numbered("C", _customer_numbers(ids), 9)


def _numbered(prefix: str, numbers: Ints, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def _text_after(texts: pa.Array, end: str) -> pa.Array:
    return pc.binary_join_element_wise(texts, end, "")


def _money(minor: Ints) -> pa.Array:
    part = pc.utf8_lpad(pa.array(minor % 100).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(pa.array(minor // 100).cast(pa.string()), part, ".")


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _constant(size: int, text: str) -> pa.Array:
    return pa.repeat(text, size)


def _pick(random: np.random.Generator, size: int, words: Sequence[str]) -> pa.Array:
    return _pick_by(random.integers(0, len(words), size), words)


def _pick_by(numbers: Ints, words: Sequence[str]) -> pa.Array:
    return pa.array(words).take(pa.array(numbers % len(words)))


def _some(random: np.random.Generator, texts: pa.Array, share: float) -> pa.Array:
    return pc.if_else(pa.array(random.random(len(texts)) < share), texts, "")


def _yes_no(random: np.random.Generator, size: int, share: float) -> pa.Array:
    return pc.if_else(pa.array(random.random(size) < share), "是", "否")


def main() -> None:
    """Reads the options and writes the night."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inbox", type=Path, help="folder in which the night's folder is made")
    parser.add_argument("-n", "--accounts", type=int, default=100_000)
    parser.add_argument("--letters", type=int, default=20, help="percent")
    parser.add_argument("--messages", type=int, default=20, help="percent")
    parser.add_argument("--date", type=date.fromisoformat, default=date(2026, 11, 18))
    parser.add_argument("--days-on", type=int, default=0, help="nights after the first")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    plan = Plan(
        accounts=options.accounts,
        letters=options.letters,
        messages=options.messages,
        night=options.date,
        seed=options.seed,
        days_on=options.days_on,
    )
    print(write_night(options.inbox, plan))


if __name__ == "__main__":
    main()
