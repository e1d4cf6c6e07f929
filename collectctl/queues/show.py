"""Tonight's work as a clerk reads it: words for codes, the end of a card number, one language.

Knows what may be shown. Refuses to know files and lists: the whole night is done at once.
"""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import to_table
from collectctl.config import Bilingual
from collectctl.queues.plan import QueuePlan, bilingual
from collectctl.queues.words import LISTED, REASONS

_CARD_DIGITS = 4
_BETWEEN = {"zh_CN": "、", "en": ", "}


def shown(assigned: pd.DataFrame, plan: QueuePlan, language: str) -> pa.Table:
    """The assigned work with every column in words; codes that have no name stay codes.

    `currency` keeps its codes; `team_label` and the card's last digits are added.
    """
    table = to_table(assigned)
    words = dict(plan.values)
    words["waiting"] = {code: bilingual(both) for code, both in REASONS.items()}
    words["team"] = {t.id: t.label for t in plan.teams}
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    columns = {
        n: c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for n, c in columns.items()
    }
    columns["because"] = columns[f"because_{language}"]
    columns["card_no"] = _last_digits(columns["card_no"])
    for name, labels in words.items():
        if name in columns and name != "currency":
            said = _lists if name in LISTED else _said
            columns[name] = said(columns[name], labels, language)
    return pa.table(columns)


def _said(codes: pa.Array, labels: Mapping[str, Bilingual], language: str) -> pa.Array:
    known = pa.array(list(labels), pa.string())
    texts = pa.array([label.get(language) for label in labels.values()], pa.string())
    return pc.coalesce(texts.take(pc.index_in(codes, value_set=known, skip_nulls=True)), codes)


def _lists(codes: pa.Array, labels: Mapping[str, Bilingual], language: str) -> pa.Array:
    """The same for codes joined by commas; a night has few different lists."""
    spelt = codes.dictionary_encode()
    texts = [
        _BETWEEN[language].join(
            labels[c].get(language) if c in labels else c for c in text.split(",") if c
        )
        for text in spelt.dictionary.to_pylist()
    ]
    return pa.array(texts, pa.string()).take(spelt.indices)


def _last_digits(cards: pa.Array) -> pa.Array:
    """The last four digits behind stars; of a number hardly longer than that, nothing."""
    end = pc.utf8_slice_codeunits(cards, -_CARD_DIGITS)
    long = pc.greater(pc.utf8_length(cards), 2 * _CARD_DIGITS)
    return pc.if_else(long, pc.binary_join_element_wise("****", end, ""), pc.if_else(
        pc.is_valid(cards), "****", pa.scalar(None, pa.string())
    ))  # fmt: skip
