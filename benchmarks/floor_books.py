"""Workbooks by bare XlsxWriter: one a person, with what a list needs to be worked in.

Imported by the floor's workers, so it imports XlsxWriter and Arrow only.
"""

from pathlib import Path

import pyarrow.parquet as pq
import xlsxwriter

HEADINGS = (
    "序号", "任务", "客户号", "姓名", "电话", "账号", "卡号", "支行", "产品", "币种", "逾期金额",
    "最低还款额", "欠款总额", "逾期天数", "等级", "语气", "原因", "缺失", "文书",
)  # fmt: skip
COLUMNS = (
    "position", "task", "customer_id", "name", "phone", "account_id", "card_no", "branch_code",
    "product", "currency", "overdue_amount", "minimum_due", "balance", "days_past_due", "tier",
    "tone", "because", "missing", "documents",
)  # fmt: skip
OUTCOMES = ["承诺还款", "已还款", "约定再联系", "无人接听", "号码有误", "其他"]
_FILLED_IN = ("结果", "承诺日期", "承诺金额", "备注")
_MONEY = frozenset({"overdue_amount", "minimum_due", "balance"})
_NUMBERS = frozenset({"position", "days_past_due"})

_open: list[tuple[pq.ParquetFile, Path]] = []


def start(table: Path, out: Path) -> None:
    """Opens what a worker reads; called once in each process."""
    _open[:] = [(pq.ParquetFile(table), out)]


def run(person: int) -> int:
    """Writes one person's workbook, from the row group of that number; gives its rows."""
    table, out = _open[0]
    rows = table.read_row_group(person, use_threads=False)
    write(out / f"P{person:03d}.xlsx", [rows[name].to_pylist() for name in COLUMNS])
    return len(rows)


def write(path: Path, columns: list[list[object]]) -> None:
    """One workbook: cover, list, drop-down, colours, frozen heading, filter, help."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    plain = book.add_format({"border": 1, "num_format": "@"})
    money = book.add_format({"border": 1, "num_format": "#,##0.00"})
    number = book.add_format({"border": 1, "num_format": "0"})
    red, amber = (book.add_format({"bg_color": c}) for c in ("#FFC7CE", "#FFEB9C"))
    cover = book.add_worksheet("封面")
    last = len(columns[0])
    cover.write_string(0, 0, path.stem, bold)
    cover.write_string(1, 0, "行数", plain)
    cover.write_number(1, 1, last, number)
    cover.protect()
    sheet = book.add_worksheet("名单")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) + len(_FILLED_IN) - 1, 16)
    sheet.autofilter(0, 0, last, len(columns) + len(_FILLED_IN) - 1)
    sheet.data_validation(
        1, len(columns), last, len(columns), {"validate": "list", "source": OUTCOMES}
    )
    days = COLUMNS.index("days_past_due")
    for least, colour in ((90, red), (30, amber)):
        rule = {"type": "cell", "criteria": ">=", "value": least, "format": colour}
        sheet.conditional_format(1, days, last, days, rule)
    for at, heading in enumerate((*HEADINGS, *_FILLED_IN)):
        sheet.write_string(0, at, heading, bold)
    for row, values in enumerate(zip(*columns, strict=True), 1):
        for at, value in enumerate(values):
            name = COLUMNS[at]
            if value is None:
                sheet.write_blank(row, at, None, plain)
            elif name in _MONEY:
                sheet.write_number(row, at, value / 100, money)
            elif name in _NUMBERS:
                sheet.write_number(row, at, value, number)
            else:
                sheet.write_string(row, at, value, plain)
        for at in range(len(_FILLED_IN)):
            sheet.write_blank(row, len(columns) + at, None, plain)
    help_ = book.add_worksheet("说明")
    for row, outcome in enumerate(OUTCOMES):
        help_.write_string(row, 0, outcome, plain)
    help_.protect()
    book.close()
