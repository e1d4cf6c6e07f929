"""The pages that a night has prepared, found again by its index.

Knows `index.csv` and where each page lies. Refuses to know which of them stand.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one letter or script lies."""

    number: int
    """Its contact number."""
    document: str
    language: str
    file: str
    offset: int
    """In bytes."""
    length: int
    postal_code: str
    """Empty where nobody knows it, and for scripts."""


def places(folder: Path) -> Iterator[Place]:
    """All that the night prepared in this folder, in its order; nothing without an index."""
    path = folder / "index.csv"
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Place(
                number=int(row["contact_no"]), document=row["document"], language=row["language"],
                file=row["file"], offset=int(row["offset"]), length=int(row["length"]),
                postal_code=row.get("postal_code", ""),
            )  # fmt: skip


def pages(folder: Path, wanted: Sequence[Place]) -> Iterator[bytes]:
    """The `section` of each, byte for byte; those of one file that follow each other in one go."""
    for file, group in groupby(wanted, lambda place: place.file):
        with (folder / file).open("rb") as source:
            for place in group:
                source.seek(place.offset)
                yield source.read(place.length)
