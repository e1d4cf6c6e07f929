"""The exports as files: encodings, trailers, control files, markers; always the same bytes."""

import csv
import hashlib
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from qinghe.rows import Row

BANK = "清河农村商业银行"
_MOMENT = (2026, 11, 18, 0, 0, 0)
_AMOUNTS = {"欠款总额", "最低还款额", "授信额度"}
_DATES = {"数据日期", "到期还款日"}


class _FixedZip(zipfile.ZipFile):
    """An archive whose members carry one moment and no compression, so that bytes never differ."""

    def writestr(self, zinfo_or_arcname, data, *_args, **_more):  # type: ignore[no-untyped-def,override]  # noqa: ANN001, ANN002, ANN003, ANN202 - the library's signature
        """Adds a member under the fixed moment."""
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        super().writestr(zipfile.ZipInfo(name, _MOMENT), data)

    def write(self, filename, arcname=None, *_args, **_more):  # type: ignore[no-untyped-def,override]  # noqa: ANN001, ANN002, ANN003, ANN202 - the library's signature
        """Adds a file under the fixed moment."""
        self.writestr(arcname or filename, Path(filename).read_bytes())


def csv_text(rows: list[Row]) -> str:
    """Header and rows, comma-separated, as the bank's systems write them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


def write_accounts(folder: Path, night: date, rows: list[Row], sums: dict[str, str]) -> None:
    """GB18030 with a trailer: row count and the balance of each currency."""
    text = csv_text(rows) + f"总计,{len(rows)},{sums['CNY']},{sums['USD']}\r\n"
    (folder / f"accounts_{night:%Y%m%d}.csv").write_bytes(text.encode("gb18030"))


def write_marked(folder: Path, name: str, rows: list[Row], encoding: str) -> None:
    """A CSV file and beside it the empty marker that says it is whole."""
    (folder / f"{name}.csv").write_bytes(csv_text(rows).encode(encoding))
    (folder / f"{name}.csv.ok").write_bytes(b"")


def write_controlled(folder: Path, name: str, rows: list[Row]) -> None:
    """UTF-8 and a control file with the number of rows and the digest."""
    data = csv_text(rows).encode()
    (folder / f"{name}.csv").write_bytes(data)
    control = f"rows={len(rows)}\nsha256={hashlib.sha256(data).hexdigest()}\n"
    (folder / f"{name}.ctl").write_bytes(control.encode())


def write_counted(folder: Path, name: str, rows: list[Row]) -> None:
    """UTF-8 with a last line that counts the rows."""
    text = csv_text(rows) + f"合计,{len(rows)}\r\n"
    (folder / f"{name}.csv").write_bytes(text.encode())


def write_falling_due(folder: Path, night: date, rows: list[Row]) -> None:
    """A workbook as a person would save it: a merged title, a blank row, headings, the rows."""
    book = Workbook()
    moment = datetime(*_MOMENT)  # noqa: DTZ001 - a workbook's properties know no zone
    book.properties.creator = BANK
    book.properties.created = book.properties.modified = moment
    sheet = book.worksheets[0]
    sheet.title = "即将到期"
    headings = list(rows[0])
    sheet.append([f"{BANK}　即将到期账户　{night}"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    sheet.append(headings)
    for row in rows:
        sheet.append([_cell(heading, text) for heading, text in row.items()])
    for n, heading in enumerate(headings, 1):
        letter = get_column_letter(n)
        sheet.column_dimensions[letter].width = 21 if heading == "账号" else 14
        sheet[f"{letter}3"].font = Font(bold=True)
        for (cell,) in sheet.iter_rows(min_row=4, min_col=n, max_col=n):
            cell.number_format = _pattern(heading)
    out = io.BytesIO()
    with _FixedZip(out, "w") as archive:
        ExcelWriter(book, archive).save()
    (folder / f"falling_due_{night:%Y%m%d}.xlsx").write_bytes(out.getvalue())


def _cell(heading: str, text: str) -> str | Decimal | date:
    if heading in _AMOUNTS:
        return Decimal(text)
    return date.fromisoformat(text) if heading in _DATES else text


def _pattern(heading: str) -> str:
    if heading in _AMOUNTS:
        return "#,##0.00"
    return "yyyy-mm-dd" if heading in _DATES else "@"
