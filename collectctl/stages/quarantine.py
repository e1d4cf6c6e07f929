"""The quarantine as a person gets it: a workbook of reasons, a file to mend for each export."""

import pyarrow as pa

from collectctl.columns import to_table
from collectctl.compliance.contacts import Proposed
from collectctl.documents.prepare import Prepared
from collectctl.reports.conservation import Between
from collectctl.sheets.book import write_book
from collectctl.sheets.table import Cover, SheetColumn, Table
from collectctl.stages.desk import Desk, write_parquet
from collectctl.stages.intake import Intake
from collectctl.stages.words import FAILURES

_ROWS = (
    SheetColumn(name="export", heading="出口 Export", kind="text"),
    SheetColumn(name="file", heading="文件 File", kind="text", width=38),
    SheetColumn(name="row", heading="行 Row", kind="int"),
    SheetColumn(name="column", heading="列 Column", kind="text", width=18),
    SheetColumn(name="code", heading="原因 Reason", kind="text", width=24),
    SheetColumn(name="found", heading="所见 Found (masked)", kind="text", width=34),
    SheetColumn(name="expected", heading="应为 Expected", kind="text", width=60, wrap=True),
    SheetColumn(name="account_id", heading="账号 Account", kind="text", width=24),
)
_DOCUMENTS = (
    SheetColumn(name="contact_no", heading="序号 No.", kind="int"),
    SheetColumn(name="customer_id", heading="客户号 Customer", kind="text", width=16),
    SheetColumn(name="document", heading="文书 Document", kind="text", width=24),
    SheetColumn(name="channel", heading="渠道 Channel", kind="text"),
    SheetColumn(name="code", heading="原因 Reason", kind="text", width=28),
    SheetColumn(name="reason_zh_CN", heading="说明", kind="text", width=34, wrap=True),
    SheetColumn(name="reason", heading="Explanation", kind="text", width=70, wrap=True),
)
_BLOCKED = (
    SheetColumn(name="customer_id", heading="客户号 Customer", kind="text", width=16),
    SheetColumn(name="account_id", heading="账号 Account", kind="text", width=24),
    SheetColumn(name="document", heading="文书 Document", kind="text", width=24),
    SheetColumn(name="channel", heading="渠道 Channel", kind="text"),
    SheetColumn(name="code", heading="原因 Reason", kind="text", width=28),
    SheetColumn(name="reason_zh_CN", heading="说明", kind="text", width=44, wrap=True),
    SheetColumn(name="reason_en", heading="Explanation", kind="text", width=54, wrap=True),
)
_MISSING = (
    SheetColumn(name="customer_id", heading="客户号 Customer", kind="text", width=16),
    SheetColumn(name="account_id", heading="账号 Account", kind="text", width=24),
    SheetColumn(name="currency", heading="币种 Currency", kind="text"),
    SheetColumn(
        name="balance", heading="前一晚余额 Balance the night before", kind="money",
        currency="currency", width=22,
    ),
    SheetColumn(name="grade", heading="前一晚分级 Grade", kind="text", width=18),
)  # fmt: skip
MOST_ROWS = 200_000
"""More rows than a person mends by hand; the Parquet file beside the workbook has them all."""


def write_quarantine(
    desk: Desk,
    intake: Intake,
    proposed: Proposed | None = None,
    prepared: Prepared | None = None,
    since: Between | None = None,
) -> None:
    """Writes `quarantine.xlsx`, all rows as `quarantine.parquet`, and `quarantine/` to mend.

    The workbook has a list of broken rows, one of documents that failed, one of contacts that may
    not be made and one of the accounts that are missing without explanation.
    `quarantine/<export>.csv` has the broken rows as they came, with the reason behind each, in
    the form in which they can be fed again.
    """
    rejects = to_table(intake.rejects)
    write_parquet(desk, "quarantine.parquet", rejects)
    lists: list[tuple[str, tuple[SheetColumn, ...], pa.Table]] = [("破损行 Rows", _ROWS, rejects)]
    if prepared is not None:
        lists.append(("文书 Documents", _DOCUMENTS, _told(prepared)))
    if proposed is not None:
        lists.append(("不可联系 Blocked", _BLOCKED, to_table(proposed.blocked)))
    if since is not None:
        lists.append(("不明去向 Missing", _MISSING, to_table(since.missing)))
    cover = Cover(
        sheet="说明 Cover",
        title="未能使用的数据 What could not be used",
        lines=(
            ("营业日期 Business date", desk.day),
            *((title, table.num_rows) for title, _, table in lists),
        ),
        notes=(
            "每一行都写明来源文件、行、列、所见（已遮蔽）与应为。",
            "Every row names its file, row and column, what was found (masked) and expected.",
            "更正后的行：改好 quarantine 文件夹内的 CSV，按合约放入收件夹的 mended。",
            "To mend rows, correct the CSV in 'quarantine'; its contract says where it goes then.",
            f"名单最多显示 {MOST_ROWS:,} 行；全部在 quarantine.parquet。",
            f"Lists show at most {MOST_ROWS:,} rows; quarantine.parquet has all.",
        ),
    )
    write_book(
        desk.folder / "quarantine.xlsx",
        tables=[
            Table(title=title, columns=columns, data=table.slice(0, MOST_ROWS))
            for title, columns, table in lists
        ],
        cover=cover,
        created=desk.day,
    )
    for export, data in sorted(intake.mends.items()):
        desk.write(f"quarantine/{export}.csv", data)


def _told(prepared: Prepared) -> pa.Table:
    """The documents that failed, each with what its code says in Chinese."""
    table = to_table(prepared.failed)
    said = [FAILURES[code].zh_CN for code in table["code"].to_pylist()]
    return table.append_column("reason_zh_CN", pa.array(said, pa.string()))
