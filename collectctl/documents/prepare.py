"""The night's documents, prepared: checked in bulk, rendered in chunks, left as text and pages.

Knows the order: what can be written, cut into chunks, rendered by this process or by workers,
joined. Refuses to know whether anything may leave; what it writes lies in `prepared/` alone.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pyarrow as pa

from collectctl.columns import LANGUAGES, to_frame
from collectctl.compliance.wording.engine import Wording
from collectctl.documents import outbox, worker
from collectctl.documents.catalog import Documents
from collectctl.documents.channels import MARKUP
from collectctl.documents.fitness import examine
from collectctl.documents.handover import Batches, batches, parquet
from collectctl.documents.page import head
from collectctl.documents.press import Chunk, Done, Press, Recipe, Text
from collectctl.durable import make_folder, remove_tree, write_file

RATE_DIGITS: Mapping[str, int] = {"daily_rate": 6, "annual_rate": 4}
"""Scale of each rate in the frames, as the starter dictionary declares it."""

_ABOUT = ["contact_no", "customer_id", "document", "channel"]
WORTH_A_POOL = 20_000
"""Documents from which starting processes pays: below, they take longer to start than to save."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What came of the proposed documents: each was prepared or failed."""

    counts: Mapping[tuple[str, str], int]
    """Prepared documents by document and channel; those with none are left out."""
    failed: pd.DataFrame
    """contact_no int64, code, reason, customer_id, document, channel; one row a contact."""
    files: tuple[str, ...]
    """What was written, relative to `out`, sorted."""


def prepare(  # noqa: PLR0913 - the night hands over what only it knows: data, texts, date, places
    contacts: pd.DataFrame,
    lines: pd.DataFrame,
    documents: Documents,
    run_date: date,
    out: Path,
    workers: int,
    *,
    scratch: Path,
    wording: Wording,
    rate_digits: Mapping[str, int] = RATE_DIGITS,
) -> Prepared:
    """The documents of all contacts, written below `out`, and what could not be.

    Args:
        contacts: One row per proposed document (see docs/documents.md for the columns).
        lines: The accounts of each contact with their debt.
        documents: As the night's configuration has them.
        run_date: The date on the letters.
        out: A folder that is made here; files in it do not exist yet.
        workers: Processes; the bytes written do not depend on it.
        scratch: A folder that does not exist yet; made, and deleted at the end.
        wording: What the packs say of texts on the run date.
        rate_digits: Scale of `daily_rate` and `annual_rate` in `lines`.
    """
    fit = examine(contacts, lines, documents, run_date=run_date, rate_digits=rate_digits)
    cut, unfit = batches(fit, documents), fit.failed
    chunks, about = cut.chunks, fit.contacts.select(_ABOUT)
    recipe = _recipe(documents, wording, run_date, (out, scratch), rate_digits)
    make_folder(out)
    make_folder(scratch)
    for folder in sorted({outbox.KINDS[c.channel].folder for c in chunks} - {""}):
        make_folder(out / folder)
    try:
        if workers <= 1 or len(about) < WORTH_A_POOL:
            done = _render(cut, recipe)
        else:
            _hand_over(cut, scratch)
            # The workers have it now; kept here as well, it would be what the night needs most of.
            del fit, cut
            done = _let_render(chunks, recipe, workers)
        files = _join(chunks, out, scratch) + _frames(chunks, recipe)
    finally:
        remove_tree(scratch)
    failed = _failed(unfit, about, done)
    return Prepared(counts=_counts(done, recipe.texts), failed=failed, files=files)


def _recipe(
    documents: Documents, wording: Wording, run_date: date, folders: tuple[Path, Path],
    rate_digits: Mapping[str, int],
) -> Recipe:  # fmt: skip
    bank = documents.bank
    out, scratch = folders
    return Recipe(
        texts=tuple(
            Text(
                document=f.document, channel=f.channel, language=f.language, title=f.title,
                subject=f.subject, source=f.source, markup=f.channel in MARKUP, reads=f.reads,
                file=f.file, purpose=documents.purpose(f.document), tone=documents.tone(f.document),
                addresses=documents.addresses,
            )
            for f in documents.forms_by_key.values()
        ),
        macros=dict(documents.macros),
        banks={language: bank.get(language) for language in LANGUAGES},
        wording=wording,
        signatures={language: bank.sms_signature.get(language) for language in LANGUAGES},
        heads={
            (channel, language): head(
                channel, language, bank.get(language), bank.logo, bank.get(language).name
            )
            for channel in MARKUP
            for language in LANGUAGES
        },
        run_date=run_date,
        rate_digits=dict(rate_digits),
        out=out,
        scratch=scratch,
    )  # fmt: skip


def _render(cut: Batches, recipe: Recipe) -> list[Done]:
    """Every chunk rendered by this process, in the order of the chunks."""
    press = Press(recipe)
    return [press.run(chunk, cut.contacts(chunk), cut.lines(chunk)) for chunk in cut.chunks]


def _hand_over(cut: Batches, scratch: Path) -> None:
    """Writes what workers read."""
    write_file(scratch / worker.CONTACTS, parquet(map(cut.contacts, cut.chunks)))
    write_file(scratch / worker.LINES, parquet(map(cut.lines, cut.chunks)))


def _let_render(chunks: tuple[Chunk, ...], recipe: Recipe, workers: int) -> list[Done]:
    """Every chunk rendered by workers, in the order of the chunks."""
    pool = ProcessPoolExecutor(
        min(workers, len(chunks)), mp_context=get_context("spawn"),
        initializer=worker.start, initargs=(recipe,),
    )  # fmt: skip
    with pool:
        return list(pool.map(worker.run, chunks))


def _join(chunks: tuple[Chunk, ...], out: Path, scratch: Path) -> tuple[str, ...]:
    """Joins the parts of each sender's file; gives all files written."""
    files = []
    for channel in dict.fromkeys(c.channel for c in chunks):
        kind = outbox.KINDS[channel]
        own = [c for c in chunks if c.channel == channel]
        parts = [p for c in own if (p := scratch / f"part-{c.number:06d}").exists()]
        if kind.folder:
            files += [f"{kind.folder}/{c.name}.html" for c in own]
        if parts:
            make_folder((out / kind.joined).parent)
            write_file(out / kind.joined, _bytes(kind.heading, parts))
            files.append(kind.joined)
    return tuple(sorted(files))


def _frames(chunks: tuple[Chunk, ...], recipe: Recipe) -> tuple[str, ...]:
    """Writes the page that e-mails of each language are shown in, if there are any."""
    if not any(c.channel == "email" for c in chunks):
        return ()
    files = []
    for language in LANGUAGES:
        name = outbox.frame_name(language)
        write_file(recipe.out / name, (recipe.heads["email", language] + outbox.PAGE_END).encode())
        files.append(name)
    return tuple(files)


def _bytes(heading: str, parts: list[Path]) -> Iterator[bytes]:
    yield heading.encode()
    for part in parts:
        yield part.read_bytes()


def _counts(done: list[Done], texts: tuple[Text, ...]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for one in done:
        for form, number in one.prepared.items():
            key = (texts[form].document, texts[form].channel)
            counts[key] = counts.get(key, 0) + number
    return dict(sorted(counts.items()))


def _failed(unfit: pa.Table, about: pa.Table, done: list[Done]) -> pd.DataFrame:
    """Those that could not be written, found before or while rendering, by contact number."""
    late = [failure for one in done for failure in one.failed]
    table = unfit
    if late:
        numbers, codes, reasons = (pa.array(column) for column in zip(*late, strict=True))
        found = pa.table({"contact_no": numbers, "code": codes, "reason": reasons})
        joined = found.join(about, "contact_no").select(table.column_names)
        table = pa.concat_tables([table, joined.cast(table.schema)])
    return to_frame(table.sort_by("contact_no"))
