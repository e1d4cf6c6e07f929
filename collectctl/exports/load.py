"""One export of one night: read, checked against its contract, cast, and what had to stay out.

Knows the order of these steps; refuses to know what the rows are for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import ARROW_TYPES, Dictionary, to_frame
from collectctl.exports.contract import Contract
from collectctl.exports.joining import Joined, join
from collectctl.exports.mended import mended_layout, unguarded
from collectctl.exports.parts import OTHER_DATE, Part, cast_part, heading_problems
from collectctl.exports.quarantine import COLUMNS, mend, rejects
from collectctl.exports.reading import read_export
from collectctl.exports.snapshot import SnapFile, Snapshot
from collectctl.exports.text import read_text
from collectctl.exports.whole import Said, control_said, disagreements, totals, trailer_said
from collectctl.problems import InputRefusedError, Level, Problem, Span, has_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came for one export on one night."""

    export: str
    state: Literal["arrived", "absent", "empty"]
    file: str
    """Name below the inbox, of the file that came or was looked for."""
    digest: str | None
    size: int
    encoding: str | None
    reader: str | None
    rows_in: int
    """Rows of the export and of mended files; always used and rejected together."""
    rows_used: int
    rows_rejected: int
    totals: Mapping[str, Mapping[str, int]]
    """Column and currency to minor units, over the rows used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An export that can be used."""

    frame: pd.DataFrame
    """The contract's columns in the dictionary's order, then `_row`; sorted by key."""
    rejects: pd.DataFrame
    """One row per fault: export, file, row, column, code, found, expected, account_id."""
    arrival: Arrival
    mend: bytes | None
    """The rejected rows as CSV for a person to put right; None when there are none."""
    problems: tuple[Problem, ...]
    """Warnings."""


def load_export(
    contract: Contract,
    snapshot: Snapshot,
    business_date: date,
    dictionary: Dictionary,
    previous: str | None,
) -> Loaded:
    """The export's rows that can be used, those that cannot with reasons, and counts that tie out.

    Args:
        contract: What the export must look like.
        snapshot: The night's files; nothing else is read.
        business_date: The night.
        dictionary: The columns.
        previous: Digest of the file that came the last time, None the first time.

    Raises:
        InputRefusedError: the export cannot be used as a whole; all problems at once: `absent`,
            `empty`, `unchanged`, `stale`, `no-marker`, `no-usable-rows`, `wrong-kind`, and those of
            the readers, `parts.heading_problems` and `whole`.
    """
    name = contract.expected(business_date).main
    file = snapshot.files.get(name)
    if file is None:
        return _absent(contract, name, dictionary)
    problems = _outside_problems(contract, snapshot, business_date, file, previous)
    control = control_said(contract, snapshot, business_date)
    main = _main_part(contract, file, name, business_date, dictionary, [*problems, *_of(control)])
    for said in (control, trailer_said(contract, main)):
        if said is not None:
            disagreements(said, main, contract, business_date, file.digest)
            problems += said.problems
    problems += _content_problems(contract, main, business_date)
    parts = [main]
    for other in snapshot.matching(contract.expected(business_date).mended or "*/"):
        try:
            parts.append(_mended(contract, snapshot, other, business_date, dictionary))
        except InputRefusedError as error:
            problems += error.problems
    if has_errors(problems):
        raise InputRefusedError(problems)
    return _loaded(contract, file, join(parts, contract), tuple(problems))


def _of(said: Said | None) -> list[Problem]:
    return [] if said is None else said.problems


def _problem(name: str, code: str, message: str, expected: str, mend: str) -> Problem:
    span = Span(file=name)
    return Problem(code=code, message=message, span=span, expected=expected, mend=mend)


def _by_policy(policy: str, problem: Problem) -> list[Problem]:
    """The problem as an error, a warning or not at all, as the contract wants it."""
    if policy == "allow":
        return []
    return [problem if policy == "refuse" else replace(problem, level=Level.WARNING)]


def _absent(contract: Contract, name: str, dictionary: Dictionary) -> Loaded:
    problems = _by_policy(
        contract.absent,
        _problem(name, "absent", f"the export {contract.export} is not there", "this file",
                 "wait until it has arrived, or ask why it has not"),
    )  # fmt: skip
    if has_errors(problems):
        raise InputRefusedError(problems)
    kinds = [(n, ARROW_TYPES[dictionary[n].type]) for n in contract.columns]
    table = pa.schema([*kinds, ("_row", pa.int64())]).empty_table()
    arrival = Arrival(
        export=contract.export, state="absent", file=name, digest=None, size=0, encoding=None,
        reader=None, rows_in=0, rows_used=0, rows_rejected=0, totals={},
    )  # fmt: skip
    return Loaded(
        frame=to_frame(table), rejects=to_frame(COLUMNS.empty_table()), arrival=arrival, mend=None,
        problems=tuple(problems),
    )  # fmt: skip


def _outside_problems(
    contract: Contract, snapshot: Snapshot, day: date, file: SnapFile, previous: str | None
) -> list[Problem]:
    """What is wrong although nobody has looked inside: no marker, the same file as last time."""
    expected = contract.expected(day)
    problems: list[Problem] = []
    if expected.marker is not None and expected.marker not in snapshot.files:
        problems.append(
            _problem(expected.main, "no-marker", "nothing says that the file arrived whole",
                     expected.marker, "wait until the marker file is there")
        )  # fmt: skip
    if file.digest == previous:
        problems += _by_policy(
            contract.unchanged,
            _problem(expected.main, "unchanged", "the file is the one that came last time",
                     "a new export", "ask for this night's file; look whether the job ran"),
        )  # fmt: skip
    return problems


def _main_part(
    contract: Contract, file: SnapFile, name: str, day: date, dictionary: Dictionary,
    problems: list[Problem],
) -> Part:  # fmt: skip
    """The export's own file, cast; a file that cannot be is refused with the problems so far."""
    try:
        raw = read_export(contract, file.path, name)
    except InputRefusedError as error:
        raise InputRefusedError([*problems, *error.problems]) from None
    found = heading_problems(raw, contract, name)
    if found:
        raise InputRefusedError([*problems, *found])
    return cast_part(raw, contract, dictionary, day, name)


def _mended(
    contract: Contract, snapshot: Snapshot, name: str, day: date, dictionary: Dictionary
) -> Part:
    layout = mended_layout(contract.layout)
    raw = unguarded(read_text(snapshot.files[name].path, layout, contract.limits, name))
    found = heading_problems(raw, contract, name)
    if found:
        raise InputRefusedError(found)
    return cast_part(raw, contract, dictionary, day, name)


def _content_problems(contract: Contract, main: Part, day: date) -> list[Problem]:
    """Whether the file has rows at all, of this night, and any that can be used."""
    rows = main.rows + len(main.raw.broken)
    if rows == 0:
        return _by_policy(
            contract.empty,
            _problem(main.file, "empty", "the export has no rows", "at least one row",
                     "ask for the file again; look whether the job ran"),
        )  # fmt: skip
    name = contract.date_column
    if name is not None:
        days = main.columns[name]
        other = sum(len(f.positions) for f in main.faults if f.code == OTHER_DATE)
        if other and other == len(days) - days.null_count:
            some = sorted(pc.unique(days.drop_null()).to_pylist())[:3]
            found = ", ".join(d.isoformat() for d in some)
            return [
                _problem(main.file, "stale", f"every row is of another day ({found})",
                         day.isoformat(), "ask for this night's file, or move it to its own night")
            ]  # fmt: skip
    if np.all(main.bad):
        codes = sorted({f.code for f in main.faults} | {b.code for b in main.raw.broken})
        return [
            _problem(main.file, "no-usable-rows",
                     f"each of the {rows:,} rows is broken ({', '.join(codes)})",
                     "rows as the contract describes them",
                     "compare the file with the contract: heading, unit, delimiter, spelling")
        ]  # fmt: skip
    return []


def _loaded(
    contract: Contract, file: SnapFile, joined: Joined, problems: tuple[Problem, ...]
) -> Loaded:
    main = joined.rejected[0].part
    rows = sum(one.part.rows + len(one.part.raw.broken) for one in joined.rejected)
    names = set(contract.totals)
    used = {name: joined.table[name].combine_chunks() for name in joined.table.column_names}
    arrival = Arrival(
        export=contract.export, state="arrived" if rows else "empty", file=main.file,
        digest=file.digest, size=file.size, encoding=main.raw.encoding, reader=main.raw.reader,
        rows_in=rows, rows_used=len(joined.table), rows_rejected=rows - len(joined.table),
        totals=totals(used, names),
    )  # fmt: skip
    return Loaded(
        frame=to_frame(joined.table), rejects=rejects(contract, joined.rejected), arrival=arrival,
        mend=mend(joined.rejected), problems=problems,
    )  # fmt: skip
