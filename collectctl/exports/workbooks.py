"""Excel workbooks (xlsx and legacy xls) as headings, cells and row numbers.

Knows what is looked at before a workbook is opened, and that only a child process opens it. Refuses
to know what a cell means.
"""

from pathlib import Path

from collectctl.exports.raw import Layout, Limits, Raw
from collectctl.exports.workbooks_kind import check_kind
from collectctl.exports.workbooks_process import Job, read_in_child


def read_workbook(path: Path, layout: Layout, limits: Limits, file: str | None = None) -> Raw:
    """The sheet of the workbook at `path` as text; `file` is the name that messages show.

    Text stays as it is; a number is its shortest exact decimal, or in scientific notation where
    Excel has dropped digits (16 or more); a day is `2026-11-20`, a moment `2026-11-20 10:30:00`; a
    truth value is `true` or `false`. A row with an error such as #N/A, or merged with another one,
    is in `broken`.

    Raises:
        InputRefusedError: `not-a-workbook`, `encrypted`, `zip-bomb`, `workbook-damaged`,
            `workbook-too-large`, `workbook-too-slow`, `no-sheet`, `sheet-unclear`, `no-header`,
            `too-many-rows`, `too-large`.
    """
    shown = path.name if file is None else file
    kind = check_kind(path, limits, shown)
    return read_in_child(Job(path=path, kind=kind, layout=layout, limits=limits, file=shown))
