"""Which contacts a night proposes: one document, in one form, to one liable person.

Knows who may be addressed about which accounts. Refuses to know contact limits (that is the
gate) and what a document says. Accounts, people and offers are positions until the very end,
where their texts are looked up once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Ints, arrow, to_frame
from collectctl.compliance.offers import Offers, offer, within
from collectctl.compliance.people import DETAILS, LIABLE, People, people, ranked
from collectctl.compliance.reasons import CODES, NUMBER, REASONS

DEBT_COLUMNS = (
    "branch_code", "product", "card_no", "currency", "as_of", "due_date", "days_past_due",
    "balance", "overdue_amount", "minimum_due", "principal", "instalment_not_due", "interest",
    "compound_interest", "penalty", "fees", "instalment_interest", "payments_set_off",
    "daily_rate", "annual_rate", "credit_limit", "last_payment_on", "last_payment",
    "itemization_date", "creditor_then", "itemization_balance", "interest_since", "fees_since",
    "payments_since", "credits_since",
)  # fmt: skip
"""What a document may say of an account, in this order."""
DEFAULT_LANGUAGE = "zh_CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The documents a night proposes: `contacts` can be made, `blocked` and `deferred` cannot.

    Together they are all proposed documents; `apart` speaks of accounts, not of documents.
    """

    contacts: pd.DataFrame
    """One row a document, in order of customer, party, channel, document. What is decided about its
    accounts comes with `decisions.with_decisions`."""
    lines: pd.DataFrame
    """contact_no and the debt of each account the document covers."""
    blocked: pd.DataFrame
    """customer_id, party_id, account_id, channel, document, code, reason_zh_CN, reason_en."""
    deferred: pd.DataFrame
    """As `blocked`: what may be made, but not on the day that it is for."""
    apart: pd.DataFrame
    """As `blocked`, one row for each account and document it was left out of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """One element for each account, form, document and person liable for it (or -1)."""

    account: Ints
    pair: Ints
    person: Ints
    role: Ints
    code: Ints

    def take(self, at: Ints) -> "_Links":
        return _Links(
            account=self.account[at], pair=self.pair[at], person=self.person[at],
            role=self.role[at], code=self.code[at],
        )  # fmt: skip


def propose(  # noqa: PLR0913 - a night's independent facts, the last three by name
    accounts: pd.DataFrame,
    rollup: pd.DataFrame,
    status_effect: pd.DataFrame,
    parties: pd.DataFrame,
    *,
    addressees: Mapping[str, frozenset[str]],
    forms: Mapping[str, frozenset[str]],
    addons: pd.Series | None = None,
) -> Proposed:
    """The contacts of a night; `rollup`, `status_effect` and `addons` are aligned to `accounts`.

    `addressees` and `forms` say of each document which roles it may address and which forms it
    has. `addons` names further documents for single accounts, joined by commas.
    """
    offers = offer(rollup, status_effect, None if addons is None else arrow(addons), forms)
    ids = arrow(accounts["account_id"])
    who = people(parties, ids, offers.account[_changes(offers.account)])
    links = _link(offers, who, addressees)
    _, rank = ranked(arrow(accounts["customer_id"]).take(pa.array(links.account)))
    _, account_rank = ranked(ids.take(pa.array(links.account)))
    order = np.lexsort((links.role, account_rank, links.pair, links.person, rank))
    links, rank = links.take(order), rank[order]
    key = (rank * (len(who.ids) + 1) + links.person + 1) * max(1, len(offers.pairs)) + links.pair
    starts = _changes(key)
    code = _unit_codes(links, who, offers, starts)
    unit = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(key))))
    covered = (code[unit] == 0) & (links.code == 0)
    sources = _Sources(accounts, rollup, status_effect, who, offers)
    return Proposed(
        contacts=_contacts(sources, links, unit, covered, code),
        lines=_lines(sources, links, unit, covered, code),
        blocked=_objections(sources, links.take(starts[code > 0]), code[code > 0]),
        deferred=_objections(sources, links.take(starts[:0]), code[:0]),
        apart=_apart(sources, links, covered, code[unit]),
    )


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where the texts of positions are looked up."""

    accounts: pd.DataFrame
    rollup: pd.DataFrame
    status_effect: pd.DataFrame
    who: People
    offers: Offers


def _link(offers: Offers, who: People, addressees: Mapping[str, frozenset[str]]) -> _Links:
    """Each offer with each person that its document may address for that account."""
    first = np.searchsorted(who.account, offers.account, "left")
    counts = np.searchsorted(who.account, offers.account, "right") - first
    each = np.repeat(np.arange(len(counts)), counts)
    link = np.repeat(first, counts) + within(counts)
    may = np.array(
        [[role in addressees.get(d, frozenset()) for role in LIABLE] for _, d in offers.pairs],
        np.bool_,
    ).reshape(-1, len(LIABLE))
    keep = may[offers.pair[each], who.role[link]]
    each, link = each[keep], link[keep]
    # A document for guarantors alone is not proposed where an account has none; one for debtors
    # is, and stands blocked, since every account must have somebody who owes it.
    expected = may[offers.pair, LIABLE.index("principal")]
    alone = np.flatnonzero((np.bincount(each, minlength=len(counts)) == 0) & expected)
    nobody = np.full(len(alone), -1, np.int64)
    code = offers.code.copy()
    code[(code == 0) & np.isin(offers.account, who.represented)] = NUMBER["represented"]
    without = np.where(code[alone] == 0, NUMBER["no-liable-party"], code[alone])
    at = np.concatenate((each, alone))
    return _Links(
        account=offers.account[at],
        pair=offers.pair[at],
        person=np.concatenate((who.person[link], nobody)),
        role=np.concatenate((who.role[link], nobody)),
        code=np.concatenate((code[each], without)),
    )


def _unit_codes(links: _Links, who: People, offers: Offers, starts: Ints) -> Ints:
    """For each proposed document 0, or the number of what stands against it."""
    if not len(starts):
        return np.zeros(0, np.int64)
    code: Ints = np.minimum.reduceat(links.code, starts)
    pair, person = links.pair[starts], links.person[starts]
    for form in {form for form, _ in offers.pairs}:
        uses = np.array([f == form for f, _ in offers.pairs])[pair] & (code == 0)
        code[uses] = who.objection(form)[person[uses]]
    return code


def _contacts(
    sources: _Sources, links: _Links, unit: Ints, covered: Ints, code: Ints
) -> pd.DataFrame:
    """The documents that can be made; the first covered account stands for the customer."""
    rows = np.flatnonzero(covered)
    first = _changes(unit[rows])
    units = unit[rows][first]
    one = links.take(rows[first])
    role = np.full(len(code), len(LIABLE), np.int64)
    np.minimum.at(role, unit[rows], links.role[rows])
    account, person = pa.array(one.account), pa.array(one.person)
    details = {name: sources.who.details[name].take(person) for name in DETAILS}
    lead = sources.rollup
    columns = {
        "contact_no": pa.array(np.arange(1, len(units) + 1, dtype=np.int64)),
        "customer_id": arrow(sources.accounts["customer_id"]).take(account),
        "party_id": sources.who.ids.take(person),
        "role": pa.array(LIABLE, pa.string()).take(pa.array(role[units])),
        **_pair_columns(sources.offers, one.pair),
        "language": details.pop("language").fill_null(DEFAULT_LANGUAGE),
        **details,
        "grade": arrow(lead["customer_grade"]).take(account),
        "tone": arrow(lead["lead_tone"]).take(account),
        "treatment": arrow(lead["lead"]).take(account),
    }
    return to_frame(pa.table(columns))


def _lines(sources: _Sources, links: _Links, unit: Ints, covered: Ints, code: Ints) -> pd.DataFrame:
    """The accounts of each contact, each once even where the person has two roles for it."""
    rows = np.flatnonzero(covered)
    number = np.zeros(len(code), np.int64)
    units = unit[rows][_changes(unit[rows])]
    number[units] = np.arange(1, len(units) + 1)
    no, account = number[unit[rows]], links.account[rows]
    again = np.concatenate(([False], (no[1:] == no[:-1]) & (account[1:] == account[:-1])))
    again = again[: len(no)]
    at = pa.array(account[~again])
    columns = {
        "contact_no": pa.array(no[~again]),
        "account_id": arrow(sources.accounts["account_id"]).take(at),
    }
    for name in DEBT_COLUMNS:
        if name in sources.accounts:
            columns[name] = arrow(sources.accounts[name]).take(at)
    return to_frame(pa.table(columns))


def _apart(sources: _Sources, links: _Links, covered: Ints, unit_code: Ints) -> pd.DataFrame:
    """Each account and document that no contact covers, with the first objection."""
    key = links.account * max(1, len(sources.offers.pairs)) + links.pair
    rows = np.flatnonzero(~np.isin(key, key[covered]))
    own = np.where(links.code[rows] > 0, links.code[rows], unit_code[rows])
    order = np.lexsort((own, key[rows]))
    rows, own = rows[order], own[order]
    first = _changes(key[rows])
    first = first[np.argsort(rows[first])]
    return _objections(sources, links.take(rows[first]), own[first])


def _objections(sources: _Sources, links: _Links, code: Ints) -> pd.DataFrame:
    account = pa.array(links.account)
    person = pa.array(links.person, mask=links.person < 0)
    effect = sources.status_effect
    by_status = pa.array(code == NUMBER["status"])
    words = {
        language: pa.array(["", *(r.get(language) for r in REASONS.values())], pa.string()).take(
            pa.array(code)
        )
        for language in ("zh_CN", "en")
    }
    columns = {
        "customer_id": arrow(sources.accounts["customer_id"]).take(account),
        "party_id": sources.who.ids.take(person),
        "account_id": arrow(sources.accounts["account_id"]).take(account),
        **_pair_columns(sources.offers, links.pair),
        "code": pa.array(CODES, pa.string()).take(pa.array(code)),
    }
    for language, texts in words.items():
        because = arrow(effect[f"because_{language}"]).take(account)
        columns[f"reason_{language}"] = pc.if_else(by_status, because, texts)
    return to_frame(pa.table(columns))


def _changes(values: Ints) -> Ints:
    """Where each run of equal values begins; the values are grouped already."""
    found: Ints = np.flatnonzero(
        np.concatenate((values[:1] == values[:1], values[1:] != values[:-1]))
    )
    return found


def _pair_columns(offers: Offers, pair: Ints) -> dict[str, pa.Array]:
    at = pa.array(pair)
    return {
        "channel": pa.array([form for form, _ in offers.pairs], pa.string()).take(at),
        "document": pa.array([d for _, d in offers.pairs], pa.string()).take(at),
    }
