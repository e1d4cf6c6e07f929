"""For any two nights: yesterday = carried + in quarantine + closed + missing."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from collectctl.columns import to_frame
from collectctl.reports.conservation import between

IDS = st.sets(st.sampled_from([f"A{i}" for i in range(12)]))


@given(IDS, IDS, IDS, IDS)
def test_nothing_gets_lost_between_two_nights(
    yesterday: set[str], today: set[str], closing: set[str], apart: set[str]
) -> None:
    before, now, left = (
        to_frame(pa.table({"account_id": pa.array(sorted(s), pa.string())}))
        for s in (yesterday, today, closing)
    )
    found = between(before, now, left, pa.array(sorted(apart), pa.string()))
    missing = set(found.missing["account_id"])
    assert found.carried == len(yesterday & today)
    assert missing == yesterday - today - closing - apart
    assert found.new == len(today - yesterday)
    explained = found.carried + found.quarantined + found.closed + len(missing)
    assert explained == found.yesterday == len(yesterday)
