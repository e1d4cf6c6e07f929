"""What a worker process runs: it opens the hand-over once and renders the chunks it is given.

A spawned process imports this module, so it imports only the press and Parquet.
"""

import pyarrow.parquet as pq

from collectctl.documents.press import Chunk, Done, Press, Recipe

CONTACTS = "contacts.parquet"
LINES = "lines.parquet"
_open: list[tuple[Press, pq.ParquetFile, pq.ParquetFile]] = []
"""The one press of this process, with its hand-over; filled by `start`."""


def start(recipe: Recipe) -> None:
    """Opens the hand-over; called once in each process."""
    _open[:] = [
        (
            Press(recipe),
            pq.ParquetFile(recipe.scratch / CONTACTS),
            pq.ParquetFile(recipe.scratch / LINES),
        )
    ]


def run(chunk: Chunk) -> Done:
    """Renders one chunk: the row group of its number."""
    press, contacts, lines = _open[0]
    return press.run(
        chunk,
        contacts.read_row_group(chunk.number, use_threads=False),
        lines.read_row_group(chunk.number, use_threads=False),
    )
