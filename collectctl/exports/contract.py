"""The contract of an export: what it must look like, and which column each heading becomes.

Knows the declaration and checks that it makes sense; refuses to know any file's content.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.columns import Column, Dictionary
from collectctl.config import Bilingual, shape
from collectctl.exports import patterns
from collectctl.exports.checks import contract_problems
from collectctl.exports.raw import Layout, Limits
from collectctl.exports.shapes import (
    ColumnShape,
    ContractShape,
    ControlFileShape,
    ExportName,
    Policy,
    Reader,
    Unit,
)
from collectctl.problems import Problem
from collectctl.yaml_file import read_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The files of one export on one night, relative to the inbox."""

    main: str
    control: str | None
    marker: str | None
    mended: str | None
    """A name with one `*` in its last part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the export and what its cells become."""

    name: str
    column: Column
    unit: Unit | None
    dates: tuple[str, ...]
    values: Mapping[str, str]
    """The bank's word to the dictionary's code; empty: the codes themselves."""
    required: bool
    optional: bool
    """Whether the heading may be missing from the file."""
    thousands: bool
    no_value: tuple[str, ...]
    trim: bool
    full_width: bool
    excel_text: bool
    identifier: bool
    """Whether a number that Excel has rounded is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What says that the export arrived whole."""

    trailer: tuple[str, ...] | None
    control: ControlFileShape | None
    marker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What an export must look like."""

    export: ExportName
    title: Bilingual
    source: str
    """The contract's own file, for messages."""
    file: str
    mended: str | None
    reader: Reader
    layout: Layout
    whole: Whole
    date_in: str
    """`column`, `file_name`, `trailer` or `control_file`."""
    date_column: str | None
    absent: Policy
    empty: Policy
    unchanged: Policy
    refuse_other_headings: bool
    ignore: frozenset[str]
    no_value: tuple[str, ...]
    key: tuple[str, ...]
    totals: tuple[str, ...]
    limits: Limits
    complete: str | None
    """`day_end`: a whole file of a business date has everything of that day."""
    constants: Mapping[str, str]
    headings: tuple[Heading, ...]
    columns: tuple[str, ...]
    """Names of the columns of the frame, in the dictionary's order."""

    def expected(self, business_date: date) -> Expected:
        """The names of this export's files on that night."""
        control, marker, mended = (
            None if pattern is None else patterns.fill(pattern, business_date)
            for pattern in (
                None if self.whole.control is None else self.whole.control.file,
                self.whole.marker,
                self.mended,
            )
        )
        return Expected(
            main=patterns.fill(self.file, business_date),
            control=control,
            marker=marker,
            mended=mended,
        )

    @property
    def is_required(self) -> bool:
        """Whether a night without this export cannot be run."""
        return self.absent == "refuse"


def read_contract(
    data: bytes, file: str, dictionary: Dictionary
) -> tuple[Contract | None, tuple[Problem, ...]]:
    """The contract in the bytes of a file of `config/contracts`, or all its problems.

    Problems: those of `collectctl.config`, and `contract-column`, `contract-constant`,
    `contract-dates`, `contract-file`, `contract-header`, `contract-key`, `contract-needs`,
    `contract-setting`, `contract-totals`, `contract-unit`, `contract-values`, `contract-whole`.
    """
    document, problems = read_document(data, file)
    if document is None:
        return None, problems
    shaped, problems = shape(ContractShape, document)
    if shaped is None:
        return None, tuple(sorted(problems, key=Problem.sort_key))
    found = contract_problems(shaped, document, dictionary)
    if found:
        return None, found
    return _contract(shaped, file, dictionary), ()


def _contract(s: ContractShape, file: str, dictionary: Dictionary) -> Contract:
    names = {c.to for c in s.columns.values()} | set(s.constants)
    control = s.whole.control_file
    return Contract(
        export=s.export, title=s.title, source=file, file=s.file, mended=s.mended, reader=s.reader,
        layout=_layout(s),
        whole=Whole(
            trailer=None if s.whole.trailer is None else tuple(s.whole.trailer),
            control=control, marker=s.whole.marker,
        ),
        date_in=s.business_date.place, date_column=s.business_date.column,
        absent=s.absent, empty=s.empty, unchanged=s.unchanged,
        refuse_other_headings=s.other_headings == "refuse", ignore=frozenset(s.ignore),
        no_value=tuple(s.no_value), key=tuple(s.key), totals=tuple(s.totals),
        limits=Limits(
            bytes=s.limits.bytes, rows=s.limits.rows, cells=s.limits.cells,
            memory_bytes=s.limits.memory, seconds=s.limits.seconds,
        ),
        complete=s.complete, constants=dict(s.constants),
        headings=tuple(_heading(h, c, dictionary[c.to], s.key) for h, c in s.columns.items()),
        columns=tuple(n for n in dictionary.columns if n in names),
    )  # fmt: skip


def _layout(s: ContractShape) -> Layout:
    return Layout(
        required_headings=tuple(h for h, c in s.columns.items() if not c.optional),
        header_row=None if s.header.find else s.header.row,
        search_rows=s.header.within,
        delimiter="\t" if s.reader == "tsv" else s.delimiter,
        quote=None if s.quote == "none" else s.quote,
        encoding=None if s.encoding == "detect" else s.encoding,
        sheet=s.sheet,
        trailer=None if s.whole.trailer is None else s.whole.trailer[0],
        no_value=("", *s.no_value),
    )


def _heading(name: str, c: ColumnShape, column: Column, key: list[str]) -> Heading:
    is_id = column.type == "text" and (
        column.personal in ("account", "card", "id_no")
        or column.name in key
        or column.name.endswith(("_id", "_no"))
    )
    return Heading(
        name=name, column=column, unit=c.unit,
        dates=tuple(c.dates) or ("YYYY-MM-DD",), values=c.values,
        required=column.required if c.required is None else c.required,
        optional=c.optional, thousands=c.thousands, no_value=tuple(c.no_value), trim=c.trim,
        full_width=c.full_width, excel_text=c.excel_text,
        identifier=is_id and not c.ends_in_zeros,
    )  # fmt: skip
