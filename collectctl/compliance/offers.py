"""What each account is offered: the documents and channels of its customer's treatment.

Knows the treatment's document and channels and what a status forbids. Refuses to know people.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, Ints, arrow
from collectctl.compliance.effects import ALL
from collectctl.compliance.reasons import NUMBER

FORM_OF_CHANNEL = {
    "letter": "letter",
    "sms": "sms",
    "email": "email",
    "wechat": "wechat",
    "call": "script",
}
"""The text that a channel uses; a visit and legal work have none."""
Pair = tuple[str, str]
"""A form and a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """One element for each account and each document and form offered to it."""

    account: Ints
    """Position of the account in the frame."""
    pair: Ints
    """Position in `pairs`."""
    code: Ints
    """Number of the objection, 0 for none; see `reasons`."""
    pairs: tuple[Pair, ...]
    """Forms and documents, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What is the same for many accounts: the treatment's contacts and what a status allows."""

    document: str
    addons: str
    channels: str
    allowed_channels: str
    allowed_documents: str


def offer(
    rollup: pd.DataFrame,
    status_effect: pd.DataFrame,
    addons: pa.Array | None,
    forms: Mapping[str, frozenset[str]],
) -> Offers:
    """The offers of all accounts that are graded and whose customer's treatment has a document."""
    rows = np.flatnonzero(_worked(rollup, status_effect))
    at = pa.array(rows)
    columns = [
        arrow(rollup["lead_document"]).take(at),
        pa.nulls(len(rows), pa.string()) if addons is None else addons.take(at),
        arrow(rollup["lead_channels"]).take(at),
        arrow(status_effect["channels"]).take(at),
        arrow(status_effect["documents"]).take(at),
    ]
    terms, of_row = _distinct(columns)
    offered = [_offered(t, forms) for t in terms]
    pairs = tuple(sorted({pair for found in offered for pair, _ in found}))
    number = {pair: i for i, pair in enumerate(pairs)}
    counts = np.array([len(found) for found in offered], np.int64)
    first = np.concatenate(([0], np.cumsum(counts)))[:-1]
    flat_pair = np.array([number[pair] for found in offered for pair, _ in found], np.int64)
    flat_code = np.array([code for found in offered for _, code in found], np.int64)
    repeat = counts[of_row]
    at_flat = np.repeat(first[of_row], repeat) + within(repeat)
    return Offers(
        account=np.repeat(rows, repeat),
        pair=flat_pair[at_flat],
        code=flat_code[at_flat],
        pairs=pairs,
    )


def within(counts: Ints) -> Ints:
    """0, 1, … n-1 for each n of `counts`, one after the other."""
    total = int(counts.sum())
    starts = np.concatenate(([0], np.cumsum(counts)))[:-1]
    positions: Ints = np.arange(total, dtype=np.int64) - np.repeat(starts, counts)
    return positions


def _worked(rollup: pd.DataFrame, status_effect: pd.DataFrame) -> Bool:
    """Accounts that are graded and whose customer has a treatment with a document."""
    document = arrow(rollup["lead_document"])
    named = pc.and_(document.is_valid(), pc.not_equal(document, ""))
    graded = pc.invert(arrow(status_effect["excluded"]))
    led = pc.not_equal(arrow(rollup["lead"]), "MANUAL")
    worked: Bool = (
        pc.and_(pc.and_(named, graded), led).fill_null(False).to_numpy(zero_copy_only=False)
    )
    return worked


def _distinct(columns: list[pa.Array]) -> tuple[list[_Terms], Ints]:
    """The distinct rows of the columns, and which of them each row is."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        encoded = pc.fill_null(column, "").dictionary_encode()
        # Renumbering at each column keeps the key below rows x words, far from overflow.
        key = key * max(1, len(encoded.dictionary)) + encoded.indices.to_numpy()
        key = np.unique(key, return_inverse=True)[1]
    _, example, of_row = np.unique(key, return_index=True, return_inverse=True)
    at = pa.array(example)
    taken = [pc.fill_null(column, "").take(at).to_pylist() for column in columns]
    return [
        _Terms(document=d, addons=a, channels=c, allowed_channels=ac, allowed_documents=ad)
        for d, a, c, ac, ad in zip(*taken, strict=True)
    ], of_row


def _offered(terms: _Terms, forms: Mapping[str, frozenset[str]]) -> list[tuple[Pair, int]]:
    """Each form and document that these terms offer, with its objection or 0."""
    channels = [c for c in _split(terms.channels) if c in FORM_OF_CHANNEL]
    found = [_one(terms, channel, terms.document, forms) for channel in channels]
    for document in _split(terms.addons):
        has = forms.get(document, frozenset())
        ways = [c for c in channels if FORM_OF_CHANNEL[c] in has] or channels[:1]
        found += [_one(terms, channel, document, forms) for channel in ways]
    return sorted(set(found))


def _one(
    terms: _Terms, channel: str, document: str, forms: Mapping[str, frozenset[str]]
) -> tuple[Pair, int]:
    form = FORM_OF_CHANNEL[channel]
    code = 0
    if not (
        _allows(terms.allowed_channels, channel) and _allows(terms.allowed_documents, document)
    ):
        code = NUMBER["status"]
    elif form not in forms.get(document, frozenset()):
        code = NUMBER["no-form"]
    return (form, document), code


def _split(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _allows(allowed: str, word: str) -> bool:
    return allowed == ALL or word in _split(allowed)
