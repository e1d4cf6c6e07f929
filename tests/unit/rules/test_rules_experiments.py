"""Champion and challengers: who is in which arm, and what each arm's customers get."""

import hashlib
from datetime import date

import pyarrow as pa
import pytest
from rulebooks import MakeFrame, MakeRulebook

from collectctl.rules.decide import decide
from collectctl.rules.explain import Held, because
from collectctl.rules.rulebook import Rulebook

TREATMENTS = """  rules:
    - {id: help, when: hardship, on_unknown: no_match, because: told, then: {tone: soft}}
    - {id: hard, when: "tier = 'C'", experiment: trial}
  otherwise: {tone: none}"""
EXPERIMENT = """experiments:
  trial:
    title: Trial
    unit: customer_id
    salt: salt-1
    from: 2026-11-01
    to: 2026-11-30
    arms:
      champion:   {{share: {a}, then: {{tone: hard, document: final}}}}
      challenger: {{share: {b}, then: {{tone: soft, document: note}}}}
"""
DAY = date(2026, 11, 20)


@pytest.fixture
def trial(rulebook: MakeRulebook) -> Rulebook:
    return rulebook(treatments=TREATMENTS, more=EXPERIMENT.format(a="80%", b="20%"))


def test_a_customer_is_in_the_arm_of_the_bucket_that_its_salted_hash_names(
    trial: Rulebook, frame: MakeFrame
) -> None:
    customers = [f"C{i:04d}" for i in range(400)]
    found = decide(trial, frame(*({"customer_id": c, "days": 60} for c in customers)), DAY)

    def bucket(customer: str) -> int:
        return int(hashlib.sha256(f"salt-1:{customer}".encode()).hexdigest()[:16], 16) % 10_000

    expected = ["hard.champion" if bucket(c) < 8_000 else "hard.challenger" for c in customers]
    assert found["treatment"].tolist() == expected
    assert 40 < expected.count("hard.challenger") < 120
    tones = dict(zip(found["treatment"], found["out_tone"], strict=True))
    assert tones == {"hard.champion": "hard", "hard.challenger": "soft"}


def test_all_accounts_of_a_customer_are_in_one_arm(trial: Rulebook, frame: MakeFrame) -> None:
    rows = [{"customer_id": f"C{i % 50}", "days": 40 + i} for i in range(200)]
    found = decide(trial, frame(*rows), DAY)["treatment"].tolist()
    arms: dict[str, set[str]] = {}
    for row, treatment in zip(rows, found, strict=True):
        arms.setdefault(str(row["customer_id"]), set()).add(treatment)
    assert all(len(a) == 1 for a in arms.values())


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 12, 1)])
def test_outside_of_its_days_everybody_is_in_the_first_arm(
    trial: Rulebook, frame: MakeFrame, day: date
) -> None:
    found = decide(trial, frame(*({"days": 60} for _ in range(200))), day)
    assert set(found["treatment"]) == {"hard.champion"}


def test_a_changed_share_moves_only_customers_between_the_boundaries(
    rulebook: MakeRulebook, trial: Rulebook
) -> None:
    wider = rulebook(treatments=TREATMENTS, more=EXPERIMENT.format(a="70.5%", b="29.5%"))
    units = pa.array([f"C{i}" for i in range(2_000)])
    before = trial.experiments["trial"].arms_of(units, DAY).to_pylist()
    after = wider.experiments["trial"].arms_of(units, DAY).to_pylist()
    moves = {(a, b) for a, b in zip(before, after, strict=True) if a != b}
    assert moves == {("champion", "challenger")}


def test_one_account_is_explained_with_the_arm_of_its_customer(
    trial: Rulebook, frame: MakeFrame
) -> None:
    row: dict[str, Held] = {
        "account_id": "a", "customer_id": "C0007", "currency": "CNY", "days": 60, "hardship": False
    }  # fmt: skip
    (batch,) = decide(trial, frame({"customer_id": "C0007", "days": 60}), DAY)["treatment"]
    assert because(trial, DAY, row).treatment == batch
    asked = because(trial, DAY, {**row, "arm_trial": "challenger"})
    assert asked.treatment == "hard.challenger"
    assert trial.treatments == ("help", "hard.champion", "hard.challenger", "otherwise")
