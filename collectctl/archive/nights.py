"""Past nights of the archive, and what is read back from them.

Knows where a night lies and that its files are the published ones; refuses to know what they mean.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa

from collectctl.archive.faults import disk_faults, is_folder
from collectctl.archive.manifest import MANIFEST, open_regular, read_manifest
from collectctl.calendar import parse_day
from collectctl.columns import to_frame
from collectctl.problems import LedgerError, Problem, Span

DECISIONS = "decisions.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A published night."""

    business_date: date
    folder: Path


def list_nights(archive: Path) -> tuple[Night, ...]:
    """The nights that have a folder with a manifest, by business date.

    Raises:
        LedgerError: `archive-foreign` (a link or a device where a folder should be), or what
            `disk_faults` names.
    """
    with disk_faults("listing the archive"):
        if not is_folder(archive):
            return ()
        days = ((parse_day(entry.name), entry) for entry in archive.iterdir())
        nights = [
            Night(business_date=day, folder=folder)
            for day, folder in days
            if day is not None and is_folder(folder) and os.path.lexists(folder / MANIFEST)
        ]
    return tuple(sorted(nights, key=lambda night: night.business_date))


def previous_night(archive: Path, before: date) -> Night | None:
    """The last published night whose business date is before the given one.

    Raises:
        LedgerError: as `list_nights`.
    """
    earlier = [night for night in list_nights(archive) if night.business_date < before]
    return earlier[-1] if earlier else None


def read_bytes(night: Night, name: str) -> bytes:
    """The content of one file of a past night, checked against its manifest.

    Raises:
        LedgerError: `archive-changed`, `archive-missing`, as `read_manifest`, or what
            `disk_faults` names.
    """
    with _open_checked(night, name) as file:
        return file.read()


def read_columns(
    night: Night,
    columns: Sequence[str] | None,
    name: str = DECISIONS,
    optional: Sequence[str] = (),
) -> pd.DataFrame:
    """The named columns of a past night's Parquet file, all for None, checked by its manifest.

    Columns stay in Arrow, in the order asked for, those that are `optional` behind if they are
    there; the index is unused.

    Raises:
        LedgerError: as `read_bytes`, or `archive-unreadable` (not Parquet, or without one of the
            columns).
    """
    import pyarrow.parquet as pq  # takes a while, and most questions need no table of a night

    with _open_checked(night, name) as file:
        try:
            parquet = pq.ParquetFile(file)
            there = parquet.schema_arrow.names
            wanted = there if columns is None else list(columns)
            wanted = [*wanted, *(n for n in optional if n in there and n not in wanted)]
            missing = sorted(set(wanted) - set(there))
            if missing:
                raise _unreadable(night, name, f"has no column '{missing[0]}'")
            table = parquet.read(columns=wanted).select(wanted)
        except pa.ArrowException:
            # Arrow's own text may quote values.
            raise _unreadable(night, name, "is not a Parquet file") from None
    return to_frame(table)


@contextmanager
def _open_checked(night: Night, name: str) -> Iterator[BinaryIO]:
    """The open file, at its start; what is read is what was checked, since it is opened once."""
    entry = read_manifest(night.folder).files.get(name)
    if entry is None or not os.path.lexists(night.folder / name):
        raise _refusal("archive-missing", night, name, "is missing")
    with (
        disk_faults("reading a past night"),
        os.fdopen(open_regular(night.folder / name), "rb") as file,
    ):
        if hashlib.file_digest(file, "sha256").hexdigest() != entry.sha256:
            raise _refusal("archive-changed", night, name, "was changed since")
        file.seek(0)
        yield file


def _unreadable(night: Night, name: str, what: str) -> LedgerError:
    return _refusal("archive-unreadable", night, name, what)


def _refusal(code: str, night: Night, name: str, what: str) -> LedgerError:
    place = f"{night.folder.name}/{name}"
    return LedgerError(
        Problem(
            code=code,
            message=f"'{place}' {what}",
            span=Span(file=place),
            expected="the night as it was published",
            mend="restore the night's folder from its backup",
        )
    )
