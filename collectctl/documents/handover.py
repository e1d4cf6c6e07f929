"""The night's documents cut into chunks of fixed size, and handed to workers as Parquet.

Knows in what order documents are printed and sent. Refuses to know what they say. A chunk is a row
group; its size and order depend on the documents alone, never on how many workers there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from collectctl.columns import LANGUAGES
from collectctl.documents.catalog import Documents
from collectctl.documents.channels import CHANNELS, PAGED
from collectctl.documents.fitness import Fit
from collectctl.documents.press import Chunk

PAGES_PER_FILE = 1000
"""Letters or scripts in one file: what a printer takes as a batch."""
MESSAGES_PER_CHUNK = 5000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batches:
    """All documents in the order in which they are written, and the chunks they fall into.

    The order is kept as positions, and a chunk is put together when it is asked for: everything
    once more in that order would be what a large night needs most memory for.
    """

    fit: Fit
    order: Ints
    """Of each document in turn, the position of its contact."""
    count: Ints
    """Of each document in turn, its number of lines."""
    line_order: Ints
    """Of each line in turn, its position."""
    chunks: tuple[Chunk, ...]

    def contacts(self, chunk: Chunk) -> pa.Table:
        """The chunk's contacts, with `lines`, the number of lines of each."""
        rows = slice(*chunk.rows)
        table = self.fit.contacts.take(pa.array(self.order[rows]))
        return table.append_column("lines", pa.array(self.count[rows])).combine_chunks()

    def lines(self, chunk: Chunk) -> pa.Table:
        """The lines of the chunk's contacts, one contact after the other."""
        rows = slice(*chunk.lines)
        return self.fit.lines.take(pa.array(self.line_order[rows])).combine_chunks()


def batches(fit: Fit, documents: Documents) -> Batches:
    """The documents sorted by channel; letters and scripts by document, language, postal code."""
    contacts = fit.contacts
    channel = _rank(contacts["channel"], CHANNELS)
    paper = np.isin(channel, [CHANNELS.index(c) for c in PAGED])
    document = np.where(paper, _rank(contacts["document"], documents.ids), 0)
    language = np.where(paper, _rank(contacts["language"], LANGUAGES), 0)
    postal = np.where(channel == CHANNELS.index("letter"), _postal_rank(contacts["postal_code"]), 0)
    number = contacts["contact_no"].to_numpy()
    order = np.lexsort((number, postal, language, document, channel))
    start, count = fit.start[order], fit.count[order]
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    line_order = np.repeat(start - offsets[:-1], count) + np.arange(offsets[-1])
    group = ((channel * 1000 + document) * 10 + language)[order]
    first = pa.array(order[_first_of_each(group)])
    names = [contacts[n].take(first).to_pylist() for n in ("channel", "document", "language")]
    chunks = _chunks(group, offsets, list(zip(*names, strict=True)))
    return Batches(fit, order.astype(np.int64), count, line_order, chunks)


def _rank(column: pa.ChunkedArray, known: tuple[str, ...]) -> Ints:
    return _position(column, pa.array(known, pa.string()), len(known))


def _position(column: pa.ChunkedArray, known: pa.Array, otherwise: int) -> Ints:
    found = pc.index_in(column, value_set=known, skip_nulls=True).fill_null(otherwise)
    numbers: Ints = found.to_numpy().astype(np.int64)
    return numbers


def _postal_rank(column: pa.ChunkedArray) -> Ints:
    """Positions of the postal codes in their order, unknown ones last."""
    codes = pc.unique(column.drop_null()).sort()
    return _position(column, codes, len(codes))


def _first_of_each(group: Ints) -> Ints:
    return np.flatnonzero(np.diff(group, prepend=-1) != 0).astype(np.int64)


def _chunks(group: Ints, offsets: Ints, names: list[tuple[str, str, str]]) -> tuple[Chunk, ...]:
    chunks: list[Chunk] = []
    starts = _first_of_each(group).tolist()
    for (channel, document, language), start, end in zip(
        names, starts, [*starts[1:], len(group)][: len(starts)], strict=True
    ):
        paper = channel in PAGED
        size = PAGES_PER_FILE if paper else MESSAGES_PER_CHUNK
        for i, first in enumerate(range(start, end, size), 1):
            last = min(first + size, end)
            name = f"{document}-{language}-{i:04d}" if paper else f"{i:04d}"
            chunks.append(
                Chunk(
                    number=len(chunks), channel=channel, name=name,
                    rows=(first, last), lines=(int(offsets[first]), int(offsets[last])),
                )
            )  # fmt: skip
    return tuple(chunks)


def parquet(tables: Iterator[pa.Table]) -> Iterator[bytes]:
    """The tables, of which there is at least one, as row groups of a Parquet file, in pieces."""
    first = next(tables)
    sink = _Pieces()
    file = pa.PythonFile(sink, mode="w")
    with pq.ParquetWriter(file, first.schema, compression="none", use_dictionary=False) as writer:
        for table in chain([first], tables):
            writer.write_table(table, row_group_size=max(1, len(table)))
            yield from sink.taken()
    yield from sink.taken()


class _Pieces:
    """A file for Arrow that gives away what was written to it, so that it never holds the whole."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(data)
        return len(data)

    def flush(self) -> None:
        """Nothing: a piece is there as soon as it is written."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> list[bytes]:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return pieces
