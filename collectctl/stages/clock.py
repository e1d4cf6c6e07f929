"""Moments and windows as the bank's clocks show them, for staff and for senders."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Ints
from collectctl.compliance.gate.moments import DAY, local_seconds


def moment_texts(moments: pa.ChunkedArray, zone: str) -> pa.Array:
    """Each moment as `2026-11-20 08:00:00`; missing where there is none."""
    shown = local_seconds(moments.fill_null(0).to_numpy(), zone)
    texts = pc.strftime(pa.array(shown, pa.timestamp("s")), "%Y-%m-%d %H:%M:%S")
    return pc.if_else(pc.is_valid(moments), texts, pa.scalar(None, pa.string())).combine_chunks()


def window_texts(opens: pa.ChunkedArray, closes: pa.ChunkedArray, zone: str) -> pa.Array:
    """Each window of a day as `08:00-21:00`, the end not included; missing where there is none."""
    first, last = (
        local_seconds(column.fill_null(0).to_numpy(), zone) for column in (opens, closes)
    )
    end = np.where(last // DAY > first // DAY, DAY, last % DAY)
    texts = pc.binary_join_element_wise(_clock(first % DAY), _clock(end), "-")
    return pc.if_else(pc.is_valid(opens), texts, pa.scalar(None, pa.string())).combine_chunks()


def _clock(seconds: Ints) -> pa.Array:
    """`HH:MM` of the second of a day; the last is 24:00."""
    spelt, place = np.unique(seconds // 60, return_inverse=True)
    words = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in spelt.tolist()]
    return pa.array(words, pa.string()).take(pa.array(place))
