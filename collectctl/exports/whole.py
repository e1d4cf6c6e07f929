"""Whether an export arrived whole, of the right night, and changed: what its sender says of it.

Knows markers, control files and trailers; refuses to know single rows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.calendar import parse_day
from collectctl.exports.checks import total_places
from collectctl.exports.contract import Contract
from collectctl.exports.decode import as_utf8
from collectctl.exports.parts import Part
from collectctl.exports.snapshot import Snapshot
from collectctl.money import MINOR_DIGITS, parse_minor, unscaled
from collectctl.problems import InputRefusedError, Level, Problem, Span

_ASK = "ask for the file again"
_COMPACT = re.compile(r"[0-9]{8}")


@dataclass(slots=True, kw_only=True)
class Said:
    """What a control file or a trailer says of the export, as far as it could be read."""

    place: str
    """Where it says so, for messages."""
    rows: int | None = None
    digest: str | None = None
    business_date: date | None = None
    totals: dict[tuple[str, str], int] = field(default_factory=dict)
    """Column and currency to minor units."""
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, message: str, expected: str, mend: str = _ASK) -> None:
        """Adds a problem at this place."""
        span = Span(file=self.place)
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )


def control_said(contract: Contract, snapshot: Snapshot, day: date) -> Said | None:
    """What the control file says; None when the contract has none.

    Problems: `no-control-file`, `control-file`.
    """
    declared, name = contract.whole.control, contract.expected(day).control
    if declared is None or name is None:
        return None
    said = Said(place=name)
    if name not in snapshot.files:
        said.refuse("no-control-file", "the control file is not there", "a file of key=value lines",
                    "wait until the export has arrived whole")  # fmt: skip
        return said
    lines = _lines(snapshot, name, said)
    for what, key in (("rows", declared.rows), ("digest", declared.sha256),
                      ("business_date", declared.business_date)):  # fmt: skip
        if key is not None:
            _take(said, what, lines.get(key), f"{key}=")
    for written, key in declared.totals.items():
        for _, column, currency in total_places(["{" + written + "}"]):
            _take_total(said, column, currency, lines.get(key), f"{key}=")
    return said


def trailer_said(contract: Contract, part: Part) -> Said | None:
    """What the trailer says; None when the contract has none.

    Problems: `truncated`, `trailer`.
    """
    wanted, found = contract.whole.trailer, part.raw.trailer
    if wanted is None:
        return None
    said = Said(place=part.file)
    if found is None:
        said.refuse("truncated", "the last line is not the trailer", f"a line of {wanted[0]}, …",
                    "wait until the export has arrived whole, or " + _ASK)  # fmt: skip
        return said
    literal = (i for i, cell in enumerate(wanted) if not cell.startswith("{"))
    if len(found) != len(wanted) or any(found[i] != wanted[i] for i in literal):
        said.refuse("trailer", f"the trailer has {len(found)} cells, or other words",
                    ", ".join(wanted))  # fmt: skip
        return said
    for i, cell in enumerate(wanted):
        if cell in ("{rows}", "{business_date}"):
            _take(said, cell.strip("{}"), found[i], f"cell {i + 1} of the trailer")
    for i, column, currency in total_places(wanted):
        _take_total(said, column, currency, found[i], f"cell {i + 1} of the trailer")
    return said


def _lines(snapshot: Snapshot, name: str, said: Said) -> dict[str, str]:
    try:
        text, _ = as_utf8(snapshot.files[name].path.read_bytes(), None, name)
    except InputRefusedError as error:
        said.problems += error.problems
        return {}
    pairs = (line.partition("=") for line in text.decode().splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _take(said: Said, what: str, text: str | None, where: str) -> None:
    """Sets one thing said, or a problem."""
    code = "control-file" if where.endswith("=") else "trailer"
    plain = (text or "").replace(",", "")
    if what == "rows" and plain.isascii() and plain.isdigit():
        said.rows = int(plain)
    elif what == "digest" and re.fullmatch(r"[0-9A-Fa-f]{64}", plain):
        said.digest = plain.lower()
    elif what == "business_date" and (day := _day(plain)) is not None:
        said.business_date = day
    else:
        kinds = {"rows": "a whole number", "digest": "64 hexadecimal digits"}
        said.refuse(code, f"{where} is missing or cannot be read", kinds.get(what, "a date"))


def _take_total(said: Said, column: str, currency: str, text: str | None, where: str) -> None:
    minor = parse_minor((text or "").replace(",", ""), currency)
    if minor is None:
        code = "control-file" if where.endswith("=") else "trailer"
        said.refuse(code, f"{where} is missing or cannot be read", f"an amount in {currency}")
    else:
        said.totals[column, currency] = minor


def _day(text: str) -> date | None:
    if _COMPACT.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return parse_day(text)


def disagreements(said: Said, part: Part, contract: Contract, day: date, digest: str) -> None:
    """Adds what the export has otherwise than is said of it.

    Problems: `row-count`, `digest-mismatch`, `stale`, `total-mismatch`, `total-unchecked`.
    """
    rows = part.rows + len(part.raw.broken)
    if said.rows is not None and said.rows != rows:
        said.refuse("row-count", f"there are {rows:,} rows", f"{said.rows:,} rows, as declared")
    if said.digest is not None and said.digest != digest:
        said.refuse("digest-mismatch", "the file is not the one its control file describes",
                    f"SHA-256 {said.digest}")  # fmt: skip
    if contract.date_in in ("trailer", "control_file") and said.business_date not in (None, day):
        said.refuse("stale", f"the export is of {said.business_date}", day.isoformat())
    sums = totals(part.columns, {column for column, _ in said.totals})
    for (column, currency), minor in said.totals.items():
        found = sums[column].get(currency, 0)
        if found == minor:
            continue
        if _has_gaps(part, contract, column):
            said.problems.append(
                Problem(
                    code="total-unchecked",
                    message=f"the total of {column} in {currency} cannot be checked: some amounts "
                    "cannot be read",
                    span=Span(file=part.file),
                    level=Level.WARNING,
                    mend="look at the quarantined rows",
                )
            )
            continue
        digits = MINOR_DIGITS[currency]
        said.refuse("total-mismatch",
                    f"{column} in {currency} adds up to {unscaled(found, digits)}",
                    f"{unscaled(minor, digits)}, as declared")  # fmt: skip


def _has_gaps(part: Part, contract: Contract, column: str) -> bool:
    """Whether an amount of this column, or the currency of one, is not known."""
    names = {h.name for h in contract.headings if h.column.name in (column, "currency")}
    return bool(part.raw.broken) or any(f.heading in names for f in part.faults)


def totals(columns: Mapping[str, pa.Array], names: set[str]) -> dict[str, dict[str, int]]:
    """The sum of each named column by currency, in minor units, over the amounts that are known."""
    found: dict[str, dict[str, int]] = {}
    for name in sorted(names):
        # As decimals, since the sum of many large integers can leave 64 bits without a word.
        amounts = columns[name].cast(pa.decimal128(38, 0))
        table = pa.table({"currency": columns["currency"], "amount": amounts})
        table = table.filter(pc.is_valid(table["currency"]))
        sums = table.group_by("currency").aggregate([("amount", "sum")]).sort_by("currency")
        pairs = zip(sums["currency"].to_pylist(), sums["amount_sum"].to_pylist(), strict=True)
        found[name] = {currency: int(minor or 0) for currency, minor in pairs}
    return found
