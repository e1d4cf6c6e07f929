"""The proof of a rulebook beside what the bare prover takes for the same questions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

import z3
from stages import Row

from collectctl.columns import Dictionary, read_dictionary
from collectctl.problems import has_errors, render
from collectctl.rules.proof import prove
from collectctl.rules.rulebook import Rulebook, read_rulebook

SECONDS = {40: 1, 200: 10}
"""How long the proof of so many rules may take."""

_COLUMNS = b"""format: collectctl/1
columns:
  account_id: {type: text, required: true}
  customer_id: {type: text, required: true}
  currency: {type: enum, required: true, values: [CNY, USD, JPY]}
  days: {type: int, required: true, min: 0, max: 7300}
  balance: {type: money, required: true, min: -50000000, max: 50000000}
  credit_limit: {type: money, min: 0, max: 50000000}
  overdue: {type: money, min: 0, max: 50000000}
  score: {type: int, min: 300, max: 900}
  broken: {type: int, min: 0, max: 60}
  hardship: {type: bool}
  reachable: {type: bool}
  product: {type: enum, required: true, values: [a, b, c, d]}
  branch: {type: enum, required: true, values: [x, y, z]}
  paid: {type: date}
  months: {type: int, min: 0, max: 600}
  sex: {type: enum, values: [f, m]}
"""
_BOOK = """format: collectctl/1
ruleset: proved
title: Proved
version: '1'
currency: CNY
derive:
  used: {{type: ratio, round: half_up, value: balance / credit_limit}}
segments:
  risky: score < 600 or used > 0.9 or broken >= 2
outputs:
  tone: {{type: enum, values: [none, soft, hard], order: true}}
tiers:
  order: [{order}]
  hit: {hit}
  rules:
{tiers}
  otherwise: MANUAL
treatments:
  hit: first
  rules:
{treatments}
  otherwise: {{tone: none}}
customer: {{key: customer_id, grade: hardest, lead: hardest, manual: hold}}
never:
  - {{id: P1, say: gentle, if: hardship and days > 0 and tone = 'hard'}}
monotone:
  - {{id: T1, say: never gentler than nothing, column: days, output: tone, except: [{soft}]}}
forbidden: [sex]
"""


def proofs(repeat: int) -> list[Row]:
    """The proof of rulebooks over 15 columns, half of the rules tiers and half treatments."""
    dictionary, problems = read_dictionary(_COLUMNS, "columns.yaml")
    if dictionary is None:
        raise SystemExit("\n".join(map(render, problems)))
    return [
        _proof(_book(dictionary, count, hit), count, hit, repeat)
        for count in SECONDS
        for hit in ("unique", "first")
    ]


def _proof(rulebook: Rulebook, count: int, hit: str, repeat: int) -> Row:
    ours, bare = [], []
    for _ in range(repeat):
        with _prover_timed() as taken:
            begin = time.perf_counter()
            found = prove(rulebook)
            ours.append(time.perf_counter() - begin)
        bare.append(sum(taken))
        if has_errors(found) or any(p.code == "rule-unproved" for p in found):
            raise SystemExit("\n".join(map(render, found)))
    row = Row(
        stage=f"proof of {count} rules, {hit}", ours=median(ours),
        floor="the prover itself, same questions", theirs=median(bare),
    )  # fmt: skip
    return replace(row, bar=f"at most {SECONDS[count]} s", met=row.ours <= SECONDS[count])


@contextmanager
def _prover_timed() -> Iterator[list[float]]:
    """Collects how long the prover thinks about each question."""
    taken: list[float] = []
    check = z3.Solver.check

    def timed(solver: z3.Solver, *wanted: object) -> z3.CheckSatResult:
        begin = time.perf_counter()
        found: z3.CheckSatResult = check(solver, *wanted)
        taken.append(time.perf_counter() - begin)
        return found

    z3.Solver.check = timed
    try:
        yield taken
    finally:
        z3.Solver.check = check


def _book(dictionary: Dictionary, count: int, hit: str) -> Rulebook:
    bands = (count // 2) // 3
    tiers = list(_tiers(bands))
    treatments = list(_treatments(bands, count - len(tiers)))
    soft = [f"X{i}" for i, (_, gives) in enumerate(treatments) if "soft" in gives]
    text = _BOOK.format(
        order=", ".join(f"T{i}" for i in range(bands)), hit=hit, tiers=_rules("R", tiers),
        treatments=_rules("X", treatments), soft=", ".join([*soft, "otherwise"]),
    )  # fmt: skip
    found, problems = read_rulebook({"rules.yaml": text.encode()}, dictionary)
    if found is None:
        raise SystemExit("\n".join(map(render, problems)))
    return found


def _rules(prefix: str, rules: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> str:
    return "\n".join(
        f'    - {{id: {prefix}{i}, when: "{when}", {gives}}}'
        for i, (when, gives) in enumerate(rules)
    )


def _tiers(bands: int) -> Iterator[tuple[str, str]]:
    for i in range(bands):
        days = f"days in [{i * 10}..{i * 10 + 9 if i < bands - 1 else ''}]"
        yield f"{days} and risky and balance >= 20000", f"tier: T{i}"
        yield f"{days} and risky and balance < 20000", f"tier: T{i}"
        yield f"{days} and not risky", f"tier: T{max(0, i - 1)}"


def _treatments(bands: int, count: int) -> Iterator[tuple[str, str]]:
    yield "hardship and days > 0", "then: {tone: soft}"
    for k in range(count - 1):
        more = (
            f"balance >= {k + 1}00",
            f"product = '{'abcd'[k % 4]}' and reachable",
            "overdue > 0.5 * balance and branch <> 'x'",
            f"score < {500 + k % 100}",
            f"paid < date '2026-01-0{1 + k % 9}' or months > {k % 100}",
        )[k % 5]
        tone = ("soft", "hard")[k % 2]
        yield f"tier = 'T{k * bands // (count - 1)}' and {more}", f"then: {{tone: {tone}}}"
