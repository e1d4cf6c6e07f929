"""What a night is measured by, so that the next one can be compared with it.

Knows how the measures are counted, written and read. Refuses to know when one is too strange; see
`brakes`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.problems import LedgerError, Problem, Span

MANUAL = "MANUAL"
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The numbers of one night; every mapping is in the order of its keys."""

    accounts: int
    by_currency: Counts
    """Accounts."""
    money: Counts
    """Balance in minor units, by currency."""
    by_grade: Counts
    by_branch: Counts
    documents: Counts
    """Prepared documents by `document/channel`."""
    rows: Counts
    """Rows that came in, by export."""
    rejected: Counts
    """Rows in quarantine, by export."""

    @property
    def manual(self) -> int:
        """Accounts that could not be graded."""
        return self.by_grade.get(MANUAL, 0)


def measure(decisions: pa.Table, *, documents: Counts, rows: Counts, rejected: Counts) -> Measures:
    """The measures of a night; `decisions` has currency, balance, grade and branch_code."""
    return Measures(
        accounts=decisions.num_rows,
        by_currency=count_by(decisions, "currency"),
        money=sum_by(decisions, "currency"),
        by_grade=count_by(decisions, "grade"),
        by_branch=count_by(decisions, "branch_code"),
        documents=dict(sorted(documents.items())),
        rows=dict(sorted(rows.items())),
        rejected=dict(sorted(rejected.items())),
    )


def count_by(table: pa.Table, name: str) -> dict[str, int]:
    """Rows by the values of a text column, in their order; missing ones are not counted."""
    column = table[name]
    counts = pc.value_counts(column.drop_null()).to_pylist()
    return dict(sorted((str(c["values"]), int(c["counts"])) for c in counts))


def sum_by(table: pa.Table, name: str, amount: str = "balance") -> dict[str, int]:
    """The sum of an integer column by the values of a text column, in their order."""
    sums = table.group_by(name, use_threads=False).aggregate([(amount, "sum")])
    pairs = zip(sums[name].to_pylist(), sums[f"{amount}_sum"].to_pylist(), strict=True)
    return dict(sorted((str(key), int(total or 0)) for key, total in pairs))


def write_measures(measures: Measures) -> bytes:
    """The measures as JSON; the same measures give the same bytes."""
    text = json.dumps(asdict(measures), ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def read_measures(data: bytes, file: str) -> Measures:
    """The measures of an earlier night.

    Raises:
        LedgerError: `measures-unreadable`, the bytes are not what `write_measures` writes.
    """
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not _is_whole(found):
        raise LedgerError(
            Problem(
                code="measures-unreadable",
                message="the measures of the night before cannot be read",
                span=Span(file=file),
                expected="the file as that night wrote it",
                mend="restore that night's folder from its backup",
            )
        )
    return Measures(**found)


def _is_whole(found: Mapping[str, object]) -> bool:
    names = {f.name for f in fields(Measures)}
    return set(found) == names and all(
        _is_count(value) if name == "accounts" else _are_counts(value)
        for name, value in found.items()
    )


def _are_counts(value: object) -> bool:
    return isinstance(value, dict) and all(_is_count(v) for v in value.values())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
