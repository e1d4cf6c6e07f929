"""What prints one batch of letters: a process of its own, or the one that asks.

A spawned process imports this module, so it imports only paper and where pages lie.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from collectctl.documents.paper import Cover, Page, Paper, Printed
from collectctl.documents.prepared import Place, pages
from collectctl.documents.records import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a printer is told before its first batch."""

    banks: Mapping[str, Bank]
    logo: str
    day: date
    folder: Path
    """Where the prepared pages lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The letters of one file."""

    name: str
    title: str
    """Of the document, in the language of the letters."""
    letters: tuple[Place, ...]
    references: tuple[str, ...]
    cover: Cover


class Printer:
    """Prints batches, one after the other."""

    def __init__(self, order: Order) -> None:
        """Opens nothing yet."""
        self._order = order
        self._paper = Paper(order.banks, order.logo)

    def run(self, batch: Batch) -> Printed:
        """The batch as a PDF."""
        found = pages(self._order.folder, batch.letters)
        letters = [
            Page(reference=reference, language=place.language, markup=_inside(section.decode()))
            for reference, place, section in zip(
                batch.references, batch.letters, found, strict=True
            )
        ]
        return self._paper.pdf(letters, self._order.day, title=batch.title, cover=batch.cover)


_open: list[Printer] = []
"""The one printer of this process; filled by `start`."""


def start(order: Order) -> None:
    """Makes the process's printer; called once in each.

    typst would use every processor from each process; how many there are says how many it may use.
    """
    os.environ["RAYON_NUM_THREADS"] = "1"
    _open[:] = [Printer(order)]


def run(batch: Batch) -> Printed:
    """Prints one batch."""
    return _open[0].run(batch)


def _inside(section: str) -> str:
    """What stands between `<section …>` and its end."""
    return section[section.index(">") + 1 : section.rindex("</section>")]
