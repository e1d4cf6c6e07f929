"""The same night is recorded a second time."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from collectctl.ledger.connect import connect
from collectctl.ledger.record import record_run
from collectctl.ledger.values import Run

RUN = Run(
    number=1, business_date=date(2026, 11, 18), manifest_digest="0" * 64, braked=False,
    sample=False, overtaken=False, accounts=6, program="1", recorded_at="2026-11-18T20:00:00Z",
)  # fmt: skip


def provoke(bank: Path) -> None:
    """Records two runs that cannot both stand."""
    with closing(connect(bank / "ledger/ledger.sqlite")) as ledger:
        record_run(ledger, RUN, [], [], expected_last=0)
        record_run(ledger, replace(RUN, number=2), [], [], expected_last=1)
