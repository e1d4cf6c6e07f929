"""A column of lists, of which no cell can be made."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def prepare(bank: Path) -> None:
    """Writes the file in the export's place."""
    path = bank / "inbox/2026-11-18/statuses.parquet"
    table = pa.table({"account": [["600100000001"]], "status": ["deceased"], "since": [None]})
    pq.write_table(table, path)
