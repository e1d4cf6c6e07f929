"""Promises of random rulebooks: what is proved is true of every account, what is broken is not."""

from collections.abc import Mapping
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.columns import ARROW_TYPES, Dictionary, arrow, read_dictionary, to_frame
from collectctl.rules.decide import decide
from collectctl.rules.marks import pooled
from collectctl.rules.proof import prove
from collectctl.rules.rollup import roll_up
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)
COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text, required: true}
  customer_id: {type: text, required: true}
  days: {type: int, unit: days, required: true, min: 0, max: 5}
  score: {type: int, min: 1, max: 3}
  hardship: {type: bool}
  product: {type: enum, required: true, values: [gold, silver]}
"""
NAMES = ("days", "score", "hardship", "product")
DAYS, SCORES = range(6), (None, 1, 2, 3)
SPACE = list(product(DAYS, SCORES, (None, True, False), ("gold", "silver")))
TESTS = (
    "days > 3", "days in [1..4]", "score < 2", "score is null", "hardship", "not hardship",
    "product = 'gold'", "days = 0", "tier = 'B'", "score >= 2 and days > 1",
    "hardship is null or product = 'silver'", "tier = 'A' and score in (1, 3)",
)  # fmt: skip
NEVER = (
    "hardship and tone = 'hard'", "days = 0 and tone <> 'none'", "tone >= 'soft' and score = 1",
    "product = 'gold' and tone = 'hard'", "tier = 'B' and treatment = 'r0'",
)  # fmt: skip
TONES = ("none", "soft", "hard")


def _dictionary() -> Dictionary:
    found, problems = read_dictionary(COLUMNS.encode(), "columns.yaml")
    assert found is not None, problems
    return found


DICTIONARY = _dictionary()
ROWS = st.lists(
    st.tuples(st.sampled_from(TESTS), st.sampled_from(TONES), st.sampled_from(["", "no_match"])),
    min_size=1, max_size=4,
)  # fmt: skip


def _rulebook(
    rows: list[tuple[str, str, str]],
    never: str,
    excepted: bool,  # noqa: FBT001 - drawn
    together: str = "manual: hold",
) -> Rulebook:
    rules = "".join(
        f'    - {{id: r{i}, when: "{test}", then: {{tone: {tone}}}'
        + (f", on_unknown: {unknown}, because: drawn}}\n" if unknown else "}\n")
        for i, (test, tone, unknown) in enumerate(rows)
    )
    text = f"""format: collectctl/1
ruleset: drawn
title: Drawn
version: '1'
currency: CNY
outputs:
  tone: {{type: enum, values: [none, soft, hard], order: true}}
tiers:
  order: [A, B]
  hit: unique
  rules:
    - {{id: A, when: 'days <= 2', tier: A}}
    - {{id: B, when: 'days > 2', tier: B}}
  otherwise: MANUAL
treatments:
  hit: first
  rules:
{rules}  otherwise: {{tone: none}}
customer: {{key: customer_id, grade: hardest, lead: hardest, {together}}}
never:
  - {{id: P, say: drawn, if: "{never}"}}
  - {{id: C, say: drawn, of: customer, if: "{never}"}}
monotone:
  - {{id: T, say: drawn, column: days, output: tone, except: [{"r0" if excepted else ""}]}}
forbidden: [product]
"""
    found, problems = read_rulebook({"rules.yaml": text.encode()}, DICTIONARY)
    assert found is not None, problems
    return found


def _frame() -> pd.DataFrame:
    columns = {
        name: pa.array(list(values), ARROW_TYPES[DICTIONARY[name].type])
        for name, values in zip(NAMES, zip(*SPACE, strict=True), strict=True)
    }
    ids = pa.array([str(i) for i in range(len(SPACE))])
    return to_frame(pa.table({"account_id": ids, "customer_id": ids, **columns}))


FRAME = _frame()


def _truth(rulebook: Rulebook, never: str, excepted: bool) -> Mapping[str, bool]:  # noqa: FBT001 - drawn
    """What holds, found out by trying every account there is."""
    decided = decide(rulebook, FRAME, DAY)
    treatment = decided["treatment"].tolist()
    tier = decided["tier"].tolist()
    tones = [rulebook.then(t).get("tone") for t in treatment]
    answers = dict(zip(SPACE, zip(tier, treatment, strict=True), strict=True))
    broken = any(
        _never(never, account, tier[i], treatment[i], tones[i]) for i, account in enumerate(SPACE)
    )
    tone = dict(zip(SPACE, tones, strict=True))
    gentler = any(
        tone[(a, *rest)] is not None and tone[(b, *rest)] is not None
        and TONES.index(str(tone[(b, *rest)])) < TONES.index(str(tone[(a, *rest)]))
        and not (excepted and answers[(b, *rest)][1] == "r0")
        for a, b in product(DAYS, DAYS) if a < b
        for rest in {s[1:] for s in SPACE}
    )  # fmt: skip
    matters = any(answers[(*rest, "gold")] != answers[(*rest, "silver")]
                  for rest in {s[:3] for s in SPACE})  # fmt: skip
    return {"'P'": broken, "'T'": gentler, "'product'": matters}


def _never(
    policy: str, account: tuple[object, ...], tier: str, treatment: str, tone: str | None
) -> bool:
    days, score, hardship, kind = account
    return {
        NEVER[0]: hardship is True and tone == "hard",
        NEVER[1]: days == 0 and tone in ("soft", "hard"),
        NEVER[2]: tone in ("soft", "hard") and score == 1,
        NEVER[3]: kind == "gold" and tone == "hard",
        NEVER[4]: tier == "B" and treatment == "r0",
    }[policy]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, never=st.sampled_from(NEVER), excepted=st.booleans())
def test_a_promise_is_reported_broken_if_and_only_if_some_account_breaks_it(
    rows: list[tuple[str, str, str]],
    never: str,
    excepted: bool,  # noqa: FBT001 - drawn
) -> None:
    rulebook = _rulebook(rows, never, excepted)
    problems = prove(rulebook)
    broken = {p.message.split(" ")[0] for p in problems if p.code == "policy-broken"} - {"'C'"}
    holds = _truth(rulebook, never, excepted)
    assert broken == {name for name, found in holds.items() if found}
    assert not [p for p in problems if p.code == "rule-unproved"]


PAIRS = np.array(list(product(range(len(SPACE)), repeat=2)))


def _pairs() -> pd.DataFrame:
    """Every two accounts there are as those of a customer."""
    both = FRAME.iloc[PAIRS.ravel()].reset_index(drop=True)
    ids = [str(i) for i in np.arange(len(PAIRS)).repeat(2)], ["1", "2"] * len(PAIRS)
    keys = to_frame(pa.table(dict(zip(("customer_id", "account_id"), ids, strict=True))))
    return both.assign(customer_id=keys["customer_id"], account_id=keys["account_id"])


@settings(max_examples=40, deadline=None)
@given(
    rows=ROWS,
    never=st.sampled_from(NEVER),
    manual=st.sampled_from(["hold", "apart"]),
    gentle=st.booleans(),
    marks=st.sampled_from(["", "hardship: any", "hardship: all"]),
)
def test_a_promise_of_a_customer_is_broken_if_and_only_if_two_accounts_break_it(
    rows: list[tuple[str, str, str]],
    never: str,
    manual: str,
    gentle: bool,  # noqa: FBT001 - drawn
    marks: str,
) -> None:
    together = f"manual: {manual}, gentle: [{'r0' if gentle else ''}], marks: {{{marks}}}"
    rulebook = _rulebook(rows, never, excepted=False, together=together)
    problems = prove(rulebook)
    both = pooled(rulebook, _pairs())
    decided = decide(rulebook, both, DAY)
    leads = roll_up(rulebook, both, decided)["lead"].tolist()
    accounts = zip(*(arrow(both[n]).to_pylist() for n in NAMES), strict=True)
    broken = any(
        _never(never, account, tier, lead, rulebook.then(lead).get("tone"))
        for account, tier, lead in zip(accounts, decided["tier"].tolist(), leads, strict=True)
    )
    assert broken == any(p.code == "policy-broken" and "'C'" in p.message for p in problems)
    assert not [p for p in problems if p.code == "rule-unproved"]
