"""What is proved where a parameter changes is what is proved with each value written out."""

from collections.abc import Iterable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from rulebooks import dictionary_in

from collectctl.problems import Problem
from collectctl.rules.proof import possible_moves, prove
from collectctl.rules.rulebook import Rulebook, read_rulebook

COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text, required: true}
  customer_id: {type: text, required: true}
  a: {type: int, min: 0, max: 9}
  b: {type: int, required: true, min: -1, max: 3}
  h: {type: bool}
"""
BOOK = """format: collectctl/1
ruleset: random
title: Random
version: '1'
currency: CNY
effective: {{from: 2026-01-01}}
parameters:
  n:
    title: N
    type: int
    values:
      - {{from: 2024-01-01, value: '{first}', source: s, verified: house}}
      - {{from: 2026-07-01, value: '{second}', source: s, verified: house}}
derive:
  s: {{type: ratio, decimals: 0, round: half_up, value: (a - $n) / (b + 2)}}
outputs:
  tone: {{type: enum, values: [none, soft, hard], order: true}}
tiers:
  order: [A, B]
  hit: {hit}
  rules:
{tiers}
  otherwise: MANUAL
treatments:
  hit: first
  rules:
{treatments}
  otherwise: {{tone: none}}
never:
  - {{id: P, say: gentle, if: "tone = 'hard' and a < $n"}}
customer: {{key: customer_id, grade: hardest, lead: hardest, manual: hold}}
"""


DICTIONARY = dictionary_in(COLUMNS)
_TEST = st.sampled_from(
    [
        "a >= $n", "a < $n", "a = $n", "b <= $n", "a > b + $n", "a not in [0..$n]",
        "s > 1", "s <= 1", "h", "not h", "a > 5", "b < 2", "2 * a - $n * b > 4",
    ]
)  # fmt: skip
_CONDITION = st.one_of(
    _TEST,
    st.builds("{} and {}".format, _TEST, _TEST),
    st.builds("({} or {})".format, _TEST, _TEST),
)


def _rules(gives: list[str]) -> st.SearchStrategy[str]:
    one = st.tuples(_CONDITION, st.sampled_from(gives))
    return st.lists(one, min_size=1, max_size=3).map(
        lambda rules: "\n".join(
            f'    - {{id: R{i}, when: "{when}", {then}}}' for i, (when, then) in enumerate(rules)
        )
    )


def _read(text: str) -> Rulebook:
    found, problems = read_rulebook({"book.yaml": text.encode()}, DICTIONARY)
    assert found is not None, problems
    return found


@settings(max_examples=30, deadline=None)
@given(
    hit=st.sampled_from(["unique", "first"]),
    tiers=_rules(["tier: A", "tier: B"]),
    treatments=_rules(["then: {tone: soft}", "then: {tone: hard}"]),
    first=st.integers(0, 9),
    second=st.integers(0, 9),
)
def test_each_value_of_a_parameter_is_proved_as_if_it_were_written_out(
    hit: str, tiers: str, treatments: str, first: int, second: int
) -> None:
    body = BOOK.format(first=first, second=second, hit=hit, tiers=tiers, treatments=treatments)
    changing = _read(body.replace("$n", "@n"))
    # as wide as the parameter's name, so that every place stays where it was
    constants = [_read(body.replace("$n", f" {value}")) for value in (first, second)]
    before, after = (_said(prove(book)) for book in constants)
    later = {(code, at, f"from 2026-07-01 on: {text}") for code, at, text in after - before}
    assert _said(prove(changing)) == before | later


@settings(max_examples=10, deadline=None)
@given(
    tiers=_rules(["tier: A", "tier: B"]),
    treatments=_rules(["then: {tone: soft}", "then: {tone: hard}"]),
    values=st.tuples(*[st.integers(0, 9)] * 4),
)
def test_the_moves_of_all_days_are_those_of_each_day_with_the_first_of_them(
    tiers: str, treatments: str, values: tuple[int, int, int, int]
) -> None:
    def book(first: int, second: int) -> Rulebook:
        body = BOOK.format(
            first=first, second=second, hit="first", tiers=tiers, treatments=treatments
        )
        return _read(body.replace("$n", "@n"))

    old, new = book(*values[:2]), book(*values[2:])
    days = date(2026, 1, 1), date(2026, 7, 1)
    wanted: dict[tuple[object, object], date] = {}
    for day in days:
        for move in possible_moves(old, new, day).possible:
            wanted.setdefault((move.old, move.new), day)
    found = possible_moves(old, new)
    assert {(m.old, m.new): m.since for m in found.possible} == wanted


def _said(problems: Iterable[Problem]) -> set[tuple[str, str, str]]:
    """The findings without the lines they quote, in which the value stands."""
    return {(p.code, str(p.span), p.message) for p in problems}
