"""The letters of a release as print PDFs, with their index and the count sheet.

Knows batches, covers and the register. Refuses to know why a letter stands: it is told which ones
do. What comes out depends on the letters alone, never on how many processes print them.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from collectctl.columns import LANGUAGES
from collectctl.documents.catalog import Documents
from collectctl.documents.paper import MOST_LETTERS, Counted, Cover, Paper, Printed
from collectctl.documents.prepared import Place, places
from collectctl.documents.printer import Batch, Order, Printer, run, start
from collectctl.documents.senders import Standing, csv_bytes

INDEX = "index.csv"
INDEX_HEADING = ("item", "document", "language", "file", "position", "postal_code", "sheets")
COUNT = "count.pdf"
WORTH_A_POOL = 8
"""Batches from which starting processes pays."""
RENEWED = 10
"""Batches after which a process makes way for a new one: what it holds grows with each at first."""
_LANGUAGE_WORDS = {"zh_CN": "中文 Chinese", "en": "英文 English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What the papers of a release say of it."""

    name: str
    """Of the addendum."""
    day: date
    documents: Documents
    workers: int


def letter_files(
    folder: Path, standing: Mapping[int, Standing], release: Release
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each PDF as the night ordered its letters, of the index, the count sheet.

    `folder` holds the night's `index.csv` and the files that it names. A PDF begins with a cover
    and holds at most a hundred letters of one document and language. Nothing if no letter stands.
    """
    batches = list(_batches(folder, standing, release))
    if not batches:
        return
    index: list[Sequence[object]] = []
    counted: list[Counted] = []
    for batch, printed in zip(batches, _print(batches, folder, release), strict=True):
        yield batch.name, printed.pdf
        rows = zip(batch.references, batch.letters, printed.sheets, strict=True)
        index += [
            (item, place.document, place.language, batch.name, position, place.postal_code, sheets)
            for position, (item, place, sheets) in enumerate(rows, 1)
        ]
        counted.append(
            Counted(
                file=batch.name, document=batch.title, letters=len(batch.letters),
                sheets=sum(printed.sheets),
            )
        )  # fmt: skip
    yield INDEX, csv_bytes(INDEX_HEADING, index)
    order = _order(folder, release)
    lines = (
        ("营业日期 Business date", release.day.isoformat()),
        ("放行 Release", release.name),
        ("文件 Files", f"{len(batches):,}"),
    )
    paper = Paper(order.banks, order.logo)
    yield COUNT, paper.count_sheet(counted, release.day, name=release.name, lines=lines)


def _order(folder: Path, release: Release) -> Order:
    bank = release.documents.bank
    banks = {language: bank.get(language) for language in LANGUAGES}
    return Order(banks=banks, logo=bank.logo, day=release.day, folder=folder)


def _print(batches: Sequence[Batch], folder: Path, release: Release) -> Iterator[Printed]:
    """Each batch printed, in their order: a few by this process, more by others."""
    order = _order(folder, release)
    if len(batches) < WORTH_A_POOL:
        yield from map(Printer(order).run, batches)
        return
    each = release.workers * RENEWED
    for n in range(0, len(batches), each):
        some = batches[n : n + each]
        pool = ProcessPoolExecutor(
            min(release.workers, len(some)), mp_context=get_context("spawn"), initializer=start,
            initargs=(order,),
        )  # fmt: skip
        with pool:
            yield from pool.map(run, some)


def _batches(folder: Path, standing: Mapping[int, Standing], release: Release) -> Iterator[Batch]:
    found = [place for place in places(folder) if place.number in standing]
    for (document, language), group in groupby(found, lambda p: (p.document, p.language)):
        own = tuple(group)
        for n in range(0, len(own), MOST_LETTERS):
            letters = own[n : n + MOST_LETTERS]
            name = f"{document}-{language}-{n // MOST_LETTERS + 1:04d}.pdf"
            references = tuple(standing[place.number].item for place in letters)
            titles = [_title(release.documents, document, one) for one in LANGUAGES]
            yield Batch(
                name=name, title=_title(release.documents, document, language), letters=letters,
                references=references,
                cover=Cover(
                    title=" ".join(titles),
                    lines=(
                        ("文件 File", name),
                        ("放行 Release", release.name),
                        ("语言 Language", _LANGUAGE_WORDS[language]),
                        ("函件 Letters", f"{len(letters):,}"),
                        ("首件编号 First reference", references[0]),
                        ("末件编号 Last reference", references[-1]),
                        ("邮编 Postal codes", _codes(letters)),
                    ),
                ),
            )  # fmt: skip


def _title(documents: Documents, document: str, language: str) -> str:
    """The document's title; its name, if the bank has no longer such a document."""
    return documents.title(document, language) if document in documents.ids else document


def _codes(letters: Sequence[Place]) -> str:
    """From which postal code to which, and how many letters have none."""
    known = [place.postal_code for place in letters if place.postal_code]
    without = len(letters) - len(known)
    parts = []
    if known:
        parts.append(known[0] if known[0] == known[-1] else f"{known[0]} – {known[-1]}")
    if without:
        parts.append(f"无邮编 None: {without}")
    return "；".join(parts)
