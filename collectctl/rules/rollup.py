"""One customer, one grade and one leading treatment, however many accounts.

Knows which account of a customer leads. Refuses to know parties, channels and statuses: accounts
that a status takes out of the night are left out by the caller.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Ints, arrow, to_frame
from collectctl.rules.chains import MANUAL
from collectctl.rules.outputs import severity_output
from collectctl.rules.rulebook import Rulebook


def roll_up(rulebook: Rulebook, frame: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The customer's grade and leading treatment for each account, in the frame's order.

    Columns: customer_grade (a tier or MANUAL), lead (a treatment or MANUAL), lead_account, and
    lead_<output> for each output. `frame` has the rulebook's customer key and account_id;
    `decisions` are its decisions, row by row.
    """
    treatments, tiers = (*rulebook.treatments, MANUAL), (*rulebook.tiers, MANUAL)
    treatment = _positions(arrow(decisions["treatment"]), treatments)
    tier = _positions(arrow(decisions["tier"]), tiers)
    accounts = arrow(frame["account_id"])
    group = customers(arrow(frame[rulebook.customer.key]))
    if not rulebook.customer.holds_on_manual:
        # Undecided accounts stand apart: they wait together, the customer's others go on.
        group = group * 2 + (treatment == len(treatments) - 1)
    score = _scores(rulebook, treatment, tier)
    leader = _leaders(group, score, accounts)
    grade = highest(group, tier)
    lead = pa.array(treatment[leader], pa.int32())
    columns: dict[str, pa.Array] = {
        "customer_grade": pa.array(tiers, pa.string()).take(pa.array(grade, pa.int32())),
        "lead": pa.array(treatments, pa.string()).take(lead),
        "lead_account": accounts.take(pa.array(leader)),
    }
    said = [rulebook.then(t) for t in treatments]
    for name in rulebook.outputs:
        columns[f"lead_{name}"] = pa.array([t.get(name) for t in said], pa.string()).take(lead)
    return to_frame(pa.table(columns))


def severity(rulebook: Rulebook) -> tuple[str, ...]:
    """The treatments from gentle to hard, what `customer.gentle` lists aside.

    By the first ordered output; of two alike the one earlier in the file is the harder, since it
    is also the one that is asked first.
    """
    levels, names = _levels(rulebook), rulebook.treatments
    return tuple(sorted(names, key=lambda t: (levels[t], -names.index(t))))


def _levels(rulebook: Rulebook) -> dict[str, int]:
    """How hard each treatment is by what it says in the first ordered output."""
    output = severity_output(rulebook.outputs)
    if output is None:
        return dict.fromkeys(rulebook.treatments, 0)
    return {t: output.values.index(rulebook.then(t)[output.name]) for t in rulebook.treatments}


def strengths(rulebook: Rulebook) -> tuple[tuple[int, ...], int]:
    """How strongly an account wants to lead its customer: by treatment, and for each tier it is up.

    By the treatment's level, then by tier, then by the order of the file; MANUAL is the last
    treatment, and the strongest.
    """
    names = (*rulebook.treatments, MANUAL)
    levels: dict[str, int] = _levels(rulebook)
    top = max(levels.values(), default=0) + 1
    for place, name in enumerate(reversed(rulebook.customer.gentle)):
        levels[name] = top + place
    levels[MANUAL] = top + len(rulebook.customer.gentle)
    tiers, count = len(rulebook.tiers) + 1, len(names)
    found = [levels[n] * tiers * count + count - 1 - i for i, n in enumerate(names)]
    return tuple(found), count


def _scores(rulebook: Rulebook, treatment: Ints, tier: Ints) -> Ints:
    """How strongly each account wants to lead."""
    by_treatment, by_tier = strengths(rulebook)
    return np.array(by_treatment, np.int64)[treatment] + by_tier * tier


def _positions(values: pa.Array, names: tuple[str, ...]) -> Ints:
    found = pc.index_in(values, value_set=pa.array(names, pa.string())).to_numpy(
        zero_copy_only=False
    )
    return found.astype(np.int64)  # type: ignore[no-any-return]  # pyarrow has no types


def customers(keys: pa.Array) -> Ints:
    """A number for each customer; an account without one is a customer by itself."""
    encoded = keys.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    alone = np.flatnonzero(codes < 0)
    codes[alone] = len(encoded.dictionary) + np.arange(len(alone))
    return codes  # type: ignore[no-any-return]  # pyarrow has no types


def highest(group: Ints, values: Ints) -> Ints:
    """The largest value of each row's group."""
    best = np.full(int(group.max(initial=-1)) + 1, -1, np.int64)
    np.maximum.at(best, group, values)
    return best[group]


def _leaders(group: Ints, score: Ints, accounts: pa.Array) -> Ints:
    """The row that leads each row's group: highest score, then smallest account number."""
    best = np.flatnonzero(score == highest(group, score))
    groups = group[best]
    lead = np.zeros(int(group.max(initial=-1)) + 1, np.int64)
    lead[groups] = best
    tied = np.bincount(groups, minlength=len(lead))[groups] > 1
    rows = best[tied]
    if len(rows):
        table = pa.table({"group": group[rows], "account": accounts.take(pa.array(rows))})
        order = pc.sort_indices(
            table, sort_keys=[("group", "ascending"), ("account", "ascending")]
        ).to_numpy()
        ordered = rows[order]
        first = np.r_[True, group[ordered][1:] != group[ordered][:-1]]
        lead[group[ordered[first]]] = ordered[first]
    return lead[group]
