"""A past night's table lacks a column that the next night asks for."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from collectctl.archive.nights import Night, read_columns
from collectctl.archive.publish import publish
from collectctl.archive.staging import open_staging, seal


def provoke(bank: Path) -> None:
    """Brings it about."""
    staging = open_staging(bank / "archive", date(2026, 11, 18))
    pq.write_table(pa.table({"account_id": ["600100000001"]}), staging.path("decisions.parquet"))
    publish(staging, seal(staging, {}), lambda: None)
    night = Night(business_date=staging.business_date, folder=staging.target)
    read_columns(night, ["account_id", "balance"])
